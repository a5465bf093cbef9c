# yours: what is learnt; no upgrade touches this file
"""The model seam: what is learnt from the features, and how good it is.

Everything that is computed from a row stands inside the pipeline, so that training and serving
cannot differ.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn import metrics
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from .data import SETTINGS

ESTIMATORS = {
    "regression": HistGradientBoostingRegressor,
    "classification": HistGradientBoostingClassifier,
}


def build(params: Mapping[str, Any]) -> Pipeline:
    """An estimator that is not fitted yet.

    Args:
        params: keyword arguments of the gradient boosting, from `[model]` in `settings.toml`.
    """
    # A missing text is a category like the others.
    categories = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    features = make_column_transformer(
        (categories, make_column_selector(dtype_exclude="number")),
        remainder="passthrough",
        verbose_feature_names_out=False,
    )
    return make_pipeline(features, ESTIMATORS[SETTINGS["project"]["task"]](**params))


def evaluate(y_true: Any, y_pred: Any, y_score: Any = None) -> dict[str, float]:
    """How good predictions are; the metric of `settings.toml` must be among the names.

    Args:
        y_true: labels, shape (n,).
        y_pred: predictions, shape (n,).
        y_score: for two classes the probability of the second one, shape (n,); for more classes
            one column each, shape (n, classes).
    """
    if SETTINGS["project"]["task"] == "regression":
        return {
            "mae": float(metrics.mean_absolute_error(y_true, y_pred)),
            "rmse": float(metrics.root_mean_squared_error(y_true, y_pred)),
            "r2": float(metrics.r2_score(y_true, y_pred)),
        }
    figures = {
        "accuracy": float(metrics.accuracy_score(y_true, y_pred)),
        "f1": float(metrics.f1_score(y_true, y_pred, average="macro", zero_division=0)),
    }
    # The area is defined only where every class that has a score occurs among the labels.
    if y_score is not None and len(np.unique(y_true)) == max((2, *np.shape(y_score)[1:])):
        figures["roc_auc"] = float(metrics.roc_auc_score(y_true, y_score, multi_class="ovr"))
    return figures
