# ours: kept current by mlops-maturity upgrade
"""Where predictions and labels are kept: `[log]` in `settings.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..settings import read_part, within
from ..tracking.place import state

if TYPE_CHECKING:
    from ..settings import Settings


@dataclass(frozen=True)
class LogSettings:
    """The table `[log]`.

    Attributes:
        folder: where it lies, such as a disk that servers share; the project's state without one.
        sync: whether each write is forced to the disk.
        days: until a record is deleted.
    """

    folder: str
    sync: bool
    days: int


def read_log(settings: Settings) -> LogSettings:
    """The table `[log]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(LogSettings, "log", settings.root)
    within("log.days", found.days, 1, 36_500)
    return found


def predictions_folder(settings: Settings) -> Path:
    """The folder of the log of predictions."""
    return _place(settings) / "predictions"


def labels_folder(settings: Settings) -> Path:
    """The folder of the log of labels."""
    return _place(settings) / "labels"


def _place(settings: Settings) -> Path:
    folder = read_log(settings).folder
    return settings.root / folder if folder else state(settings.root)
