"""The shorter ways to ask a model: taken where they give the same, and only there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

from tests.templates.conftest import Part

ENCODER = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
COLUMNS = make_column_transformer((ENCODER, ["word"]), remainder="passthrough")
FEATURES = [
    {"name": "x", "kind": "number", "nullable": False, "categories": []},
    {"name": "y", "kind": "number", "nullable": False, "categories": []},
    {"name": "word", "kind": "category", "nullable": False, "categories": ["a", "b"]},
]


def rows(number: int = 300) -> pd.DataFrame:
    drawn = np.random.default_rng(5)
    table = {name: drawn.normal(size=number) * 100 for name in ("x", "y")}
    return pd.DataFrame({**table, "word": drawn.choice(["a", "b"], number)})


def labels(table: pd.DataFrame) -> np.ndarray:
    return np.where(table["x"] + 30 * (table["word"] == "a") > 0, "yes", "no")


def fitted(part: Part, estimator: Any, target: Any = labels) -> Any:
    table = rows()
    estimator.fit(table, target(table))
    return part("model_file").Model(estimator, {"features": FEATURES})


class Whole(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Lets numbers through, of one column or many."""

    def fit(self, table: Any, target: Any = None) -> Whole:
        self.fitted_ = True
        return self

    def transform(self, table: Any) -> np.ndarray:
        return np.asarray(table, dtype=float).reshape(len(table), -1)


class ByName(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Takes frames, and something else where it gets an array."""

    def fit(self, table: pd.DataFrame, target: Any) -> ByName:
        self.classes_ = np.unique(target)
        return self

    def predict(self, table: Any) -> np.ndarray:
        column = table["x"] if hasattr(table, "columns") else table[:, 1]
        return self.classes_[(np.asarray(column, dtype=float) > 0).astype(int)]


@pytest.mark.parametrize(
    "last",
    [
        LogisticRegression(),
        HistGradientBoostingClassifier(max_iter=10, random_state=0),
        RandomForestClassifier(5, random_state=0),
        FixedThresholdClassifier(LogisticRegression(), threshold=0.49),
    ],
    ids=lambda one: type(one).__name__,
)
def test_an_array_is_answered_as_a_frame_is(part: Part, last: Any) -> None:
    ways = part("serving.ways")
    model = fitted(part, make_pipeline(COLUMNS, StandardScaler(), last))
    way = ways.by_position(model)
    assert way is not None
    assert (way.classes is None) == isinstance(last, FixedThresholdClassifier)
    table = rows(200)
    found = way.ask(
        part("serving.questions").to_array([*table.itertuples(index=False)], model.features)
    )
    assert found[0].tolist() == model.estimator.predict(table).tolist()
    assert found[1] == pytest.approx(model.estimator.predict_proba(table)[:, 1], abs=1e-12)


def test_numbers_are_answered_as_a_frame_is(part: Part) -> None:
    model = fitted(part, make_pipeline(COLUMNS, LinearRegression()), lambda table: table["x"] * 3)
    way = part("serving.ways").by_position(model)
    table = rows(200)
    values = part("serving.questions").to_array([*table.itertuples(index=False)], model.features)
    assert way.ask(values)[0] == pytest.approx(model.estimator.predict(table), abs=1e-9)
    assert way.ask(values)[1] is None


def test_an_estimator_that_differs_gets_frames(part: Part) -> None:
    assert part("serving.ways").by_position(fitted(part, ByName())) is None


@pytest.mark.parametrize("columns", [0, slice("x", "y")], ids=["place", "slice"])
def test_columns_that_are_no_list_of_names_do_no_harm(part: Part, columns: Any) -> None:
    chosen = make_column_transformer((Whole(), columns))
    model = fitted(part, make_pipeline(chosen, LogisticRegression()))
    way = part("serving.ways").by_position(model)
    table = rows(20)
    if way is not None:
        array = table.to_numpy(dtype=object)
        assert np.array_equal(way.ask(array)[0], model.estimator.predict(table))


def test_a_time_that_is_none_is_named_with_row_and_column(part: Part) -> None:
    column = part("schema").Column("when", "time")
    values = [("2013-10-01",), ("2013-10-01T08:00",), ("13/02/2013",)]
    ways = part("serving.ways")
    assert len(ways.frame(values[:2], [column])) == 2
    with pytest.raises(part("serving.faults").Unanswerable, match="no time") as caught:
        ways.frame(values, [column])
    assert (caught.value.row, caught.value.column) == (3, "when")


def test_of_many_records_the_one_that_the_model_cannot_take_is_named(part: Part) -> None:
    class Picky(ByName):
        def predict(self, table: Any) -> np.ndarray:
            if (table["x"] > 1000).any():
                raise ValueError("too much")
            return super().predict(table)

    answering, questions = part("serving.answering"), part("serving.questions")
    model = fitted(part, Picky())
    loaded = answering.Loaded(model, "v", "now", None)
    values = [(1.0, 2.0, "a")] * 37 + [(2000.0, 2.0, "a")] + [(1.0, 2.0, "b")] * 12
    with pytest.raises(part("serving.faults").Unanswerable, match="too much") as caught:
        answering.answers(loaded, questions.Questions(values, None, {}))
    assert caught.value.row == 38
    assert caught.value.reason == "the model cannot take it"


def test_an_estimator_that_takes_no_array_gets_frames(part: Part) -> None:
    class Frames(ByName):
        def predict(self, table: Any) -> np.ndarray:
            return super().predict(table[["x"]])

    assert part("serving.ways").by_position(fitted(part, Frames())) is None
