# ours: kept current by mlops-maturity upgrade
"""Requests that arrive together are answered together: a model's call costs more than its rows.

Nobody waits for others: what came in one turn of the event loop is answered at its end. Where a
batch fails, each request is answered alone, so that a bad row fails its own sender only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .answering import Loaded, answers
from .questions import Questions

Answers = list[dict[str, Any]]
MOST_ROWS = 512
"""Rows of requests that are put together; one request alone may have more."""


@dataclass(frozen=True)
class _Waiting:
    loaded: Loaded
    questions: Questions
    answered: asyncio.Future[Answers]


class Batches:
    """Answers requests, those of one turn of the event loop together."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most_rows = most_rows
        self._waiting: list[_Waiting] = []

    async def answer(self, loaded: Loaded, questions: Questions) -> Answers:
        """The answers to a request, as `answers` gives them.

        Raises:
            Unanswerable: the model cannot take a record of this request; names it.
        """
        loop = asyncio.get_running_loop()
        one = _Waiting(loaded, questions, loop.create_future())
        self._waiting.append(one)
        if len(self._waiting) == 1:
            loop.call_soon(self._flush)
        return await one.answered

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for batch in self._batches(waiting):
            if len(batch) == 1 or not _answered_together(batch):
                for one in batch:
                    _answered_alone(one)

    def _batches(self, waiting: Sequence[_Waiting]) -> Iterator[list[_Waiting]]:
        """Requests to the same model, up to the most rows, in the order in which they came."""
        by_model: dict[int, list[_Waiting]] = {}
        for one in waiting:
            by_model.setdefault(id(one.loaded), []).append(one)
        for same in by_model.values():
            batch: list[_Waiting] = []
            rows = 0
            for one in same:
                count = len(one.questions.values)
                if batch and rows + count > self._most_rows:
                    yield batch
                    batch, rows = [], 0
                batch.append(one)
                rows += count
            yield batch


def _answered_together(batch: Sequence[_Waiting]) -> bool:
    """Answer all by one call of the model; false, and nobody is answered, where it fails."""
    try:
        found = answers(batch[0].loaded, _together([one.questions for one in batch]))
    except Exception:
        return False
    first = 0
    for one in batch:
        last = first + len(one.questions.values)
        _tell(one, found[first:last])
        first = last
    return True


def _answered_alone(one: _Waiting) -> None:
    try:
        found = answers(one.loaded, one.questions)
    except Exception as error:
        if not one.answered.done():
            one.answered.set_exception(error)
        return
    _tell(one, found)


def _tell(one: _Waiting, found: Answers) -> None:
    if not one.answered.done():  # its sender may have gone
        one.answered.set_result(found)


def _together(all_questions: Sequence[Questions]) -> Questions:
    values: list[tuple[Any, ...]] = []
    keys: list[Any] | None = []
    unseen: dict[int, list[str]] = {}
    for one in all_questions:
        unseen.update({len(values) + place: names for place, names in one.unseen.items()})
        values.extend(one.values)
        keys = None if keys is None or one.keys is None else [*keys, *one.keys]
    return Questions(values, keys, unseen)
