# ours: kept current by mlops-maturity upgrade
"""What the log of predictions tells of versions: how often they failed, how they answered, and,
where labels are known, what their answers cost.

Versions that are told beside each other are measured alike: by one loss, and by one number for each
answer. What not all of them give, such as probabilities, counts for none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import OpsError
from .decision import Side
from .sequential import LOGARITHMIC, Arm, loss_of, losses

if TYPE_CHECKING:
    from ..predictions.record import Record
    from ..settings import Settings


class Unmeasurable(OpsError):
    """Answers cannot be measured, as they are none of the kind that the settings promise."""


Answered = Mapping[str, list["Record"]]
"""The records of each version that it could answer."""


def sides(
    settings: Settings,
    records: Iterable[Record],
    slowest: float,
    labels: Mapping[str, Any] | None = None,
) -> dict[str, Side]:
    """What is known of each version that records name.

    Args:
        settings: of the project.
        records: old ones first.
        slowest: milliseconds above which an answer is slow.
        labels: by key as text.

    Raises:
        Unmeasurable: an answer is no number, or classes are of kinds that have no order.
    """
    first = _first(records)
    answered = {
        version: [one for one in seen.values() if one.prediction is not None]
        for version, seen in first.items()
    }
    try:
        numbers = _numbers(settings, answered)
        loss, lost = _lost(settings, answered, labels or {})
    except (TypeError, ValueError) as error:
        raise Unmeasurable(f"its answers cannot be measured: {error}") from None
    return {
        version: Side(
            lost[version],
            numbers[version],
            len(seen),
            len(seen) - len(answered[version]),
            sum(one.ms is not None and one.ms > slowest for one in seen.values()),
            loss,
        )
        for version, seen in first.items()
    }


def _first(records: Iterable[Record]) -> dict[str, dict[str, Record]]:
    """Of records of the same key, the first one counts, by version.

    Later ones say nothing that it does not, and who asks often must not decide by that.
    """
    found: dict[str, dict[str, Record]] = {}
    for record in records:
        seen = found.setdefault(record.version, {})
        if record.joined_by not in seen:
            record.features = {}  # a month of them would fill the memory
            seen[record.joined_by] = record
    return found


def _numbers(settings: Settings, answered: Answered) -> dict[str, Arm]:
    """Answers as numbers: themselves, the score, or whether one is the commonest class of all."""
    every = [record for one in answered.values() for record in one]
    if settings.task == "regression":
        return {name: _arm(record.prediction for record in one) for name, one in answered.items()}
    if all(record.score is not None for record in every):
        return {name: _arm(record.score for record in one) for name, one in answered.items()}
    ((commonest, _),) = Counter(record.prediction for record in every).most_common(1)
    return {
        name: _arm(record.prediction == commonest for record in one)
        for name, one in answered.items()
    }


def _arm(values: Iterable[Any]) -> Arm:
    return Arm.of(np.fromiter(values, "float64"))


def _lost(
    settings: Settings, answered: Answered, labels: Mapping[str, Any]
) -> tuple[str, dict[str, Arm]]:
    """Which loss counts, and what the answers cost whose label is known."""
    every = [record for one in answered.values() for record in one]
    scored = all(record.score is not None or record.scores is not None for record in every)
    loss = loss_of(settings.task, settings.metric.name, scored)
    pair = _pair(every, labels) if loss == LOGARITHMIC else None
    found = {}
    for version, records in answered.items():
        told = [one for one in records if one.joined_by in labels]
        chances = None
        if loss == LOGARITHMIC:
            told = [one for one in told if pair or one.scores is not None]
            chances = np.array([_chance(one, labels[one.joined_by], pair) for one in told])
        truth = np.array([labels[one.joined_by] for one in told])
        said = np.array([one.prediction for one in told])
        found[version] = Arm.of(losses(settings.task, settings.metric.name, truth, said, chances))
    return loss, found


def _pair(answered: Iterable[Record], labels: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """The two classes, of which a score is the probability of the second; none until both came."""
    given = {record.prediction for record in answered}
    found = sorted(given if len(given) == 2 else given | set(labels.values()))
    return (found[0], found[1]) if len(found) == 2 else None


def _chance(record: Record, label: Any, pair: tuple[Any, Any] | None) -> float:
    """The probability that an answer gave to what turned out to be true.

    A class that the version does not know has none.
    """
    if record.scores is not None:
        return record.scores.get(str(label), 0.0)
    assert record.score is not None
    assert pair is not None
    return {pair[0]: 1 - record.score, pair[1]: record.score}.get(label, 0.0)
