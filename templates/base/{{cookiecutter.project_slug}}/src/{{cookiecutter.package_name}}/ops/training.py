# ours: kept current by mlops-maturity upgrade
"""Train on the older rows of a window, judge on the newer ones, beside a dummy."""

from __future__ import annotations

import contextlib
import math
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .errors import InvalidSettings, InvalidTable
from .rows import Rows, digest, show_moment

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from .schema import Column
    from .settings import Settings

FEWEST_ROWS = 20


@dataclass(frozen=True)
class Trained:
    """A fitted estimator and what is known of it.

    Attributes:
        estimator: the fitted pipeline.
        features: the columns that it takes, each category with the values that it knows.
        metrics: figures on the holdout.
        baseline: the same figures of a dummy that sees no feature.
        window: start (first moment) and end (first moment after) of the rows it learnt from.
        holdout: likewise, of the rows it was judged on; the end is None up to the last row.
        rows: number of rows learnt from and held out.
        data_sha256: digest of all these rows.
    """

    estimator: Any
    features: tuple[Column, ...]
    metrics: Mapping[str, float]
    baseline: Mapping[str, float]
    window: Mapping[str, str | None]
    holdout: Mapping[str, str | None]
    rows: Mapping[str, int]
    data_sha256: str


def train(
    settings: Settings,
    rows: Rows,
    params: Mapping[str, Any],
    end: Any = None,
    fitted: Any = None,
) -> Trained:
    """Fit and judge an estimator.

    Args:
        settings: what is predicted, and the share that is held out.
        rows: in the order of time.
        params: for `build`.
        end: first moment after the rows, if one was given.
        fitted: an estimator that has learnt from just these rows, in the place of a new one.

    Raises:
        InvalidTable: too few rows, or a single class, to learn from.
    """
    # What estimators print is talk.
    with contextlib.redirect_stdout(sys.stderr):
        return _trained(settings, rows, params, end, fitted)


def _trained(
    settings: Settings, rows: Rows, params: Mapping[str, Any], end: Any, fitted: Any
) -> Trained:
    older, newer, cut = split(rows, settings.train.holdout)
    if settings.task == "classification" and older.labels.nunique() < 2:
        raise InvalidTable("all rows have the same label", "choose a window with both classes")
    estimator = fitted or fit(built({"random_state": settings.train.seed, **params}), older)
    metrics = judge(estimator, newer)
    if settings.metric.name not in metrics:
        raise InvalidSettings(
            f"metric.name is {settings.metric.name!r}, which evaluate() does not give here",
            f"it gives: {', '.join(metrics)}",
        )
    baseline = fit(dummy(settings.task), older)
    return Trained(
        estimator,
        tuple(_learnt(column, older) for column in settings.data.features),
        metrics,
        judge(baseline, newer),
        {"start": show_moment(rows.clock.min()), "end": show_moment(cut)},
        {"start": show_moment(cut), "end": None if end is None else show_moment(end)},
        {"learnt": len(older), "held_out": len(newer)},
        digest(rows),
    )


def built(params: Mapping[str, Any]) -> Any:
    """The estimator of `model.py`, not fitted yet.

    Raises:
        InvalidTable: it takes other parameters.
    """
    from ..model import build

    try:
        return build(params)
    except TypeError as error:
        raise InvalidTable(
            f"the estimator does not take these parameters: {error}", "see [model] in settings.toml"
        ) from None


def split(rows: Rows, holdout: float) -> tuple[Rows, Rows, Any]:
    """The older rows, the newer ones, and the moment between them.

    Raises:
        InvalidTable: one of the two would be empty or too small.
    """
    if len(rows) < FEWEST_ROWS:
        raise InvalidTable(f"{len(rows)} rows are too few to train", f"at least {FEWEST_ROWS}")
    cut = rows.clock.iloc[int(len(rows) * (1 - holdout))]
    older = rows.part((rows.clock < cut) & (rows.known < cut))
    if not len(older):
        raise InvalidTable(
            "no row is old enough to learn from before the holdout", "choose a longer window"
        )
    return older, rows.part(rows.clock >= cut), cut


def fit(estimator: Any, rows: Rows) -> Any:
    """Fit quietly: a warning of the libraries is no message to the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return estimator.fit(rows.features, rows.labels.to_numpy())
        except (TypeError, ValueError) as error:
            first = str(error).partition("\n")[0]
            raise InvalidTable(
                f"the estimator cannot be fitted: {first}",
                "see [model] in settings.toml, and build() in model.py",
            ) from None


def judge(estimator: Any, rows: Rows) -> dict[str, float]:
    """What `evaluate` says of the estimator on `rows`."""
    from ..model import evaluate

    predictions, score = answer(estimator, rows.features)
    if score is not None and not rows.labels.isin(list(estimator.classes_)).all():
        score = None  # it has no column for a class that was never learnt
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figures = evaluate(rows.labels.to_numpy(), predictions, score)
    except ValueError as error:
        first = str(error).partition("\n")[0]
        raise InvalidTable(
            f"evaluate() in model.py cannot judge the holdout: {first}", "is it long enough?"
        ) from None
    for name, value in figures.items():
        if not math.isfinite(value):
            raise InvalidTable(
                f"the metric {name} of the holdout is {value}", "hold out more rows: train.holdout"
            )
    return figures


def answer(estimator: Any, features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray | None]:
    """Predictions of shape (n,) and, for classes, their probabilities as `evaluate` takes them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        predictions = estimator.predict(features)
        if not hasattr(estimator, "predict_proba"):
            return predictions, None
        score = estimator.predict_proba(features)
    return predictions, score[:, 1] if score.shape[1] == 2 else score


def _learnt(column: Column, rows: Rows) -> Column:
    """The column; a category whose values are not listed knows those of the rows."""
    if column.kind != "category" or column.categories:
        return column
    return replace(column, categories=tuple(sorted(rows.features[column.name].dropna().unique())))


def dummy(task: str) -> Any:
    """An estimator that sees no feature, not fitted yet."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyRegressor() if task == "regression" else DummyClassifier()
