"""Files of ours: what the templates changed meets what the user changed."""

from pathlib import Path

import pytest

from generator.upgrade.apply import apply
from tests import worlds
from tests.upgrade.world import FIX, LAYER_OPS, SERVE, TRAIN, World, actions, lines, reason


def test_the_same_line_is_a_conflict_with_three_sides(tmp_path: Path) -> None:
    """Case 2."""
    world = World(tmp_path, after=FIX)
    world.edit(TRAIN, lines(line_10="mine"))
    plan = world.upgrade(0)
    assert plan.conflicts == (TRAIN,)
    text = world.read(TRAIN)
    open_part = (
        "<<<<<<< yours\nline_10 = mine\n||||||| base\nline_10 = 10\n=======\n"
        "line_10 = fixed\n>>>>>>> theirs (level 0)\n"
    )
    assert open_part in text
    stages = world.git("ls-files", "-u").splitlines()
    assert [line.split()[2] for line in stages] == ["1", "2", "3"]
    assert world.git("show", f":2:{TRAIN}") == lines(line_10="mine")


@pytest.mark.parametrize(("line", "clean"), [("line_11", False), ("line_12", True)])
def test_a_neighbouring_line_is_never_picked_silently(
    tmp_path: Path, line: str, clean: bool
) -> None:
    """Case 3."""
    world = World(tmp_path, after=FIX)
    world.edit(TRAIN, lines(**{line: "mine"}))
    plan = world.upgrade(0)
    assert (plan.conflicts == ()) is clean
    assert f"{line} = mine" in world.read(TRAIN)
    assert "line_10 = fixed" in world.read(TRAIN)


def test_an_edit_far_away_survives(tmp_path: Path) -> None:
    """Case 4."""
    world = World(tmp_path, after=FIX)
    world.edit(TRAIN, lines(line_25="mine"))
    plan = world.upgrade(1)
    assert world.read(TRAIN) == lines(line_10="fixed", line_25="mine")
    assert reason(plan, TRAIN) == "merged with your edits"


@pytest.mark.parametrize("edited", [True, False])
def test_a_dropped_file_goes_unless_it_was_edited(tmp_path: Path, edited: bool) -> None:
    """Case 8."""
    world = World(tmp_path, after={f"{LAYER_OPS}/train.py": None})
    if edited:
        world.edit(TRAIN, lines(line_2="mine"))
    plan = world.upgrade(0)
    assert (world.project / TRAIN).exists() is edited
    assert actions(plan)[TRAIN] == ("keep" if edited else "delete")


def test_a_deleted_file_stays_deleted_now_and_later(tmp_path: Path) -> None:
    """Cases 9 and 10."""
    world = World(tmp_path, after=FIX)
    world.remove(TRAIN)
    plan = world.upgrade(0)
    assert actions(plan)[TRAIN] == "keep"
    assert reason(plan, TRAIN) == "deleted by you; stays deleted; the level changes it"
    world.commit()
    again = world.upgrade(1)
    assert reason(again, TRAIN) == "deleted by you; stays deleted"
    assert not (world.project / TRAIN).exists()


def test_added_by_both_with_the_same_bytes(tmp_path: Path) -> None:
    """Case 11."""
    world = World(tmp_path)
    world.edit(SERVE, "# ours\nport = 8080\n")
    assert world.upgrade(1).conflicts == ()
    assert worlds.snapshot(world.project) == world.fresh(1)


def test_added_by_both_with_other_bytes_is_a_conflict(tmp_path: Path) -> None:
    """Case 12."""
    world = World(tmp_path)
    world.edit(SERVE, "port = 9000\n")
    assert world.upgrade(1).conflicts == (SERVE,)
    assert "port = 9000" in world.read(SERVE)
    assert "port = 8080" in world.read(SERVE)


def test_what_the_user_set_up_in_git_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 61."""
    world = World(tmp_path, after=FIX)
    world.write(TRAIN, lines(line_10="mine"))
    world.edit(".gitattributes", "*.py merge=ours -text\n* -text\n")
    hook = world.project / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    for key, value in {
        "merge.ours.driver": "true",
        "merge.conflictStyle": "merge",
        "commit.gpgSign": "true",
        "core.autocrlf": "true",
        "core.fsmonitor": "/bin/false",
    }.items():
        world.git("config", key, value)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    plan = world.plan(0)
    apply(plan)
    assert plan.conflicts == (TRAIN,)
    assert "||||||| base\nline_10 = 10\n" in world.read(TRAIN)
    assert not (tmp_path / "nowhere").exists()


def test_a_read_only_home_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 62."""
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    monkeypatch.setenv("HOME", str(home))
    world = World(tmp_path)
    world.upgrade(1)
    assert worlds.snapshot(world.project) == world.fresh(1)
    assert list(home.iterdir()) == []
