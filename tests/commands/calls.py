"""Commands called in this process: what they print, and that a refusal writes nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assessment.gates import required
from assessment.questions import load_bank
from generator.cli import run

CHURN = Path(__file__).parents[2] / "examples" / "churn"
GOOD = ("assess", "--answers", CHURN / "answers.toml")
BANK = load_bank()
Output = pytest.CaptureFixture[str]


def answers(folder: Path, name: str, level: int, more: str = "") -> Path:
    """What a project of a level answers, and no better."""
    lines = [f"{code} = {value}" for code, value in required(BANK, level, "course").items()]
    path = folder / f"{name}.toml"
    path.write_text("\n".join([more, "[answers]", *lines, ""]))
    return path


def printed(capfd: Output, *arguments: object, code: int = 0) -> str:
    assert run([str(one) for one in arguments]) == code
    return capfd.readouterr().out


def report(capfd: Output, *arguments: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(printed(capfd, "assess", *arguments, "--format", "json"))
    return found


def confirmed(found: dict[str, object]) -> object:
    return found["level"]["confirmed"]  # type: ignore[index]


def state(folder: Path) -> dict[Path, tuple[int, ...]]:
    """What a write would change, of the folder and all that lies in it."""
    found = {path: path.lstat() for path in [folder, *folder.rglob("*")]}
    return {
        path: (one.st_ino, one.st_mode, one.st_size, one.st_mtime_ns) for path, one in found.items()
    }


def told(error: str) -> str:
    """The message, if there is one line of it and one line of a hint, and nothing else."""
    found = re.fullmatch(r"error: ([^\n]+)\n\nhint: ([^\n]+)\n", error)
    assert found, error
    assert (found[1] + found[2]).isprintable(), error
    return found[1]


def refused(capfd: Output, folder: Path, *arguments: object) -> str:
    before = state(folder)
    assert run([str(one) for one in arguments]) == 2
    out, error = capfd.readouterr()
    assert out == ""
    assert state(folder) == before
    return told(error)
