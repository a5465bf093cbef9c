"""MLflow's protocol: the same answers, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.templates.live_world import BAD, RECORD, World, ask
from tests.templates.protocols import NAMES, ROW, split


def invoke(world: World, body: Any) -> tuple[int, dict[str, Any]]:
    status, _, told = ask(world.service().app, {"path": "/invocations", "body": body})[0]
    return status, json.loads(told)


@pytest.mark.parametrize(
    ("body", "predictions"),
    [
        (split(ROW, [0.5, None, None, None]), [True, False]),
        (split(ROW, index=[7]), [True]),
        ({"dataframe_records": [dict(zip(NAMES, ROW, strict=True))]}, [True]),
        ({"dataframe_records": [{"c": "red", "b": 0, "n": 1.0, "x": 3}]}, [True]),
        ({"dataframe_records": [{**RECORD, "id": 7, "else": [1]}], "params": {}}, [True]),
        ({"dataframe_records": [RECORD, {"x": 0}]}, [True, False]),
        ({"dataframe_records": [{**RECORD, "b": 0.0}, {**RECORD, "b": None}]}, [True, True]),
        (b'{"dataframe_records": [{"x": 2, "n": NaN, "b": null, "c": "red"}]}', [True]),
    ],
)
def test_a_table_is_answered_as_mlflow_does(world: World, body: Any, predictions: Any) -> None:
    assert invoke(world, body) == (200, {"predictions": predictions})


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        [RECORD],
        {},
        {"instances": [RECORD]},
        {**split(ROW), "dataframe_records": [RECORD]},
        split(),
        split(ROW[:2]),
        split(ROW, index=[1, 2]),
        split(ROW, other=1),
        {"dataframe_split": {"data": [ROW]}},
        {"dataframe_split": [RECORD]},
        {"dataframe_records": RECORD},
        {"dataframe_records": []},
        {"dataframe_records": [5]},
        {"dataframe_records": [{"x": 1.0}]},
        {"dataframe_records": [{**RECORD, "x": "2.5"}]},
        {"dataframe_records": [{**RECORD, "x": True}]},
        {"dataframe_records": [{**RECORD, "b": 2}]},
        {"dataframe_records": [{**RECORD, "x": None}]},
        {"dataframe_records": [{**RECORD, "n": 1.5}]},
        {"dataframe_records": [{**RECORD, "x": BAD}]},
        b'{"dataframe_records": [{"x": Infinity, "n": 1, "b": true, "c": "red"}]}',
        b'{"dataframe_records": ' + b"[" * 3000,
    ],
)
def test_what_is_no_table_that_fits_is_refused_as_mlflow_does(world: World, body: Any) -> None:
    status, told = invoke(world, body)
    assert (status, told["error_code"]) == (400, "BAD_REQUEST")
    assert told["message"]


def test_the_key_of_a_row_is_on_record_and_chooses_the_version(world: World) -> None:
    service = world.service()
    challenger = world.challenged(service, 0.5, bound=9.0)
    keys = [f"k{number}" for number in range(10)]
    body = {"dataframe_records": [{**RECORD, "id": key} for key in keys]}
    told = json.loads(ask(service.app, {"path": "/invocations", "body": body})[0][2])
    assert told == {"predictions": [not challenger.takes(key) for key in keys]}
    assert {one["key"] for one in world.records} == set(keys)


def test_ping_answers_as_mlflow_does(world: World) -> None:
    assert ask(world.service().app, {"path": "/ping"})[0][::2] == (200, b"\n")
