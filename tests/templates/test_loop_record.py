"""What the loop remembers: its record, the lease that one loop holds, the switch that stops it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Part = Callable[[str], ModuleType]
NOW = datetime(2026, 12, 21, 12, tzinfo=UTC)
HOLDER = """
import os, sys, time
from pathlib import Path
from closed.ops.loop.lease import Lease
Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
Lease(Path(sys.argv[1]), 600).take()
print("taken", flush=True)
time.sleep(600)
"""


@pytest.fixture
def settings(closed: Part, closed_project: Path, tmp_path: Path) -> Any:
    shutil.copy(closed_project / "settings.toml", tmp_path)
    return closed("settings").read_settings(tmp_path)


def event(closed: Part, kind: str, phase: str, hour: int = 0, **more: Any) -> Any:
    when = NOW.replace(hour=hour).isoformat()
    return closed("loop.turns").Event("t", when, kind, phase, f"{kind} {phase}", **more)


def test_what_was_written_is_read_and_what_was_torn_is_not(closed: Part, settings: Any) -> None:
    part = closed("loop.turns")
    part.append(settings, event(closed, "train", "begun"))
    with part.place(settings).open("ab") as file:
        file.write(b'{"turn": "t", "when"')
    part.append(settings, event(closed, "train", "done", version=2))
    assert [one.phase for one in part.read(settings)] == ["begun", "done"]


def test_a_training_that_began_and_did_not_end_is_open(closed: Part) -> None:
    part = closed("loop.turns")
    begun = [event(closed, "train", "begun")]
    assert part.memory(begun).open == "train begun"
    assert part.memory([*begun, event(closed, "train", "done", 1, version=2)]).open == ""
    assert part.memory([*begun, event(closed, "train", "failed", 1)]).open == ""
    assert part.memory(begun).trainings == (NOW.replace(hour=0),)


def test_who_was_asked_is_remembered_until_it_is_settled(closed: Part) -> None:
    part = closed("loop.turns")
    asked = [event(closed, "ask", "done", 3, version=2)]
    assert part.memory(asked).asked == {2: NOW.replace(hour=3)}
    assert part.memory([*asked, event(closed, "promote", "done", 4, version=2)]).asked == {}


def test_a_version_of_no_turn_begins_one_of_its_own(closed: Part) -> None:
    current = closed("loop.turns").current
    trained = [event(closed, "train", "begun"), event(closed, "train", "done", 1, version=2)]
    assert current(trained, 2) == "t"
    assert current(trained, 3) == ""
    other = closed("loop.turns").Event("u", NOW.isoformat(), "compare", "begun", "", 3)
    assert current([*trained, other], 3) == "u"
    assert current([*trained, other], 2) == "t"


def test_a_training_that_began_goes_on_in_its_turn(closed: Part) -> None:
    current = closed("loop.turns").current
    assert current([event(closed, "train", "begun")], None) == "t"
    assert current([event(closed, "train", "failed")], None) == ""


def test_a_version_that_a_person_released_or_dropped_waits_for_nobody(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(looped.root))
    closed("release.experiment").start(looped, 2, 0.3, NOW)
    closed("loop.turns").append(looped, event(closed, "ask", "done", version=2))

    def told() -> tuple[list[int], str]:
        capsys.readouterr()
        closed("cli").run(["limits", "--format", "json"])
        (turn,) = closed("loop.story").told(looped)
        return json.loads(capsys.readouterr().out)["waiting_for_a_person"], turn["outcome"]

    assert told() == ([2], "it goes on")
    closed("registry.release").promote(looped, 2, 1, "it is needed", NOW)
    assert told() == ([], "ended otherwise")


def test_a_turn_tells_how_long_it_took_from_signal_to_outcome(closed: Part) -> None:
    part = closed("loop.turns")
    since = {"since": NOW.replace(hour=0).isoformat()}
    (turn,) = part.turns(
        [
            event(closed, "train", "begun", 2, evidence=since),
            event(closed, "train", "done", 3, version=2),
            event(closed, "compare", "done", 4, version=2),
            event(closed, "promote", "done", 9, version=2),
        ]
    )
    assert (turn.outcome, turn.seconds) == ("promote", 9 * 3600)
    (refused,) = part.turns([event(closed, "train", "begun"), event(closed, "train", "done", 1)])
    assert refused.outcome == "refused"


def test_one_loop_at_a_time_holds_the_lease(closed: Part, settings: Any) -> None:
    part = closed("loop.lease")
    with part.held(settings, 60) as lease:
        lease.renew()
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(closed("loop.turns").folder(settings), 60).take()
    with part.held(settings, 60):
        pass


def test_a_step_that_takes_longer_than_the_lease_keeps_it(closed: Part, settings: Any) -> None:
    part = closed("loop.lease")
    with part.held(settings, 0.3):
        time.sleep(1)
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(closed("loop.turns").folder(settings), 60).take()


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_finds_out(
    closed: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = closed("loop.lease")
    with part.held(settings, 60) as slow:
        honest = part.time.time
        monkeypatch.setattr(part.time, "time", lambda: honest() + 61)
        with part.held(settings, 60), pytest.raises(closed("errors").Refused, match="ran out"):
            slow.renew()


@contextmanager
def holder(project: Path, place: Path) -> Iterator[int]:
    """The id of a process that holds the lease until it is killed, at the end."""
    environment = {**os.environ, "PYTHONPATH": str(project / "src")}
    words = [sys.executable, "-c", HOLDER, str(place)]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            yield process.pid
        finally:
            process.kill()


def test_the_lease_of_a_dead_process_is_taken_over(
    closed: Part, closed_project: Path, settings: Any
) -> None:
    place = closed("loop.turns").folder(settings)
    with (
        holder(closed_project, place) as pid,
        pytest.raises(closed("errors").Refused, match=str(pid)),
    ):
        closed("loop.lease").Lease(place, 60).take()
    with closed("loop.lease").held(settings, 60):
        pass


def changed(place: Path, **told: Any) -> None:
    file = place / "lease.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **told}))


@pytest.mark.parametrize(
    "told", [{"pid": 2**22 + 1}, {"pid": os.getpid()}, {"pid": 1}], ids=["no one", "own", "first"]
)
def test_a_lease_is_refused_while_its_holder_lives_whatever_its_pid_says_here(
    closed: Part, settings: Any, told: dict[str, int]
) -> None:
    """As from two containers that share the folder and their host's name."""
    place, part = closed("loop.turns").folder(settings), closed("loop.lease")
    with part.held(settings, 60):
        changed(place, **told)
        for _ in range(2):
            with pytest.raises(closed("errors").Refused, match="another loop acts"):
                part.Lease(place, 60).take()


@pytest.mark.parametrize("pid", [None, os.getpid(), 1], ids=["its own", "ours", "first"])
def test_the_lease_of_a_dead_process_is_taken_over_though_its_pid_lives_here(
    closed: Part, closed_project: Path, settings: Any, pid: int | None
) -> None:
    """As in a container that was killed and began again: the same host, and pid 1 again."""
    place = closed("loop.turns").folder(settings)
    with holder(closed_project, place):
        pass
    changed(place, **({} if pid is None else {"pid": pid}))
    with closed("loop.lease").held(settings, 60):
        pass


def test_a_lease_that_was_taken_over_holds_once_the_halted_process_ends(
    closed: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, part = closed("loop.turns").folder(settings), closed("loop.lease")
    heir = part.Lease(place, 60)
    with part.held(settings, 60):
        honest = part.time.time
        monkeypatch.setattr(part.time, "time", lambda: honest() + 61)
        heir.take()
    for _ in range(2):
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(place, 60).take()
        heir.renew()
    heir.give_back()
    with part.held(settings, 60):
        pass


@pytest.mark.parametrize("boot", ["another", ""])
def test_the_lease_of_another_system_holds_until_it_runs_out(
    closed: Part, settings: Any, boot: str
) -> None:
    place, part = closed("loop.turns").folder(settings), closed("loop.lease")
    with part.held(settings, 60):
        told = (place / "lease.json").read_bytes()
    (place / "lease.json").write_bytes(told)
    changed(place, boot=boot)
    with pytest.raises(closed("errors").Refused, match="another loop acts"):
        part.Lease(place, 60).take()
    changed(place, until=time.time() - 1)
    with part.held(settings, 60):
        pass


@pytest.mark.parametrize("name", ["lease.lock", "lease.json"])
def test_a_lease_is_kept_where_its_files_were_out_of_reach_for_a_while(
    closed: Part, settings: Any, name: str
) -> None:
    part, place = closed("loop.lease"), closed("loop.turns").folder(settings)
    with part.held(settings, 1.5):
        (place / name).rename(place / "aside")
        (place / name).mkdir()
        time.sleep(0.8)
        (place / name).rmdir()
        (place / "aside").rename(place / name)
        time.sleep(1.2)
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(place, 60).take()


def test_a_stop_tells_who_and_why_until_it_is_taken_back(closed: Part, settings: Any) -> None:
    part = closed("loop.stop")
    assert part.halted(settings) == ""
    path = part.stop(settings, NOW, "a holiday")
    assert "a holiday" in part.halted(settings)
    path.write_text("{")
    assert part.halted(settings)
    assert part.go_on(settings)
    assert not part.go_on(settings)
    assert part.halted(settings) == ""


def test_a_variable_stops_it_too(
    closed: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_STOP", "1")
    assert closed("loop.stop").halted(settings) == "OPS_STOP is set"


def test_what_a_lease_holds_is_told_in_the_file(closed: Part, settings: Any) -> None:
    with closed("loop.lease").held(settings, 60):
        told = json.loads((closed("loop.turns").folder(settings) / "lease.json").read_text())
    assert told["pid"] == os.getpid()


def refused(closed: Part, turn: str, start: str | None) -> Any:
    part = closed("loop.turns")
    evidence = {"start": "2026-03-01", "learnt_from": start}
    return part.Event(turn, NOW.isoformat(), "train", "done", "refused", None, evidence)


def test_all_rows_are_tried_once_those_since_the_change_were_refused_twice(
    closed: Part, settings: Any
) -> None:
    part, turns = closed("loop.taking"), closed("loop.turns")
    begun = refused(closed, "now", None)
    tried = []
    for number in range(6):
        start = part._start(settings, begun)
        turns.append(settings, refused(closed, str(number), start))
        tried.append(start)
    assert tried == ["2026-03-01", "2026-03-01", None] * 2
