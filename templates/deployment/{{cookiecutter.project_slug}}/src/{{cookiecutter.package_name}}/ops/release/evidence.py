# ours: kept current by mlops-maturity upgrade
"""What the log of predictions tells of versions: how often they failed, how they answered, and,
where labels are known, what their answers cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .decision import Side
from .sequential import Arm, losses

if TYPE_CHECKING:
    from ..predictions.record import Record
    from ..settings import Settings


def sides(
    settings: Settings,
    records: Iterable[Record],
    slowest: float,
    labels: Mapping[str, Any] | None = None,
) -> dict[str, Side]:
    """What is known of each version that records name.

    Of records of the same key, the first one counts: later ones say nothing that it does not, and
    who asks often must not decide by that.

    Args:
        settings: of the project.
        records: old ones first.
        slowest: milliseconds above which an answer is slow.
        labels: by key as text.
    """
    first: dict[str, dict[str, Record]] = {}
    for record in records:
        seen = first.setdefault(record.version, {})
        if record.joined_by not in seen:
            record.features = {}  # a month of them would fill the memory
            seen[record.joined_by] = record
    known = labels or {}
    answered = {
        version: [one for one in seen.values() if one.prediction is not None]
        for version, seen in first.items()
    }
    classes = _classes(settings, answered.values(), known)
    return {
        version: Side(
            _lost(settings, answered[version], known, classes),
            Arm.of(_numbers(answered[version], classes)),
            len(seen),
            len(seen) - len(answered[version]),
            sum(one.ms is not None and one.ms > slowest for one in seen.values()),
        )
        for version, seen in first.items()
    }


def _classes(
    settings: Settings, answered: Iterable[list[Record]], labels: Mapping[str, Any]
) -> list[Any]:
    """The answers that were given, the commonest first, and what else is true; none of numbers."""
    if settings.task == "regression":
        return []
    counted = Counter(record.prediction for one in answered for record in one)
    given = [prediction for prediction, _ in counted.most_common()]
    return [*given, *sorted(set(labels.values()) - set(given), key=str)]


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
    first = {one.joined_by: one for one in answered if one.joined_by in labels}
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
