# ours: kept current by mlops-maturity upgrade
"""Windows and alerts as the page sees them: a line that cannot be read is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ..tracking.place import state

if TYPE_CHECKING:
    from ..settings import Settings

WINDOWS, ALERTS = "windows.jsonl", "alerts.jsonl"
RELEASE = "release"
"""Kind of an alert that tells what happened to a version: it happened, and does not stay open."""

T = TypeVar("T")


class Column(msgspec.Struct, frozen=True):
    """How a column, or the predictions, stand beside what the version learnt from.

    Attributes:
        name: of it.
        size: of the change.
        threshold: past which it is more than usual.
        drift: whether it has drifted.
        note: the change in words.
    """

    name: str = ""
    kind: str = ""
    size: float | None = None
    threshold: float | None = None
    p_value: float | None = None
    drift: bool = False
    note: str = ""
    missing: float | None = None


class Quality(msgspec.Struct, frozen=True):
    """What was wrong with the records.

    Attributes:
        failed: answers that could not be given.
        unseen: values whose category was new.
        missing: share of values.
    """

    failed: int = 0
    unseen: int = 0
    missing: float | None = None


class Performance(msgspec.Struct, frozen=True):
    """How right the answers were.

    Attributes:
        metric: name of it.
        value: of it, and
        low: ends of its interval,
        high: likewise.
        reference: its value when the version was trained.
        labels: that are known.
        coverage: share of records whose label is known.
        verdict: `fine`, `worse` or `not enough labels`.
    """

    metric: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reference: float | None = None
    labels: int = 0
    coverage: float = 0.0
    verdict: str = ""


class Window(msgspec.Struct, frozen=True):
    """What one window showed; `versions` tells the rows of each version, where it is known."""

    start: str
    end: str
    version: str = ""
    rows: int = 0
    labelled: int = 0
    state: str = ""
    columns: tuple[Column, ...] = ()
    prediction: Column | None = None
    quality: Quality | None = None
    performance: Performance | None = None
    versions: dict[str, int] = {}


class Alert(msgspec.Struct, frozen=True):
    """What a person was told."""

    when: str
    kind: str
    begun: bool = True
    columns: tuple[str, ...] = ()
    since: str = ""
    said: str = ""
    advice: str = ""
    version: str = ""


def windows(settings: Settings) -> list[Window]:
    """All windows, oldest first."""
    found = _read(state(settings.root) / "monitoring" / WINDOWS, Window)
    return sorted(found, key=lambda one: (one.start, one.version))


def alerts(settings: Settings) -> list[Alert]:
    """All alerts, oldest first."""
    return list(_read(state(settings.root) / "monitoring" / ALERTS, Alert))


def _read(path: Path, kind: type[T]) -> Iterator[T]:
    decode = msgspec.json.Decoder(kind).decode
    try:
        content = path.read_bytes()
    except OSError:
        return
    for line in content.splitlines():
        try:
            yield decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
