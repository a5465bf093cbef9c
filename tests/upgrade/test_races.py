"""Somebody else at work during an upgrade: a writer, a commit, another upgrade, another git."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.errors import Refused
from generator.upgrade.apply import apply
from generator.upgrade.guards import check
from generator.upgrade.journal import Journal, lock, open_stage
from generator.upgrade.plan import Plan
from tests import worlds
from tests.upgrade.world import FIX, SERVE, TRAIN, World


def test_a_file_that_changes_after_the_plan_is_not_overwritten(tmp_path: Path) -> None:
    """Case 44."""
    world = World(tmp_path, after=FIX)
    plan = world.plan(1)
    world.write(TRAIN, "written meanwhile\n")
    before = world.state()
    with pytest.raises(Refused, match="not committed"):
        apply(plan)
    assert world.state() == before


def test_a_file_that_changes_during_the_upgrade_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 44, as late as it gets."""
    from generator.upgrade import apply as module
    from generator.upgrade.stage import prepare

    world = World(tmp_path, after=FIX)
    plan = world.plan(1)

    def late(plan: Plan) -> Journal:
        journal = prepare(plan)
        world.write(TRAIN, "written meanwhile\n")
        return journal

    monkeypatch.setattr(module, "prepare", late)
    with pytest.raises(Refused, match="changed meanwhile"):
        apply(plan)
    found = worlds.snapshot(world.project)
    assert found.pop(f"{TRAIN}.kept", found.get(TRAIN)) == b"written meanwhile\n"
    assert SERVE not in found
    assert world.git("diff", "--cached", "--name-only") == ""


def test_a_commit_after_the_plan_is_noticed(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan(1)
    world.edit("other.txt", "x\n")
    with pytest.raises(Refused, match="HEAD moved"):
        check(plan)


def test_a_second_upgrade_is_refused_with_the_process_of_the_first(tmp_path: Path) -> None:
    """Case 43."""
    world = World(tmp_path)
    open_stage(world.project)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, os, sys\n"
            "fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)\n"
            "open(sys.argv[1] + '/upgrade/pid', 'w').write(str(os.getpid()))\n"
            "print('held', flush=True)\nsys.stdin.read()\n",
            world.project / ".mlops-maturity",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(Refused, match=rf"another process \({holder.pid}\)"):
            world.upgrade(1)
        holder.kill()
    world.upgrade(1)
    assert worlds.snapshot(world.project) == world.fresh(1)


def test_the_lock_is_free_again_after_use(tmp_path: Path) -> None:
    world = World(tmp_path)
    with lock(world.project):
        handle = os.open(world.project / ".mlops-maturity", os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
    with lock(world.project):
        pass


def test_another_git_at_work_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    before = world.state()
    held = world.project / ".git/index.lock"
    held.write_bytes(b"")
    with pytest.raises(Refused, match="another git process"):
        world.upgrade(1)
    assert held.exists()
    assert world.state() == before
