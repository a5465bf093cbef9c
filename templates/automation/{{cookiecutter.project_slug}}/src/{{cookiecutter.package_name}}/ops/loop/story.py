# ours: kept current by mlops-maturity upgrade
"""The turns of the loop, for the time line of the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ..monitoring.overview import Event
from .turns import DONE, FAILED, read

if TYPE_CHECKING:
    from ..monitoring.overview import Registry
    from ..settings import Settings

KIND = "loop"


def happened(settings: Settings, registry: Registry) -> Iterator[Event]:
    """What the loop did: each step that was done, or failed."""
    for one in read(settings):
        if one.phase in (DONE, FAILED):
            word = one.kind if one.phase == DONE else f"{one.kind} failed"
            when = datetime.fromisoformat(one.when)
            yield Event(when, KIND, f"loop, {word}: {one.said}", one.version)
