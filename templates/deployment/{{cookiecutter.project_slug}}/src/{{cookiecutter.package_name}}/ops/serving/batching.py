# ours: kept current by mlops-maturity upgrade
"""Requests that arrive together are answered together: a model's call costs more than its rows.

Nobody waits for others: what came in one turn of the event loop is answered at its end. Where a
batch fails, each part is answered alone, so that a bad row fails its own sender only. What was
answered is handed on before anybody is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..predictions.record import CHAMPION
from .answering import Loaded, answers
from .questions import Questions
from .talk import trace

Answers = list[dict[str, Any]]
MOST_ROWS = 512
"""Rows of requests that are put together; one request alone may have more."""


@dataclass(slots=True, eq=False)
class Part:
    """The records of a request that one version answers; all of them, mostly.

    Attributes:
        loaded: the version.
        questions: the records.
        request: id of the request.
        places: of the records in the request, from 0; none where they are all.
        variant: champion or challenger.
        experiment: id of the comparison that they belong to.
        answers: one for each record, once they are there.
        error: why there is none.
        ms: milliseconds that answering took, together with others.
    """

    loaded: Loaded
    questions: Questions
    request: str
    places: Sequence[int] | None = None
    variant: str = CHAMPION
    experiment: str | None = None
    answers: Answers | None = None
    error: Exception | None = None
    ms: float = 0.0


Done = Callable[[Sequence[Part]], None]
"""Takes the parts that were answered in one turn, before their senders are told."""


class Batches:
    """Answers parts of requests, those of one turn of the event loop together."""

    def __init__(self, done: Done, most_rows: int = MOST_ROWS) -> None:
        self._done = done
        self._most_rows = most_rows
        self._waiting: list[tuple[Part, asyncio.Future[None]]] = []

    def ask(self, part: Part) -> asyncio.Future[None]:
        """Have a part answered; when the future is done, it holds its answers or its error."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()
        self._waiting.append((part, told))
        if len(self._waiting) == 1:
            loop.call_soon(self._flush)
        return told

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        parts = [part for part, _ in waiting]
        for batch in _batches(parts, self._most_rows):
            _answer(batch)
        try:
            self._done(parts)
        except Exception as error:  # whoever waits for an answer must not wait for ever
            trace(error)
        for _, told in waiting:
            if not told.done():  # its sender may have gone
                told.set_result(None)


def _batches(parts: Sequence[Part], most_rows: int) -> Iterator[list[Part]]:
    """Parts for the same model, up to the most rows, in the order in which they came."""
    by_model: dict[int, list[Part]] = {}
    for part in parts:
        by_model.setdefault(id(part.loaded), []).append(part)
    for same in by_model.values():
        batch: list[Part] = []
        rows = 0
        for part in same:
            count = len(part.questions.values)
            if batch and rows + count > most_rows:
                yield batch
                batch, rows = [], 0
            batch.append(part)
            rows += count
        yield batch


def _answer(batch: Sequence[Part]) -> None:
    """Answer all parts by one call of the model; each alone where it fails."""
    start = time.perf_counter()
    try:
        found = answers(batch[0].loaded, _together([part.questions for part in batch]))
    except Exception as error:
        if len(batch) > 1:
            for part in batch:
                _answer([part])
            return
        batch[0].error, found = error, []
    ms = round((time.perf_counter() - start) * 1000, 3)
    first = 0
    for part in batch:
        last = first + len(part.questions.values)
        part.ms = ms
        if part.error is None:
            part.answers = found[first:last]
        first = last


def _together(all_questions: Sequence[Questions]) -> Questions:
    if len(all_questions) == 1:
        return all_questions[0]
    values: list[tuple[Any, ...]] = []
    keys: list[Any] | None = []
    unseen: dict[int, list[str]] = {}
    for one in all_questions:
        if one.unseen:
            unseen.update({len(values) + place: names for place, names in one.unseen.items()})
        values.extend(one.values)
        if keys is not None:
            keys = None if one.keys is None else [*keys, *one.keys]
    return Questions(values, keys, unseen)
