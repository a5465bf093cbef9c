# ours: kept current by mlops-maturity upgrade
"""How much better one model is than another on the same rows, with the chance in it.

The interval is the percentile interval of the paired bootstrap (Efron: Bootstrap methods, 1979):
rows are drawn with replacement, the same ones for both models, and the figure of each draw is
computed by the project's own `evaluate`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..monitoring.draws import drawing

if TYPE_CHECKING:
    from ..settings import Metric

Evaluate = Callable[[np.ndarray, np.ndarray, np.ndarray | None], Mapping[str, float]]
MOST_ROWS = 20_000
"""Rows in one draw; more of them change an interval little and cost as much again."""

_TINY = 1e-12


@dataclass(frozen=True)
class Answers:
    """What a model says of rows.

    Attributes:
        predictions: shape (n,).
        scores: as `evaluate` takes them, shape (n,) or (n, classes); none for numbers.
    """

    predictions: np.ndarray
    scores: np.ndarray | None = None

    def part(self, rows: np.ndarray) -> Answers:
        """Of these rows only."""
        scores = None if self.scores is None else self.scores[rows]
        return Answers(self.predictions[rows], scores)


@dataclass(frozen=True)
class Improvement:
    """How much better, as a share of the figure of the other; below 0 is worse.

    Attributes:
        ours: figure of the one.
        theirs: figure of the other.
        low: lower end of the interval.
        high: upper end of it.
    """

    ours: float
    theirs: float
    low: float
    high: float


def improvement(
    truth: np.ndarray,
    ours: Answers,
    theirs: Answers,
    metric: Metric,
    evaluate: Evaluate,
    confidence: float,
    resamples: int,
    seed: int = 0,
) -> Improvement:
    """Compare two models on the same rows.

    Args:
        truth: labels, shape (n,).
        ours: answers of the one.
        theirs: answers of the other.
        metric: the deciding one, and which direction is better.
        evaluate: the project's own.
        confidence: of the two-sided interval.
        resamples: number of draws.
        seed: of the draws.

    Raises:
        ValueError: a figure is not finite, or too many draws cannot be judged.
    """
    chance, count = np.random.default_rng(seed), len(truth)
    one, other, middle = beside(truth, ours, theirs, metric, evaluate)
    found = []
    with drawing():
        for _ in range(resamples):
            rows = chance.integers(0, count, min(count, MOST_ROWS))
            try:
                draw = beside(truth[rows], ours.part(rows), theirs.part(rows), metric, evaluate)
            except ValueError:  # such as a draw that holds one class only
                continue
            found.append(draw[2] * max(abs(draw[1]), _TINY) / max(abs(other), _TINY))
    if len(found) < resamples / 2 or not np.isfinite(found).all():
        raise ValueError(f"{metric.name} cannot be told of parts of the rows")
    # A draw of fewer rows than there are has more chance in it than all of them have.
    spread = math.sqrt(min(count, MOST_ROWS) / count)
    ends = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    low, high = (middle + spread * (float(end) - middle) for end in ends)
    return Improvement(one, other, low, high)


def beside(
    truth: np.ndarray, ours: Answers, theirs: Answers, metric: Metric, evaluate: Evaluate
) -> tuple[float, float, float]:
    """Figures of both on the same rows, and how much better the one is, as a share of the other's.

    Raises:
        ValueError: a figure is not finite, or `evaluate` does not give it here.
    """
    figures, rows = [], np.arange(len(truth))
    for answers in (ours, theirs):
        part = answers.part(rows)  # a copy, as of the truth: `evaluate` may write into it
        told = evaluate(truth[rows], part.predictions, part.scores)
        if not math.isfinite(figure := float(told.get(metric.name, math.nan))):
            raise ValueError(f"evaluate() gives no {metric.name} here")
        figures.append(figure)
    one, other = figures
    sign = 1 if metric.direction == "higher" else -1
    return one, other, sign * (one - other) / max(abs(other), _TINY)
