"""The registry on bad days: another one with the same numbers, servers that hang or fail."""

from __future__ import annotations

import http.server
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor

from tests.templates.conftest import NOW, Part

VERSION = {
    **{"name": "live", "version": "7", "run_id": "r", "source": "s", "status": "READY"},
    **{"creation_timestamp": 0, "last_updated_timestamp": 0, "current_stage": "None"},
    "tags": [{"key": "sha256", "value": "a"}],
}


@dataclass
class Gateway:
    """Answers in the place of MLflow; of every version that is made, it says that it failed.

    Attributes:
        keeps: whether the version is made all the same.
        asked: paths, in their order.
    """

    keeps: bool
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, dict[str, Any]]:
        self.asked.append(path.rpartition("mlflow/")[2].partition("?")[0])
        if path.endswith("model-versions/create"):
            return 504, {}
        if "model-versions/search" in path:
            return 200, {"model_versions": [VERSION] if self.keeps else []}
        return 200, {}


@pytest.fixture
def gateway(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    told = Gateway(request.param)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = told.answer(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.delenv("OPS_ALONE", raising=False)
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{server.server_port}")
        yield told
        server.shutdown()


@pytest.mark.parametrize("gateway", [True, False], indirect=True)
def test_a_version_is_made_once_though_a_gateway_says_that_it_was_not(
    live: Part, registered: Any, gateway: Gateway
) -> None:
    versions, place = live("registry.versions"), live("tracking.place")

    def register() -> Any:
        return versions.register(registered, "r", "models:/m-1", {"sha256": "a"})

    if gateway.keeps:
        assert register().number == 7
    else:
        with pytest.raises(place.Unreachable, match="504"):
            register()
    assert gateway.asked.count("model-versions/create") == 1


def test_a_server_that_hangs_is_asked_once_where_a_copy_can_answer(
    live: Part, registered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = live("source_registry")
    asks = source.RegistrySource(registered)
    kept = asks.load()
    monkeypatch.setattr(source, "PATIENCE", 1)
    with socket.create_server(("127.0.0.1", 0)) as hangs:
        monkeypatch.delenv("OPS_ALONE")
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{hangs.getsockname()[1]}")
        found = asks.load()
        hangs.setblocking(False)
        hangs.accept()[0].close()
        with pytest.raises(BlockingIOError):
            hangs.accept()
    assert found.card == kept.card
    assert "the model is the one that was kept" in found.trouble


def test_another_registry_has_the_same_numbers(
    live: Part, registered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = live("source_registry").RegistrySource(registered)
    before = source.load()
    assert source.newer(before) is None
    shutil.rmtree(registered.root / ".state")
    beside = live("pipeline.comparison").beside_champion
    assert beside(registered, source, a_row(live)).card == {}  # it is no version of this registry
    about = {name: told for name, told in before.card.items() if name != "version"}
    model = DummyRegressor(strategy="constant", constant=5).fit([[0]], [0])
    content, card = live("model_file").pack(model, about)
    assert live("registry.handed").register_file(registered, content, card) == 1
    live("registry.release").promote(registered, 1, None, "anew", NOW)
    found = source.newer(before)
    assert found is not None
    assert (found.card["version"], found.card["sha256"]) == ("1", card["sha256"])
    assert before.card["sha256"] != card["sha256"]


def test_a_file_of_before_the_first_release_is_set_aside(live: Part, registered: Any) -> None:
    files, source = live("model_file"), live("source_registry")
    path = registered.root / "models" / "model.skops"
    model = DummyRegressor(strategy="constant", constant=5).fit([[0]], [0])
    content, card = files.pack(model, {"features": [], "task": "regression"})
    files.put(path, content, card)
    assert source.RegistrySource(registered).load().card["version"] == "1"
    kept, old = files.read(path.with_name(source.BEFORE))
    assert (kept, old) == (card, content)
    assert files.read(path)[0]["version"] == "1"


def test_releases_keep_their_way_back_and_lose_their_reasons_first(live: Part) -> None:
    history = live("registry.history")
    told, champion = "[]", None
    for number in range(1, 41):
        past = history.read({history.TAG: told}, champion)
        told, champion = history.promoted(past, number, champion, "顾", "好" * 200, NOW), number
    found = history.read({history.TAG: told}, champion)
    assert len(told) <= history.LONGEST
    assert [one.version for one in found] == list(range(1, 41))
    assert [one.previous for one in found] == [None, *range(1, 40)]
    assert (found[0].reason, found[-1].reason) == ("", "好" * 200)


def a_row(live: Part) -> Any:
    column = pd.Series([1.0])
    return live("rows").Rows(pd.DataFrame({"a": column}), column, column, column)


def test_a_model_is_fitted_again_where_any_setting_is_another(live: Part, project: Any) -> None:
    recipe, settings = live("pipeline.recipe").recipe, live("settings").read_settings(project)
    rows = a_row(live)
    before = recipe(settings, rows, {}, "code")
    assert recipe(settings, rows, {}, "code") == before
    with (project / "settings.toml").open("a") as file:
        file.write("\n[features]\ndepth = 8\n")
    assert recipe(live("settings").read_settings(project), rows, {}, "code") != before


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("sqlite:////a/b@c.db", "sqlite:////a/b@c.db"),
        ("http://user:p@SECRET@h/api", "http://h/api"),
        ("postgresql://h/db?user=me&password=SECRET", "postgresql://h/db?user=***&password=***"),
        ("at https://h/api?api_key=SECRET it broke", "at https://h/api?api_key=*** it broke"),
    ],
)
def test_no_address_shows_a_password(live: Part, address: str, shown: str) -> None:
    assert live("tracking.place").shown(address) == shown


def test_an_address_without_a_scheme_is_told(live: Part, registered: Any) -> None:
    place = live("tracking.place")
    with (
        place.elsewhere("127.0.0.1:9"),
        pytest.raises(place.Unreachable, match="no address") as told,
        place.client(registered),
    ):
        pass
    assert "http://127.0.0.1:9" in told.value.hint


def test_settings_of_the_registry_are_read_before_anything_answers(
    live: Part, registered: Any
) -> None:
    path = registered.root / "settings.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\npoll = ", "\npoll = -"), encoding="utf-8")
    with pytest.raises(live("errors").InvalidSettings, match=r"registry\.poll"):
        live("source_registry").RegistrySource(registered).load()
