"""MLflow's protocol, the open one, and feedback: the same answers, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.templates.live_world import BAD, FEATURES, RECORD, World, ask

NAMES = [str(one["name"]) for one in FEATURES]
ROW = [2.0, 3, True, "red"]
TOKEN = "a-token-for-tests-only"


def split(*rows: list[Any], **more: Any) -> dict[str, Any]:
    return {"dataframe_split": {"columns": NAMES, "data": list(rows), **more}}


def tensor(name: str, datatype: str, data: Any, shape: Any = None) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape or [len(data)], "data": data}


TENSORS = [
    tensor("x", "FP64", [2.0, 0.5]),
    tensor("n", "INT64", [3, None]),
    tensor("b", "BOOL", [[True], [False]], [2, 1]),
    tensor("c", "BYTES", ["red", None]),
]


def infer(world: World, inputs: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    path = more.pop("path", "/v2/models/live/infer")
    headers = more.pop("headers", {})
    request = {"path": path, "body": {"inputs": inputs, **more}, "headers": headers}
    status, _, body = ask(world.service().app, request)[0]
    return status, json.loads(body)


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


def test_tensors_are_answered(world: World) -> None:
    status, told = infer(world, TENSORS, id="mine")
    assert status == 200
    assert (told["model_name"], told["model_version"], told["id"]) == ("live", "1", "mine")
    prediction, score = told["outputs"]
    assert prediction == tensor("prediction", "BOOL", [True, False])
    assert (score["name"], score["datatype"], score["shape"]) == ("score", "FP64", [2])


def test_outputs_may_be_chosen_and_a_body_without_a_type_is_json(world: World) -> None:
    asked = [{"name": "score", "parameters": {"binary_data": True}}]
    path = "/v2/models/live/versions/1/infer"
    status, told = infer(world, TENSORS, outputs=asked, path=path, headers={"content-type": ""})
    assert status == 200
    assert [one["name"] for one in told["outputs"]] == ["score"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ([tensor("x", "BYTES", ["a", "b"])], "datatype"),
        ([tensor("x", "FP64", [1.0, "b"])], "row 2"),
        ([tensor("x", "INT64", [1, 1.5])], "row 2"),
        ([tensor("x", "FP64", [1.0, 2.0], [3])], "shape"),
        ([tensor("x", "FP64", [1.0, 2.0], [1, 2])], "shape"),
        ([tensor("x", "FP64", [1.0])], "same length"),
        ([tensor("x", "FP64", [None, 1.0])], "row 1"),
        ([], "the column is missing"),
        ([tensor("x", "FP64", [1.0, 1.0])] * 2, "twice"),
        ([tensor("x", "FP64", [1.0, 1.0]), tensor("z", "FP64", [1.0, 1.0])], "no such column"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(world: World, change: Any, said: str) -> None:
    status, told = infer(world, [*change, *TENSORS[1:]])
    assert status == 400
    assert said in told["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2", 200),
        ("/v2/health/live", 200),
        ("/v2/health/ready", 200),
        ("/v2/models/live", 200),
        ("/v2/models/live/ready", 200),
        ("/v2/models/live/versions/1", 200),
        ("/v2/models/live/versions/2", 404),
        ("/v2/models/other/ready", 404),
    ],
)
def test_the_protocol_tells_of_server_and_model(world: World, path: str, status: int) -> None:
    found = ask(world.service().app, {"path": path})[0]
    assert found[0] == status
    assert json.loads(found[2])


def test_other_models_and_binary_tensors_are_refused(world: World) -> None:
    assert infer(world, TENSORS, path="/v2/models/other/infer")[0] == 404
    assert infer(world, TENSORS, path="/v2/models/live/versions/2/infer")[0] == 404
    assert infer(world, TENSORS, headers={"inference-header-content-length": "5"})[0] == 400
    assert infer(world, TENSORS, outputs=[{"name": "other"}])[0] == 400


def test_the_metadata_is_what_a_client_needs_to_ask(world: World) -> None:
    found = json.loads(ask(world.service().app, {"path": "/v2/models/live"})[0][2])
    assert [(one["name"], one["datatype"]) for one in found["inputs"]] == [
        *(("x", "FP64"), ("n", "INT64"), ("b", "BOOL"), ("c", "BYTES"))
    ]
    assert [one["name"] for one in found["outputs"]] == ["prediction", "score"]


def labels(world: World) -> list[dict[str, Any]]:
    part = world.live("predictions.segments")
    folder = world.root / ".state" / "labels"
    return [json.loads(line) for one in part.segments(folder) for line in part.lines(one)]


def test_labels_come_one_by_one_or_together(world: World) -> None:
    service = world.service()
    many = [{"key": "b", "label": False}, {"key": 7, "label": True}]
    replies = ask(
        service.app,
        {"path": "/feedback", "body": {"key": "a", "label": True}},
        {"path": "/feedback", "body": many},
    )
    assert [json.loads(reply[2]) for reply in replies] == [{"labels": 1}, {"labels": 2}]
    assert [one["label"] for one in labels(world)] == [True, False, True]
    assert [str(one["key"]) for one in labels(world)] == ["a", "b", "7"]
    assert all(one["known"].endswith("+00:00") for one in labels(world))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"key": "a", "label": "true"}, 422),
        ({"key": "a", "label": 1}, 422),
        ({"key": "a", "label": None}, 422),
        ({"key": None, "label": True}, 422),
        ({"key": "a"}, 422),
        ({"key": "a", "label": True, "more": 1}, 422),
        ([], 422),
        ([{"key": "a", "label": True}, {"key": "b", "label": 5}], 422),
        ([{"key": "a", "label": True}] * 11, 413),
        (b"{", 400),
        (b"", 400),
    ],
)
def test_labels_that_do_not_fit_are_refused_whole(world: World, body: Any, status: int) -> None:
    reply = ask(world.service().app, {"path": "/feedback", "body": body})[0]
    assert reply[0] == status
    assert json.loads(reply[2])["error"]
    assert labels(world) == []


def test_labels_that_cannot_be_written_are_refused(world: World) -> None:
    folder = world.root / ".state" / "labels"
    folder.parent.mkdir(parents=True)
    folder.symlink_to("/dev/full")
    body = {"key": "a", "label": True}
    assert ask(world.service().app, {"path": "/feedback", "body": body})[0][0] == 503


@pytest.mark.parametrize("path", ["/feedback", "/invocations", "/v2/models/live/infer", "/metrics"])
def test_the_token_is_asked_for_where_one_is_set(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("OPS_TOKEN", TOKEN)
    service = world.service(TOKEN)
    body = {"/metrics": None, "/feedback": [], "/invocations": split(ROW)}.get(
        path, {"inputs": TENSORS}
    )
    denied, headers, _ = ask(service.app, {"path": path, "body": body})[0]
    assert (denied, headers["www-authenticate"]) == (401, "Bearer")
    bearing = {"path": path, "body": body, "headers": {"authorization": f"Bearer {TOKEN}"}}
    assert ask(service.app, bearing)[0][0] == (422 if path == "/feedback" else 200)
    described = json.loads(ask(service.app, {"path": "/openapi.json"})[0][2])
    named = path.replace("/live/", "/{model}/")
    (operation,) = [one for one in described["paths"][named].values() if "responses" in one]
    assert operation["security"]
    assert "401" in operation["responses"]


def test_without_its_file_the_open_protocol_is_gone_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = world.live("serving.live")
    found = live.find_spec
    monkeypatch.setattr(
        live, "find_spec", lambda name: None if name.endswith(".inference") else found(name)
    )
    service = world.service()
    gone, there = ask(service.app, {"path": "/v2"}, {"path": "/predict", "body": RECORD})
    assert (gone[0], there[0]) == (404, 200)
    described = json.loads(ask(service.app, {"path": "/openapi.json"})[0][2])
    assert not [path for path in described["paths"] if path.startswith("/v2")]
    assert "/invocations" in described["paths"]


def test_the_page_for_people_names_every_address(world: World) -> None:
    described, page = ask(world.service().app, {"path": "/openapi.json"}, {"path": "/docs"})
    for path in json.loads(described[2])["paths"]:
        assert path.lstrip("/") in page[2].decode()
