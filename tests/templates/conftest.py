"""Projects rendered, to try their code in this process."""

from __future__ import annotations

import http.server
import importlib
import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sklearn.dummy import DummyRegressor

from generator.context import choose
from generator.create import write_tree
from generator.layers import discover, for_level, templates_folder
from generator.render import render
from tests.templates import batches
from tests.templates.live_world import SETTINGS, World

Part = Callable[[str], ModuleType]
NOW = datetime(2013, 6, 1, 12, tzinfo=UTC)
"""When the version answered first that does so in `registry`."""


def rendered(folder: Path, task: str = "regression") -> Path:
    """A level-0 project called flights below `folder`."""
    layers = for_level(discover(templates_folder()), 0)
    tree = render(layers, choose("flights", task))  # type: ignore[arg-type]
    write_tree(folder / "flights", tree)
    return folder / "flights"


@pytest.fixture(scope="session")
def flights_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A rendered regression project whose package `flights` can be imported."""
    project = rendered(tmp_path_factory.mktemp("base"))
    sys.path.insert(0, str(project / "src"))
    yield project
    sys.path.remove(str(project / "src"))


@pytest.fixture(scope="session")
def part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    """A module of `ops` in a level-1 project: `part("serving.questions")`."""
    folder = tmp_path_factory.mktemp("served")
    write_tree(folder, render(for_level(discover(templates_folder()), 1), choose("served")))
    sys.path.insert(0, str(folder / "src"))
    yield lambda name: importlib.import_module(f"served.ops.{name}")
    sys.path.remove(str(folder / "src"))


@pytest.fixture(scope="session")
def live_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered level-3 project called `live`."""
    folder = tmp_path_factory.mktemp("live")
    write_tree(folder, render(for_level(discover(templates_folder()), 3), choose("live")))
    return folder


@pytest.fixture(scope="session")
def live(live_project: Path) -> Iterator[Part]:
    """A module of `ops` in that project: `live("gate.limits")`."""
    sys.path.insert(0, str(live_project / "src"))
    yield lambda name: importlib.import_module(f"live.ops.{name}")
    sys.path.remove(str(live_project / "src"))


@pytest.fixture
def project(live_project: Path, tmp_path: Path) -> Path:
    """A folder with the settings of that project, and nothing else."""
    shutil.copy(live_project / "settings.toml", tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def closed_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendered level-4 project called `closed`."""
    folder = tmp_path_factory.mktemp("closed")
    write_tree(folder, render(for_level(discover(templates_folder()), 4), choose("closed")))
    return folder


@pytest.fixture(scope="session")
def closed(closed_project: Path) -> Iterator[Part]:
    """A module of `ops` in that project: `closed("loop.limits")`."""
    sys.path.insert(0, str(closed_project / "src"))
    yield lambda name: importlib.import_module(f"closed.ops.{name}")
    sys.path.remove(str(closed_project / "src"))


def filled(part: Part, root: Path, tables: Path) -> Path:
    """Versions 1 to 3 in the registry of a project at `root`; 1 answers, 3 failed its checks."""
    (root / ".state").mkdir()
    shutil.copy(tables, root / ".state/mlflow.db")
    place = Path(str(part("settings").__file__))
    shutil.copy(place.parents[3] / "settings.toml", root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPS_ALONE", "1")
        settings = part("settings").read_settings(root)
        for number in (1, 2, 3):
            about = {
                **{"metrics": {"mae": 1.0}, "params": {}, "data_sha256": "", "features": []},
                **{"window": {}, "holdout": {}, "created": ""},
            }
            model = DummyRegressor(strategy="constant", constant=number).fit([[0]], [0])
            content, card = part("model_file").pack(model, about)
            part("registry.handed").register_file(settings, content, card)
        part("registry.release").promote(settings, 1, None, "the first", NOW)
        with part("tracking.place").client(settings) as mlflow:
            mlflow.set_model_version_tag(
                place.parts[-3], "3", "checks", json.dumps({"gate": False})
            )
    return root


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with MLflow's tables, in which nothing is yet: to make them takes seconds."""
    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("tables") / "mlflow.db"
    MlflowClient(f"sqlite:///{path}").search_experiments(max_results=1)
    return path


@pytest.fixture(scope="session")
def registry(live: Part, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A level-3 project with versions 1 to 3, of which 1 answers and 3 failed its checks."""
    return filled(live, tmp_path_factory.mktemp("registry"), tables)


@pytest.fixture(scope="session")
def closed_registry(closed: Part, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same at level 4."""
    return filled(closed, tmp_path_factory.mktemp("closed-registry"), tables)


@pytest.fixture
def registered(live: Part, registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of a copy of the project of level 3."""
    monkeypatch.setenv("OPS_ALONE", "1")
    shutil.copytree(registry, tmp_path / "copy")
    return live("settings").read_settings(tmp_path / "copy")


@pytest.fixture
def looped(
    closed: Part, closed_registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Settings of a copy of the project of level 4; its table is missing."""
    monkeypatch.setenv("OPS_ALONE", "1")
    for name in ("OPS_STOP", "OPS_WEBHOOK"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(closed_registry, tmp_path / "copy")
    return closed("settings").read_settings(tmp_path / "copy")


@pytest.fixture
def idle(closed: Part, closed_project: Path, tmp_path: Path) -> Any:
    """Settings of a project of level 4 whose loop has done nothing yet."""
    shutil.copy(closed_project / "settings.toml", tmp_path)
    return closed("settings").read_settings(tmp_path)


@pytest.fixture
def batched(closed: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of a project of level 4 with rows in daily batches."""
    monkeypatch.setenv("OPS_ALONE", "1")
    return batches.project(closed, tmp_path)


@pytest.fixture
def world(live: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A service of that project in this process, with a small model."""
    (tmp_path / "settings.toml").write_text(SETTINGS)
    monkeypatch.setenv("PROJECT_ROOT", str(tmp_path))
    monkeypatch.setenv("OPS_ALONE", "1")
    monkeypatch.delenv("OPS_TOKEN", raising=False)
    found = World(live, tmp_path)
    found.put()
    return found


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What a webhook got; where it holds a number first, it answers with that status."""
    got: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = got.pop(0) if got and isinstance(got[0], int) else 200
            if status == 200:
                got.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPS_WEBHOOK", f"http://127.0.0.1:{server.server_port}/")
    yield got
    server.shutdown()
    server.server_close()
