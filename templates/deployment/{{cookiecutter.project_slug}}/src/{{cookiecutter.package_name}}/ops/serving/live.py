# ours: kept current by mlops-maturity upgrade
"""The desk of live traffic: requests together, two versions beside each other, all on record.

While a comparison runs, each record goes to the version that its key meets; without a key the id
of the record counts. What the challenger cannot answer is recorded as its failure, and the
champion answers in its place: that answer belongs to no comparison, which would else give the
champion the records that are hard.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..predictions.record import CHALLENGER, CHAMPION
from ..settings import Settings
from ..source_registry import read_registry
from .access import TOLD, Scope
from .batching import Batches, Part
from .challenge import Challenge, Challenger
from .desk import Answered
from .faults import Unanswerable
from .keeping import Keeper
from .metrics import Metrics
from .options import Serving, read_token
from .questions import Questions

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from .answering import Loaded
    from .app import Service
    from .current import Now

ADDRESSES = ("feedback", "inference", "invocations", "metrics", "monitor")
"""Modules with addresses beside `/predict`; one that was deleted takes its addresses with it."""


class LiveDesk:
    """Champion and challenger answer, together and on record."""

    def __init__(self, settings: Settings, serving: Serving) -> None:
        self.settings, self.serving = settings, serving
        self.needs_token = read_token() is not None
        self.metrics = Metrics()
        self.challenge = Challenge(settings)
        self._keeper = Keeper(settings, self.metrics)
        self._poll = read_registry(settings.root).poll
        self._batches = Batches(self._keeper.keep)
        named = [f"{__package__}.{one}" for one in ADDRESSES]
        self._parts = [import_module(one) for one in named if find_spec(one)]

    def routes(self, service: Service) -> Sequence[BaseRoute]:
        """The addresses of the modules that are there."""
        return [route for part in self._parts for route in part.routes(service, self)]

    def described(self, now: Now) -> dict[str, Any]:
        """The service with these addresses, by OpenAPI."""
        paths = dict(now.described["paths"])
        for part in self._parts:
            paths |= part.paths(now, self)
        return {**now.described, "paths": paths}

    def models(self, now: Now) -> Mapping[str, Loaded]:
        """The models that answer, by variant."""
        other = self.challenge.beside(now.loaded)
        return {CHAMPION: now.loaded, **({CHALLENGER: other.loaded} if other else {})}

    def notes(self, now: Now) -> Sequence[str]:
        """Of the challenger, and of the log."""
        trouble = [self._keeper.trouble] if self._keeper.trouble else []
        return [*self.challenge.notes(now.loaded), *trouble]

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """The registry is watched for a challenger, and the log rests while nobody asks."""
        resting = asyncio.create_task(self._rest())
        async with self.challenge.lifespan():
            yield
        resting.cancel()

    async def _rest(self) -> None:
        while True:
            await asyncio.sleep(self._poll)
            self._keeper.rest()

    def seen(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request."""
        told = scope.get(TOLD)
        version = told.get("model_version", "") if told else ""
        self.metrics.answered(scope, status, version, seconds)

    async def answer(self, now: Now, questions: Questions, request: str) -> Answered:
        """The answers of the champion, or of both versions.

        Raises:
            Unanswerable: the champion cannot take a record; names it.
        """
        challenger = self.challenge.beside(now.loaded)
        if challenger is None:
            part = Part(now.loaded, questions, request)
            await self._batches.ask(part)
            return Answered(now.loaded.version, _told(part))
        return await self._beside(now, challenger, questions, request)

    async def _beside(
        self, now: Now, challenger: Challenger, questions: Questions, request: str
    ) -> Answered:
        ours, theirs = _split(challenger, questions, request)
        running = challenger.experiment.id
        found: list[dict[str, Any]] = [{}] * len(questions.values)
        part = _part(now.loaded, questions, request, ours, CHAMPION, running)
        other = _part(challenger.loaded, questions, request, theirs, CHALLENGER, running)
        # Both are asked before either is waited for: they are answered in the same turn.
        for told in [self._batches.ask(one) for one in (part, other) if one.places]:
            await told
        for place, answer in zip(ours, _told(part), strict=True):
            found[place] = answer
        if other.error is None:
            for place, answer in zip(theirs, _told(other), strict=True):
                found[place] = {**answer, "model_version": challenger.loaded.version}
        else:
            instead = _part(now.loaded, questions, request, theirs, CHAMPION, None)
            await self._batches.ask(instead)
            for place, answer in zip(theirs, _told(instead), strict=True):
                found[place] = answer
        return Answered(now.loaded.version, found)


def _split(
    challenger: Challenger, questions: Questions, request: str
) -> tuple[list[int], list[int]]:
    """Places of the records that the champion answers, and of those that the challenger does."""
    ours: list[int] = []
    theirs: list[int] = []
    for place in range(len(questions.values)):
        key = None if questions.keys is None else questions.keys[place]
        named = f"{request}/{place}" if key is None else key
        (theirs if challenger.takes(named) else ours).append(place)
    return ours, theirs


def _part(
    loaded: Loaded,
    questions: Questions,
    request: str,
    places: list[int],
    variant: str,
    experiment: str | None,
) -> Part:
    if len(places) < len(questions.values):
        inside = {place: number for number, place in enumerate(places)}
        questions = Questions(
            [questions.values[place] for place in places],
            None if questions.keys is None else [questions.keys[place] for place in places],
            {inside[place]: told for place, told in questions.unseen.items() if place in inside},
        )
    return Part(loaded, questions, request, places, variant, experiment)


def _told(part: Part) -> list[dict[str, Any]]:
    """The answers of a part.

    Raises:
        Unanswerable: a record cannot be answered; named by its number in the request.
    """
    if isinstance(part.error, Unanswerable) and part.error.row and part.places is not None:
        part.error.row = part.places[part.error.row - 1] + 1
    if part.error is not None:
        raise part.error
    return part.answers or []
