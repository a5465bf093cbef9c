# ours: kept current by mlops-maturity upgrade
"""The one place that says which parts this project runs on."""

from .settings import Settings
from .source import ModelSource
from .source_file import FileSource
from .steps import STEPS, Order, Tell, Work, run_here

DRIFT: tuple[str, ...] = ()
"""Modules that give `ops drift` more to compare."""


def model_source(settings: Settings) -> ModelSource:
    """Where models come from: a file in `models/`."""
    return FileSource(settings.root / "models" / "model.skops", settings.trusted)


def train(settings: Settings, order: Order, tell: Tell) -> Work:
    """How training runs: one step after the other, in this process."""
    return run_here(STEPS, Work(settings, order, model_source(settings)), tell)
