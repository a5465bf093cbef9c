"""Linear models by arithmetic alone: as scikit-learn answers, and only what it would take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Ridge,
    SGDClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from tests.templates.conftest import Part

ROWS = np.random.default_rng(3).normal(size=(200, 3)) * [1, 50, 1e-3] + [0, 7, 2]
NUMBERS = ROWS @ [1.0, 0.02, 300.0]
TWO, THREE = np.median(NUMBERS) < NUMBERS, np.digitize(NUMBERS, np.quantile(NUMBERS, [0.3, 0.6]))


class Own(LinearRegression):  # type: ignore[misc]
    """Somebody's own, which answers otherwise."""

    def predict(self, table: Any) -> np.ndarray:
        return np.asarray(super().predict(table)) + 1


def ways(part: Part, *steps: Any, target: Any = NUMBERS) -> tuple[Any, Any]:
    """The pipeline, and what takes its place."""
    pipeline = make_pipeline(*steps).fit(ROWS, target)
    *before, last = [step for _, step in pipeline.steps]
    return pipeline, part("serving.direct").direct(before, last, getattr(last, "classes_", None))


@pytest.mark.parametrize("last", [LinearRegression(), Ridge(), Lasso(0.01), ElasticNet(0.01)])
@pytest.mark.parametrize(
    "before",
    [[], [StandardScaler()], [StandardScaler(with_mean=False), StandardScaler(with_std=False)]],
    ids=["as it is", "scaled", "scaled by halves"],
)
def test_numbers_are_those_of_the_pipeline(part: Part, before: list[Any], last: Any) -> None:
    pipeline, direct = ways(part, *before, last)
    found, score = direct(ROWS)
    assert found == pytest.approx(pipeline.predict(ROWS), rel=1e-12)
    assert score is None


@pytest.mark.parametrize("target", [TWO, THREE], ids=["two", "three"])
def test_classes_and_scores_are_those_of_the_pipeline(part: Part, target: Any) -> None:
    pipeline, direct = ways(part, StandardScaler(), LogisticRegression(), target=target)
    found, score = direct(ROWS)
    wanted = pipeline.predict_proba(ROWS)
    assert found.tolist() == pipeline.predict(ROWS).tolist()
    assert score == pytest.approx(wanted[:, 1] if wanted.shape[1] == 2 else wanted, rel=1e-12)


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e308])
def test_what_scikit_learn_refuses_is_left_to_it(part: Part, value: float) -> None:
    scaler = StandardScaler()
    pipeline, direct = ways(part, scaler, LogisticRegression(), target=TWO)
    scaler.scale_[1] = 0.1
    odd = ROWS[:3].copy()
    odd[1, 1] = value
    with pytest.raises(ValueError, match="contains"):
        pipeline.predict(odd)
    assert direct(odd) is None


@pytest.mark.parametrize(
    ("steps", "target"),
    [
        ([Own()], NUMBERS),
        ([MinMaxScaler(), LinearRegression()], NUMBERS),
        ([SGDClassifier(random_state=0)], TWO),
        ([LinearRegression()], np.column_stack([NUMBERS, NUMBERS])),
    ],
    ids=["a subclass", "another scaler", "another estimator", "two targets"],
)
def test_what_is_not_known_is_left_to_scikit_learn(part: Part, steps: Any, target: Any) -> None:
    _, direct = ways(part, *steps, target=target)
    assert direct(ROWS) is None


def test_a_table_with_texts_is_left_to_scikit_learn(part: Part) -> None:
    _, direct = ways(part, LinearRegression())
    assert direct(ROWS.astype(object)) is None
