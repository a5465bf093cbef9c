"""Drift that is told to a real Prefect server starts the loop, and that a training of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.integration.conftest import Make
from tests.integration.warm import environment, run, words

pytestmark = pytest.mark.full
PATIENCE = 180.0
TELL = """
from datetime import UTC, datetime
from flights.ops.monitoring.alerts import spread
from flights.ops.monitoring.series import Alert
from flights.ops.settings import read_settings

settings, now = read_settings(), datetime.now(UTC).isoformat(timespec="seconds")
alert = Alert(now, "drift", True, ("distance",), now, "distance moved", "look")
spread(settings, [alert])
"""


@pytest.fixture
def project(make: Make) -> Iterator[Path]:
    """A project with a version that has not seen the newest rows, and with servers."""
    folder = make(4, "regression")
    table = folder / "data/flights.parquet"
    rows = pd.read_parquet(table).tail(4000)
    rows.to_parquet(table, index=False)
    ops(folder, "services")
    try:
        ops(folder, "train", "--end", rows["time"].sort_values().iloc[2500].isoformat())
        yield folder
    finally:
        ops(folder, "services", "--stop")


def surroundings(folder: Path) -> dict[str, str]:
    return {key: value for key, value in environment(folder).items() if key != "OPS_ALONE"}


def ops(folder: Path, *arguments: object) -> None:
    run(folder, words(*arguments), env=surroundings(folder))


def asked(folder: Path, what: str) -> list[dict[str, Any]]:
    """What Prefect tells."""
    told = json.loads((folder / ".state/services.json").read_text(encoding="utf-8"))
    url = next(one["url"] for one in told if one["name"] == "prefect") + f"/api/{what}/filter"
    request = urllib.request.Request(url, b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        found: list[dict[str, Any]] = json.load(reply)
    return found


def waited(what: str, found: Any) -> Any:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if told := found():
            return told
        time.sleep(0.5)
    raise AssertionError(f"{what} within {PATIENCE:g} s")


def test_drift_that_is_told_starts_the_loop_and_that_a_training(
    project: Path, tmp_path: Path
) -> None:
    def by_an_event() -> list[dict[str, Any]]:
        runs = asked(project, "flow_runs")
        return [one for one in runs if one["parameters"].get("reason") == "drift was told"]

    def ended() -> list[dict[str, Any]]:
        return [one for one in by_an_event() if one["state_type"] == "COMPLETED"]

    with (tmp_path / "schedule.log").open("w") as log:
        waiting = subprocess.Popen(
            words("schedule"), cwd=project, env=surroundings(project), stdout=log, stderr=log
        )
        try:
            waited("no deployment", lambda: len(asked(project, "deployments")) == 2)
            tell = [sys.executable, "-c", TELL]
            subprocess.run(tell, cwd=project, env=surroundings(project), check=True)
            waited("no loop ended", ended)
        finally:
            waiting.terminate()
            waiting.wait(timeout=30)
    record = (project / ".state/loop/turns.jsonl").read_text(encoding="utf-8").splitlines()
    (first, second, *_) = map(json.loads, record)
    assert (first["kind"], first["phase"], first["said"]) == ("train", "begun", "distance moved")
    assert (second["kind"], second["phase"]) == ("train", "done")
    trainings = [one for one in asked(project, "flow_runs") if "end" in one["parameters"]]
    assert [one["state_type"] for one in trainings] == ["COMPLETED"] * 2
