# ours: kept current by mlops-maturity upgrade
"""How far a column has moved between two profiles, and whether chance alone explains it.

Numbers: the distance of Kolmogorov and Smirnov over the cells, less the distance that chance is
expected to bring (Marsaglia, Tsang and Wang: Evaluating Kolmogorov's distribution, 2003, for its
mean), and its asymptotic p-value; a missing value stands below all others. Categories: as in
`ops/drift.py`, total variation less chance, and chi-square.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ..drift import noise, p_value
from .profile import Scale

MEAN_OF_KOLMOGOROV = 0.8687


@dataclass(frozen=True)
class Change:
    """A column between two profiles.

    Attributes:
        size: from 0 (none) to 1 (nothing in common), less what chance brings.
        p_value: not corrected.
        note: in words.
    """

    size: float
    p_value: float
    note: str


def change(scale: Scale, reference: np.ndarray, current: np.ndarray) -> Change:
    """Compare the counts of a column, each of shape (cells,), neither empty."""
    if scale.is_number:
        return _numbers(scale, reference, current)
    return _categories(scale, reference, current)


def size(scale: Scale, reference: np.ndarray, current: np.ndarray) -> float:
    """The size of that change alone: what it costs to tell chance and words is most of the rest."""
    if scale.is_number:
        return _number_size(*_distance(reference, current))
    return _category_size(_seen(reference, current)[0])


def _numbers(scale: Scale, reference: np.ndarray, current: np.ndarray) -> Change:
    from scipy.stats import kstwobign

    distance, rows = _distance(reference, current)
    missing = [one[-1] / one.sum() for one in (reference, current)]
    if abs(missing[1] - missing[0]) > distance / 2:
        note = f"missing {missing[0]:.1%} -> {missing[1]:.1%}"
    else:
        note = f"median {_median(scale, reference)} -> {_median(scale, current)}"
    chance = float(kstwobign.sf(sqrt(rows) * distance))
    return Change(_number_size(distance, rows), chance, note)


def _distance(reference: np.ndarray, current: np.ndarray) -> tuple[float, float]:
    """The greatest one between the cumulated shares, and the rows that it counts as."""
    left, right = (np.cumsum(np.roll(one, 1)) / one.sum() for one in (reference, current))
    rows = reference.sum() * current.sum() / (reference.sum() + current.sum())
    return float(np.abs(left - right).max()), float(rows)


def _number_size(distance: float, rows: float) -> float:
    return max(0.0, distance - MEAN_OF_KOLMOGOROV / sqrt(rows))


def _median(scale: Scale, counts: np.ndarray) -> str:
    """The upper end of the cell in which it lies."""
    below = np.cumsum(counts[:-1])
    if not below[-1]:
        return "none"
    place = int(np.searchsorted(below, below[-1] / 2))
    return f"{scale.edges[place]:.4g}" if place < len(scale.edges) else f"> {scale.edges[-1]:.4g}"


def _categories(scale: Scale, reference: np.ndarray, current: np.ndarray) -> Change:
    table, seen = _seen(reference, current)
    names = [name for name, one in zip(scale.cells, seen, strict=True) if one]
    shares = table / table.sum(axis=1, keepdims=True)
    most = int(np.abs(shares[1] - shares[0]).argmax())
    note = f"{names[most]} {shares[0][most]:.1%} -> {shares[1][most]:.1%}"
    return Change(_category_size(table), p_value(table, names), note)


def _seen(reference: np.ndarray, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts of the values that occur, shape (2, values), and which cells these are."""
    table = np.array([reference, current])
    seen = table.sum(axis=0) > 0
    return table[:, seen], seen


def _category_size(table: np.ndarray) -> float:
    shares = table / table.sum(axis=1, keepdims=True)
    return max(0.0, float(np.abs(shares[1] - shares[0]).sum() / 2) - noise(table))
