"""What holds for all protocols: the token, their description, and that one may be missing."""

from __future__ import annotations

import json

import pytest

from tests.templates.live_world import RECORD, World, ask
from tests.templates.protocols import ROW, TENSORS, split

TOKEN = "a-token-for-tests-only"


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
