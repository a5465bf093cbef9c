"""An untouched project, raised: equal to a fresh one of the level."""

from pathlib import Path

import pytest

from generator.errors import InvalidChoice
from generator.record import read_record
from generator.upgrade.apply import apply
from tests import worlds
from tests.upgrade.world import LAYER_OPS, LINES, SERVE, World, actions, lines


def test_untouched_it_equals_a_fresh_project_byte_for_byte(tmp_path: Path) -> None:
    """Case 1."""
    world = World(tmp_path)
    plan = world.upgrade(1)
    assert worlds.snapshot(world.project) == world.fresh(1)
    assert actions(plan)[SERVE] == "add"
    assert world.git("diff", "--name-only") == ""
    assert SERVE in world.git("diff", "--cached", "--name-only")


def test_two_levels_at_once_equal_one_after_the_other(tmp_path: Path) -> None:
    """Case 37."""
    once, twice = World(tmp_path / "once"), World(tmp_path / "twice")
    once.upgrade(2)
    for level in (1, 2):
        twice.upgrade(level)
        twice.commit()
    assert worlds.snapshot(once.project) == worlds.snapshot(twice.project) == once.fresh(2)


def test_level_and_templates_at_once_equal_one_after_the_other(tmp_path: Path) -> None:
    """Case 38."""
    after = {f"{LAYER_OPS}/train.py": lines(line_3="30"), f"{LAYER_OPS}/more.py": "x = 1\n"}
    once, twice = (World(tmp_path / name, after=after) for name in ("once", "twice"))
    for world in (once, twice):
        world.edit("src/churn/ops/train.py", lines(line_20="mine"))
    once.upgrade(1)
    twice.upgrade(0)
    twice.commit()
    twice.upgrade(1)
    assert worlds.snapshot(once.project) == worlds.snapshot(twice.project)


def test_the_same_level_brings_newer_templates(tmp_path: Path) -> None:
    world = World(tmp_path, after={f"{LAYER_OPS}/train.py": LINES + "more = 1\n"})
    world.upgrade(0)
    assert worlds.snapshot(world.project) == world.fresh(0)


def test_old_templates_are_not_needed(tmp_path: Path) -> None:
    """Case 36: the base lies in the project."""
    world = World(tmp_path, after={f"{LAYER_OPS}/train.py": lines(line_2="two")})
    for path in (tmp_path / "layers" / "old").rglob("*.py"):
        path.write_text("gone\n")
    world.edit("src/churn/ops/train.py", lines(line_20="mine"))
    world.upgrade(0)
    assert world.read("src/churn/ops/train.py") == lines(line_2="two", line_20="mine")


def test_the_next_level_is_the_default(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.upgrade(None)
    assert read_record(world.project).level == 1


def test_nothing_to_do_writes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    before = world.state()
    plan = world.upgrade(0)
    assert plan.is_empty
    assert world.state() == before


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    before, objects = world.state(), world.git("count-objects", "-v")
    world.plan(2)
    assert (world.state(), world.git("count-objects", "-v")) == (before, objects)


def test_a_lower_level_is_refused(tmp_path: Path) -> None:
    """Case 58, for now."""
    world = World(tmp_path, level=1)
    with pytest.raises(InvalidChoice, match="never lowers"):
        world.plan(0)


def test_above_the_highest_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidChoice, match="no layers yet"):
        World(tmp_path).plan(4)
    world = World(tmp_path / "top", level=2)
    with pytest.raises(InvalidChoice, match="no higher one"):
        world.plan(None)


def test_a_project_below_the_top_of_a_repository(tmp_path: Path) -> None:
    """Case 30: only its own folder is touched."""
    world = World(tmp_path, below="teams/a b")
    worlds.write(world.top, {"src/churn/ops/train.py": "another\n", "README.md": "of all\n"})
    world.commit()
    world.upgrade(1)
    assert worlds.snapshot(world.project) == world.fresh(1)
    changed = world.git("diff", "--cached", "--name-only", "-z", at=world.top)
    assert all(path.startswith("teams/a b/churn/") for path in changed.split("\0") if path)


def test_a_work_tree_of_its_own_branch(tmp_path: Path) -> None:
    """Case 31: `.git` is a file there."""
    world = World(tmp_path)
    other = tmp_path / "other"
    world.git("worktree", "add", "-q", "-b", "raise", str(other))
    before = world.state()
    from generator.upgrade.plan import plan_upgrade

    apply(plan_upgrade(other, world.layers, 1))
    found = {path: text for path, text in worlds.snapshot(other).items() if path != ".git"}
    assert found == world.fresh(1)
    assert world.state() == before
