# ours: kept current by mlops-maturity upgrade
"""Where models come from and go to: the protocol that every source fulfils."""

from collections.abc import Mapping
from typing import Any, Protocol

from .model_file import Model


class ModelSource(Protocol):
    """A place that keeps models."""

    @property
    def poll(self) -> float | None:
        """Seconds after which a service looks for another model; none where it does not."""

    def load(self) -> Model:
        """The model that answers now."""

    def newer(self, than: Model) -> Model | None:
        """The model that answers now, where it is another one."""

    def keep(self, content: bytes, card: Mapping[str, Any]) -> str:
        """Keep a model file and its card; returns the name under which a person finds it."""
