# ours: kept current by mlops-maturity upgrade
"""Profiles: how the values of each column are distributed, in a size that does not grow with rows.

The values of a column are counted in fixed cells: numbers between quantiles of a reference,
categories by name, the rare ones together. Two profiles with the same cells are added up by adding
their counts, so that rows pass by in parts and never lie in memory together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..drift import MISSING, SKIPPED
from ..schema import Column

if TYPE_CHECKING:
    import pandas as pd

CELLS = 100
"""Cells of a number; more of them change the distance of two distributions by less than 1 %."""

CATEGORIES = 200
"""Categories that are counted apart."""

OTHER = "(other)"


@dataclass(frozen=True)
class Scale:
    """The cells in which the values of a column are counted.

    A number has a cell up to each edge and one above; a category one for each name and one for all
    others. The last cell is that of missing values.

    Attributes:
        name: of the column.
        kind: of the column.
        edges: upper ends of cells, ascending; of a number.
        names: of the categories that are counted apart; of everything else.
    """

    name: str
    kind: str
    edges: tuple[float, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is a scale of numbers."""
        return bool(self.edges)

    @property
    def cells(self) -> list[str]:
        """The name of each cell of categories."""
        return [*self.names, OTHER, MISSING]

    def count(self, values: pd.Series[Any]) -> np.ndarray:
        """How many values lie in each cell.

        Args:
            values: as `schema.conform` gives them, shape (n,).
        """
        if self.is_number:
            return self._numbers(values.to_numpy(dtype="float64", na_value=np.nan))
        import pandas as pd

        codes, found = pd.factorize(values)
        places = {name: place for place, name in enumerate(self.names)}
        there = np.bincount(codes[codes >= 0], minlength=len(found))
        counts = np.zeros(len(self.names) + 2, dtype=np.int64)
        for name, count in zip(found, there, strict=True):
            counts[places.get(str(name), -2)] += count
        counts[-1] = len(codes) - there.sum()
        return counts

    def _numbers(self, values: np.ndarray) -> np.ndarray:
        edges = np.asarray(self.edges)
        # What is missing is sorted behind all edges.
        counts = np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 2)
        missing = int(np.isnan(values).sum())
        counts[-2:] = counts[-2] - missing, missing
        return counts


@dataclass(frozen=True)
class Profile:
    """How the values of rows are distributed.

    Attributes:
        scales: the cells of each column.
        counts: how many values lie in each, shape (cells,) for each column.
        rows: number of rows.
    """

    scales: tuple[Scale, ...]
    counts: tuple[np.ndarray, ...]
    rows: int

    def __add__(self, other: Profile) -> Profile:
        if self.scales != other.scales:
            raise ValueError("profiles of different cells cannot be added")
        both = zip(self.counts, other.counts, strict=True)
        return Profile(self.scales, tuple(a + b for a, b in both), self.rows + other.rows)


def scales(rows: pd.DataFrame, columns: Sequence[Column]) -> tuple[Scale, ...]:
    """Cells that suit the distributions of a reference, or of a sample of it.

    Args:
        rows: that conform to the columns.
        columns: text and time are left out.
    """
    return tuple(
        _scale(rows[column.name], column) for column in columns if column.kind not in SKIPPED
    )


def profile(parts: Iterable[pd.DataFrame], cells: tuple[Scale, ...]) -> Profile:
    """The profile of rows that come in parts."""
    found = Profile(cells, tuple(_nothing(scale) for scale in cells), 0)
    for rows in parts:
        counts = tuple(scale.count(rows[scale.name]) for scale in cells)
        found += Profile(cells, counts, len(rows))
    return found


def written(found: Profile) -> dict[str, Any]:
    """The counts as JSON holds them; their cells are written once, by `written_scales`."""
    return {"rows": found.rows, "counts": [counts.tolist() for counts in found.counts]}


def read(told: Mapping[str, Any], cells: tuple[Scale, ...]) -> Profile:
    """A profile that was written.

    Raises:
        ValueError: it has other cells.
    """
    counts = tuple(np.asarray(one, dtype=np.int64) for one in told["counts"])
    if [len(one) for one in counts] != [len(_nothing(scale)) for scale in cells]:
        raise ValueError("a profile of other cells")
    return Profile(cells, counts, int(told["rows"]))


def written_scales(cells: Sequence[Scale]) -> list[dict[str, Any]]:
    """Scales as JSON holds them."""
    return [
        {"name": one.name, "kind": one.kind, "edges": list(one.edges), "names": list(one.names)}
        for one in cells
    ]


def read_scales(told: Sequence[Mapping[str, Any]]) -> tuple[Scale, ...]:
    """Scales that were written."""
    return tuple(
        Scale(one["name"], one["kind"], tuple(one["edges"]), tuple(one["names"])) for one in told
    )


def _nothing(scale: Scale) -> np.ndarray:
    size = len(scale.edges) + 2 if scale.is_number else len(scale.names) + 2
    return np.zeros(size, dtype=np.int64)


def _scale(values: pd.Series[Any], column: Column) -> Scale:
    if not column.is_number:
        common = values.dropna().astype(str).value_counts(sort=False).sort_index()
        common = common.sort_values(ascending=False, kind="stable")
        return Scale(column.name, column.kind, names=tuple(common.index[:CATEGORIES]))
    there = values.dropna().to_numpy(dtype="float64")
    if not len(there):
        return Scale(column.name, column.kind, edges=(0.0,))
    # Values that occur, and not points between them: a step of the distribution is an edge.
    edges = np.quantile(there, np.linspace(0, 1, CELLS), method="inverted_cdf")
    return Scale(column.name, column.kind, edges=tuple(np.unique(edges).tolist()))
