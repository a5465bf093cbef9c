"""Bodies of requests as the service reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor

from tests.templates.conftest import Part

FEATURES = [
    {"name": "x", "kind": "integer", "nullable": False, "categories": []},
    {"name": "a b", "kind": "category", "nullable": True, "categories": ["red", "blue"]},
]
GOOD = {"x": 1, "a b": "red"}
Read = Callable[..., Any]


@pytest.fixture
def read(part: Part) -> Read:
    """Read a body; `refuse` says that unseen categories are refused."""

    def read(body: Any, refuse: bool = False) -> Any:
        reader = part("serving.questions").Reader(model(part), 10, refuse)
        return reader.read(body if isinstance(body, bytes) else json.dumps(body).encode())

    return read


def model(part: Part) -> Any:
    table = pd.DataFrame({"x": [1.0, 2.0], "a b": ["red", "blue"]})
    estimator = DummyRegressor().fit(table, np.array([0.0, 1.0]))
    card = {"features": FEATURES, "sha256": "0" * 64}
    return part("model_file").Model(estimator, card)


def test_unseen_categories_are_named_with_the_answer(part: Part, read: Read) -> None:
    found = read([GOOD, {"x": 1, "a b": "green"}, {"x": 1, "a b": None}])
    answering = part("serving.answering")
    told = answering.answers(answering.load(model(part)), found)
    assert [one.get("unseen") for one in told] == [None, ["a b"], None]


@pytest.mark.parametrize(
    ("body", "row", "column", "reason"),
    [
        ([GOOD, 5], 2, None, "expected object, got number"),
        (5, None, None, "expected"),
        ([GOOD, {"a b": "red"}], 2, "x", "the column is missing"),
        ([GOOD, {**GOOD, "y": 1}], 2, "y", "there is no such column"),
        ([GOOD, {**GOOD, "x": "1"}], 2, "x", "expected number, got text"),
        ([GOOD, {**GOOD, "x": 1.25}], 2, "x", "no whole number"),
        ([GOOD, {**GOOD, "a b": "secret"}], 2, "a b", "no category that training knew"),
    ],
)
def test_what_is_refused_names_row_and_column_and_a_reason_without_a_value(
    part: Part, read: Read, body: Any, row: int | None, column: str | None, reason: str
) -> None:
    with pytest.raises(part("serving.faults").Unanswerable) as caught:
        read(body, refuse=True)
    error = caught.value
    assert (error.row, error.column) == (row, column)
    assert error.reason.startswith(reason)
    assert error.hint or error.column
    assert "secret" not in error.reason
    assert "1.25" not in error.reason


def test_the_reply_tells_the_value(part: Part, read: Read) -> None:
    with pytest.raises(part("serving.faults").Unanswerable, match="knew: 'secret'"):
        read({**GOOD, "a b": "secret"}, refuse=True)


def test_names_that_hold_more_than_a_word_are_quoted(part: Part, read: Read) -> None:
    with pytest.raises(part("serving.faults").Unanswerable) as caught:
        read({})
    assert caught.value.hint == "the model takes: x, 'a b'"


@pytest.mark.parametrize("value", [b"NaN", b"-Infinity"])
def test_what_is_no_finite_number_names_row_and_column(
    part: Part, read: Read, value: bytes
) -> None:
    with pytest.raises(part("serving.faults").Unanswerable) as caught:
        read(b'[{"x": 1}, {"x": %s}]' % value)
    assert (caught.value.status, caught.value.row, caught.value.column) == (400, 2, "x")


@pytest.mark.parametrize(("body", "hint"), [(b'{"x": NaN}', "JSON has no NaN"), (b"x", "a record")])
def test_what_is_no_json_gets_the_hint_that_helps(
    part: Part, read: Read, body: bytes, hint: str
) -> None:
    with pytest.raises(part("serving.faults").Unanswerable) as caught:
        read(body)
    assert caught.value.status == 400
    assert caught.value.hint.startswith(hint)
