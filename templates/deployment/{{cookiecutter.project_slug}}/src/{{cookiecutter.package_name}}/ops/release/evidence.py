# ours: kept current by mlops-maturity upgrade
"""What the log of predictions tells of versions: how often they failed, how they answered, and,
where labels are known, what their answers cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .decision import Side
from .sequential import Arm, losses

if TYPE_CHECKING:
    from ..predictions.record import Record
    from ..settings import Settings


@dataclass
class _Seen:
    """What one version said, record by record."""

    asked: int = 0
    failed: int = 0
    slow: int = 0
    answered: list[Record] = field(default_factory=list)


def sides(
    settings: Settings,
    records: Iterable[Record],
    slowest: float,
    labels: Mapping[str, Any] | None = None,
) -> dict[str, Side]:
    """What is known of each version that records name.

    Of answers to the same key, the first one counts: later ones say nothing that it does not.

    Args:
        settings: of the project.
        records: old ones first.
        slowest: milliseconds above which an answer is slow.
        labels: by key as text.
    """
    seen: dict[str, _Seen] = {}
    for record in records:
        one = seen.setdefault(record.version, _Seen())
        one.asked += 1
        one.failed += record.prediction is None
        one.slow += record.ms is not None and record.ms > slowest
        if record.prediction is not None:
            one.answered.append(record)
    classes = _classes(settings, seen.values())
    return {
        version: Side(
            _lost(settings, one.answered, labels or {}, classes),
            Arm.of(_numbers(one.answered, classes)),
            one.asked,
            one.failed,
            one.slow,
        )
        for version, one in seen.items()
    }


def _classes(settings: Settings, seen: Iterable[_Seen]) -> list[Any]:
    """The answers that were given, the commonest first; none of numbers."""
    if settings.task == "regression":
        return []
    counted = Counter(record.prediction for one in seen for record in one.answered)
    return [prediction for prediction, _ in counted.most_common()]


def _numbers(answered: list[Record], classes: list[Any]) -> np.ndarray:
    """Answers as numbers: themselves, the score, or whether one is the commonest class."""
    if not classes:
        return np.array([record.prediction for record in answered], "float64")
    if all(record.score is not None for record in answered):
        return np.array([record.score for record in answered], "float64")
    return np.array([record.prediction == classes[0] for record in answered], "float64")


def _lost(
    settings: Settings, answered: list[Record], labels: Mapping[str, Any], classes: list[Any]
) -> Arm:
    """What the answers cost whose label is known."""
    first: dict[str, Record] = {}
    for record in answered:
        if record.joined_by in labels:
            first.setdefault(record.joined_by, record)
    if not first:
        return Arm()
    truth = [labels[key] for key in first]
    said = [record.prediction for record in first.values()]
    chances = [
        _chance(record, label, classes) for record, label in zip(first.values(), truth, strict=True)
    ]
    scores = None if None in chances else np.array(chances, "float64")
    return Arm.of(
        losses(settings.task, settings.metric.name, np.array(truth), np.array(said), scores)
    )


def _chance(record: Record, label: Any, classes: list[Any]) -> float | None:
    """The probability that an answer gave to what turned out to be true."""
    if record.scores is not None:
        return record.scores.get(str(label))
    if record.score is None or len(classes) != 2:
        return None
    return record.score if label == max(classes) else 1 - record.score
