"""Whoever decides without a person is killed at each write: the state is the old or the new one.

One process has imported everything and holds no connection; its children do the work on copies of
a project and are killed as `kill -9` does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.templates.conftest import NOW
from tests.templates.traffic import HOUR, asked, noisy, tag, truth

pytestmark = [pytest.mark.project, pytest.mark.full]

Part = Callable[[str], ModuleType]
KILLER = """
import json, os, shutil, signal, sys, traceback
from datetime import datetime
from pathlib import Path
from mlflow import MlflowClient
import mlflow.store.tracking.sqlalchemy_store, mlflow.store.model_registry.sqlalchemy_store
from live.ops.registry import release
from live.ops.registry.versions import state
from live.ops.release import experiment, guard, judging, waiting
from live.ops.release.decision import DROP, Decision
from live.ops.settings import read_settings

act, project, now, most = sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), 10

def stop(settings, now):
    if found := experiment.running(settings):
        experiment.settle(settings, found, Decision(DROP, "it was stopped", {}), now)

def promote(settings, now):
    if state(settings).champion == 1:
        release.promote(settings, 2, 1, "a person", now)

def back(settings, now):
    if state(settings).champion == 2:
        release.rollback(settings, 2, "a person", now)

ACTS = {"judge": judging.judge, "take_up": waiting.take_up, "guard": guard.guard,
        "stop": stop, "promote": promote, "back": back}
NAMES = ("set_registered_model_tag", "set_registered_model_alias", "delete_registered_model_alias",
         "delete_registered_model_tag", "set_model_version_tag")

def deadly(at):
    writes = iter(range(100))
    for name in NAMES:
        def write(*words, honest=getattr(MlflowClient, name), **more):
            if next(writes) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return honest(*words, **more)
        setattr(MlflowClient, name, write)

def child(work):
    sys.stdout.flush()
    if not (pid := os.fork()):
        try:
            work()
            sys.stdout.flush()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]

def told(place):
    settings = read_settings(place)
    there, ran = state(settings), experiment.running(settings)
    print(json.dumps([there.champion, ran and ran.version,
                      [[one.version, one.back] for one in there.releases]]))

def done(place, at=None):
    if at is not None:
        deadly(at)
    ACTS[act](read_settings(place), now)

child(lambda: told(project))
for at in range(most):
    place = project.with_name(f"killed-{at}")
    shutil.copytree(project, place)
    killed = child(lambda: done(place, at))
    child(lambda: told(place))
    child(lambda: (done(place), told(place)))
    if not killed:
        break
"""


@pytest.fixture
def settings(registered: Any) -> Any:
    """Versions 1 to 3, of which 1 answers and 3 failed its checks; the seam tells no label."""
    path = registered.root / "settings.toml"
    path.write_text(path.read_text().replace('key = "flight_id"\n', ""))
    from live.ops.settings import read_settings

    return read_settings(registered.root)


def states(live_project: Path, settings: Any, act: str, now: Any) -> list[Any]:
    """Champion, comparison and releases before, and after each way to be killed and to go on."""
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", KILLER, act, str(settings.root), now.isoformat()],
        env={**bare, "PYTHONPATH": str(live_project / "src"), "OPS_ALONE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(found: list[Any], old: Any, new: Any, writes: int) -> None:
    before, *after = found
    assert before == old
    assert len(after) == 2 * (writes + 1), "it made another number of writes"
    for killed, again in zip(after[::2], after[1::2], strict=True):
        assert killed in (old, new)
        assert again == new


FIRST = [[1, False]]


@pytest.mark.parametrize(
    ("scale", "new", "writes"),
    [
        (0.5, [2, None, [*FIRST, [2, False]]], 5),
        (2.0, [1, None, FIRST], 4),
    ],
)
def test_a_judge_that_is_killed(
    live: Part, live_project: Path, settings: Any, scale: float, new: Any, writes: int
) -> None:
    begun = live("release.experiment").start(settings, 2, 0.5, NOW)
    for version, answers in ((1, noisy(1.0, 2)), (2, noisy(scale, 1))):
        asked(live, settings, version, answers, NOW + HOUR, experiment=begun.id)
    truth(live, settings, NOW + HOUR)
    found = states(live_project, settings, "judge", NOW + 2 * HOUR)
    check(found, [1, 2, FIRST], new, writes)


def test_a_start_that_is_killed(live: Part, live_project: Path, settings: Any) -> None:
    tag(live, settings, 2, "gate", "[]")
    found = states(live_project, settings, "take_up", NOW + HOUR)
    check(found, [1, None, FIRST], [1, 2, FIRST], 3)


def test_a_first_release_that_is_killed(live: Part, live_project: Path, settings: Any) -> None:
    with live("tracking.place").client(settings) as mlflow:
        mlflow.delete_registered_model_alias("live", "champion")
        mlflow.delete_registered_model_tag("live", "releases")
    tag(live, settings, 2, "gate", "[]")
    found = states(live_project, settings, "take_up", NOW + HOUR)
    check(found, [None, None, []], [2, None, [[2, False]]], 2)


def test_a_guard_that_is_killed(live: Part, live_project: Path, settings: Any) -> None:
    asked(live, settings, 1, noisy(1.0, 2), NOW - HOUR)
    live("registry.release").promote(settings, 2, 1, "a person", NOW)
    asked(live, settings, 2, [None] * 500, NOW + HOUR)
    old = [*FIRST, [2, False]]
    found = states(live_project, settings, "guard", NOW + HOUR + timedelta(minutes=1))
    check(found, [2, None, old], [1, None, [*old, [1, True]]], 3)


@pytest.mark.parametrize(
    ("act", "new", "writes"),
    [
        ("stop", [1, None, FIRST], 4),
        ("promote", [2, None, [*FIRST, [2, False]]], 3),
    ],
)
def test_a_person_who_is_killed_while_two_versions_are_compared(
    live: Part, live_project: Path, settings: Any, act: str, new: Any, writes: int
) -> None:
    live("release.experiment").start(settings, 2, 0.5, NOW)
    found = states(live_project, settings, act, NOW + HOUR)
    check(found, [1, 2, FIRST], new, writes)


def test_a_person_who_goes_back_and_is_killed_meanwhile(
    live: Part, live_project: Path, settings: Any
) -> None:
    live("registry.release").promote(settings, 2, 1, "a person", NOW)
    live("release.experiment").start(settings, 1, 0.5, NOW + HOUR / 60)
    old = [*FIRST, [2, False]]
    found = states(live_project, settings, "back", NOW + HOUR)
    check(found, [2, 1, old], [1, None, [*old, [1, True]]], 2)
