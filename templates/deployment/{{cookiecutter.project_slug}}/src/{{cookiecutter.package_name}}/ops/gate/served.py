# ours: kept current by mlops-maturity upgrade
"""Whether a candidate serves: asked as the service asks it, it answers as it did offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

    from ..model_file import Model
    from .improvement import Answers

ASKED = 200
ROUNDING = 1e-9


def serves(model: Model, rows: pd.DataFrame, offline: Answers) -> Iterator[Verdict]:
    """Whether answers to a body of JSON are those of the fitted estimator, to 1e-9.

    Args:
        model: loaded from its file.
        rows: features, shape (n, features).
        offline: what the estimator says of them that was fitted, before it became a file.
    """
    from ..serving.answering import answers, load
    from ..serving.questions import Reader

    kinds = {column.name: column.kind for column in model.features}
    asked = [
        {name: _spoken(value, kinds[name]) for name, value in row.items()}
        for row in rows[list(kinds)].to_dict("records")
    ]
    loaded = load(model)
    questions = Reader(model, len(asked), refuse_unseen=False).read(json.dumps(asked).encode())
    found = answers(loaded, questions)
    wrong = ~_same(offline.predictions, np.array([one["prediction"] for one in found]))
    if offline.scores is not None:
        told = [one["score"] if "score" in one else [*one["scores"].values()] for one in found]
        wrong |= ~_same(offline.scores, np.array(told))
    said = f"{int(wrong.sum())} of {len(asked)} answers differ from those offline"
    yield Verdict("serves", not wrong.any(), said)


def _same(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """By row: numbers to 1e-9, all else as it is."""
    if some.dtype.kind == "f":
        equal = np.isclose(some, others, rtol=ROUNDING, atol=ROUNDING, equal_nan=True)
        by_row: np.ndarray = equal.reshape(len(some), -1).all(axis=1)
        return by_row
    pairs = zip(some.tolist(), others.tolist(), strict=True)
    return np.array([one == other for one, other in pairs])


def _spoken(value: Any, kind: str) -> Any:
    """A value as JSON has it."""
    if value is None or value != value:
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "integer":
        return int(value)
    return value.isoformat() if kind == "time" else value
