# ours: kept current by mlops-maturity upgrade
"""A version beside the champion, on all fresh rows and on each part of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .improvement import Answers, Evaluate, Improvement, beside, improvement
from .verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

    from ..settings import Metric
    from .limits import Limits

MOST_VALUES = 20
"""A column with more values is no division into parts, unless the settings name it."""

FIRST = 20
"""Rows on which a first version is judged at least: of a small table, no newer ones may come."""


@dataclass(frozen=True)
class Fresh:
    """Rows that neither model has learnt from, and what both say of them.

    Attributes:
        features: shape (n, features).
        truth: labels, shape (n,).
        ours: answers of the version.
        theirs: answers of the champion, or of the dummy before there is one.
        name: of the other, for people.
        first: whether the other is a dummy, since nothing answers yet.
    """

    features: pd.DataFrame
    truth: np.ndarray
    ours: Answers
    theirs: Answers
    name: str
    first: bool = False


def better(fresh: Fresh, metric: Metric, evaluate: Evaluate, limits: Limits) -> Iterator[Verdict]:
    """Whether the version is surely better, by the margin."""
    name, count = f"better than {fresh.name}", len(fresh.truth)
    needed = min(limits.rows, FIRST) if fresh.first else limits.rows
    if count < needed:
        told = f"{count:,} fresh rows are too few to judge, {needed:,} are needed"
        more = "" if fresh.first else " by [gate] rows"
        yield Verdict(name, False, f"{told}{more}: train once there are newer ones")
        return
    found = improvement(
        *(fresh.truth, fresh.ours, fresh.theirs, metric, evaluate),
        *(limits.confidence, limits.resamples),
    )
    yield Verdict(name, found.low > limits.margin, _told(found, metric, count))


def parts(fresh: Fresh, metric: Metric, evaluate: Evaluate, limits: Limits) -> Iterator[Verdict]:
    """Whether no part of the rows is surely much worse.

    The confidence is corrected for the number of parts by Bonferroni's inequality. A part whose
    figure cannot be told, as where it holds one class only, is passed over.
    """
    found = _rows_by_part(fresh.features, limits)
    if not found:
        yield Verdict("no part is worse", True, "no part has enough rows")
        return
    confidence = 1 - (1 - limits.confidence) / len(found)
    worst, told = [], 0
    for name, rows in found.items():
        both = (fresh.truth[rows], fresh.ours.part(rows), fresh.theirs.part(rows))
        try:
            apart = beside(*both, metric, evaluate)[2]
        except ValueError:
            continue
        told += 1
        if apart >= -limits.slice_loss:  # nothing surely says what the figures do not
            continue
        one = improvement(*both, metric, evaluate, confidence, limits.resamples)
        if one.high < -limits.slice_loss:
            worst.append(f"{name}: {_told(one, metric, len(rows))}")
    said = "; ".join(worst) or f"{told} of {len(found)} parts could be told"
    yield Verdict("no part is worse", bool(told) and not worst, said)


def _rows_by_part(features: pd.DataFrame, limits: Limits) -> Mapping[str, np.ndarray]:
    """Places of the rows, by `column = value`, of the parts with enough of them."""
    found = {}
    for column in limits.slices or [str(name) for name in features.columns]:
        values = features[column]
        if not limits.slices and values.nunique() > MOST_VALUES:
            continue
        text = values.astype(str).to_numpy()
        for value in np.unique(text):
            rows = np.flatnonzero(text == value)
            if len(rows) >= limits.slice_rows:
                found[f"{column} = {value}"] = rows
    return found


def _told(found: Improvement, metric: Metric, rows: int) -> str:
    between = f"{found.low:+.1%} to {found.high:+.1%}"
    return (
        f"{metric.name} {found.ours:.4g} beside {found.theirs:.4g}, "
        f"better by {between}, {rows:,} rows"
    )
