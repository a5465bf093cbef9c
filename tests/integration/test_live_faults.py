"""Faults of a service that lives: killed, released into, without registry, disk or right time."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

from tests.full.servers import free_port, started
from tests.integration.conftest import Make
from tests.integration.load import HOST, Load, ask
from tests.integration.test_release_faults import environment, words

pytestmark = pytest.mark.project
KILLS, CHANGES = 20, 50

# A second version of the same file: what it answers is of no matter here.
SECOND = """
from flights.ops.registry.versions import register, version
from flights.ops.settings import read_settings
settings = read_settings()
first = version(settings, 1)
register(settings, first.run_id, "", dict(first.tags))
"""
# Lets the versions answer in turn, each as soon as the service has taken up the one before.
CHANGE = """
import json, sys, time, urllib.request
from datetime import UTC, datetime
from flights.ops.registry.release import promote
from flights.ops.registry.versions import state
from flights.ops.settings import read_settings
settings, (address, count) = read_settings(), sys.argv[1:]
for _ in range(int(count)):
    champion = state(settings).champion
    number = 3 - champion
    promote(settings, number, champion, "a test", datetime.now(UTC))
    end = time.monotonic() + 60
    while True:
        with urllib.request.urlopen(address + "/health") as answer:
            if json.load(answer)["model"]["version"] == str(number):
                break
        assert time.monotonic() < end, f"version {number} is not taken up"
        time.sleep(0.02)
"""
# Imports once what costs time, and serves in forks of itself, one after the other.
WARM = """
import os, sys
import mlflow.sklearn, skops.io, sklearn.ensemble
import flights.ops.serving.app, flights.ops.serving.live
from flights.ops.cli import run
for line in sys.stdin:
    if not (child := os.fork()):
        os.dup2(2, 1)
        os._exit(run(["serve", "--port", line.strip()]))
    print(child, flush=True)
    os.waitpid(child, 0)
"""
READ = """
import json
from flights.ops.predictions.reading import records
from flights.ops.settings import read_settings
for one in records(read_settings()):
    print(json.dumps([one.id, one.time, one.prediction]))
"""


@dataclass(frozen=True)
class Served:
    """A service that runs.

    Attributes:
        project: it serves.
        port: it listens at.
        log: what it says.
    """

    project: Path
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def notes(self) -> str:
        """What its health tells a person."""
        with urllib.request.urlopen(f"{self.address}/health", timeout=60) as answer:
            return "; ".join(json.load(answer)["notes"])

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    @property
    def process(self) -> psutil.Process:
        """That listens at the port."""
        children = psutil.Process().children(recursive=True)
        return next(one for one in children if str(self.port) in one.cmdline())


@pytest.fixture(scope="module")
def made(make: Make) -> Path:
    """A level-3 project with two versions, the first of which answers."""
    project = make(3, "regression")
    table = project / "data/flights.parquet"
    pd.read_parquet(table).tail(1500).to_parquet(table, index=False)
    place = project / "settings.toml"
    settings = place.read_text()
    assert settings.count("poll = 5.0 ") == 1
    place.write_text(settings.replace("poll = 5.0 ", "poll = 0.1 "))
    run(project, words("train"))
    run(project, [sys.executable, "-c", SECOND])
    return project


@pytest.fixture
def rows(made: Path) -> list[dict[str, Any]]:
    """Features of some flights."""
    table = pd.read_parquet(made / "data/flights.parquet").dropna().tail(20)
    found: list[dict[str, Any]] = json.loads(
        table.drop(columns=["flight_id", "time", "air_time", "late"]).to_json(orient="records")
    )
    return found


@pytest.fixture
def serve(made: Path, tmp_path: Path) -> Callable[..., Any]:
    """Serve the project: `serve(SOME="variable")`."""

    @contextmanager
    def serving(**more: str) -> Iterator[Served]:
        served = Served(made, free_port(), tmp_path / "served.log")
        command = ["env", "-C", str(made), *words("serve", "--port", served.port)]
        alone = {**environment(made), **more}
        with started(command, served.log, alone, f"{served.address}/health"):
            yield served

    return serving


@pytest.fixture(autouse=True)
def first_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """No log is there yet; whatever a test releases, the next one finds version 1."""
    made = request.getfixturevalue("made")
    shutil.rmtree(made / ".state/predictions", ignore_errors=True)
    yield
    told = json.loads(run(made, words("releases", "--format", "json")))
    if next(one for one in told["versions"] if "champion" in one["alias"])["version"] != 1:
        run(made, words("promote", 1, "--yes"))


def run(project: Path, command: list[str]) -> str:
    """What a command of the project prints."""
    done = subprocess.run(
        command,
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def logged(project: Path) -> dict[str, float]:
    """What the log says was answered, by the id of the request; each record is there once."""
    lines = [json.loads(line) for line in run(project, [sys.executable, "-c", READ]).splitlines()]
    found = {name.removesuffix("/0"): prediction for name, _, prediction in lines}
    assert len(found) == len(lines)
    return found


def until(is_true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_was_answered_is_on_record_though_it_is_killed(
    made: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    port = free_port()
    with born(made, tmp_path / "log") as bear, Load(port, rows) as load:
        for number in range(KILLS):
            process, before = bear(port), len(load.answers)
            until(lambda before=before: len(load.answers) > before + 50)  # type: ignore[misc]
            if number == KILLS // 2:
                early = dict(load.answers)
                assert early.items() <= logged(made).items()  # it is read while it is written
            os.kill(process, signal.SIGKILL)
    assert load.refused == []
    assert load.broken >= KILLS
    newest = max((made / ".state/predictions").glob("*.jsonl"))
    with newest.open("ab") as file:  # as a machine without power leaves it
        file.write(b'{"id":"torn/0","time":"2013')
    found = logged(made)
    assert load.answers.items() <= found.items()
    print(f"{len(load.answers)} answers, {load.broken} without, {len(found)} on record")


@contextmanager
def born(project: Path, log: Path) -> Iterator[Callable[[int], int]]:
    """Starts a service at a port, once the one before has ended, and gives its process id."""
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-c", WARM],
            cwd=project,
            env=environment(project),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        ) as parent,
    ):

        def bear(port: int) -> int:
            assert parent.stdin is not None
            assert parent.stdout is not None
            print(port, file=parent.stdin, flush=True)
            return int(parent.stdout.readline())

        try:
            yield bear
        finally:
            for one in psutil.Process(parent.pid).children():
                one.kill()


def test_fifty_changes_of_version_fail_no_request(
    serve: Callable[..., Any], made: Path, rows: list[dict[str, Any]]
) -> None:
    with serve() as served:
        with Load(served.port, rows) as load:
            run(made, [sys.executable, "-c", CHANGE, served.address, str(CHANGES)])
        assert (load.refused, load.broken) == ([], 0)
        assert len(load.versions) >= CHANGES // 2  # each is seen by who asks at that moment
    assert load.answers.items() <= logged(made).items()
    print(f"{len(load.answers)} answers, {len(load.versions)} changes were seen")


def test_a_full_disk_stops_no_answer_and_is_told(
    serve: Callable[..., Any], made: Path, rows: list[dict[str, Any]]
) -> None:
    with serve() as served:
        process = served.process
        first = ask(served.port, {**rows[0], "flight_id": 1})
        (segment,) = (made / ".state/predictions").glob("*.jsonl")
        # The next record is written by half; nothing that is longer can be written any more.
        limit(process, segment.stat().st_size + 100)
        lost = [ask(served.port, {**row, "flight_id": 2}) for row in rows]
        assert [status for status, _, _ in lost] == [200] * len(rows)
        assert "predictions are not recorded" in served.notes()
        assert served.metric("ops_unrecorded_predictions_total") == len(rows)
        limit(process, resource.RLIM_INFINITY)
        last = ask(served.port, {**rows[0], "flight_id": 3})
        assert served.notes() == ""
    assert list(logged(made)) == [first[1], last[1]]
    assert "Traceback" not in served.log.read_text()  # which lies on the same full disk


def test_output_that_nobody_takes_stops_neither_answers_nor_releases(
    made: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    served = Served(made, free_port(), tmp_path / "log")
    program = f"exec {' '.join(words('serve', '--port', served.port))} > /dev/full"
    command = ["env", "-C", str(made), "sh", "-c", program]
    with started(command, served.log, environment(made), f"{served.address}/health"):
        assert ask(served.port, {**rows[0], "flight_id": 1})[0] == 200
        for number in ("2", "1"):
            run(made, words("promote", number, "--yes"))
            until(lambda number=number: asked(served, rows) == number)  # type: ignore[misc]
    assert "Traceback" not in served.log.read_text()


def asked(served: Served, rows: list[dict[str, Any]]) -> str:
    """The version that answers."""
    status, _, told = ask(served.port, {**rows[0], "flight_id": 1})
    assert status == 200
    return str(told["model_version"])


def limit(process: psutil.Process, size: int) -> None:
    """No file that the process writes may grow beyond this size."""
    hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))


@pytest.mark.full
def test_without_a_registry_it_starts_and_answers_and_finds_it_again(
    serve: Callable[..., Any], made: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    port = free_port()
    address = f"http://{HOST}:{port}"
    known = {
        "OPS_ALONE": "",
        "MLFLOW_TRACKING_URI": address,
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    }
    with serve(**known) as served:  # nobody listens there yet
        assert asked(served, rows) == "1"
        assert "nobody answers there" in served.notes()
        for number in ("2", "1"):
            with registry(made, port, tmp_path / "mlflow.log"):
                run(made, words("promote", number, "--yes"))
                until(lambda number=number: asked(served, rows) == number, 120)  # type: ignore[misc]
                until(lambda: served.notes() == "")
            with Load(served.port, rows) as load:
                until(lambda: "MLflow at" in served.notes())
            assert (load.refused, load.broken) == ([], 0)
            assert load.versions == [number]


@contextmanager
def registry(project: Path, port: int, log: Path) -> Iterator[None]:
    """A server of MLflow over what the project keeps."""
    command = [
        *(sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(port)),
        *("--workers", "1", "--artifacts-destination", str(project / ".state/artifacts")),
        *("--backend-store-uri", f"sqlite:///{project / '.state/mlflow.db'}"),
    ]
    more = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with started(command, log, more, f"http://{HOST}:{port}/health"):
        yield


@pytest.mark.full
def test_a_clock_that_jumps_loses_no_record(
    serve: Callable[..., Any], made: Path, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    more = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    names = []
    with serve(**more) as served:
        for jump in ("+0", "-3d", "-2h", "+2d", "-1d", "+0"):
            clock.write_text(jump)
            for row in rows[:5]:
                status, name, _ = ask(served.port, {**row, "flight_id": 1})
                assert status == 200
                names.append(name)
        assert served.notes() == ""
    lines = [json.loads(line) for line in run(made, [sys.executable, "-c", READ]).splitlines()]
    assert sorted(name for name, _, _ in lines) == sorted(f"{name}/0" for name in names)
    days = sorted({moment[:10] for _, moment, _ in lines})
    assert len(days) >= 4, days
    run(made, words("watch", "--once"))
