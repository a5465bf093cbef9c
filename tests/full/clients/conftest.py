"""Two services, started once for all the clients."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pandas as pd
import pytest

from tests.full.clients.both import Both
from tests.full.live import own, serving, trained
from tests.full.servers import HOST, free_port, started
from tests.integration.warm import run, words


@pytest.fixture(scope="package")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("clients")
    project = trained(folder)
    told = run(project, words("releases", "--format", "json"))
    assert json.loads(told)["versions"][0]["alias"] == ["champion"]
    rows = pd.read_parquet(project / "data/flights.parquet")
    rows = rows.drop(columns=["flight_id", "time", "air_time"]).dropna().tail(20)
    assert len(rows) == 20
    port = free_port()
    command = [
        *("env", "-C", str(project), sys.executable, "-m", "mlflow", "models", "serve"),
        *("--model-uri", "models:/flights@champion", "--env-manager", "local"),
        *("--host", HOST, "--port", str(port), "--workers", "1"),
    ]
    database = f"sqlite:///{project / '.state/mlflow.db'}"
    more = {
        **own(project),
        "MLFLOW_TRACKING_URI": database,
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    theirs = f"http://{HOST}:{port}"
    with (
        serving(project, folder / "ours.log", {}) as ours,
        started(command, folder / "theirs.log", more, f"{theirs}/ping"),
    ):
        yield Both(ours, theirs, rows)
