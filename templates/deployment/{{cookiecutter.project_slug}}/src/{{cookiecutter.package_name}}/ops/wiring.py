# ours: kept current by mlops-maturity upgrade
"""The one place that says which parts this project runs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .settings import Settings
from .source import ModelSource
from .source_registry import RegistrySource
from .steps import Order, Step, Tell, Work

if TYPE_CHECKING:
    from datetime import datetime

    from .release.waiting import Taken

DRIFT = ("monitoring.live",)  # modules that give `ops drift` more to compare
FLOWS = ("pipeline.flow", "release.flow")  # whose `due` is what `ops schedule` runs
LOOKS = "release.watching"  # whose `LOOKS` are what `ops watch` looks at
HEARING: tuple[str, ...] = ()  # whose `hear(settings, alerts)` is told which alerts began
STORY: tuple[str, ...] = ()  # whose `happened(settings, registry)` adds to the page's time line


def model_source(settings: Settings) -> ModelSource:
    """Where models come from: the registry."""
    return RegistrySource(settings)


def train(settings: Settings, order: Order, tell: Tell) -> Work:
    """How training runs: as a pipeline, recorded by Prefect where an address of it is known."""
    from .pipeline.runner import run

    return run(settings, order, model_source(settings), tell)


def steps() -> Sequence[Step[Any]]:
    """The steps of the pipeline."""
    from .release.steps import STEPS

    return STEPS


def desk(settings: Settings, serving: Any) -> Any:
    """Who answers requests: champion and challenger, together and on record."""
    from .serving.live import LiveDesk

    return LiveDesk(settings, serving)


def arrived(settings: Settings, now: datetime) -> Taken | None:
    """What becomes of a version that was delivered: it goes on at once."""
    from .release.waiting import take_up

    return take_up(settings, now, delivered=True)
