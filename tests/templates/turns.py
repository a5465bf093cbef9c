"""Lines of the loop's record."""

from __future__ import annotations

from typing import Any

from tests.templates.batches import Part
from tests.templates.conftest import NOW


def event(closed: Part, kind: str, phase: str, **more: Any) -> Any:
    return closed("loop.turns").Event("t", NOW.isoformat(), kind, phase, "it moved", **more)
