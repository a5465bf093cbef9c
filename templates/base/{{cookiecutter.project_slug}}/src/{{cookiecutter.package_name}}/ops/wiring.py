# ours: kept current by mlops-maturity upgrade
"""The one place that says which parts this project runs on."""

from .settings import Settings
from .source import ModelSource
from .source_file import FileSource


def model_source(settings: Settings) -> ModelSource:
    """Where models come from: a file in `models/`."""
    return FileSource(settings.root / "models" / "model.skops", settings.trusted)
