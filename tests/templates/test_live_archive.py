"""The archive of predictions: every record is read exactly once, whatever is interrupted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

Part = Callable[[str], ModuleType]

START = datetime(2013, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=10)
# Kills what is done to a copy of a project at its first, second, third… change of a file, and
# reads after each. Every step is a process of its own: threads of pyarrow survive no fork.
KILLER = """
import os, shutil, signal, sys
from datetime import datetime
from itertools import count
from pathlib import Path
from live.ops.predictions import archive, forgetting, reading
from live.ops.settings import read_settings
whole, copy, what, now = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]

def child(work):
    pid = os.fork()
    if not pid:
        code = 9
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1]

def change(settings):
    if what == "tidy":
        archive.tidy(settings, datetime.fromisoformat(now))
    else:
        forgetting.forget(settings, what)

def killed(number):
    left = [number]
    def hook(event, arguments):
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_WRONLY
        if not (writes or event in ("os.rename", "os.remove")) or str(copy) not in str(arguments):
            return
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    change(read_settings(copy))
    return 0

def seen(again):
    settings = read_settings(copy)
    if again:
        change(settings)
    (copy / "seen").write_text("\\n".join(one.id for one in reading.records(settings)))
    return 0

for number in count():
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(whole, copy)
    ended = child(lambda: killed(number))
    for again in (False, True):
        assert child(lambda: seen(again)) == 0
        print(number, int(again), *(copy / "seen").read_text().split("\\n"), flush=True)
    if ended == 0:
        break
    assert ended == signal.SIGKILL, ended
"""


@pytest.fixture
def settings(live: Part, live_project: Path, tmp_path: Path) -> Any:
    """Settings of a project without a log."""
    shutil.copy(live_project / "settings.toml", tmp_path)
    return live("settings").read_settings(tmp_path)


def record(live: Part, number: int, hours: float, key: Any = None) -> Any:
    return live("predictions.record").Record(
        id=f"r/{number}",
        time=(START + timedelta(hours=hours)).isoformat(),
        version="1",
        features={"distance": number},
        prediction=1.5,
        key=key,
    )


def write(live: Part, settings: Any, records: list[Any], close: bool = True) -> Any:
    log = live("predictions.segments").Log(live("predictions.place").predictions_folder(settings))
    log.append(live("predictions.record").encoded(records))
    if close:
        log.close()
    return log


def ids(live: Part, settings: Any, *window: datetime) -> list[str]:
    return [one.id for one in live("predictions.reading").records(settings, *window)]


def archived(live: Part, settings: Any) -> list[str]:
    folder = live("predictions.place").predictions_folder(settings)
    return sorted(path.name[:10] for path in (folder / "archive").glob("*.parquet"))


def test_closed_segments_become_a_file_for_each_day_and_open_ones_stay(
    live: Part, settings: Any
) -> None:
    write(live, settings, [record(live, number, number * 10) for number in range(6)])
    still = write(live, settings, [record(live, 6, 61)], close=False)
    live("predictions.archive").tidy(settings, NOW)
    assert archived(live, settings) == ["2013-03-01", "2013-03-02", "2013-03-03"]
    folder = live("predictions.place").predictions_folder(settings)
    assert len(live("predictions.segments").segments(folder)) == 1
    assert ids(live, settings) == [f"r/{number}" for number in range(7)]
    day = START + timedelta(days=1)
    assert ids(live, settings, day, day + timedelta(days=1)) == ["r/3", "r/4"]
    still.close()


def test_a_record_is_archived_as_it_was_written(live: Part, settings: Any) -> None:
    wanted = live("predictions.record").Record(
        id="a/0",
        time=START.isoformat(),
        version="2",
        features={"carrier": "é", "distance": None, "hour": 7.0},
        key=7.0,
        variant="challenger",
        error="no answer",
        experiment="x",
        ms=0.25,
    )
    write(live, settings, [wanted])
    live("predictions.archive").tidy(settings, NOW)
    (found,) = live("predictions.reading").records(settings)
    assert found == wanted


def test_a_clock_that_goes_back_loses_no_record(live: Part, settings: Any) -> None:
    hours = [30, 31, 2, 3, 32, 1]
    write(live, settings, [record(live, number, hour) for number, hour in enumerate(hours)])
    before = ids(live, settings)
    live("predictions.archive").tidy(settings, NOW)
    assert sorted(before) == sorted(ids(live, settings)) == [f"r/{n}" for n in range(6)]
    assert ids(live, settings, START, START + timedelta(days=1)) == ["r/5", "r/2", "r/3"]


def test_what_is_older_than_the_settings_say_is_deleted(live: Part, settings: Any) -> None:
    write(live, settings, [record(live, number, number * 24) for number in range(4)])
    live("predictions.archive").tidy(settings, START + timedelta(days=92))
    assert ids(live, settings) == ["r/2", "r/3"]
    assert archived(live, settings) == ["2013-03-03", "2013-03-04"]


def test_who_began_to_read_comes_to_the_end(live: Part, settings: Any) -> None:
    part = live("predictions.archive")
    write(live, settings, [record(live, number, number) for number in range(3)])
    reading = live("predictions.reading").records(settings)
    first = next(reading).id
    part.tidy(settings, NOW)
    part.tidy(settings, START + timedelta(days=200))
    assert [first, *(one.id for one in reading)] == ["r/0", "r/1", "r/2"]
    part.tidy(settings, START + timedelta(days=200))
    assert ids(live, settings) == archived(live, settings) == []


@tuned(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 200), max_size=5), max_size=6), st.data())
def test_no_order_of_writing_and_tidying_loses_or_doubles_a_record(
    live: Part, settings: Any, batches: list[list[int]], data: Any
) -> None:
    shutil.rmtree(settings.root / ".state", ignore_errors=True)
    number = 0
    for hours in batches:
        write(live, settings, [record(live, number + n, hour) for n, hour in enumerate(hours)])
        number += len(hours)
        if data.draw(st.booleans()):
            live("predictions.archive").tidy(settings, NOW)
    assert sorted(ids(live, settings)) == sorted(f"r/{n}" for n in range(number))


@pytest.mark.full
@pytest.mark.parametrize("what", ["tidy", "7"])
def test_killed_at_any_change_every_record_is_read_once(
    live: Part, live_project: Path, settings: Any, what: str
) -> None:
    write(live, settings, [record(live, n, n * 9, 7 if n == 2 else None) for n in range(6)])
    live("predictions.archive").tidy(settings, NOW)
    write(live, settings, [record(live, n, n * 9, 7 if n == 8 else None) for n in range(6, 9)])
    every = {f"r/{n}" for n in range(9)}
    kept = every if what == "tidy" else every - {"r/2", "r/8"}
    words = [sys.executable, "-c", KILLER, settings.root, settings.root / "copy", what]
    done = subprocess.run(
        [*words, NOW.isoformat()],
        env={**os.environ, "PYTHONPATH": str(live_project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) > 10
    for number, again, *seen in lines:
        assert len(seen) == len(set(seen)), (number, again)
        assert kept <= set(seen) <= (kept if again == "1" else every), (number, again)


def test_a_key_is_forgotten_wherever_it_lies(live: Part, settings: Any) -> None:
    write(live, settings, [record(live, 0, 1, 7), record(live, 1, 2, 8), record(live, 2, 99, 7)])
    live("predictions.archive").tidy(settings, NOW)
    log = write(live, settings, [record(live, 3, 3, 7), record(live, 4, 4, 8)], close=False)
    labels = pd.DataFrame({"key": [7, 8], "label": [70.0, 80.0]})
    live("predictions.labels").add(settings, labels, NOW)
    done = live("predictions.forgetting").forget(settings, "7")
    assert (done.records, done.labels) == (3, 1)
    log.append(live("predictions.record").encoded([record(live, 5, 5)]))
    log.close()
    assert ids(live, settings) == ["r/1", "r/4", "r/5"]
    labelled = live("predictions.labels").entries(live("predictions.place").labels_folder(settings))
    assert [one.key for one in labelled] == ["8"]
    assert live("predictions.forgetting").forget(settings, "7").records == 0
    lines = [path.read_bytes() for path in (settings.root / ".state").rglob("*.jsonl")]
    assert not any(b'"key":7' in line or b'"r/0"' in line for line in lines)
