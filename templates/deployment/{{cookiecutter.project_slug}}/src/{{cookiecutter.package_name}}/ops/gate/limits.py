# ours: kept current by mlops-maturity upgrade
"""What a version must show before it goes on without a person: `[gate]` in `settings.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InvalidSettings
from ..settings import one_of, read_part, within

if TYPE_CHECKING:
    from ..settings import Settings

WAYS = ("up", "down")
_NUMBERS = ("number", "integer")


@dataclass(frozen=True)
class Limits:
    """The table `[gate]`.

    Attributes:
        margin: share of the champion's figure by which a version must surely be better; below 0
            it may be a little worse.
        confidence: of the intervals.
        resamples: of the rows, for each interval.
        rows: fewest fresh rows to judge on, once a version answers.
        slices: columns whose values each are judged apart; none for all with few values.
        slice_rows: fewest rows of such a part.
        slice_loss: share by which no part may surely be worse.
        invariant: columns whose value must not change an answer.
        directions: by column, `up` where a higher value must never lower the answer, or `down`.
        latency: most milliseconds that 95 of 100 answers to one row take.
        size: most megabytes of the model file.
        tests: file or folder of the tests that count; nothing for none.
        seconds: most that these tests take.
    """

    margin: float
    confidence: float
    resamples: int
    rows: int
    slices: Sequence[str]
    slice_rows: int
    slice_loss: float
    invariant: Sequence[str]
    directions: Mapping[str, Any]
    latency: float
    size: float
    tests: str
    seconds: float


def read_gate(settings: Settings) -> Limits:
    """The table `[gate]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Limits, "gate", settings.root)
    within("gate.margin", found.margin, -1.0, 1.0)
    within("gate.confidence", found.confidence, 0.5, 0.9999)
    within("gate.resamples", found.resamples, 100, 100_000)
    within("gate.rows", found.rows, 20, 10**9)
    within("gate.slice_rows", found.slice_rows, 20, 10**9)
    within("gate.slice_loss", found.slice_loss, 0.0, 100.0)
    within("gate.latency", found.latency, 0.01, 600_000)
    within("gate.size", found.size, 0.001, 1_000_000)
    within("gate.seconds", found.seconds, 1, 86_400)
    kinds = {column.name: column.kind for column in settings.data.features}
    for name, columns in (("slices", found.slices), ("invariant", found.invariant)):
        if not isinstance(columns, list):
            raise InvalidSettings(
                f"gate.{name} is no list", 'names of columns, such as ["carrier"]'
            )
        for column in columns:
            one_of(f"gate.{name}", column, kinds)
    if not isinstance(found.directions, dict):
        raise InvalidSettings("gate.directions is no table", 'such as { distance = "up" }')
    for column, way in found.directions.items():
        one_of("gate.directions", column, [name for name in kinds if kinds[name] in _NUMBERS])
        one_of(f"gate.directions.{column}", way, WAYS)
    return found
