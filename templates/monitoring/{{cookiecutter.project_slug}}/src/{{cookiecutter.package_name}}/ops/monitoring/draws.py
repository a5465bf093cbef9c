# ours: kept current by mlops-maturity upgrade
"""The project's own `evaluate`, asked hundreds of times about draws of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def drawing() -> Iterator[None]:
    """Inside, scikit-learn does not check again what it found right in all of the rows."""
    from sklearn import config_context

    with config_context(assume_finite=True, skip_parameter_validation=True):
        yield


def plain(values: np.ndarray) -> np.ndarray:
    """Texts as numpy keeps them: metrics compare those in a third of the time.

    Args:
        values: shape (n,).
    """
    texts = values.dtype.kind == "O" and all(isinstance(one, str) for one in values)
    return values.astype(str) if texts else values
