# ours: kept current by mlops-maturity upgrade
"""Where models come from and go to: the protocol that every source fulfils."""

from collections.abc import Mapping
from typing import Any, Protocol

from .model_file import Model


class ModelSource(Protocol):
    """A place that keeps models."""

    def load(self) -> Model:
        """The model that answers now."""

    def save(self, estimator: Any, card: Mapping[str, Any]) -> str:
        """Keep a newly trained model; returns the name under which a person finds it."""
