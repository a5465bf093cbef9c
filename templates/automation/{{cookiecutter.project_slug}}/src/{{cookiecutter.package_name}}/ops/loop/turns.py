# ours: kept current by mlops-maturity upgrade
"""The record of the loop: lines that are only ever appended, and the turns that they tell.

A turn begins with a signal and ends with an outcome. Each step is written when it begins and when
it is done; what began and was not done is done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..predictions.segments import lines
from ..tracking.place import state
from .decision import ASK, BACK, DROP, HALT, PROMOTE, TRAIN, Memory

if TYPE_CHECKING:
    from ..settings import Settings

BEGUN, AGAIN, DONE, FAILED = "begun", "again", "done", "failed"
ENDING = (PROMOTE, DROP, HALT, BACK)


@dataclass(frozen=True)
class Event:
    """A line of the record.

    Attributes:
        turn: id of the turn.
        when: in ISO 8601.
        kind: of the step.
        phase: `begun`, `again` where it was ended before it was done, `done` or `failed`.
        said: in words.
        version: that it is about.
        evidence: figures and names that led to it, or came of it.
    """

    turn: str
    when: str
    kind: str
    phase: str
    said: str
    version: int | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """A turn as people read it.

    Attributes:
        id: of the turn.
        events: oldest first.
    """

    id: str
    events: Sequence[Event]

    @property
    def began(self) -> str:
        """When its first step was begun."""
        return self.events[0].when

    @property
    def outcome(self) -> str:
        """How it ended; nothing while it goes on."""
        last = self.events[-1]
        ended = last.phase == FAILED or (last.phase == DONE and last.kind in ENDING)
        refused = last.kind == TRAIN and last.phase == DONE and last.version is None
        if refused:
            return "refused"
        return last.kind if ended and last.phase == DONE else FAILED if ended else ""

    @property
    def ended(self) -> str | None:
        """When it ended."""
        return self.events[-1].when if self.outcome else None

    @property
    def seconds(self) -> float | None:
        """From the signal to the outcome; none where either is not known as a time."""
        if self.ended is None:
            return None
        try:
            first, last = (datetime.fromisoformat(one) for one in (self._since, self.ended))
            return (last - first).total_seconds()
        except (TypeError, ValueError):  # it began at a row, or at a time of no zone
            return None

    @property
    def _since(self) -> str:
        return str(self.events[0].evidence.get("since") or self.began)


def folder(settings: Settings) -> Path:
    """Where the loop keeps what it knows."""
    return state(settings.root) / "loop"


def place(settings: Settings) -> Path:
    """The file of the record."""
    return folder(settings) / "turns.jsonl"


def read(settings: Settings) -> tuple[Event, ...]:
    """All lines, in the order in which they were written; what was torn is passed over."""
    path = place(settings)
    found = []
    for line in lines(path) if path.is_file() else ():
        with suppress(TypeError, ValueError):
            found.append(Event(**json.loads(line)))
    return tuple(found)


def append(settings: Settings, event: Event) -> None:
    """Write a line, for good; only who holds the lease does."""
    path = place(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        torn = size and file.read(1) != b"\n"
        file.write(b"\n" * bool(torn) + json.dumps(asdict(event)).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def turns(events: Iterable[Event]) -> tuple[Turn, ...]:
    """The turns, oldest first."""
    found: dict[str, list[Event]] = {}
    for one in events:
        found.setdefault(one.turn, []).append(one)
    return tuple(Turn(name, parts) for name, parts in found.items())


def memory(events: Sequence[Event], settled: Collection[int] = ()) -> Memory:
    """What the loop remembers.

    Args:
        events: oldest first.
        settled: numbers of versions that wait for nobody any more, whatever the record says.
    """
    began = {  # one that is taken up again takes its time then
        one.turn: datetime.fromisoformat(one.when)
        for one in events
        if one.kind == TRAIN and one.phase in (BEGUN, AGAIN)
    }
    last = next((one for one in reversed(events) if one.kind == TRAIN), None)
    asked = {
        one.version: datetime.fromisoformat(one.when)
        for one in events
        if one.kind == ASK and one.phase == DONE and one.version is not None
    }
    ended = {one.version for one in events if one.kind in ENDING and one.phase == DONE}
    return Memory(
        tuple(sorted(began.values())),
        last.said if last is not None and last.phase in (BEGUN, AGAIN) else "",
        {number: when for number, when in asked.items() if number not in {*ended, *settled}},
    )


def current(events: Sequence[Event], version: int | None) -> str:
    """Id of the turn that goes on; nothing where there is none.

    It is the newest one of this version, which no other turn has anything to do with; without a
    version, it is the last one, where that has no end.
    """
    found = turns(events)
    if version is None:
        return found[-1].id if found and not found[-1].outcome else ""
    return next(
        (
            one.id
            for one in reversed(found)
            if any(event.version == version for event in one.events)
        ),
        "",
    )


def named(when: datetime, kind: str, reason: str) -> str:
    """An id for a turn, the same for the same beginning."""
    text = f"{when.isoformat()}\x00{kind}\x00{reason}".encode()
    return blake2b(text, digest_size=5).hexdigest()
