"""The registry read without MLflow: the same answer, or none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Part = Callable[[str], ModuleType]

STATE = """
import sys
from live.ops.registry.versions import fetch, state, versions
from live.ops.settings import read_settings
settings = read_settings()
assert state(settings).champion == 1
assert len(versions(settings)) == 3
fetch(settings, 1)
print([name for name in ("mlflow", "sqlalchemy", "sklearn") if name in sys.modules])
"""


@pytest.fixture
def settings(registered: Any) -> Any:
    """Settings of a project with versions 1 to 3, of which 1 answers."""
    return registered


@pytest.fixture
def asked(live: Part, settings: Any) -> Callable[[], tuple[Any, Any]]:
    """What MLflow's own client says of the model, and of its versions."""
    place = live("tracking.place")

    def ask() -> tuple[Any, Any]:
        with place.client(settings) as mlflow:
            model = mlflow.get_registered_model(place.PROJECT)
            found = mlflow.search_model_versions(f"name = '{place.PROJECT}'")
        aliases = {name: int(number) for name, number in model.aliases.items()}
        told = [(int(one.version), one.run_id, dict(one.tags)) for one in found]
        return (aliases, dict(model.tags)), sorted(told)

    return ask


def test_it_sees_what_mlflow_tells(live: Part, settings: Any, asked: Any) -> None:
    glance, place = live("registry.glance"), live("tracking.place")
    assert (glance.registered(settings), glance.versions(settings)) == asked()
    with place.client(settings) as mlflow:
        mlflow.set_registered_model_alias(place.PROJECT, "champion", "2")
        mlflow.delete_model_version(place.PROJECT, "3")
        mlflow.set_model_version_tag(place.PROJECT, "2", "größe", "'; DROP TABLE runs; --")
    seen = glance.registered(settings), glance.versions(settings)
    assert seen == asked()
    assert seen[0][0]["champion"] == 2
    assert [number for number, _, _ in seen[1]] == [1, 2]


def test_state_and_file_of_a_version_need_no_mlflow(live: Part, settings: Any) -> None:
    words = [sys.executable, "-c", STATE]
    world = {
        **os.environ,
        "PYTHONPATH": str(Path(str(live("settings").__file__)).parents[2]),
        "PROJECT_ROOT": str(settings.root),
    }
    done = subprocess.run(words, env=world, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_tables_of_another_revision_are_left_to_mlflow(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live("registry.glance"), "REVISIONS", frozenset({"of next year"}))
    assert live("registry.glance").registered(settings) is None
    assert live("registry.glance").versions(settings) is None
    assert live("registry.versions").state(settings).champion == 1


def test_another_address_is_left_to_mlflow(live: Part, settings: Any) -> None:
    with live("tracking.place").elsewhere("http://127.0.0.1:9"):
        assert live("registry.glance").registered(settings) is None


def test_another_workspace_is_left_to_mlflow(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_WORKSPACE", "ours")
    assert live("registry.glance").registered(settings) is None


def test_a_database_that_is_none_is_left_to_mlflow(live: Part, settings: Any) -> None:
    path = settings.root / ".state/mlflow.db"
    path.write_bytes(b"no database" * 100)
    assert live("registry.glance").registered(settings) is None


def test_who_writes_is_waited_for(live: Part, settings: Any) -> None:
    """A lock that stays is MLflow's to tell; one half written is never seen."""
    writer = sqlite3.connect(settings.root / ".state/mlflow.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE registered_model_aliases SET version = 2 WHERE alias = 'champion'")
    assert live("registry.glance").registered(settings)[0]["champion"] == 1
    writer.execute("COMMIT")
    writer.close()
    assert live("registry.glance").registered(settings)[0]["champion"] == 2
