"""An upgrade that waits for a person: what is open, how it ends."""

from pathlib import Path

import pytest

from generator.errors import Refused, Undecided
from generator.record import read_record
from generator.upgrade.apply import abort, apply, ensure_idle, recover, resume
from tests import worlds
from tests.upgrade.world import LAYER_OPS, OPS, SERVE, TRAIN, World, lines

FIX = {f"{LAYER_OPS}/train.py": lines(line_10="fixed"), f"{LAYER_OPS}/new/deep.py": "x = 1\n"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, after=FIX)
    world.edit(TRAIN, lines(line_10="mine"))
    return world


def test_the_record_waits_until_the_conflict_is_settled(world: World) -> None:
    world.upgrade(1)
    assert read_record(world.project).level == 0
    assert (world.project / SERVE).exists()
    status = world.git("status", "--porcelain").splitlines()
    assert f"UU {TRAIN}" in status
    assert f"A  {SERVE}" in status
    assert not any(".mlops-maturity" in line for line in status)


def test_going_on_needs_every_conflict_settled(world: World) -> None:
    """Case 56."""
    world.upgrade(1)
    with pytest.raises(Undecided, match="markers are left"):
        resume(world.project)
    world.write(TRAIN, lines(line_10="both"))
    with pytest.raises(Undecided, match="not settled in git's index"):
        resume(world.project)
    world.git("add", TRAIN)
    assert resume(world.project).to == 1
    assert read_record(world.project).level == 1
    assert not (world.project / ".mlops-maturity/upgrade").exists()


def test_a_settled_conflict_does_not_come_back(world: World) -> None:
    """Case 55."""
    world.upgrade(1)
    world.write(TRAIN, lines(line_10="mine"))
    world.git("add", TRAIN)
    resume(world.project)
    world.commit()
    assert world.upgrade(2).conflicts == ()
    assert world.read(TRAIN) == lines(line_10="mine")
    fresh = world.fresh(2)
    assert worlds.snapshot(world.project) == {**fresh, TRAIN: lines(line_10="mine").encode()}


def test_nothing_else_begins_meanwhile(world: World) -> None:
    plan = world.plan(1)
    apply(plan)
    with pytest.raises(Refused, match="under way") as caught:
        apply(plan)
    assert caught.value.hint
    assert "--continue" in caught.value.hint
    with pytest.raises(Refused, match="under way"):
        ensure_idle(world.project)
    assert recover(world.project) is None


def test_giving_up_brings_everything_back(world: World) -> None:
    """Case 57: bytes, modes, empty folders; files made since are spared."""
    (world.project / TRAIN).chmod(0o640)
    (world.project / "empty").mkdir(mode=0o700)
    world.write("src/churn/model.py", "# yours\nstaged = 1\n")
    world.git("add", "src/churn/model.py")
    before = world.state()
    world.upgrade(1)
    world.write(TRAIN, "half settled\n")
    world.write(f"{OPS}/since.py", "mine\n")
    abort(world.project)
    assert world.read(f"{OPS}/since.py") == "mine\n"
    (world.project / OPS / "since.py").unlink()
    assert world.state() == before
    with pytest.raises(Refused, match="no upgrade is under way"):
        abort(world.project)


def test_giving_up_spares_a_folder_that_the_user_filled(world: World) -> None:
    world.upgrade(1)
    world.write(f"{OPS}/new/mine.py", "mine\n")
    abort(world.project)
    assert [path.name for path in (world.project / OPS / "new").iterdir()] == ["mine.py"]


def test_giving_up_keeps_later_edits_aside(world: World) -> None:
    world.upgrade(1)
    world.write(SERVE, "edited since\n")
    done = abort(world.project)
    assert done.kept == (f"{SERVE}.kept",)
    assert world.read(f"{SERVE}.kept") == "edited since\n"
    assert not (world.project / SERVE).exists()


def test_giving_up_brings_back_a_folder_that_became_empty(tmp_path: Path) -> None:
    old = {f"{LAYER_OPS}/old/gone.py": "x = 1\n"}
    after = {**FIX, f"{LAYER_OPS}/old/gone.py": None}
    world = World(tmp_path, old, after)
    world.edit(TRAIN, lines(line_10="mine"))
    (world.project / OPS / "old").chmod(0o750)
    before = world.state()
    world.upgrade(1)
    assert not (world.project / OPS / "old").exists()
    abort(world.project)
    assert world.state() == before


def test_going_on_after_a_reset_is_refused(world: World) -> None:
    world.upgrade(1)
    world.git("reset", "-q", "--hard")
    with pytest.raises(Refused, match="nothing of the upgrade is left"):
        resume(world.project)
    abort(world.project)
    assert world.upgrade(1).conflicts == (TRAIN,)


def test_there_is_nothing_to_end_where_nothing_began(tmp_path: Path) -> None:
    for end in (resume, abort):
        with pytest.raises(Refused, match="no upgrade is under way"):
            end(World(tmp_path / end.__name__).project)
