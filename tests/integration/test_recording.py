"""A Prefect server that dies underway takes no training with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from tests.full.servers import HOST, PATIENCE, free_port, healthy
from tests.integration.conftest import Make
from tests.integration.warm import environment, run, words

pytestmark = pytest.mark.project


@dataclass(frozen=True)
class Recorded:
    """A project whose trainings a Prefect server records.

    Attributes:
        folder: of the project.
        api: address of the server.
        server: its process, in a session of its own.
    """

    folder: Path
    api: str
    server: subprocess.Popen[bytes]

    def end(self) -> None:
        """Kill the server and all that it started."""
        if self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def train(self, last: str) -> tuple[int, str]:
        """Exit code and talk of a training whose server is killed once it told of this step."""
        with subprocess.Popen(
            words("train"),
            cwd=self.folder,
            env=recording(self.folder, self.api),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as training:
            assert training.stderr is not None
            said = []
            for line in training.stderr:
                said.append(line)
                if line.startswith(last):
                    self.end()
        return training.returncode, "".join(said)


def recording(project: Path, api: str) -> dict[str, str]:
    """The environment of a project that asks this server, and each time only once."""
    kept = {key: value for key, value in environment(project).items() if key != "OPS_ALONE"}
    return {**kept, "PREFECT_API_URL": api, "PREFECT_CLIENT_MAX_RETRIES": "0"}


def versions(project: Path) -> list[int]:
    """Numbers of the versions in its registry."""
    told = json.loads(run(project, words("releases", "--format", "json")))
    return [one["version"] for one in told["versions"]]


@pytest.fixture
def recorded(make: Make, tmp_path: Path) -> Iterator[Recorded]:
    folder = make(2, "regression")
    table = folder / "data/flights.parquet"
    pd.read_parquet(table).tail(2000).to_parquet(table, index=False)
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "prefect", "server", "start", "--host", HOST),
            *("--port", str(port), "--no-ui"),
        ],
        env={**os.environ, "PREFECT_HOME": str(tmp_path), "DO_NOT_TRACK": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    found = Recorded(folder, f"http://{HOST}:{port}/api", server)
    try:
        end = time.monotonic() + PATIENCE
        while not healthy(f"{found.api}/health"):
            assert server.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)
        yield found
    finally:
        found.end()


@pytest.mark.full
def test_what_is_registered_ends_well_though_prefect_did_not_hear_of_it(recorded: Recorded) -> None:
    code, said = recorded.train("evaluate")
    assert code == 0, said
    assert f"note: Prefect at {recorded.api} no longer answered" in said
    assert "the model is in the registry, version 1" in said
    assert "EventsWorker" not in said
    assert "Error logging to API" not in said
    assert versions(recorded.folder) == [1]


@pytest.mark.full
def test_a_step_that_fails_is_told_though_prefect_did_not_hear_of_it(recorded: Recorded) -> None:
    table = recorded.folder / "data/flights.parquet"
    pd.read_parquet(table).assign(distance=float("nan")).to_parquet(table, index=False)
    code, said = recorded.train("extract")
    assert code == 2, said
    assert "error: the rows are not what settings.toml promises" in said
    assert versions(recorded.folder) == []


def test_without_an_answer_at_the_start_nothing_is_trained(make: Make) -> None:
    project, api = make(2, "regression"), f"http://{HOST}:{free_port()}/api"
    done = subprocess.run(
        words("train"),
        cwd=project,
        env=recording(project, api),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: Prefect at {api} does not answer")
    assert versions(project) == []
