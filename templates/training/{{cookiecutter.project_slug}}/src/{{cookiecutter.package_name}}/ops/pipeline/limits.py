# ours: kept current by mlops-maturity upgrade
"""What rows must hold to be trained on, beside their schema: `[validation]` in `settings.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InvalidSettings
from ..schema import NUMBERS
from ..settings import read_part, within

if TYPE_CHECKING:
    from ..settings import Settings

MOST_ROWS = 1_000_000_000


@dataclass(frozen=True)
class Limits:
    """The table `[validation]`.

    Attributes:
        rows: fewest rows.
        missing: highest share of missing values in a column that may have some.
        unknown: highest share of values that are not among the listed categories.
        duplicates: highest share of rows that repeat an earlier one, its time included, but for
            the key.
        age: most days between the newest row and now; 0 for any.
        ranges: lowest and highest value, by column; others may hold any.
    """

    rows: int
    missing: float
    unknown: float
    duplicates: float
    age: int
    ranges: Mapping[str, Any]


def read_limits(settings: Settings) -> Limits:
    """The table `[validation]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Limits, "validation", settings.root)
    within("validation.rows", found.rows, 1, MOST_ROWS)
    within("validation.age", found.age, 0, 36_500)
    for share in ("missing", "unknown", "duplicates"):
        within(f"validation.{share}", getattr(found, share), 0, 1)
    kinds = {column.name: column.kind for column in settings.data.schema}
    if not isinstance(found.ranges, dict):
        raise InvalidSettings("validation.ranges is no table", "[validation.ranges]")
    for name, ends in found.ranges.items():
        _check_range(name, ends, kinds.get(name))
    return found


def _check_range(name: str, ends: Any, kind: str | None) -> None:
    key = f"validation.ranges.{name}"
    if kind is None or kind not in NUMBERS:
        raise InvalidSettings(f"{key}: no column of numbers", "name one of [data] schema")
    numbers = isinstance(ends, list) and len(ends) == 2
    if not numbers or not all(isinstance(one, int | float) for one in ends) or ends[0] > ends[1]:
        raise InvalidSettings(f"{key} is {ends!r}", "lowest and highest, such as [0, 100]")
