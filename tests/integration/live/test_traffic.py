"""A service under load: killed again and again, and released into."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.full.servers import free_port
from tests.integration.live.load import Load
from tests.integration.live.served import logged, until
from tests.integration.warm import run, warm

pytestmark = [pytest.mark.project, pytest.mark.full]
KILLS, CHANGES = 20, 50

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
    with log.open("wb") as file, warm(project, WARM, file) as parent:
        try:
            yield lambda port: int(parent.ask(port))
        finally:
            for one in psutil.Process(parent.process.pid).children():
                one.kill()


def test_changes_of_version_fail_no_request(
    serve: Callable[..., Any], made: Path, rows: list[dict[str, Any]]
) -> None:
    with serve() as served:
        with Load(served.port, rows) as load:
            run(made, [sys.executable, "-c", CHANGE, served.address, str(CHANGES)])
        assert (load.refused, load.broken) == ([], 0)
        assert len(load.versions) >= CHANGES // 2  # each is seen by who asks at that moment
    assert load.answers.items() <= logged(made).items()
    print(f"{len(load.answers)} answers, {len(load.versions)} changes were seen")
