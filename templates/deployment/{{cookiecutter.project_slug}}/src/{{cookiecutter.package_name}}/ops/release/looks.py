# ours: kept current by mlops-maturity upgrade
"""How a comparison stood whenever it was looked at: what the page draws, and nobody decides by."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..monitoring.overview import Look
from ..tracking.place import state
from .decision import WAIT

if TYPE_CHECKING:
    from pathlib import Path

    from ..settings import Settings
    from .decision import Decision

GROWN = 1.02
"""How many times as many labels as at the look before make another one worth a line."""


def keep(settings: Settings, experiment: str, decision: Decision, now: datetime) -> None:
    """Write down how the comparison with this id stands, where it is worth a line."""
    figures = decision.figures
    labels = int(figures["champion_labels"] + figures["challenger_labels"])
    before = looks(settings, experiment)
    if decision.kind == WAIT and before and labels < GROWN * before[-1].labels:
        return
    told = {
        "when": now.isoformat(timespec="seconds"),
        "experiment": experiment,
        "said": decision.reason,
        **{name: value if math.isfinite(value) else None for name, value in figures.items()},
    }
    path = _place(settings)
    with suppress(OSError):  # a full disk must not keep the comparison from its end
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")


def looks(settings: Settings, experiment: str) -> tuple[Look, ...]:
    """All looks at the comparison with this id, oldest first."""
    found = []
    try:
        lines = _place(settings).read_bytes().splitlines()
    except OSError:
        return ()
    for line in lines:
        try:
            told = json.loads(line)
            if told["experiment"] == experiment:
                found.append(_look(told))
        except (KeyError, TypeError, ValueError):  # of a process that was killed
            continue
    return tuple(found)


def _look(told: Mapping[str, Any]) -> Look:
    champion, challenger = int(told["champion_labels"]), int(told["challenger_labels"])
    return Look(
        labels=champion + challenger,
        champion=champion,
        challenger=challenger,
        difference=float(told["challenger_loss"]) - float(told["champion_loss"]),
        low=told["low"],
        high=told["high"],
        said=str(told["said"]),
    )


def _place(settings: Settings) -> Path:
    return state(settings.root) / "release" / "looks.jsonl"
