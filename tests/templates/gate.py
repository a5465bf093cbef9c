"""What the gate is given: usual limits, and rows on which two versions answered."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

Part = Callable[[str], ModuleType]
ROWS = 4000


def limits(live: Part, **changed: Any) -> Any:
    usual: dict[str, Any] = {
        **{"margin": 0.0, "confidence": 0.95, "resamples": 200, "rows": 200, "slices": []},
        **{"slice_rows": 100, "slice_loss": 0.1, "invariant": [], "directions": {}},
        **{"latency": 50.0, "size": 200.0, "tests": "", "seconds": 60.0},
    }
    return live("gate.limits").Limits(**{**usual, **changed})


def fresh(live: Part, ours: np.ndarray, theirs: np.ndarray, count: int = ROWS) -> Any:
    """Rows whose truth is 0, so that answers are errors, with a carrier each."""
    answers = live("gate.improvement").Answers
    features = pd.DataFrame(
        {"carrier": np.array(["AA", "UA", "WN", "DL"] * ROWS)[:ROWS], "x": np.arange(ROWS) / 1.0}
    )
    return live("gate.beside").Fresh(
        features.head(count), np.zeros(count), answers(ours[:count]), answers(theirs[:count]), "it"
    )


def errors(scale: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, scale, ROWS)
