# ours: kept current by mlops-maturity upgrade
"""Answers to a table of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .rows import ROW
from .schema import conform
from .training import answer

if TYPE_CHECKING:
    from .model_file import Model

CSV_HEADER_ROWS = 1


def predict(model: Model, table: pd.DataFrame) -> pd.DataFrame:
    """Answer every row of `table`, in its order.

    Returns:
        The key (or the row number) and `prediction`; for two classes `score`, the probability of
        the second one; for more classes `score_<class>` each.

    Raises:
        InvalidTable: a column is missing or a value does not fit; names row and column.
    """
    features = conform(table, model.features)
    predictions, score = answer(model.estimator, features)
    key = model.card.get("key")
    has_key = key is not None and key in table
    answers = pd.DataFrame({key if has_key else ROW: table[key] if has_key else range(len(table))})
    answers["prediction"] = predictions
    if score is not None and score.ndim == 1:
        answers["score"] = score
    elif score is not None:
        for name, column in zip(model.estimator.classes_, score.T, strict=True):
            answers[f"score_{name}"] = column
    return answers
