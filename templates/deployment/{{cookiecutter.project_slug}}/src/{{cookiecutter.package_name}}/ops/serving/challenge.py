# ours: kept current by mlops-maturity upgrade
"""The challenger beside the champion: found in the registry, and loaded while others answer.

Each process looks for itself, as often as it looks for another champion. A challenger that cannot
be loaded gets no traffic, and nobody notices but who reads `/health`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..errors import OpsError, UntrustedModel
from ..model_file import unpack
from ..registry.versions import fetch, state
from ..release.experiment import Experiment, read
from ..release.likeness import form
from ..release.split import is_challenged
from ..settings import Settings
from ..source_registry import read_registry
from .answering import Loaded, load
from .talk import say, trace


@dataclass(frozen=True)
class Challenger:
    """A version that answers a share of the keys in the champion's place."""

    experiment: Experiment
    loaded: Loaded

    def takes(self, key: object) -> bool:
        """Whether it answers this key."""
        return is_challenged(self.experiment.salt, self.experiment.share, key)


class Challenge:
    """The comparison that runs, as one process knows it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._poll = read_registry(settings.root).poll
        self._running: Challenger | None = None
        self._given_up: str | None = None
        self._trouble: str | None = None

    def beside(self, champion: Loaded) -> Challenger | None:
        """The challenger, where it is compared with this champion, and asked and answers alike."""
        found = self._running
        if found is None or str(found.experiment.against) != champion.version:
            return None
        same = _columns(found.loaded) == _columns(champion)
        alike = form(found.loaded.model.estimator) == form(champion.model.estimator)
        return found if same and alike else None

    def notes(self, champion: Loaded) -> list[str]:
        """What a person should know of it."""
        found = self._running
        told = [self._trouble] if self._trouble else []
        if found is None or str(found.experiment.against) != champion.version:
            return told
        named = f"version {found.loaded.version}"
        if self.beside(champion) is None:
            why = "takes other columns than the champion, or answers in another form"
            return [*told, f"{named} {why}, and gets no traffic"]
        return [*told, f"{named} answers {found.experiment.share:.0%} of the keys beside it"]

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Look at once, so that keys meet the same version as before, and then again and again."""
        await asyncio.to_thread(self.look)
        watching = asyncio.create_task(self._watch())
        yield
        watching.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._poll)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """See which comparison runs, and make its challenger ready; never fails."""
        try:
            self._look()
        except OpsError as error:  # what ran before goes on
            self._say(str(error))
        except Exception as error:
            trace(error)
            self._say(f"{type(error).__name__} while looking for a challenger")

    def _look(self) -> None:
        experiment = read(state(self._settings))
        if experiment is None:
            self._running = self._trouble = None
            return
        if experiment.id == self._given_up:
            return
        if self._running is not None and self._running.experiment == experiment:
            self._trouble = None
            return
        self._running = None
        try:
            content, card = fetch(self._settings, experiment.version)
            named = f"version {experiment.version}"
            loaded = load(unpack(content, card, self._settings.trusted, named))
        except UntrustedModel:  # a file that could not be loaded will not be, next time
            self._given_up = experiment.id
            raise
        self._running, self._trouble = Challenger(experiment, loaded), None

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            say(f"challenger: {trouble}")
        self._trouble = trouble


def _columns(loaded: Loaded) -> list[tuple[str, str, bool]]:
    """What a request is read by; the categories that training knew are each version's own."""
    return [(one.name, one.kind, one.nullable) for one in loaded.features]
