"""Trainings that are killed, or run beside each other: the registry holds whole versions alone."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.killed.conftest import Ops, told
from tests.integration.warm import environment, words

pytestmark = [pytest.mark.project, pytest.mark.full]

# MLflow's tables are made; this ends itself before a statement of that, and tells how many were.
TABLES = """
from sqlalchemy import Engine, event
from flights.ops.settings import read_settings
from flights.ops.tracking.place import client

done = 0

@event.listens_for(Engine, "before_cursor_execute")
def deadly(*rest):
    global done
    if done == deadline:
        os.kill(os.getpid(), signal.SIGKILL)
    done += 1

with client(read_settings()):
    print(done)
"""
STEPS = ("extract", "validate", "train", "evaluate", "register")


def test_two_trainings_at_once_mix_nothing_up(ops: Ops, project: Path, tmp_path: Path) -> None:
    with (tmp_path / "said").open("w") as said:
        both = [
            subprocess.Popen(
                words("train", "--param", f"max_iter={count}", "--format", "json"),
                cwd=project,
                env=environment(project),
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
            for count in (20, 30)
        ]
        printed = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], (tmp_path / "said").read_text()
    cards = [json.loads(one) for one in printed]
    assert {card["version"] for card in cards} == {"1", "2"}
    found = json.loads(ops("releases", "--format", "json").stdout)["versions"]
    runs = json.loads(ops("experiments", "--format", "json").stdout)["runs"]
    for card in cards:
        version = next(one for one in found if str(one["version"]) == card["version"])
        assert version["sha256"] == card["sha256"]
        assert version["metrics"] == pytest.approx(card["metrics"])
        run = next(one for one in runs if one["run_id"] == version["run_id"])
        assert run["params"]["max_iter"] == str(card["params"]["max_iter"])


def test_tables_that_are_killed_while_they_are_made_are_made_again(ops: Ops, project: Path) -> None:
    chance = random.Random(0)

    def made(deadline: int, ends: int = 0) -> str:
        return ops(code=f"deadline = {deadline}\n{TABLES}", ends=ends).stdout

    whole = int(made(-1))
    assert whole > 100
    for deadline in sorted(chance.sample(range(whole), 20)):
        shutil.rmtree(project / ".state")
        made(deadline, -signal.SIGKILL)
        assert told(ops) == (None, [])
        made(-1)
    ops("train")
    ops("promote", "--yes")


def step_times(command: list[str], project: Path) -> list[float]:
    """Seconds from the start of a training to the end of each step."""
    times, start = [], time.monotonic()
    with started(command, project) as running:
        assert running.stderr is not None
        times = [time.monotonic() - start for line in running.stderr if line.startswith(STEPS)]
    assert (running.returncode, len(times)) == (0, len(STEPS))
    return times


def started(command: list[str], project: Path) -> subprocess.Popen[str]:
    """A command whose lines can be read as it writes them."""
    return subprocess.Popen(
        command, cwd=project, env=environment(project), stderr=subprocess.PIPE, text=True
    )


def test_training_that_is_killed_leaves_no_half_of_a_version(ops: Ops, project: Path) -> None:
    chance = random.Random(0)
    ops("train", "--param", "max_iter=99")
    ops("promote", 1, "--yes")
    ends = step_times(words("train", "--param", "max_iter=98"), project)
    killed: Counter[str] = Counter()
    for count in range(60):  # in each step as often as in the others; a few end before
        step = count % len(STEPS)
        long = ends[step] - (ends[step - 1] if step else 0)
        with started(words("train", "--param", f"max_iter={20 + count}"), project) as running:
            assert running.stderr is not None
            for _ in range(step):
                assert running.stderr.readline().startswith(STEPS)
            time.sleep(chance.uniform(0, 0.9 * long))
            running.kill()
        assert running.returncode in (0, -signal.SIGKILL)
        killed[STEPS[step]] += running.returncode != 0
        found: dict[str, Any] = json.loads(ops("releases", "--format", "json").stdout)
        for version in found["versions"]:
            assert all(version[name] for name in ("sha256", "window", "metrics", "data_sha256"))
        assert told(ops)[0] == 1
        if killed.total() == 30:
            break
    assert killed.total() == 30
    assert min(killed.values()) >= 3
    ops("train")
    ops("promote", "--yes")
