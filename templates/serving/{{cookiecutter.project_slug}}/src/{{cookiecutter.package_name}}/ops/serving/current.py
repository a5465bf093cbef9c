# ours: kept current by mlops-maturity upgrade
"""What answers now, and how another model takes its place without a dropped request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import OpsError
from ..model_file import Model
from ..settings import Settings
from ..wiring import model_source
from .access import line
from .answering import Loaded, load
from .openapi import describe
from .options import Serving
from .questions import Reader
from .talk import trace


@dataclass(frozen=True)
class Now:
    """What answers now; another model takes the place of all of it at once.

    Attributes:
        loaded: the model.
        reader: reads records for it.
        described: the service with it, by OpenAPI.
    """

    loaded: Loaded
    reader: Reader
    described: dict[str, Any]


class Current:
    """The model of one process: loaded at its start, and again whenever another one answers."""

    def __init__(self, settings: Settings, serving: Serving, needs_token: bool) -> None:
        self._settings, self._serving, self._needs_token = settings, serving, needs_token
        self._source = model_source(settings)
        self._poll = self._source.poll
        self._trouble = ""
        self.now = self._ready(self._source.load())

    @property
    def notes(self) -> list[str]:
        """What a person should know of the model, and of the place that it comes from."""
        model = self.now.loaded.model
        return [*model.notes, *filter(None, {model.trouble, self._trouble})]

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Look for another model as long as the service lives."""
        watching = asyncio.create_task(self._watch(self._poll)) if self._poll else None
        yield
        if watching is not None:
            watching.cancel()

    async def _watch(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                newer = await asyncio.to_thread(self._newer)
            except OpsError as error:
                self._trouble = str(error)
                continue
            except Exception as error:
                trace(error)
                self._trouble = f"{type(error).__name__} while looking for another model"
                continue
            self._trouble = ""
            if newer is not None:
                self.now = newer
                line({"event": "another model answers", "model_version": newer.loaded.version})

    def _newer(self) -> Now | None:
        """Another model, made ready in a thread while the one before goes on answering."""
        model = self._source.newer(self.now.loaded.model)
        return None if model is None else self._ready(model)

    def _ready(self, model: Model) -> Now:
        loaded = load(model)
        reader = Reader(model, self._serving.rows, self._serving.unseen == "refuse")
        described = describe(self._settings, loaded, self._serving, self._needs_token)
        return Now(loaded, reader, described)
