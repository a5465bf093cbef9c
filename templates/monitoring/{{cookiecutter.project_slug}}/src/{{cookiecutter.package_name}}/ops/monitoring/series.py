# ours: kept current by mlops-maturity upgrade
"""Figures as they were found: a line for each window, one for each alert, only appended to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tracking.place import state
from .performance import Performance
from .thresholds import Verdict

if TYPE_CHECKING:
    from ..settings import Settings


@dataclass(frozen=True)
class Quality:
    """What was wrong with questions and answers.

    Attributes:
        failed: answers that failed.
        unseen: records with a category that training did not know.
        missing: share of values that were missing.
    """

    failed: int
    unseen: int
    missing: float


@dataclass(frozen=True)
class Rule:
    """When windows raise an alarm, as `[monitoring]` said when one was looked at.

    Attributes:
        m: windows, of the last `k`, that must show it.
        k: windows that count.
        rows: fewest rows of a window whose quality counts.
        failed: highest share of failed answers, and of unseen categories.
    """

    m: int = 2
    k: int = 3
    rows: int = 100
    failed: float = 0.02


@dataclass(frozen=True)
class Window:
    """What one window of the log showed.

    Attributes:
        start: first moment, in ISO 8601.
        end: first moment after it.
        version: of the champion that it is held against.
        rows: records in it.
        labelled: labels that became known in it.
        state: `quiet`, `drift` or `few rows`.
        columns: the features.
        prediction: the champion's answers; none where it gave too few.
        quality: of questions and answers.
        performance: of the champion.
        rule: by which it counts for alarms, whatever the settings say later.
    """

    start: str
    end: str
    version: str
    rows: int
    labelled: int
    state: str
    columns: tuple[Verdict, ...]
    prediction: Verdict | None
    quality: Quality
    performance: Performance
    rule: Rule = field(default_factory=Rule)

    @property
    def drifted(self) -> tuple[str, ...]:
        """Names of what drifted, the prediction among them."""
        every = (*self.columns, *((self.prediction,) if self.prediction else ()))
        return tuple(one.name for one in every if one.drift)

    @property
    def until(self) -> datetime:
        """Its end."""
        return datetime.fromisoformat(self.end)


@dataclass(frozen=True)
class Alert:
    """What a person was told.

    Attributes:
        when: the end of the window that showed it, or the moment.
        kind: `drift`, `performance`, `quality` or `release`.
        begun: whether it begins; otherwise it is over. What happened to a version has no end.
        columns: what it is about.
        since: the end of the first window that showed it.
        said: in words.
        advice: what to do.
        version: that showed it, or nothing.
    """

    when: str
    kind: str
    begun: bool
    columns: tuple[str, ...]
    since: str
    said: str
    advice: str
    version: str = ""


def folder(settings: Settings) -> Path:
    """Where it lies."""
    return state(settings.root) / "monitoring"


@contextmanager
def one_turn(settings: Settings) -> Iterator[None]:
    """One process at a time looks at windows and tells alerts."""
    folder(settings).mkdir(parents=True, exist_ok=True)
    with (folder(settings) / ".watching").open("a") as file:
        flock(file, LOCK_EX)
        yield


def windows(settings: Settings) -> list[Window]:
    """All windows, oldest first."""
    return list(_read(folder(settings) / "windows.jsonl", _window))


def alerts(settings: Settings) -> list[Alert]:
    """All alerts, oldest first."""
    return list(_read(folder(settings) / "alerts.jsonl", _alert))


def add_window(settings: Settings, window: Window) -> None:
    """One window more."""
    append(folder(settings) / "windows.jsonl", asdict(window))


def add_alert(settings: Settings, alert: Alert) -> None:
    """One alert more."""
    append(folder(settings) / "alerts.jsonl", asdict(alert))


def append(path: Path, entry: Mapping[str, Any]) -> None:
    """One line more, by one write; what a killed process left of a line is closed first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        torn = size and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write(b"\n" * bool(torn) + json.dumps(entry, allow_nan=False).encode() + b"\n")
        os.fsync(file.fileno())


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """What was appended; a torn line is passed over."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            with suppress(ValueError):
                yield json.loads(line)


def _read(path: Path, made: Any) -> Iterator[Any]:
    for found in lines(path):
        with suppress(KeyError, TypeError):
            yield made(found)


def _window(found: dict[str, Any]) -> Window:
    prediction = found["prediction"]
    return Window(
        **{
            **found,
            "columns": tuple(Verdict(**one) for one in found["columns"]),
            "prediction": Verdict(**prediction) if prediction else None,
            "quality": Quality(**found["quality"]),
            "performance": Performance(**found["performance"]),
            "rule": Rule(**found.get("rule", {})),
        }
    )


def _alert(found: dict[str, Any]) -> Alert:
    return Alert(**{**found, "columns": tuple(found["columns"])})
