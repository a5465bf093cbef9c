"""What the loop may see when it decides: usual limits, an alarm, a comparison."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

Part = Callable[[str], ModuleType]
NOW = datetime(2026, 12, 21, 12, tzinfo=UTC)  # a Monday
USUAL: dict[str, Any] = {
    **{"every": 60, "cooldown": 24.0, "per_day": 1, "per_month": 4, "fresh": 500, "share": 0.5},
    **{"freeze": [], "approval": False, "expiry": 48.0, "lease": 60, "confirm": 3},
    **{"volume": 5.0, "loss": 3.0, "batch": 24.0},
}


def limits(closed: Part, **changed: Any) -> Any:
    return closed("loop.limits").Limits(**{**USUAL, **changed})


def alarm(part: ModuleType, kind: str = "performance") -> Any:
    return part.Alarm("a", kind, "mae is worse since Monday")


def comparing(part: ModuleType, verdict: str, labels: int = 1000) -> Any:
    return part.Comparing(2, verdict, "as the labels say", labels)
