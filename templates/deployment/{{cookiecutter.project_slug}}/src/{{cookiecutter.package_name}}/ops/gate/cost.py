# ours: kept current by mlops-maturity upgrade
"""What a version costs to serve: time and size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

    from ..model_file import Model
    from .limits import Limits

ASKED = 100
WARM = 5
ROUNDS = 3
"""At most, until one is fast enough: what else a machine does makes a model only slower."""


def latency(model: Model, rows: pd.DataFrame, limits: Limits) -> Iterator[Verdict]:
    """Whether it answers one row in time, asked as the service asks it."""
    from ..serving.answering import answers, load
    from ..serving.questions import Questions

    loaded = load(model)
    names = [column.name for column in model.features]
    asked = [
        Questions([tuple(map(_plain, row))], None, {})
        for row in rows[names].head(ASKED + WARM).itertuples(index=False, name=None)
    ]

    def slowest() -> float:
        took = []
        for questions in asked:
            start = time.perf_counter()
            answers(loaded, questions)
            took.append(time.perf_counter() - start)
        return float(np.quantile(took[WARM:] or took, 0.95)) * 1000

    found = slowest()
    for _ in range(ROUNDS - 1):
        if found > limits.latency:
            found = min(found, slowest())
    said = f"95 of 100 answers to one row take {found:.2f} ms, {limits.latency:g} may be"
    yield Verdict("latency", found <= limits.latency, said)


def size(content: bytes, limits: Limits) -> Iterator[Verdict]:
    """Whether the model file is small enough."""
    found = len(content) / 1e6
    said = f"{found:.2f} MB, {limits.size:g} may be"
    yield Verdict("size", found <= limits.size, said)


def _plain(value: Any) -> Any:
    """A value as the service reads it from JSON: missing is null."""
    return None if value is None or value != value else value
