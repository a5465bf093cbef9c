"""A replay of thirty days that is killed: whatever was decided is what would have been.

From the state in which a window begins, each kill before a write of that window, and the run that
goes on from there, must leave what the window leaves that nobody kills: its figures, its steps with
their reasons, who answers, which versions there are, by the digest of their files, and the record.
As every window then begins as it would have, this holds for all of them, one after the other.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator.verify.settings import change
from tests.integration.conftest import Make

pytestmark = [pytest.mark.project, pytest.mark.full]

START, CHANGED, END = "2013-03-15", "2013-03-20", "2013-04-14"
DAYS = 30
KILLS = 30
SHORT: dict[str, dict[str, Any]] = {
    "monitoring": {"rows": 20, "labels": 20, "m": 1, "k": 1, "reports": False, "hours": 24.0},
    "gate": {
        **{"margin": 0.0, "rows": 20, "tests": "", "resamples": 200, "slice_rows": 1000},
        "latency": 600_000.0,
    },
    "experiment": {"share": 0.5, "fewest": 30, "shift": 100.0, "most": 1500},
    "automation": {
        **{"cooldown": 0.0, "per_day": 1000, "per_month": 1000, "share": 0.5},
        **{"batch": 6.0, "fresh": 40},
    },
}
# Imports once what costs time; each run is a fork, which ends itself as `kill -9` does before the
# write with a number. It tells how many writes there were.
RUNNER = """
import json, os, signal, sys
import mlflow.sklearn, pandera.pandas, skops.io, sklearn.ensemble, matplotlib.figure
from mlflow import MlflowClient

def counted(place, name, number, made):
    honest = getattr(place, name)
    def write(*words, **more):
        if len(made) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        made.append(name)
        return honest(*words, **more)
    setattr(place, name, write)

def replay(asked, made):
    import flights.ops.loop.world as world
    from flights.ops.settings import read_settings
    root = read_settings().root
    settings = read_settings(world.made(root, False))
    from flights.ops import files
    counted(files, "write_whole", asked["write"], made)
    from flights.ops.predictions.segments import Log
    counted(Log, "write", asked["write"], made)
    from flights.ops.monitoring import series
    for name in ("append", "add_alert"):
        counted(series, name, asked["write"], made)
    from flights.ops.loop import turns
    counted(turns, "append", asked["write"], made)
    for name in (
        "create_run", "log_batch", "log_artifacts", "log_text", "set_terminated",
        "create_model_version", "set_model_version_tag", "set_registered_model_tag",
        "set_registered_model_alias", "delete_registered_model_alias",
    ):
        counted(MlflowClient, name, asked["write"], made)
    from flights.ops.loop.replay import Replay
    for window in Replay(settings, asked["start"], asked["end"], 24).run():
        if asked["one"]:
            break

for line in sys.stdin:
    asked, made = json.loads(line), []
    child = os.fork()
    if not child:
        for number in (1, 2):
            os.dup2(os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
        replay(asked, made)
        with open(asked["out"], "a") as file:
            file.write(f"\\nwrites {len(made)}\\n")
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

# Who answers, and each version with what it predicts: its file holds addresses in memory, too.
REGISTRY = """
import hashlib, json
import numpy as np
from flights import data
from flights.ops.model_file import unpack
from flights.ops.registry.versions import fetch, state, versions
from flights.ops.schema import conform
from flights.ops.settings import read_settings
settings, rows = read_settings(), data.load().tail(500)
found = []
for one in versions(settings):
    content, card = fetch(settings, one.number)
    model = unpack(content, card, settings.trusted)
    said = model.estimator.predict(conform(rows, model.features))
    digest = hashlib.sha256(np.round(said, 6).tobytes()).hexdigest()
    found.append([one.number, digest, one.metrics, one.told("experiment").get("outcome")])
print(json.dumps([state(settings).champion, len(state(settings).releases), found]))
"""


@dataclass
class World:
    """A project, and the replay of it.

    Attributes:
        project: its folder.
        out: what the newest run said.
        runner: the process whose forks run.
    """

    project: Path
    out: Path
    runner: subprocess.Popen[str]

    @property
    def replay(self) -> Path:
        """The world apart in which it runs."""
        return self.project / ".state/replay"

    def run(self, *, one: bool, write: int = -1, kill: Callable[[int], None] | None = None) -> int:
        """Go on by one window, or to the end; returns how it ended."""
        self.out.unlink(missing_ok=True)
        asked = {"one": one, "write": write, "start": START, "end": END, "out": str(self.out)}
        assert self.runner.stdin is not None
        assert self.runner.stdout is not None
        self.runner.stdin.write(json.dumps(asked) + "\n")
        self.runner.stdin.flush()
        child = int(self.runner.stdout.readline())
        if kill is not None:
            kill(child)
        return int(self.runner.stdout.readline())

    def writes(self) -> int:
        """Number of writes of the newest run."""
        return int(self.out.read_text().rpartition("writes ")[2])

    def told(self) -> dict[str, Any]:
        """What there is to compare."""
        state = self.replay / ".state"
        done = subprocess.run(
            [sys.executable, "-c", REGISTRY],
            env=environment(self.project) | {"PROJECT_ROOT": str(self.replay)},
            capture_output=True,
            text=True,
            check=True,
        )
        lines = (state / "loop/turns.jsonl").read_text().splitlines()
        record = [
            (one["turn"], one["kind"], one["version"])
            for one in map(json.loads, lines)
            if one["phase"] in ("done", "failed")
        ]
        windows = [json.loads(one) for one in (state / "windows.jsonl").read_text().splitlines()]
        return {
            "windows": windows,
            # What was killed once it was done is written by the next look.
            "record": [list(one) for one in dict.fromkeys(record)],
            "registry": json.loads(done.stdout),
        }


def environment(project: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    more = {"PROJECT_ROOT": str(project), "PYTHONPATH": str(project / "src"), "OPS_ALONE": "1"}
    return {**kept, **more}


def changed(project: Path) -> None:
    """From a day on, long ways take longer by a standard deviation: another rule, the same rows."""
    path = project / "data/flights.parquet"
    table = pd.read_parquet(path)
    table = table[table["time"] < END].reset_index(drop=True)
    later = (table["time"] >= CHANGED) & (table["distance"] > table["distance"].median())
    table["air_time"] = table["air_time"] + later * table["air_time"].std()
    table.to_parquet(path, index=False)
    change(project, SHORT)


@pytest.fixture
def world(make: Make, tmp_path: Path) -> Iterator[World]:
    project = make(4, "regression")
    changed(project)
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER],
        cwd=project,
        env=environment(project),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield World(project, tmp_path / "out", runner)
    runner.communicate()


def plain(told: Any) -> Any:
    """Numbers as they count: to nine places."""
    if isinstance(told, float):
        return float(f"{told:.9g}")
    if isinstance(told, dict):
        return {name: plain(value) for name, value in told.items()}
    return [plain(one) for one in told] if isinstance(told, list) else told


def test_a_kill_before_any_write_changes_no_decision(world: World, tmp_path: Path) -> None:
    quiet, tried = 0, 0
    for day in range(DAYS):
        before, after = tmp_path / "before", tmp_path / "after"
        for place in (before, after):
            shutil.rmtree(place, ignore_errors=True)
        if world.replay.exists():
            shutil.copytree(world.replay, before, symlinks=True)
        assert world.run(one=True) == 0, world.out.read_text()
        writes, wanted = world.writes(), plain(world.told())
        steps = {kind for kind, _ in wanted["windows"][-1]["steps"]}
        quiet += steps <= {"wait"}
        if day and steps <= {"wait"} and quiet > 1:
            continue  # it writes what the quiet day before wrote
        world.replay.rename(after)
        for number in range(writes):
            if before.exists():
                shutil.copytree(before, world.replay, symlinks=True)
            assert world.run(one=True, write=number) == -signal.SIGKILL, world.out.read_text()
            assert world.run(one=True) == 0, world.out.read_text()
            assert plain(world.told()) == wanted, f"day {day}, before write {number}"
            shutil.rmtree(world.replay)
            tried += 1
        after.rename(world.replay)
    kinds = {kind for one in world.told()["windows"] for kind, _ in one["steps"]}
    assert {"train", "compare", "promote"} <= kinds
    print(f"{tried} kills")


def test_thirty_kills_at_any_moment_change_no_decision(world: World) -> None:
    assert world.run(one=False) == 0, world.out.read_text()
    wanted = plain(world.told())
    shutil.rmtree(world.replay)
    chance, kills = random.Random(11), 0

    def kill(child: int) -> None:
        time.sleep(chance.uniform(0.5, 6))
        os.kill(child, signal.SIGKILL)

    for _ in range(20 * KILLS):
        if kills < KILLS:
            try:
                ended = world.run(one=False, kill=kill)
            except ProcessLookupError:  # it was done before
                break
            kills += ended == -signal.SIGKILL
            if ended == 0:
                break
        else:
            assert world.run(one=False) == 0, world.out.read_text()
            break
    assert plain(world.told()) == wanted
    assert kills == KILLS
