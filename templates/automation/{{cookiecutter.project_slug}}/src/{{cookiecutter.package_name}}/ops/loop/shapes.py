# ours: kept current by mlops-maturity upgrade
"""How many rows batches have, and in which columns they vary, beside what others have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .losing import FEWEST

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Shapes:
    """The shape of each batch.

    Attributes:
        names: of the columns.
        sizes: number of rows, shape (batches,).
        several: whether a column has several values, shape (batches, columns).
    """

    names: tuple[str, ...]
    sizes: np.ndarray
    several: np.ndarray

    def since(self, first: int) -> Shapes:
        """The same batches, where those before the place `first` have no rows."""
        sizes = self.sizes.copy()
        sizes[:first] = 0
        return replace(self, sizes=sizes)


def shapes(features: pd.DataFrame, places: np.ndarray, count: int) -> Shapes:
    """The shape of each batch.

    Args:
        features: of all rows.
        places: place of the batch of each row, shape (n,).
        count: number of batches.
    """
    several = np.zeros((count, features.shape[1]), dtype=bool)
    for number, name in enumerate(features.columns):
        found = features[name].groupby(places).nunique(dropna=False)
        several[found.index, number] = found.to_numpy() > 1
    names = tuple(map(str, features.columns))
    return Shapes(names, np.bincount(places, minlength=count), several)


class Usual:
    """The shape that batches usually have; one of them is held against the others.

    Args:
        known: batches that say what is usual; those without rows say nothing.
        volume: times the usual rows that are odd.
        varies: share of them in which a column has several values, where it varies.
        around: number of batches before one, and after it, that are those around it.
    """

    def __init__(self, known: Shapes, volume: float, varies: float, around: int) -> None:
        self._known, self._volume, self._varies = known, volume, varies
        self._around, self._there = around, np.flatnonzero(known.sizes)
        self._sizes = np.sort(known.sizes[self._there])
        fewest = min(FEWEST, self._sizes[-1]) if len(self._sizes) else FEWEST
        self._telling = known.sizes >= fewest
        self._several = known.several[self._telling].sum(axis=0)

    def doubt(self, seen: Shapes, place: int) -> str:
        """What is odd about a batch, in words; nothing where nothing is, or nothing is known."""
        count, own = int(seen.sizes[place]), int(self._known.sizes[place])
        if count < FEWEST or len(self._sizes) <= (own > 0):
            return ""
        typical = self._typical(place, own)
        if count > self._volume * typical:
            return f"{count:,} rows, where {typical:,.0f} are usual"
        mine = int(self._telling[place])
        others = max(int(self._telling.sum()) - mine, 1)
        share = (self._several - mine * self._known.several[place]) / others
        constant = ~seen.several[place] & (share >= self._varies)
        return f"{seen.names[int(constant.argmax())]} has one value" if constant.any() else ""

    def _typical(self, place: int, own: int) -> float:
        """Median of the sizes of the other batches, or of those around it, if that is more.

        So traffic that has grown for good is usual soon, and what follows quiet weeks is, too.
        """
        first = int(np.searchsorted(self._there, place))
        before = self._there[max(first - self._around, 0) : first]
        after = self._there[first + (own > 0) :][: self._around]
        around = self._known.sizes[np.concatenate([before, after])]
        return max(self._middle(own), float(np.median(around)) if len(around) else 0.0)

    def _middle(self, own: int) -> float:
        """Median of the sizes without one of `own` rows, where there is one."""
        count, where = len(self._sizes), len(self._sizes)
        if own:
            count, where = count - 1, int(np.searchsorted(self._sizes, own))
        middle = [number + (number >= where) for number in ((count - 1) // 2, count // 2)]
        return float(self._sizes[middle].mean())
