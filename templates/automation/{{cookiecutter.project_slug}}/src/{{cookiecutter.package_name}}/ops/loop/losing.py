# ours: kept current by mlops-maturity upgrade
"""What the champion's answers cost in each batch of rows, beside what they usually cost.

Usual is what they cost in the batches that judged it: their median, and the median deviation from
it, which a few odd ones hardly move. Where a short holdout holds few batches, the first ones after
it count as usual, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import OpsError
from ..release.sequential import losses
from ..training import answer
from ..wiring import model_source

if TYPE_CHECKING:
    from ..rows import Rows
    from ..settings import Settings

FEWEST = 20
"""Rows of a batch that can be told to be odd."""

BATCHES = 5
"""Fewest that say what is usual."""

SPREAD = 1.4826
"""Standard deviations in a median absolute deviation, for normal noise (Rousseeuw, Croux, 1993)."""


@dataclass(frozen=True)
class Lost:
    """What each batch cost.

    Attributes:
        deviations: beyond what is usual; NaN where it cannot be told, shape (batches,).
        said: the same in words; nothing where it cannot be told.
    """

    deviations: np.ndarray
    said: Sequence[str]


def lost(
    settings: Settings, rows: Rows, numbers: np.ndarray, judged: np.ndarray, later: np.ndarray
) -> Lost:
    """What the champion's answers cost in each batch.

    Args:
        settings: of the project.
        rows: all of them.
        numbers: number of the batch of each row.
        judged: whether a row was held out when the champion was trained, shape (n,).
        later: whether a row came after these.
    """
    names = np.unique(numbers)
    unknown = Lost(np.full(len(names), np.nan), [""] * len(names))
    cost = _cost(settings, rows)
    if cost is None or judged.sum() < FEWEST:
        return unknown
    usual = _usual(cost, numbers, judged, later)
    if not len(usual):
        return unknown
    middle = float(np.median(usual))
    spread = SPREAD * float(np.median(np.abs(usual - middle)))
    deviations, said = unknown.deviations, list(unknown.said)
    for place, name in enumerate(names):
        inside = numbers == name
        if (count := int(inside.sum())) < FEWEST:
            continue
        # Of both together: one great error among few rows is no reason to doubt them all.
        chance = float(cost[judged | inside].std()) / count**0.5
        mean, width = float(cost[inside].mean()), max(spread, chance)
        deviations[place] = (mean - middle) / width if width else 0.0
        said[place] = f"the champion loses {mean:.4g} a row, where {middle:.4g} is usual"
    return Lost(deviations, said)


def _usual(
    cost: np.ndarray, numbers: np.ndarray, judged: np.ndarray, later: np.ndarray
) -> np.ndarray:
    """Mean cost of each batch that says what is usual."""
    found: list[float] = []
    for rows, most in ((judged, None), (later, BATCHES)):
        for name in np.unique(numbers[rows]):
            inside = rows & (numbers == name)
            if inside.sum() >= FEWEST and (most is None or len(found) < most):
                found.append(float(cost[inside].mean()))
    return np.array(found)


def _cost(settings: Settings, rows: Rows) -> np.ndarray | None:
    """What the champion's answers cost, row by row; none where it cannot answer."""
    try:
        champion = model_source(settings).load()
        names = [column.name for column in champion.features]
        predictions, _ = answer(champion.estimator, rows.features[names])
    except (KeyError, OpsError, TypeError, ValueError):
        return None
    return losses(settings.task, settings.metric.name, rows.labels.to_numpy(), predictions)
