# ours: kept current by mlops-maturity upgrade
"""The one place that says which parts this project runs on."""

from .settings import Settings
from .source import ModelSource
from .source_registry import RegistrySource
from .steps import Order, Tell, Work


def model_source(settings: Settings) -> ModelSource:
    """Where models come from: the registry."""
    return RegistrySource(settings)


def train(settings: Settings, order: Order, tell: Tell) -> Work:
    """How training runs: as a pipeline, recorded by Prefect where an address of it is known."""
    from .pipeline.runner import run

    return run(settings, order, model_source(settings), tell)
