"""Reasons not to begin: each leaves the project exactly as it was."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import GeneratorError, InvalidRecord, Refused
from generator.record import BASE, RECORD, read_record
from generator.upgrade.apply import apply
from generator.upgrade.guards import check
from generator.upgrade.journal import Journal, lock, open_stage
from generator.upgrade.plan import Plan
from tests import worlds
from tests.upgrade.world import LAYER_OPS, OPS, SERVE, TRAIN, World, lines

FIX = {f"{LAYER_OPS}/train.py": lines(line_10="fixed")}
Setup = Callable[[World], object]


def refused(world: World, match: str, error: type[GeneratorError] = Refused) -> GeneratorError:
    before = worlds.snapshot(world.folder)
    with pytest.raises(error, match=match) as caught:
        world.upgrade(1)
    assert worlds.snapshot(world.folder) == before
    assert not (world.project / ".mlops-maturity/upgrade").exists()
    assert caught.value.hint
    return caught.value


def linked(world: World, path: str, outside: str) -> None:
    place = world.project / path
    target = world.folder / outside
    place.rename(target) if place.exists() else target.mkdir()
    place.symlink_to(target)
    world.commit()


@pytest.mark.parametrize(
    ("setup", "match"),
    [
        (lambda world: world.write(SERVE, "mine\n"), "is in the way"),
        (lambda world: (world.project / SERVE).mkdir(), "is a folder"),
        (lambda world: world.edit(f"{SERVE}/x.py", "mine\n"), "is a folder"),
        (lambda world: world.write(TRAIN, "mine\n"), "not committed"),
        (lambda world: (world.project / TRAIN).chmod(0o755), "not committed"),
        (lambda world: (world.project / TRAIN).unlink(), "gone from the work tree"),
        (lambda world: linked(world, OPS, "outside"), "symbolic link"),
        (lambda world: world.edit(TRAIN, "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n"), "markers"),
        (lambda world: world.edit(f"{OPS}/Serve.py", "x\n"), "by case or accents only"),
        (lambda world: world.write(RECORD, world.read(RECORD) + "# x\n"), "edited by hand"),
        (lambda world: world.write(f"{OPS}/.git", "gitdir: elsewhere\n"), "repository of its own"),
    ],
    ids=[
        "13 untracked file",
        "14 untracked folder",
        "14 folder",
        "26 edited",
        "26 mode",
        "26 gone",
        "18 linked parent",
        "56 markers",
        "23 case",
        "34 record",
        "31 nested repository",
    ],
)
def test_it_is_refused_and_nothing_is_written(tmp_path: Path, setup: Setup, match: str) -> None:
    world = World(tmp_path, after=FIX)
    setup(world)
    error = InvalidRecord if match == "edited by hand" else Refused
    refused(world, match, error)


def test_a_file_where_a_folder_must_be_is_refused(tmp_path: Path) -> None:
    """Case 14."""
    world = World(tmp_path, after={f"{worlds.PROJECT}/docs/RUNBOOK.md": "# ours\n"})
    world.edit("docs", "a file of mine\n")
    refused(world, "docs is a file")


def test_a_linked_file_where_a_file_must_go_is_refused(tmp_path: Path) -> None:
    """Case 17."""
    world = World(tmp_path)
    (world.project / SERVE).symlink_to(tmp_path / "outside.py")
    world.commit()
    refused(world, "no plain file")
    assert not (tmp_path / "outside.py").exists()


@pytest.mark.parametrize("path", [TRAIN, SERVE])
def test_staged_changes_of_a_touched_path_are_refused(tmp_path: Path, path: str) -> None:
    world = World(tmp_path, after=FIX)
    text = (world.project / path).read_text() if path == TRAIN else None
    world.write(path, "staged\n")
    world.git("add", path)
    world.write(path, text) if text else (world.project / path).unlink()
    refused(world, "has staged changes")


def test_without_a_repository_the_hint_says_what_to_type(tmp_path: Path) -> None:
    """Case 28."""
    world = World(tmp_path)
    (world.project / ".git").rename(tmp_path / "elsewhere")
    error = refused(world, "not in a git repository")
    assert error.hint
    assert "git init && git add --all && git commit" in error.hint


def test_without_a_commit_the_hint_says_what_to_type(tmp_path: Path) -> None:
    """Case 28."""
    world = World(tmp_path)
    (world.project / ".git").rename(tmp_path / "elsewhere")
    world.git("init", "-q")
    error = refused(world, "no commit yet")
    assert error.hint
    assert "git add --all && git commit" in error.hint


def test_without_git_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 29."""
    world = World(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(world, "git is not installed")


def test_an_old_git_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.30.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent))
    refused(world, "git version 2.30.1 is too old")


@pytest.mark.parametrize(
    ("damage", "match"),
    [
        (lambda world: world.remove(RECORD), "holds no"),
        (lambda world: world.remove(BASE), "cannot be read"),
        (lambda world: world.edit(BASE, b"\0" * 1024), "is not the base"),
        (lambda world: world.edit(RECORD, b"\xff\xfe"), "cannot be read"),
        (lambda world: world.edit(RECORD, "<<<<<<< a\n=======\n>>>>>>> b\n"), "merge conflict"),
        (lambda world: world.replace(RECORD, "level = 0", "level = 1"), "edited by hand"),
    ],
    ids=["32 missing", "33 no base", "33 other base", "33 bytes", "33 markers", "34 level"],
)
def test_a_damaged_record_is_refused(tmp_path: Path, damage: Setup, match: str) -> None:
    world = World(tmp_path)
    damage(world)
    refused(world, match, InvalidRecord)


def signed(world: World, **changed: object) -> None:
    """A record that somebody wrote with a right digest."""
    world.edit(RECORD, read_record(world.project).model_copy(update=changed).dump())


def test_a_record_of_a_newer_tool_is_refused(tmp_path: Path) -> None:
    """Case 35."""
    world = World(tmp_path)
    signed(world, tool="99.0")
    refused(world, "newer than this", InvalidRecord)
    signed(world, format=99)
    refused(world, "written by a newer", InvalidRecord)


@pytest.mark.parametrize("path", ["../outside.py", "/outside.py", "a/../../x", ".git/config"])
def test_a_record_never_leads_outside(tmp_path: Path, path: str) -> None:
    """Case 65."""
    world = World(tmp_path)
    files = read_record(world.project).files
    signed(world, files={**files, path: files[TRAIN]})
    refused(world, "leaves the project", InvalidRecord)


@pytest.mark.parametrize("name", ["{{ 1 }}", "a'\"b", "a\nb", "../up"])
def test_a_record_never_carries_text_into_templates(tmp_path: Path, name: str) -> None:
    """Case 65."""
    world = World(tmp_path)
    context = read_record(world.project).context
    signed(world, context=context.model_copy(update={"package_name": name}))
    refused(world, "package_name", InvalidRecord)


def test_an_uncommitted_upgrade_must_be_committed_first(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.upgrade(1)
    with pytest.raises(Refused, match="not in HEAD"):
        world.upgrade(2)


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
