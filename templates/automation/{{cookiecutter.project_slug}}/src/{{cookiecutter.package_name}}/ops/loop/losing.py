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
class Costs:
    """What the answers to the rows of each batch cost.

    Attributes:
        counts: number of rows, shape (batches,).
        sums: of what they cost.
        squares: sums of the squares of that.
    """

    counts: np.ndarray
    sums: np.ndarray
    squares: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """Of each batch; NaN where it has too few rows."""
        means = self.sums / np.maximum(self.counts, 1)
        return np.asarray(np.where(self.counts < FEWEST, np.nan, means))

    @property
    def known(self) -> np.ndarray:
        """The means that are known."""
        return np.asarray(self.means[~np.isnan(self.means)])


@dataclass(frozen=True)
class Lost:
    """What each batch cost.

    Attributes:
        deviations: beyond what is usual; NaN where it cannot be told, shape (batches,).
        said: the same in words; nothing where it cannot be told.
        costs: of the batches; none where they cannot be told.
        spread: usual deviation between batches, as a share of what is usual.
    """

    deviations: np.ndarray
    said: Sequence[str]
    costs: Costs | None = None
    spread: float = 0.0

    def since(self, first: int) -> Lost:
        """The batches from the place `first` on, where these alone say what is usual."""
        if self.costs is None:
            return Lost(self.deviations[first:], self.said[first:])
        found = self.costs
        found = Costs(found.counts[first:], found.sums[first:], found.squares[first:])
        # Within batches: what one of them alone costs is not chance.
        within = found.squares - found.sums**2 / np.maximum(found.counts, 1)
        variance = np.full(len(within), within.sum() / found.counts.sum())
        return _beside(found, found.known, variance, self.spread)


def lost(
    settings: Settings, rows: Rows, places: np.ndarray, judged: np.ndarray, later: np.ndarray
) -> Lost:
    """What the champion's answers cost in each batch.

    Args:
        settings: of the project.
        rows: all of them.
        places: place of the batch of each row, from 0 on, shape (n,).
        judged: whether a row was held out when the champion was trained, shape (n,).
        later: whether a row came after these.
    """
    count = int(places.max()) + 1
    unknown = Lost(np.full(count, np.nan), [""] * count)
    cost = _cost(settings, rows)
    if cost is None or judged.sum() < FEWEST:
        return unknown
    every, held, after = (
        _costs(cost, places, inside, count) for inside in (np.ones_like(judged), judged, later)
    )
    usual = np.append(held.known, after.known[: max(BATCHES - len(held.known), 0)])
    if not len(usual):
        return unknown
    # Of both together: one great error among few rows is no reason to doubt them all.
    counts = every.counts - held.counts + held.counts.sum()
    sums = every.sums - held.sums + held.sums.sum()
    squares = every.squares - held.squares + held.squares.sum()
    return _beside(every, usual, squares / counts - (sums / counts) ** 2)


def _costs(cost: np.ndarray, places: np.ndarray, inside: np.ndarray, count: int) -> Costs:
    """What the rows that are `inside` cost."""
    places, cost = places[inside], cost[inside]
    sums, squares = (np.bincount(places, weights, count) for weights in (cost, cost**2))
    return Costs(np.bincount(places, minlength=count), sums, squares)


def _beside(costs: Costs, usual: np.ndarray, variance: np.ndarray, least: float = 0.0) -> Lost:
    """Batches beside what is usual.

    Args:
        costs: of the batches.
        usual: what a row costs on average in those that say what is usual.
        variance: of what a row costs, for each batch.
        least: share of what is usual by which batches deviate, if a few of them do by less.
    """
    middle = float(np.median(usual)) if len(usual) else np.nan
    spread = SPREAD * float(np.median(np.abs(usual - middle))) if len(usual) else np.nan
    chance = np.sqrt(np.maximum(variance, 0.0) / np.maximum(costs.counts, 1))
    width, beyond = np.maximum(max(spread, least * middle), chance), costs.means - middle
    deviations = np.divide(beyond, width, out=0 * beyond, where=width > 0)
    usually = f"a row, where {middle:.4g} is usual"
    said = [
        "" if np.isnan(mean) else f"the champion loses {mean:.4g} {usually}" for mean in costs.means
    ]
    return Lost(deviations, said, costs, spread / middle if middle > 0 else 0.0)


def _cost(settings: Settings, rows: Rows) -> np.ndarray | None:
    """What the champion's answers cost, row by row; none where it cannot answer."""
    try:
        champion = model_source(settings).load()
        names = [column.name for column in champion.features]
        predictions, _ = answer(champion.estimator, rows.features[names])
    except (KeyError, OpsError, TypeError, ValueError):
        return None
    return losses(settings.task, settings.metric.name, rows.labels.to_numpy(), predictions)
