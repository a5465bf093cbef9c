# ours: kept current by mlops-maturity upgrade
"""Has the distribution of the features changed?

For each column a two-sample test and the size of the change; a column has drifted when both are
past their limits. A test alone calls every small change of a large table significant, a size alone
takes the noise of a small table for change.

Numbers: the test of Kolmogorov and Smirnov; its distance, the largest gap between the two
distribution functions, is the size. Categories: Pearson's chi-square test of homogeneity on the
two-row contingency table, rare categories pooled into groups so that every expected count is at
least 5 (Cochran, 1954); the size is the total variation distance less what chance alone gives, by
the mean absolute deviation of a binomial count (De Moivre, 1730). What stays too rare for a group
is tested by Fisher's exact test (Fisher, 1922), the smaller p of the two doubled. Missing
values count as a category of their own; of numbers, their share is tested beside the values. The
p-values are corrected for the number of tests by Holm's step-down method (Holm, 1979).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import Undecided
from .schema import Column

if TYPE_CHECKING:
    import pandas as pd

    from .settings import Drift

FEWEST_EXPECTED = 5
MISSING = "(missing)"
SKIPPED = frozenset({"text", "time"})


@dataclass(frozen=True)
class ColumnDrift:
    """One column between two windows.

    Attributes:
        name: of the column.
        kind: of the column.
        test: which test decided.
        p_value: corrected for the number of tests.
        effect: size of the change, from 0 (none) to 1 (nothing in common).
        drift: whether both limits are passed.
        note: the change in words.
    """

    name: str
    kind: str
    test: str
    p_value: float
    effect: float
    drift: bool
    note: str


@dataclass(frozen=True)
class DriftReport:
    """All columns between two windows, in the order of the schema."""

    reference_rows: int
    current_rows: int
    columns: tuple[ColumnDrift, ...]

    @property
    def drifted(self) -> tuple[str, ...]:
        """Names of the columns that have drifted."""
        return tuple(column.name for column in self.columns if column.drift)


def compare(
    reference: pd.DataFrame, current: pd.DataFrame, columns: Sequence[Column], limits: Drift
) -> DriftReport:
    """Compare two windows column by column.

    Args:
        reference: rows that conform to `columns`, shape (n, columns).
        current: rows that conform to `columns`, shape (m, columns).
        columns: the features; text and time are left out.
        limits: significance, effect and the fewest rows on either side.

    Raises:
        Undecided: one of the windows has too few rows to judge.
    """
    fewest = min(len(reference), len(current))
    if fewest < limits.rows:
        raise Undecided(
            f"{fewest} rows are too few to judge drift", f"at least {limits.rows}: see [drift]"
        )
    tests = [
        test
        for column in columns
        if column.kind not in SKIPPED
        for test in _tests(column, reference[column.name], current[column.name])
    ]
    if not tests:
        raise Undecided("no feature can be compared", "text and time columns are left out")
    corrected = holm([test.p_value for test in tests])
    judged = [
        replace(
            test,
            p_value=p_value,
            drift=p_value <= limits.significance and test.effect >= limits.effect,
        )
        for test, p_value in zip(tests, corrected, strict=True)
    ]
    return DriftReport(len(reference), len(current), tuple(_strongest(judged)))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected by Holm's step-down method, in the given order."""
    order = np.argsort(p_values, kind="stable")
    count = len(order)
    corrected = np.empty(count)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (count - rank) * p_values[place]))
        corrected[place] = highest
    return [float(value) for value in corrected]


def _tests(
    column: Column, reference: pd.Series[Any], current: pd.Series[Any]
) -> Iterator[ColumnDrift]:
    if column.kind in ("number", "integer"):
        yield _numbers(column, reference, current)
        if reference.isna().any() or current.isna().any():
            yield _categories(column, _absent(reference), _absent(current), "missing share")
    else:
        yield _categories(column, reference, current, "chi-square")


def _absent(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.isna().map({True: MISSING, False: ""})


def _numbers(column: Column, reference: pd.Series[Any], current: pd.Series[Any]) -> ColumnDrift:
    from scipy.stats import ks_2samp

    left, right = reference.dropna().to_numpy(), current.dropna().to_numpy()
    if not (len(left) and len(right)):
        return ColumnDrift(column.name, column.kind, "none", 1.0, 0.0, False, "no values")
    found = ks_2samp(left, right, method="asymp")
    note = f"median {np.median(left):.4g} -> {np.median(right):.4g}"
    effect, p_value = float(found.statistic), float(found.pvalue)
    return ColumnDrift(column.name, column.kind, "Kolmogorov-Smirnov", p_value, effect, False, note)


def _categories(
    column: Column, reference: pd.Series[Any], current: pd.Series[Any], test: str
) -> ColumnDrift:
    names, table = _counts(reference, current)
    shares = table / table.sum(axis=1, keepdims=True)
    moved = shares[1] - shares[0]
    most = max(range(len(names)), key=lambda place: (abs(moved[place]).round(9), names[place]))
    note = f"{names[most]} {shares[0][most]:.1%} -> {shares[1][most]:.1%}"
    effect = max(0.0, float(np.abs(moved).sum() / 2) - noise(table))
    return ColumnDrift(column.name, column.kind, test, p_value(table, names), effect, False, note)


def p_value(table: np.ndarray, names: Sequence[str]) -> float:
    """That both rows of a table of counts, shape (2, values), come from one distribution."""
    from scipy.stats import chi2_contingency, fisher_exact

    groups, rest = _pooled(table, names)
    found = chi2_contingency(groups, correction=False).pvalue if groups.shape[1] > 1 else 1.0
    if rest.any():
        exact = fisher_exact(np.column_stack([rest, table.sum(axis=1) - rest])).pvalue
        found = min(1.0, 2 * min(found, exact))
    return float(found)


def _counts(reference: pd.Series[Any], current: pd.Series[Any]) -> tuple[list[str], np.ndarray]:
    """Names of the values and their counts, shape (2, values)."""
    import pandas as pd

    both = pd.concat([reference, current], ignore_index=True).astype("object")
    codes, values = pd.factorize(both.where(both.notna(), MISSING))
    split, count = len(reference), len(values)
    parts = (codes[:split], codes[split:])
    table = np.array([np.bincount(part, minlength=count) for part in parts])
    return [str(value) for value in values], table


def _pooled(table: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The table with rare values in groups, whose smaller expected counts reach the limit.

    The rarest, too few for a group, are counted with the last one and given apart, shape (2,).

    Neighbours by count and name are pooled, never by window, so that chance alone stays chance; in
    one single group, rare values that all gave way to others could not be told from the old ones.
    """
    total = table.sum(axis=0)
    order = np.lexsort((names, total))[::-1]
    expected = np.cumsum(total[order]) * table.sum(axis=1).min() / table.sum()
    starts, reached = [0], 0.0
    while (ends := np.searchsorted(expected, reached + FEWEST_EXPECTED - 1e-9)) < len(order):
        starts.append(int(ends) + 1)
        reached = expected[ends]
    rest = table[:, order[starts[-1] :]].sum(axis=1)
    return np.add.reduceat(table[:, order], starts[:-1] or [0], axis=1), rest


def noise(table: np.ndarray) -> float:
    """Total variation distance to expect between two samples of one distribution.

    Of a value seen t times, chance puts a binomial count into the reference; its mean absolute
    deviation is exact down to t = 1, and is shrunk as both windows together are finite.
    """
    from scipy.stats import binom

    total, (left, right) = table.sum(axis=0), table.sum(axis=1)
    rows = left + right
    part = left / rows
    least = np.floor(total * part) + 1
    deviation = 2 * least * (1 - part) * binom.pmf(least, total, part)
    finite = np.sqrt((rows - total) / (rows - 1))
    return float((deviation * finite).sum() * rows / (left * right) / 2)


def _strongest(tests: Sequence[ColumnDrift]) -> Iterator[ColumnDrift]:
    """Of each column the test that speaks loudest."""
    best: dict[str, ColumnDrift] = {}
    for test in tests:
        known = best.get(test.name)
        if known is None or (test.drift, -test.p_value) > (known.drift, -known.p_value):
            best[test.name] = test
    return iter(best.values())
