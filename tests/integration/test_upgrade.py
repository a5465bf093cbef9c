"""A project that its owner has made his own, raised to the next level: it runs, with his work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator.cli import run
from generator.verify import verify
from generator.verify.environment import prepare
from generator.verify.service import Service
from generator.verify.settings import change
from generator.verify.workspace import Workspace
from tests.integration.conftest import Make
from tests.integration.test_projects import ready
from tests.upgrade.world import IDENTITY

pytestmark = pytest.mark.project

FEATURES = '''\
"""What a plane's way says about its time."""

import pandas as pd


def short(rows: pd.DataFrame) -> pd.DataFrame:
    """Whether the way is a short one."""
    return (rows[["distance"]] < 500).astype(float)
'''
MODEL = '''\
"""Trees on three columns."""

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error, median_absolute_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from .features import short


def build(params):
    columns = make_column_transformer(
        (FunctionTransformer(short), ["distance"]),
        (OneHotEncoder(handle_unknown="ignore"), ["carrier"]),
        ("passthrough", ["distance", "hour"]),
    )
    trees = RandomForestRegressor(
        n_estimators=20, min_samples_leaf=5, random_state=params.get("random_state")
    )
    return make_pipeline(columns, trees)


def evaluate(y_true, y_pred, y_score=None):
    return {
        "mae": float(mean_absolute_error(y_true, y_pred)),
        "median": float(median_absolute_error(y_true, np.asarray(y_pred))),
    }
'''
PROVEN = {
    1: ("learns", "answers"),
    3: (
        *("learns", "answers", "tests pass", "promotes", "reproduces", "records", "watches"),
        "goes back",
    ),
}
"""Proofs that meet his estimator, his metric and his columns; it comes with those before them."""

SHORT = 5.0
"""Seconds of a window."""

TYPES = '["flights.features.short", "sklearn.tree._tree.Tree"]'


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def commit(project: Path) -> None:
    for words in (["add", "--all"], ["commit", "-qm", "mine"]):
        subprocess.run(["git", *words], cwd=project, check=True, env={**os.environ, **IDENTITY})


@pytest.fixture
def mine(make: Make) -> Path:
    """A level-0 project with features and an estimator of its owner's."""
    project = make(0, "regression")
    (project / "src/flights/features.py").write_text(FEATURES)
    (project / "src/flights/model.py").write_text(MODEL)
    (project / "README.md").write_text("# Flights\n\nAsk Ada.\n")
    (project / "notes").mkdir()
    (project / "notes/meeting.md").write_text("Ship it.\n")
    replace(project / "settings.toml", "trusted = []", f"trusted = {TYPES}  # looked at by Ada")
    replace(project / "settings.toml", "holdout = 0.2", "holdout = 0.25")
    text = (project / "pyproject.toml").read_text()
    last = text.index("]\n", text.index("dependencies = ["))
    (project / "pyproject.toml").write_text(
        f'{text[:last]}    "joblib>=1.4",  # mine\n{text[last:]}'
    )
    commit(project)
    return project


@pytest.mark.parametrize("top", [1, pytest.param(3, marks=pytest.mark.full)])
def test_a_project_of_ones_own_is_raised_and_runs(mine: Path, environments: Path, top: int) -> None:
    yours = {
        path: path.read_bytes()
        for place in ("README.md", "notes", "src/flights/*.py", "data", "notebooks")
        for found in mine.glob(place)
        for path in ([found] if found.is_file() else found.rglob("*"))
    }
    for level in range(1, top + 1):
        assert run(["upgrade", str(mine), "--to", str(level)]) == 0
        commit(mine)
    assert {path: path.read_bytes() for path in yours} == yours
    project = tomllib.loads((mine / "pyproject.toml").read_text())["project"]
    assert "joblib>=1.4" in project["dependencies"]
    assert any(one.startswith("starlette") for one in project["dependencies"])
    settings = tomllib.loads((mine / "settings.toml").read_text())
    assert settings["train"]["holdout"] == 0.25
    assert settings["serving"]["port"] == 8000
    assert settings["files"]["trusted"] == ["flights.features.short", "sklearn.tree._tree.Tree"]
    verdict = verify(mine, environments=environments, only=PROVEN[top])
    assert verdict.failures == (), str(verdict)
    assert set(PROVEN[top]) <= {proof.name for proof in verdict.proofs}


def test_a_project_that_was_served_keeps_serving(
    make: Make, environments: Path, tmp_path: Path
) -> None:
    project = make(1, "regression")
    before = ready(project, tmp_path / "before", environments)
    assert before.ops("train").code == 0
    assert run(["upgrade", str(project), "--to", "2"]) == 0
    after = ready(project, tmp_path / "after", environments)
    shutil.copytree(before.project / "models", after.project / "models")
    told = {}
    with Service(after) as service:
        told = service.ask("GET", "/health").told
        assert service.end()[0] == 0
    card = json.loads((before.project / "models/model.json").read_text())
    assert told["model"]["sha256"] == card["sha256"]
    assert "nothing was released yet" in told["notes"][0]


def lived_in(project: Path, folder: Path, environments: Path) -> Workspace:
    """A workspace in which the project lives with its repository, and its environment."""
    space = Workspace(folder)
    shutil.copytree(project, space.project)
    prepare(space, environments)
    return space


def raised(space: Workspace, level: int, environments: Path) -> None:
    """Commit what is there, upgrade it, and give it the environment of its level."""
    commit(space.project)
    assert run(["upgrade", str(space.project), "--to", str(level)]) == 0
    shutil.rmtree(space.project / ".venv")
    prepare(space, environments)


def last(project: Path) -> list[dict[str, Any]]:
    """Features of its last rows."""
    rows = pd.read_parquet(project / "data/flights.parquet").tail(200)
    found: list[dict[str, Any]] = json.loads(
        rows.drop(columns=["time", "air_time", "late"]).to_json(orient="records")
    )
    return found


@pytest.mark.full
def test_a_project_with_releases_is_watched_and_gated_from_then_on(
    make: Make, environments: Path, tmp_path: Path
) -> None:
    """Its versions know neither a gate nor a profile."""
    space = lived_in(make(2, "regression"), tmp_path / "space", environments)
    project = space.project
    for words in (("train",), ("promote", "--yes"), ("train",)):
        assert space.ops(*words).code == 0
    with Service(space) as service:
        assert service.ask("GET", "/health").told["model"]["version"] == "1"
    raised(space, 3, environments)
    records = last(project)
    change(project, {"monitoring": {"hours": SHORT / 3600}, "registry": {"poll": 0.5}})
    with Service(space) as service:
        assert service.predict(records).told["model_version"] == "1"
        time.sleep(2 * SHORT)
        looked = space.ops("drift", "--live", "--format", "json")
        # Beside the year, its last days drift; and the newest window may hold no row.
        assert looked.code in (0, 1, 3), looked.err
        windows = json.loads(looked.out)["windows"]
        assert sum(one["rows"] for one in windows) == len(records)
        trained = space.ops("train")
        assert trained.code == 1
        assert "better than version 1" in trained.err
        assert space.ops("experiment", "--start", "2", "--share", "0.5").code == 0
        assert space.ops("watch", "--once").code == 0
        told = service.predict(records).told["answers"]
        assert {one.get("model_version", "1") for one in told} == {"1", "2"}
        assert space.ops("promote", "2", "--yes").code == 0
        assert space.ops("rollback", "--yes").code == 0


@pytest.mark.full
def test_a_comparison_goes_on_over_an_upgrade_until_the_loop_is_stopped(
    make: Make, environments: Path, tmp_path: Path
) -> None:
    """The loop takes over what a person has begun: its keys meet the same versions as before."""
    space = lived_in(make(3, "regression"), tmp_path / "space", environments)
    project = space.project
    change(project, {"gate": {"margin": -1.0}, "experiment": {"share": 0.5}})
    for _ in range(2):  # the second one passes such a gate, and meets half of the keys
        assert space.ops("train").code == 0
    records = last(project)

    def met() -> list[str]:
        with Service(space) as service:
            told = service.predict(records).told
        return [one.get("model_version", told["model_version"]) for one in told["answers"]]

    def runs() -> str:
        return str(json.loads(space.ops("experiment", "--format", "json").out)["running"]["id"])

    versions, begun = met(), runs()
    assert set(versions) == {"1", "2"}
    raised(space, 4, environments)
    assert (met(), runs()) == (versions, begun)
    looked = space.ops("loop", "--once")
    assert "no difference" in looked.out, looked
    assert space.ops("stop", "--reason", "a holiday").code == 0
    assert space.ops("loop", "--once").code == 1
    assert set(met()) == {"1"}
