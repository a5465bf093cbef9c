# ours: kept current by mlops-maturity upgrade
"""Answers to a table of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .errors import InvalidTable
from .rows import ROW
from .schema import conform
from .training import answer

if TYPE_CHECKING:
    from .model_file import Model


def predict(model: Model, table: pd.DataFrame) -> pd.DataFrame:
    """Answer every row of `table`, in its order.

    Returns:
        The key (or the number of the row, from 1) and `prediction`; for two classes `score`, the
        probability of the second one; for more classes `score_<class>` each.

    Raises:
        InvalidTable: there is no row, a column is missing or a value does not fit.
    """
    if table.empty:
        raise InvalidTable("the table holds no row", "there is nothing to answer")
    features = conform(table, model.features)
    predictions, score = answer(model.estimator, features)
    key = model.card.get("key")
    if key is not None and key in table:
        answers = pd.DataFrame({key: table[key]})
    else:
        answers = pd.DataFrame({ROW: range(1, len(table) + 1)}, index=table.index)
    answers["prediction"] = predictions
    if score is not None and score.ndim == 1:
        answers["score"] = score
    elif score is not None:
        for name, column in zip(model.estimator.classes_, score.T, strict=True):
            answers[f"score_{name}"] = column
    return answers
