"""The files of an interview: facts that it is given, answers and facts that it keeps."""

from __future__ import annotations

import tomllib
from pathlib import Path

KEPT = Path(".mlops-maturity")
SETTLED = """\
users = true
use = "online"
models = 1
retrain = "yearly"
data_change = "yearly"
wrong_prediction = "low"
label_delay_days = 1
regulation = "none"
capacity_fte = 1
"""


def answers(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / KEPT / "answers.toml").read_text())["answers"]


def facts(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / KEPT / "facts.toml").read_text())


def stated(folder: Path, text: str = SETTLED) -> str:
    path = folder / "facts.toml"
    path.write_text(text)
    return str(path)


def settle_facts(folder: Path) -> str:
    """Facts that leave none to ask in the quick mode: the first step is a question."""
    return stated(folder, SETTLED.replace('use = "online"\n', ""))
