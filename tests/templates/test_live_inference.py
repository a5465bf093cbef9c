"""The open protocol: the same answers as tensors, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.templates.live_world import World, ask
from tests.templates.protocols import TENSORS, tensor


def infer(world: World, inputs: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    path = more.pop("path", "/v2/models/live/infer")
    headers = more.pop("headers", {})
    request = {"path": path, "body": {"inputs": inputs, **more}, "headers": headers}
    status, _, body = ask(world.service().app, request)[0]
    return status, json.loads(body)


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
