"""Takes the place of the project's own `model.py`: the estimators that are served."""

from collections.abc import Mapping
from typing import Any

from sklearn import metrics
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def build(params: Mapping[str, Any]) -> Any:
    """The estimator that the parameter `estimator` names, not fitted yet."""
    if params["estimator"] == "logistic":
        return make_pipeline(StandardScaler(), LogisticRegression())
    return HistGradientBoostingClassifier(max_iter=100, random_state=0)


def evaluate(y_true: Any, y_pred: Any, y_score: Any = None) -> dict[str, float]:
    """The metric that the settings of a generated project ask for."""
    return {"f1": float(metrics.f1_score(y_true, y_pred, average="macro"))}
