"""A service without disk, without anybody who takes its output, registry or right time."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.full.servers import free_port, started
from tests.integration.live.load import HOST, Load, ask
from tests.integration.live.served import READ, Served, asked, logged, until
from tests.integration.warm import environment, run, words

pytestmark = [pytest.mark.project, pytest.mark.full]


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


def limit(process: psutil.Process, size: int) -> None:
    """No file that the process writes may grow beyond this size."""
    hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, hard))


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
