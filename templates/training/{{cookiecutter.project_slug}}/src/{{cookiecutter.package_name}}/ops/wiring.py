# ours: kept current by mlops-maturity upgrade
"""The one place that says which parts this project runs on."""

from collections.abc import Sequence
from typing import Any

from .settings import Settings
from .source import ModelSource
from .source_registry import RegistrySource
from .steps import Order, Step, Tell, Work

FLOWS = ("pipeline.flow",)
"""Modules whose `due` is what `ops schedule` runs."""
DRIFT: tuple[str, ...] = ()
"""Modules that give `ops drift` more to compare."""


def model_source(settings: Settings) -> ModelSource:
    """Where models come from: the registry."""
    return RegistrySource(settings)


def train(settings: Settings, order: Order, tell: Tell) -> Work:
    """How training runs: as a pipeline, recorded by Prefect where an address of it is known."""
    from .pipeline.runner import run

    return run(settings, order, model_source(settings), tell)


def steps() -> Sequence[Step[Any]]:
    """The steps of the pipeline."""
    from .pipeline.pipeline import STEPS

    return STEPS


def desk(settings: Settings, serving: Any) -> Any:
    """Who answers requests: the model, at once."""
    from .serving.desk import PlainDesk

    return PlainDesk()
