"""Reasons not to begin: each leaves the project exactly as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import InvalidRecord, Refused
from generator.record import RECORD
from tests import worlds
from tests.upgrade.world import FIX, OPS, SERVE, TRAIN, World, refused

Setup = Callable[[World], object]


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


def test_an_uncommitted_upgrade_must_be_committed_first(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.upgrade(1)
    with pytest.raises(Refused, match="not in HEAD"):
        world.upgrade(2)
