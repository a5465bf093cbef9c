# ours: kept current by mlops-maturity upgrade
"""What a person looks at: residuals or curves, a table of confusions, importances."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..training import answer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..rows import Rows

MOST_ROWS = 300
REPEATS = 2
INK, LIGHT = "#0072b2", "#999999"


def draw(estimator: Any, rows: Rows, task: str, seed: int, folder: Path) -> None:
    """Draw into `folder` what can be drawn of a model on `rows`; what cannot is left out.

    Args:
        estimator: fitted.
        rows: that it never saw.
        task: `regression` or `classification`.
        seed: of the rows that importances are measured on.
        folder: is there.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        predictions, score = answer(estimator, rows.features)
        truth = rows.labels.to_numpy()
        _keep(folder / "importances.png", lambda: _importances(estimator, rows, seed))
        if task == "regression":
            _keep(folder / "residuals.png", lambda: _residuals(truth, predictions))
            return
        _keep(folder / "confusions.png", lambda: _confusions(truth, predictions))
        if score is not None:
            classes = list(estimator.classes_)
            _keep(folder / "roc.png", lambda: _curves(truth, score, classes, "roc"))
            _keep(folder / "precision-recall.png", lambda: _curves(truth, score, classes, "pr"))


def _keep(path: Path, make: Callable[[], Figure]) -> None:
    """Write a picture; a model or rows for which it makes no sense have none."""
    try:
        make().savefig(path, dpi=110)
    except (IndexError, TypeError, ValueError):
        path.unlink(missing_ok=True)


def _figure(columns: int = 1, height: float = 4.0) -> tuple[Figure, Any]:
    """A figure apart from every other, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.5 * columns, height), layout="constrained")
    return figure, figure.subplots(1, columns)


def _residuals(truth: np.ndarray, predictions: np.ndarray) -> Figure:
    figure, (left, right) = _figure(2)
    errors = truth - predictions
    left.scatter(predictions, errors, s=6, alpha=0.3, color=INK, linewidths=0)
    left.axhline(0, color=LIGHT)
    left.set(xlabel="prediction", ylabel="truth less prediction", title="Errors by prediction")
    right.hist(errors, bins=50, color=INK)
    right.set(xlabel="truth less prediction", ylabel="rows", title="How errors are spread")
    return figure


def _confusions(truth: np.ndarray, predictions: np.ndarray) -> Figure:
    from sklearn.metrics import ConfusionMatrixDisplay

    figure, axes = _figure(height=4.5)
    ConfusionMatrixDisplay.from_predictions(
        truth.astype(str), predictions.astype(str), ax=axes, cmap="Blues", colorbar=False
    )
    axes.set(title="Predictions by truth")
    return figure


def _curves(truth: np.ndarray, score: np.ndarray, classes: list[Any], kind: str) -> Figure:
    from sklearn.metrics import PrecisionRecallDisplay, RocCurveDisplay

    figure, axes = _figure(height=4.5)
    columns = {classes[1]: score} if score.ndim == 1 else dict(zip(classes, score.T, strict=True))
    for name, column in columns.items():
        is_it = truth == name
        if is_it.all() or not is_it.any():
            continue
        display = RocCurveDisplay if kind == "roc" else PrecisionRecallDisplay
        display.from_predictions(is_it, column, ax=axes, name=str(name))
    if not axes.lines:
        raise ValueError("no class to draw")
    axes.set(title="True and false alarms" if kind == "roc" else "Precision by recall")
    return figure


def _importances(estimator: Any, rows: Rows, seed: int) -> Figure:
    """How much the score falls when a column is shuffled (Breiman, 2001), on a sample of rows."""
    from sklearn.inspection import permutation_importance
    from threadpoolctl import threadpool_limits

    chosen = rows.features.sample(min(MOST_ROWS, len(rows)), random_state=seed)
    with threadpool_limits(1):  # threads that meet for each tree cost more than they bring
        found = permutation_importance(
            estimator,
            chosen,
            rows.labels.loc[chosen.index].to_numpy(),
            n_repeats=REPEATS,
            random_state=seed,
        )
    order = np.argsort(found.importances_mean)
    figure, axes = _figure(height=1 + 0.25 * len(order))
    names = [str(chosen.columns[place]) for place in order]
    axes.barh(
        names,
        found.importances_mean[order],
        xerr=found.importances_std[order],
        color=INK,
        ecolor=LIGHT,
    )
    axes.set(xlabel=f"fall of the score when shuffled, {len(chosen)} rows", title="Importances")
    return figure
