# ours: kept current by mlops-maturity upgrade
"""The project's own `evaluate`, asked hundreds of times about draws of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def drawing() -> Iterator[None]:
    """Inside, scikit-learn does not check again what it found right in all of the rows."""
    from sklearn import config_context

    with config_context(assume_finite=True, skip_parameter_validation=True):
        yield
