"""What MLflow's own server and its client say to the same bodies."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.full.clients.both import JSON, Both, ask, records
from tests.full.servers import HOST

pytestmark = pytest.mark.full


def split(rows: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rows.to_json(orient="split"))
    return {"dataframe_split": found}


def without(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    return rows.drop(columns=[column])


def one(rows: pd.DataFrame, column: str, value: Any) -> pd.DataFrame:
    """The rows with another value in the first of them."""
    changed = rows.astype({column: object}).reset_index(drop=True)
    changed.loc[0, column] = value
    return changed


GOOD = {
    "split": split,
    "records": records,
    "one row": lambda rows: records(rows.head(1)),
    "columns in another order": lambda rows: split(rows[rows.columns[::-1]]),
    "a column too many": lambda rows: split(rows.assign(colour="red")),
    "whole numbers": lambda rows: records(rows.assign(distance=rows["distance"].astype(int))),
    "a value is missing": lambda rows: records(one(rows, "temp", None)),
    "an unknown category": lambda rows: records(one(rows, "carrier", "ZZ")),
}
BAD = {
    "a column is missing": lambda rows: split(without(rows, "distance")),
    "a text for a number": lambda rows: records(one(rows, "distance", "far")),
    "no table": lambda rows: {"rows": []},
    "two tables": lambda rows: {**split(rows), **records(rows)},
    "records that are none": lambda rows: {"dataframe_records": 5},
    "an array": lambda rows: [1, 2],
    "a row that is too short": lambda rows: {
        "dataframe_split": {"columns": [*rows.columns], "data": [[1, 2]]}
    },
}


@pytest.mark.parametrize("name", GOOD)
def test_it_answers_what_mlflow_answers(both: Both, name: str) -> None:
    body = json.dumps(GOOD[name](both.rows)).encode()
    ours, theirs = ask(both.ours, body), ask(both.theirs, body)
    assert ours[0] == theirs[0] == 200
    assert ours[1].keys() == theirs[1].keys()
    assert ours[1]["predictions"] == pytest.approx(theirs[1]["predictions"], rel=1e-12)


@pytest.mark.parametrize("name", BAD)
def test_it_refuses_what_mlflow_refuses_with_the_same_status(both: Both, name: str) -> None:
    body = json.dumps(BAD[name](both.rows)).encode()
    assert ask(both.ours, body)[0] == ask(both.theirs, body)[0] == 400


@pytest.mark.parametrize(
    ("body", "kind"), [(b"{", JSON), (b"", JSON), (b"\xff", JSON), (b"<a/>", "text/xml")]
)
def test_what_is_no_json_gets_the_same_status(both: Both, body: bytes, kind: str) -> None:
    assert ask(both.ours, body, kind)[0] == ask(both.theirs, body, kind)[0]


def test_ping_is_answered_alike_and_no_table_can_be_fetched(both: Both) -> None:
    for path in ("/ping", "/invocations"):
        found = [ask(address, None, path=path)[0] for address in (both.ours, both.theirs)]
        assert found[0] == found[1], path


@pytest.mark.filterwarnings("ignore:.*type hint:UserWarning")
def test_mlflows_scoring_client_is_understood(both: Both) -> None:
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    found = [
        ScoringServerClient(HOST, int(address.rpartition(":")[2])).invoke(both.rows)
        for address in (both.ours, both.theirs)
    ]
    ours, theirs = (one.get_predictions()[0] for one in found)
    assert ours.tolist() == pytest.approx(theirs.tolist(), rel=1e-12)
