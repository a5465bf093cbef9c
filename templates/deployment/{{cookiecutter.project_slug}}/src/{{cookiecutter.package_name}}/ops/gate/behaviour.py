# ours: kept current by mlops-maturity upgrade
"""How a model answers when one value of a row is changed and nothing else.

Two of the three kinds of test that Ribeiro, Wu, Guestrin and Singh name (Beyond accuracy, 2020):
invariance, where the answer must stay, and direction, where it may move one way only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

Predict = Callable[["pd.DataFrame"], np.ndarray]
"""Numbers, one for each row: predictions, or the score of the second class."""

STEPS = (0.1, 0.5, 1.0)
"""By how many standard deviations a value is raised."""

ROUNDING = 1e-9
ALIKE = "the fresh rows hold one value of it: nothing can be told"


def invariance(
    predict: Predict, rows: pd.DataFrame, columns: Sequence[str], seed: int
) -> Iterator[Verdict]:
    """Whether the answers stay when a column's values change places between the rows.

    Args:
        predict: the model.
        rows: that it is asked, shape (n, features).
        columns: that must not matter.
        seed: of the new places.
    """
    usual = predict(rows)
    for column in columns:
        name = f"invariance: {column}"
        if rows[column].nunique(dropna=False) < 2:
            yield Verdict(name, False, ALIKE)
            continue
        places = np.random.default_rng(seed).permutation(len(rows))
        moved = rows.assign(**{column: rows[column].to_numpy()[places]})
        moved[column] = moved[column].astype(rows[column].dtype)
        other = ~_same(usual, predict(moved))
        said = f"{int(other.sum()):,} of {len(rows):,} answers change with it"
        yield Verdict(name, not other.any(), said)


def direction(predict: Predict, rows: pd.DataFrame, ways: Mapping[str, Any]) -> Iterator[Verdict]:
    """Whether a higher value never moves an answer the wrong way.

    Args:
        predict: the model.
        rows: that it is asked, shape (n, features).
        ways: by column, `up` where a higher value must never lower the answer, or `down`.
    """
    usual = predict(rows)
    for column, way in ways.items():
        name, deviation = f"direction: {column} {way}", float(rows[column].std())
        if not deviation > 0:
            yield Verdict(name, False, ALIKE)
            continue
        wrong = np.zeros(len(rows), dtype=bool)
        for step in STEPS:
            raised = predict(rows.assign(**{column: rows[column] + step * deviation}))
            moved = raised - usual if way == "up" else usual - raised
            wrong |= (moved < 0) & ~_same(usual, raised)
        said = f"{int(wrong.sum()):,} of {len(rows):,} answers move the other way"
        yield Verdict(name, not wrong.any(), said)


def _same(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    same: np.ndarray = np.isclose(some, others, rtol=ROUNDING, atol=ROUNDING, equal_nan=True)
    return same
