# ours: kept current by mlops-maturity upgrade
"""The arithmetic of linear models by itself, without the checks around it in scikit-learn.

For one row those checks take a hundred times as long as the sum. Only models of these very types,
not of their subclasses, are known here, and only finite numbers are taken: all others go the usual
way, where what does not fit is refused. `ways.py` tries that both give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.special import expit, softmax

Answer = tuple[np.ndarray, np.ndarray | None]
"""Predictions, shape (n,), and scores: of the second of two classes (n,), else (n, classes)."""

Direct = Callable[[np.ndarray], Answer | None]
"""Takes an array of shape (n, features)."""

_LINEAR = ("ElasticNet", "Lasso", "LinearRegression", "Ridge")


def direct(before: Sequence[Any], last: Any, classes: np.ndarray | None) -> Direct:
    """Answers to finite numbers, where scaling comes first and the last step is linear.

    Args:
        before: the steps before the last one.
        last: the last step.
        classes: whose most probable one is the prediction; none where it is asked for.
    """
    answer = _answer(last, classes)
    if answer is None or not all(_is(step, "StandardScaler") for step in before):
        return lambda table: None
    scales = [_scale(step) for step in before]

    def run(table: np.ndarray) -> Answer | None:
        if table.dtype.kind != "f":
            return None
        for mean, scale in scales:
            table = (table - mean) / scale
        return answer(table) if np.isfinite(table).all() else None

    return run


def told(score: np.ndarray) -> np.ndarray:
    """Scores as an answer has them, of probabilities of shape (n, classes)."""
    return score[:, 1] if score.shape[1] == 2 else score


def _answer(last: Any, classes: np.ndarray | None) -> Callable[[np.ndarray], Answer] | None:
    if _is(last, *_LINEAR) and np.ndim(last.coef_) == 1:
        return lambda table: (table @ last.coef_ + last.intercept_, None)
    if not _is(last, "LogisticRegression") or classes is None:
        return None
    weights, offset = last.coef_.T, last.intercept_

    def most_probable(table: np.ndarray) -> Answer:
        score = _probable(table @ weights + offset)
        return classes[score.argmax(axis=1)], told(score)

    return most_probable


def _probable(sums: np.ndarray) -> np.ndarray:
    """Probabilities of all classes; of two, the sum of the second one is enough."""
    if sums.shape[1] > 1:
        return np.asarray(softmax(sums, axis=1))
    second = expit(sums)
    return np.hstack([1 - second, second])


def _is(step: Any, *names: str) -> bool:
    kind = type(step)
    return kind.__module__.startswith("sklearn.") and kind.__name__ in names


def _scale(step: Any) -> tuple[Any, Any]:
    """What is taken away from each column, and what it is divided by then."""
    mean = step.mean_ if step.with_mean else 0.0
    return mean, step.scale_ if step.scale_ is not None else 1.0
