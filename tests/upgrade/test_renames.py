"""Files of ours under another name: renamed by the templates, by the user, or by both."""

from pathlib import Path

from generator.upgrade.apply import abort
from tests import worlds
from tests.upgrade.world import FIX, LAYER_OPS, LINES, OPS, TRAIN, World, actions, lines, reason


def test_an_edit_follows_a_declared_rename(tmp_path: Path) -> None:
    """Case 5."""
    manifest = worlds.BASE_MANIFEST + (
        '[renamed]\n"src/{{cookiecutter.package_name}}/ops/train.py" = '
        '"src/{{cookiecutter.package_name}}/ops/fit.py"\n'
    )
    after = {
        "layer.toml": manifest,
        f"{LAYER_OPS}/train.py": None,
        f"{LAYER_OPS}/fit.py": "# all new\n" + lines(line_5="five"),
    }
    world = World(tmp_path, after=after)
    world.edit(TRAIN, lines(line_20="mine"))
    plan = world.upgrade(0)
    assert world.read(f"{OPS}/fit.py") == "# all new\n" + lines(line_5="five", line_20="mine")
    assert not (world.project / TRAIN).exists()
    assert actions(plan) == {TRAIN: "delete", f"{OPS}/fit.py": "add"}
    assert "your edits follow" in reason(plan, f"{OPS}/fit.py")


def test_an_untouched_file_follows_a_declared_rename(tmp_path: Path) -> None:
    """Case 5, without an edit."""
    renamed = {
        "layer.toml": worlds.BASE_MANIFEST
        + '[renamed]\n"src/{{cookiecutter.package_name}}/ops/train.py" = "fit.py"\n',
        f"{LAYER_OPS}/train.py": None,
        f"{worlds.PROJECT}/fit.py": LINES,
    }
    world = World(tmp_path, after=renamed)
    world.upgrade(0)
    assert worlds.snapshot(world.project) == world.fresh(0)


def test_a_fix_follows_the_users_rename(tmp_path: Path) -> None:
    """Case 6."""
    world = World(tmp_path, after=FIX)
    world.git("mv", TRAIN, f"{OPS}/learn.py")
    world.commit()
    plan = world.upgrade(0)
    assert world.read(f"{OPS}/learn.py") == lines(line_10="fixed")
    assert not (world.project / TRAIN).exists()
    assert any("learn.py since you renamed it" in note for note in plan.notes)


def test_renamed_on_both_sides_is_a_conflict(tmp_path: Path) -> None:
    """Case 7."""
    renamed = {
        "layer.toml": worlds.BASE_MANIFEST
        + '[renamed]\n"src/{{cookiecutter.package_name}}/ops/train.py" = "fit.py"\n',
        f"{LAYER_OPS}/train.py": None,
        f"{worlds.PROJECT}/fit.py": lines(line_3="three"),
    }
    world = World(tmp_path, after=renamed)
    world.git("mv", TRAIN, "learn.py")
    world.commit()
    before = world.state()
    plan = world.upgrade(0)
    assert set(plan.conflicts) == {TRAIN, "learn.py", "fit.py"}
    assert "line_3 = three" in world.read("learn.py")
    abort(world.project)
    assert world.state() == before


def test_an_edit_never_moves_into_a_file_that_only_looks_alike(tmp_path: Path) -> None:
    """A template goes and a similar one arrives: no rename, unless it is declared."""
    after = {f"{LAYER_OPS}/train.py": None, f"{LAYER_OPS}/fit.py": lines(line_1="one")}
    world = World(tmp_path, after=after)
    world.edit(TRAIN, lines(line_20="mine"))
    world.upgrade(0)
    assert world.read(TRAIN) == lines(line_20="mine")
    assert world.read(f"{OPS}/fit.py") == lines(line_1="one")
