"""The same project against servers elsewhere: PostgreSQL, S3, MLflow, Prefect. Addresses change."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest

from generator.verify.verdict import Failed
from tests.full.servers import free_port, healthy, mlflow_server, postgres, prefect_server, s3
from tests.integration.conftest import Make
from tests.integration.warm import environment, words

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def project(make: Make) -> Path:
    folder = make(2, "regression")
    table = folder / "data/flights.parquet"
    pd.read_parquet(table).tail(2000).to_parquet(table, index=False)
    return folder


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("servers")
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        objects = stack.enter_context(s3(folder))
        yield {
            "MLFLOW_TRACKING_URI": stack.enter_context(mlflow_server(database, objects, folder)),
            "PREFECT_API_URL": stack.enter_context(prefect_server(database, folder)),
        }


def run(project: Path, addresses: dict[str, str], *arguments: object) -> str:
    kept = {key: value for key, value in environment(project).items() if key != "OPS_ALONE"}
    done = subprocess.run(
        words(*arguments),
        cwd=project,
        env={**kept, **addresses},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_train_promote_and_serve_over_servers(project: Path, addresses: dict[str, str]) -> None:
    card = json.loads(run(project, addresses, "train", "--format", "json"))
    assert card["version"] == "1"
    run(project, addresses, "promote", 1, "--yes")
    run(project, addresses, "train", "--param", "max_iter=20")
    run(project, addresses, "promote", 2, "--yes")
    run(project, addresses, "rollback", "--yes")
    told = json.loads(run(project, addresses, "releases", "--format", "json"))
    assert [one["version"] for one in told["releases"]] == [1, 2, 1]
    assert not (project / ".state/mlflow.db").exists()
    body = json.dumps({}).encode()
    kind = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{addresses['PREFECT_API_URL']}/flow_runs/filter", body, kind)
    with urllib.request.urlopen(asked, timeout=30) as reply:
        assert [one["state_type"] for one in json.load(reply)] == ["COMPLETED"] * 2
    assert served(project, addresses) == "1"


def served(project: Path, addresses: dict[str, str]) -> str:
    """The version that a service of the project tells."""
    port = free_port()
    environment_ = {**os.environ, **environment(project), **addresses}
    environment_.pop("OPS_ALONE", None)
    server = subprocess.Popen(
        words("serve", "--port", port), cwd=project, env=environment_, stdout=subprocess.DEVNULL
    )
    try:
        health = f"http://127.0.0.1:{port}/health"
        while not healthy(health):
            if server.poll() is not None:
                raise Failed("the service ended")
        with urllib.request.urlopen(health, timeout=30) as reply:
            found = json.load(reply)
    finally:
        server.terminate()
        server.wait()
    assert found["notes"] == []
    return str(found["model"]["version"])


def test_without_the_server_the_kept_model_answers(
    project: Path, addresses: dict[str, str], tmp_path: Path
) -> None:
    gone = {**addresses, "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{free_port()}"}
    run(project, addresses, "data", "--sample", tmp_path / "asked.csv")
    run(project, gone, "predict", tmp_path / "asked.csv", tmp_path / "answered.csv")
    assert len(pd.read_csv(tmp_path / "answered.csv")) == 20
