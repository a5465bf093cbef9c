"""A replay of thirty days that is killed, or poisoned.

Killed: whatever was decided is what would have been.

From the state in which a window begins, each kill before a write of that window, and the run that
goes on from there, must leave what the window leaves that nobody kills: its figures, its steps with
their reasons, who answers, which versions there are, by what they predict, and the record. As every
window then begins as it would have, this holds for all of them, one after the other.
Poisoned: nothing is learnt from it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator.verify.settings import change
from tests.integration.conftest import Make
from tests.integration.replayed import RUNNER, Replayed
from tests.integration.warm import warm

pytestmark = [pytest.mark.project, pytest.mark.full]

FIRST, START, CHANGED, END = "2013-02-15", "2013-03-15", "2013-03-20", "2013-04-14"
POISONED = ("2013-03-27", "2013-04-02", "2013-04-07")
DAYS, KILLS, MOST_RUNS, PATIENCE = 30, 30, 300, 120.0
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


@pytest.fixture
def replay(make: Make, tmp_path: Path) -> Iterator[Replayed]:
    """From a day on, long ways take longer by a standard deviation: another rule, the same rows."""
    project = make(4, "regression")
    path = project / "data/flights.parquet"
    table = pd.read_parquet(path)
    table = table[table["time"].between(FIRST, END)].reset_index(drop=True)
    later = (table["time"] >= CHANGED) & (table["distance"] > table["distance"].median())
    table["air_time"] = table["air_time"] + later * table["air_time"].std()
    table.to_parquet(path, index=False)
    change(project, SHORT)
    with warm(project, RUNNER) as runner:
        yield Replayed(project, tmp_path, runner, (START, END))


def test_a_kill_before_any_write_changes_no_decision(replay: Replayed, tmp_path: Path) -> None:
    """Of windows in which the same steps follow, the first stands for all: others write alike."""
    before, after = tmp_path / "before", tmp_path / "after"
    seen: set[tuple[object, ...]] = set()
    tried = 0
    for _ in range(DAYS):
        shutil.rmtree(before, ignore_errors=True)
        if replay.world.exists():
            shutil.copytree(replay.world, before, symlinks=True)
        assert replay.run(one=True) == 0, replay.log
        writes, wanted = replay.writes, replay.told()
        steps = (before.exists(), *(kind for kind, _ in wanted["windows"][-1]["steps"]))
        if steps in seen:
            continue
        seen.add(steps)
        replay.world.rename(after)
        for number in range(writes):
            if before.exists():
                shutil.copytree(before, replay.world, symlinks=True)
            assert replay.run(one=True, write=number) == -signal.SIGKILL, replay.log
            assert replay.run(one=True) == 0, replay.log
            assert replay.told() == wanted, f"window {wanted['windows'][-1]}, write {number}"
            shutil.rmtree(replay.world)
            tried += 1
        after.rename(replay.world)
    kinds = {kind for one in wanted["windows"] for kind, _ in one["steps"]}
    assert {"train", "compare", "promote"} <= kinds
    print(f"{tried} kills in windows of {len(seen)} kinds")


def test_thirty_kills_at_any_moment_change_no_decision(replay: Replayed) -> None:
    assert replay.run(one=False) == 0, replay.log
    wanted = replay.told()
    shutil.rmtree(replay.world)
    chance, kills = random.Random(11), 0

    def kill(child: int) -> None:
        time.sleep(chance.uniform(0.5, 6))
        until = time.monotonic() + PATIENCE
        # Once more, and the training would be given up, as it should.
        while replay.trains_again() and time.monotonic() < until:
            time.sleep(0.1)
        with suppress(ProcessLookupError):  # it had ended before
            os.kill(child, signal.SIGKILL)

    for _ in range(MOST_RUNS):
        ended = replay.run(one=False, kill=kill if kills < KILLS else None)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL, replay.log
        kills += 1
    assert replay.told() == wanted
    assert kills == KILLS


def test_poisoned_batches_train_no_version(replay: Replayed) -> None:
    """A day of turned labels, one of a constant column, one of ten times the rows."""
    change(replay.project, {"automation": {"batch": 24.0}})
    path = replay.project / "data/flights.parquet"
    days = poison(pd.read_parquet(path), path)
    assert replay.run(one=False) == 0, replay.log
    _, _, versions = replay.told()["registry"]
    spoilt: dict[int, list[bool]] = {}
    for number, _, _, _, _, (start, end, told) in versions:
        spans = [tuple(map(pd.Timestamp, span)) for span in json.loads(told)]
        for day in days:
            if pd.Timestamp(start) <= day[0] and day[1] < pd.Timestamp(end):
                out = any(first <= day[0] and day[1] <= last for first, last in spans)
                spoilt.setdefault(number, []).append(not out)
    assert not any(map(any, spoilt.values())), spoilt
    passed = {number for number, _, _, _, is_passed, _ in versions if is_passed}
    assert passed & set(spoilt), "none that passed its gate has met one: this says nothing"


def poison(table: pd.DataFrame, path: Path) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Spoil three days of a table; returns the first and last moment of each."""
    at = [table["time"].dt.strftime("%F") == day for day in POISONED]
    turned, constant, tenfold = at
    middle = table["air_time"].median()
    table.loc[turned, "air_time"] = 2 * middle - table.loc[turned, "air_time"]
    table.loc[constant, "distance"] = table.loc[constant, "distance"].iloc[0]
    more = table[tenfold].sample(9 * tenfold.sum(), replace=True, random_state=0)
    more["flight_id"] = range(10**9, 10**9 + len(more))
    more["air_time"] = more["air_time"].sample(frac=1, random_state=0).to_numpy()
    spans = [(table.loc[one, "time"].min(), table.loc[one, "time"].max()) for one in at]
    pd.concat([table, more]).sort_values("time", kind="stable").to_parquet(path, index=False)
    return spans
