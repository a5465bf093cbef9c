# ours: kept current by mlops-maturity upgrade
"""How good the answers were, of those whose label became known in a window.

The interval is the percentile interval of the bootstrap (Efron: Bootstrap methods, 1979).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .draws import drawing

if TYPE_CHECKING:
    import pandas as pd

    from ..model_file import Model
    from ..settings import Settings
    from .options import Monitoring

FINE, WORSE, UNKNOWN = "fine", "worse", "not enough labels"
RESAMPLES = 200
MOST_ROWS = 5_000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Performance:
    """The deciding metric of the champion.

    Attributes:
        metric: its name.
        value: none with too few labels, as for the interval.
        low: lower end of the interval.
        high: upper end of it.
        reference: the figure on the card.
        labels: that became known in the window.
        coverage: share, of all that it was asked so far, whose label is known.
        verdict: `fine`, `worse` or `not enough labels`.
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    reference: float | None
    labels: int
    coverage: float
    verdict: str


def performance(
    settings: Settings, champion: Model, rows: pd.DataFrame, coverage: float, limits: Monitoring
) -> Performance:
    """Judge answers.

    Args:
        settings: of the project.
        champion: that gave them.
        rows: as `labels.joined` gives them.
        coverage: share of labelled answers.
        limits: fewest labels, and what counts as worse.
    """
    name = settings.metric.name
    reference = champion.card.get("metrics", {}).get(name)
    nothing = Performance(name, None, None, None, reference, len(rows), coverage, UNKNOWN)
    if len(rows) < limits.labels:
        return nothing
    truth, predictions = rows["__label"].to_numpy(), rows["__prediction"].to_numpy()
    if settings.task == "classification" and truth.dtype.kind in "biu":
        predictions = predictions.astype(truth.dtype)
    elif truth.dtype.kind == "O":
        predictions = predictions.astype(str).astype(object)  # as those of training are
    scores = _scores(champion, rows)
    if scores is not None and not np.isin(truth, list(champion.estimator.classes_)).all():
        scores = None  # it has no column for a class that was never learnt
    found = _draws(name, truth, predictions, scores)
    if len(found) < RESAMPLES / 2:
        return nothing
    value, *draws = found
    spread = np.sqrt(min(len(rows), MOST_ROWS) / len(rows))
    ends = np.quantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    low, high = (value + spread * (float(end) - value) for end in ends)
    verdict = FINE
    if reference is not None and np.isfinite(reference):
        room = limits.worse * abs(reference)
        lower = settings.metric.direction == "lower"
        verdict = WORSE if (low > reference + room if lower else high < reference - room) else FINE
    return Performance(name, value, low, high, reference, len(rows), coverage, verdict)


def _draws(
    name: str, truth: np.ndarray, predictions: np.ndarray, scores: np.ndarray | None
) -> Sequence[float]:
    """The figure of all rows, and of each draw of them that has one."""
    from ...model import evaluate

    def figure(rows: Any) -> float:
        part = None if scores is None else scores[rows]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return float(evaluate(truth[rows], predictions[rows], part).get(name, np.nan))
        except Exception:  # a draw that holds one class only, or an `evaluate` that cannot
            return np.nan

    chance, count = np.random.default_rng(0), len(truth)
    whole = figure(np.arange(count))  # a copy, as each draw is: `evaluate` may write into it
    if not np.isfinite(whole):
        return []
    with drawing():
        draws = [figure(chance.integers(0, count, min(count, MOST_ROWS))) for _ in range(RESAMPLES)]
    return [whole, *filter(np.isfinite, draws)]


def _scores(champion: Model, rows: pd.DataFrame) -> Any:
    """As `evaluate` takes them; none for numbers, or where one of them is missing."""
    if rows["__score"].notna().all():
        return rows["__score"].to_numpy()
    if rows["__scores"].notna().all():
        names = [str(name) for name in champion.estimator.classes_]
        return np.array([[one[name] for name in names] for one in rows["__scores"]])
    return None
