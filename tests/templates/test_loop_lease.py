"""The lease: one loop at a time holds it, for as long as its process lives and it is renewed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Part = Callable[[str], ModuleType]
HOLDER = """
import os, sys, time
from pathlib import Path
from closed.ops.loop.lease import Lease
Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
Lease(Path(sys.argv[1]), 600).take()
print("taken", flush=True)
time.sleep(600)
"""


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


def changed(place: Path, **told: Any) -> None:
    file = place / "lease.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **told}))


def test_one_loop_at_a_time_holds_the_lease(closed: Part, idle: Any) -> None:
    part = closed("loop.lease")
    with part.held(idle, 60) as lease:
        lease.renew()
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(closed("loop.turns").folder(idle), 60).take()
    with part.held(idle, 60):
        pass


def test_a_step_that_takes_longer_than_the_lease_keeps_it(closed: Part, idle: Any) -> None:
    part = closed("loop.lease")
    with part.held(idle, 0.3):
        time.sleep(1)
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(closed("loop.turns").folder(idle), 60).take()


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_finds_out(
    closed: Part, idle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = closed("loop.lease")
    with part.held(idle, 60) as slow:
        honest = part.time.time
        monkeypatch.setattr(part.time, "time", lambda: honest() + 61)
        with part.held(idle, 60), pytest.raises(closed("errors").Refused, match="ran out"):
            slow.renew()


def test_the_lease_of_a_dead_process_is_taken_over(
    closed: Part, closed_project: Path, idle: Any
) -> None:
    place = closed("loop.turns").folder(idle)
    with (
        holder(closed_project, place) as pid,
        pytest.raises(closed("errors").Refused, match=str(pid)),
    ):
        closed("loop.lease").Lease(place, 60).take()
    with closed("loop.lease").held(idle, 60):
        pass


@pytest.mark.parametrize(
    "told", [{"pid": 2**22 + 1}, {"pid": os.getpid()}, {"pid": 1}], ids=["no one", "own", "first"]
)
def test_a_lease_is_refused_while_its_holder_lives_whatever_its_pid_says_here(
    closed: Part, idle: Any, told: dict[str, int]
) -> None:
    """As from two containers that share the folder and their host's name."""
    place, part = closed("loop.turns").folder(idle), closed("loop.lease")
    with part.held(idle, 60):
        changed(place, **told)
        for _ in range(2):
            with pytest.raises(closed("errors").Refused, match="another loop acts"):
                part.Lease(place, 60).take()


@pytest.mark.parametrize("pid", [None, os.getpid(), 1], ids=["its own", "ours", "first"])
def test_the_lease_of_a_dead_process_is_taken_over_though_its_pid_lives_here(
    closed: Part, closed_project: Path, idle: Any, pid: int | None
) -> None:
    """As in a container that was killed and began again: the same host, and pid 1 again."""
    place = closed("loop.turns").folder(idle)
    with holder(closed_project, place):
        pass
    changed(place, **({} if pid is None else {"pid": pid}))
    with closed("loop.lease").held(idle, 60):
        pass


def test_a_lease_that_was_taken_over_holds_once_the_halted_process_ends(
    closed: Part, idle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, part = closed("loop.turns").folder(idle), closed("loop.lease")
    heir = part.Lease(place, 60)
    with part.held(idle, 60):
        honest = part.time.time
        monkeypatch.setattr(part.time, "time", lambda: honest() + 61)
        heir.take()
    for _ in range(2):
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(place, 60).take()
        heir.renew()
    heir.give_back()
    with part.held(idle, 60):
        pass


@pytest.mark.parametrize("boot", ["another", ""])
def test_the_lease_of_another_system_holds_until_it_runs_out(
    closed: Part, idle: Any, boot: str
) -> None:
    place, part = closed("loop.turns").folder(idle), closed("loop.lease")
    with part.held(idle, 60):
        told = (place / "lease.json").read_bytes()
    (place / "lease.json").write_bytes(told)
    changed(place, boot=boot)
    with pytest.raises(closed("errors").Refused, match="another loop acts"):
        part.Lease(place, 60).take()
    changed(place, until=time.time() - 1)
    with part.held(idle, 60):
        pass


@pytest.mark.parametrize("name", ["lease.lock", "lease.json"])
def test_a_lease_is_kept_where_its_files_were_out_of_reach_for_a_while(
    closed: Part, idle: Any, name: str
) -> None:
    part, place = closed("loop.lease"), closed("loop.turns").folder(idle)
    with part.held(idle, 1.5):
        (place / name).rename(place / "aside")
        (place / name).mkdir()
        time.sleep(0.8)
        (place / name).rmdir()
        (place / "aside").rename(place / name)
        time.sleep(1.2)
        with pytest.raises(closed("errors").Refused, match="another loop acts"):
            part.Lease(place, 60).take()


def test_what_a_lease_holds_is_told_in_the_file(closed: Part, idle: Any) -> None:
    with closed("loop.lease").held(idle, 60):
        told = json.loads((closed("loop.turns").folder(idle) / "lease.json").read_text())
    assert told["pid"] == os.getpid()


@pytest.mark.parametrize("every", ["nan", "inf", "0.5"])
def test_a_time_between_looks_that_is_none_is_refused_before_the_lease_is_taken(
    closed: Part,
    idle: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    every: str,
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(idle.root))
    monkeypatch.setattr(closed("loop.tick"), "tick", lambda *told, **more: None)
    assert closed("cli").run(["loop", "--every", every]) == 2
    said = capsys.readouterr().err
    assert "--every is" in said
    assert "hint:" in said
    assert not closed("loop.turns").folder(idle).exists()
