"""Releases and training runs that are killed: what is read is the old state or the new one."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.integration.conftest import Make
from tests.integration.warm import environment, warm, words

pytestmark = pytest.mark.project

# Imports once what costs time, and runs each command in a fork of itself, which has opened nothing.
# With a number, it ends itself as `kill -9` does before that write; after the last, it goes on.
RUNNER = """
import json, os, signal, sys
import mlflow.sklearn, pandera.pandas, skops.io, sklearn.ensemble
from mlflow import MlflowClient
from flights.ops import model_file
from flights.ops.cli import run
from flights.ops.pipeline import pipeline

def deadly(number):
    writes = iter(range(100))
    for place, name in (
        (MlflowClient, "set_registered_model_tag"),
        (MlflowClient, "set_registered_model_alias"),
        (MlflowClient, "delete_registered_model_alias"),
        (model_file, "write_whole"),
    ):
        def write(*words, honest=getattr(place, name), **more):
            if next(writes) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return honest(*words, **more)
        setattr(place, name, write)

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        if asked["write"] is not None:
            deadly(asked["write"])
        code = 0
        if asked["code"]:
            exec(asked["code"])
        else:
            code = run(asked["words"])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
CHALLENGED = """
from flights.ops.settings import read_settings
from flights.ops.tracking.place import PROJECT, client
with client(read_settings()) as mlflow:
    mlflow.set_registered_model_alias(PROJECT, "challenger", "2")
"""
# Just before MLflow makes a row of the tables `wanted`, another process has made the same one.
MEANWHILE = """
from sqlalchemy import event
from sqlalchemy.orm import Session

@event.listens_for(Session, "before_flush")
def meanwhile(session, *rest):
    for row in list(session.new):
        table = row.__table__
        if table.name in wanted:
            wanted.remove(table.name)
            values = {column.name: getattr(row, column.key) for column in table.columns}
            with session.get_bind().begin() as other:
                other.execute(table.insert().values(values))

code = run(asked["words"])
assert not wanted, wanted
"""
# Versions 1 and 2 are different models; version 3 is the model of version 1.
LOOKS = """
from dataclasses import replace
from datetime import UTC, datetime
from flights.ops.registry.release import promote
from flights.ops.registry.versions import register, version
from flights.ops.settings import read_settings
from flights.ops.source_registry import RegistrySource

settings = read_settings()
first = version(settings, 1)
register(settings, first.run_id, "", dict(first.tags))
source, found = RegistrySource(settings), {}
for number, champion in ((1, None), (2, 1), (3, 2)):
    promote(settings, number, champion, "a test", datetime.now(UTC))
    found[number] = source.load()
    assert found[number].card["version"] == str(number)
    assert source.load().estimator is found[number].estimator
assert found[1].card["sha256"] == found[3].card["sha256"] != found[2].card["sha256"]
assert found[1].estimator is not found[2].estimator
trusting = RegistrySource(replace(settings, trusted=("a.b",)))
assert trusting.load().estimator is not found[3].estimator
"""
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
Ops = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(make: Make) -> Path:
    """A level-2 project on a thousand rows."""
    folder = make(2, "regression")
    table = folder / "data/flights.parquet"
    pd.read_parquet(table).tail(1000).to_parquet(table, index=False)
    return folder


@pytest.fixture
def ops(project: Path, tmp_path: Path) -> Iterator[Ops]:
    """Run a command of the project, in this interpreter's environment."""
    out, err = tmp_path / "out", tmp_path / "err"

    def run(
        *arguments: object, ends: int | None = 0, write: int | None = None, code: str = ""
    ) -> subprocess.CompletedProcess[str]:
        asked = {"words": [*map(str, arguments)], "write": write, "code": code}
        found = int(runner.ask(json.dumps({**asked, "out": str(out), "err": str(err)})))
        done = subprocess.CompletedProcess(asked["words"], found, out.read_text(), err.read_text())
        assert ends is None or found == ends, done.stderr
        return done

    with warm(project, RUNNER) as runner:
        yield run


def told(ops: Ops) -> tuple[int | None, list[int]]:
    """The champion, and the releases that happened."""
    found = json.loads(ops("releases", "--format", "json").stdout)
    champions = [one["version"] for one in found["versions"] if "champion" in one["alias"]]
    return (champions or [None])[0], [one["version"] for one in found["releases"]]


def copied(project: Path) -> int:
    """The version whose file lies in models/."""
    return int(json.loads((project / "models/model.json").read_text())["version"])


# In make test at every third write, and at each in make test-full.
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.full)])
def test_a_release_that_is_killed_happened_or_did_not(ops: Ops, project: Path, step: int) -> None:
    ops("train")
    ops("train", "--param", "max_iter=20")
    ops("promote", 1, "--yes")
    ops("data", "--sample", project / "asked.csv")
    now = told(ops)
    for write in range(step - 1, 20, step):
        codes = []
        for verb, number in ((["promote", "2", "--yes"], 2), (["rollback", "--yes"], 1)):
            ops(code=CHALLENGED)
            before, after = now, (number, [*now[1], number])
            done = ops(*verb, write=write, ends=None)
            assert done.returncode in (0, -signal.SIGKILL), done.stderr
            codes.append(done.returncode)
            now = told(ops)
            assert now in (before, after), (verb, write)
            ops("predict", "asked.csv", "answered.csv", "--force")  # the reader goes on
            assert copied(project) == now[0]
            if now == before:
                ops(*verb)
                now = told(ops)
            assert now == after
        if not any(codes):
            break
    assert write > 5  # tag, alias, alias; model file, card, model file


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


def test_what_another_process_makes_at_the_same_moment_is_no_fault(ops: Ops) -> None:
    def meanwhile(tables: set[str], *words: object) -> None:
        ops(*words, code=f"wanted = {tables}\n{MEANWHILE}")

    meanwhile({"datasets", "registered_model_aliases"}, "train")
    (made,) = json.loads(ops("releases", "--format", "json").stdout)["versions"]
    assert (made["version"], made["alias"]) == (1, ["challenger"])
    meanwhile({"registered_model_tags", "registered_model_aliases"}, "promote", 1, "--yes")
    assert told(ops) == (1, [1])


def test_a_look_takes_the_model_of_the_last_one_only_where_it_is_the_same(ops: Ops) -> None:
    ops("train")
    ops("train", "--param", "max_iter=20")
    ops(code=LOOKS)


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.full)])
def test_tables_that_are_killed_while_they_are_made_are_made_again(
    ops: Ops, project: Path, kills: int
) -> None:
    chance = random.Random(0)

    def made(deadline: int, ends: int = 0) -> str:
        return ops(code=f"deadline = {deadline}\n{TABLES}", ends=ends).stdout

    whole = int(made(-1))
    assert whole > 100
    for deadline in sorted(chance.sample(range(whole), kills)):
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


@pytest.mark.full
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
