# ours: kept current by mlops-maturity upgrade
"""The switch that stops the loop: a file, or a variable."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import write_whole
from ..tracking.origin import who
from ..tracking.place import state

if TYPE_CHECKING:
    from ..settings import Settings

VARIABLE, FILE = "OPS_STOP", "stop.json"


@dataclass(frozen=True)
class Stop:
    """Somebody stopped it.

    Attributes:
        when: in ISO 8601.
        who: did.
        reason: in words.
    """

    when: str
    who: str
    reason: str


def halted(settings: Settings) -> str:
    """Who or what stopped it, in words; nothing while it may act.

    A file that cannot be read stops it, too.
    """
    if os.environ.get(VARIABLE):
        return f"{VARIABLE} is set"
    path = _place(settings)
    if not path.exists():
        return ""
    try:
        found = Stop(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        return f"{path} is there"
    return f"by {found.who}, {found.when}: {found.reason}"


def stop(settings: Settings, now: datetime, reason: str) -> Path:
    """Stop the loop at its next decision; returns the file that says so."""
    told = Stop(now.isoformat(timespec="seconds"), who(), reason)
    write_whole(_place(settings), json.dumps(asdict(told), indent=2).encode())
    return _place(settings)


def go_on(settings: Settings) -> bool:
    """Take the file away; whether there was one."""
    path = _place(settings)
    was_there = path.exists()
    path.unlink(missing_ok=True)
    return was_there


def _place(settings: Settings) -> Path:
    return state(settings.root) / FILE
