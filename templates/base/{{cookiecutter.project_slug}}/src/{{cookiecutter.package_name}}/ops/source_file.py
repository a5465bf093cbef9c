# ours: kept current by mlops-maturity upgrade
"""Models as a file that is passed on by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import model_file


@dataclass(frozen=True)
class FileSource:
    """One model file and its card."""

    path: Path
    trusted: tuple[str, ...] = ()

    def load(self) -> model_file.Model:
        """The model in the file."""
        return model_file.load(self.path, self.trusted)

    def save(self, estimator: Any, card: Mapping[str, Any]) -> str:
        """Write the file; returns its path."""
        model_file.save(self.path, estimator, card, self.trusted)
        return str(self.path)
