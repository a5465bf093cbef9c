"""Files of ours: what the templates changed meets what the user changed."""

import os
import unicodedata
from pathlib import Path

import pytest

from generator.upgrade.apply import apply
from tests import worlds
from tests.upgrade.world import (
    LAYER_OPS,
    LINES,
    OPS,
    SERVE,
    TRAIN,
    World,
    actions,
    lines,
    reason,
)

FIX = {f"{LAYER_OPS}/train.py": lines(line_10="fixed")}


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
    from generator.upgrade.apply import abort

    abort(world.project)
    assert world.state() == before


@pytest.mark.parametrize("edited", [True, False])
def test_a_dropped_file_goes_unless_it_was_edited(tmp_path: Path, edited: bool) -> None:
    """Case 8."""
    world = World(tmp_path, after={f"{LAYER_OPS}/train.py": None})
    if edited:
        world.edit(TRAIN, lines(line_2="mine"))
    plan = world.upgrade(0)
    assert (world.project / TRAIN).exists() is edited
    assert actions(plan)[TRAIN] == ("keep" if edited else "delete")


def test_an_edit_never_moves_into_a_file_that_only_looks_alike(tmp_path: Path) -> None:
    """A template goes and a similar one arrives: no rename, unless it is declared."""
    after = {f"{LAYER_OPS}/train.py": None, f"{LAYER_OPS}/fit.py": lines(line_1="one")}
    world = World(tmp_path, after=after)
    world.edit(TRAIN, lines(line_20="mine"))
    world.upgrade(0)
    assert world.read(TRAIN) == lines(line_20="mine")
    assert world.read(f"{OPS}/fit.py") == lines(line_1="one")


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


@pytest.mark.parametrize("both", [True, False])
def test_a_binary_file_is_never_mixed(tmp_path: Path, both: bool) -> None:
    """Case 15."""
    path = f"{LAYER_OPS}/logo.bin"
    after = {path: b"\0\1theirs"} if both else {}
    world = World(tmp_path, {path: b"\0\1base"}, after)
    world.edit(f"{OPS}/logo.bin", b"\0\1mine")
    plan = world.upgrade(1)
    assert (world.project / OPS / "logo.bin").read_bytes() == b"\0\1mine"
    assert plan.conflicts == ((f"{OPS}/logo.bin",) if both else ())
    if both:
        assert len(world.git("ls-files", "-u", f"{OPS}/logo.bin").splitlines()) == 3


def test_exec_bits_of_both_sides_are_combined(tmp_path: Path) -> None:
    """Case 16."""
    world = World(tmp_path, after=FIX)
    (world.project / TRAIN).chmod(0o755)
    world.commit()
    world.upgrade(0)
    assert world.read(TRAIN) == lines(line_10="fixed")
    assert os.access(world.project / TRAIN, os.X_OK)
    other = World(tmp_path / "other", after=FIX)
    other.edit(TRAIN, lines(line_25="mine"))
    script = tmp_path / "other/layers/new/base" / f"{LAYER_OPS}/train.py"
    script.chmod(0o755)
    other.upgrade(0)
    assert os.access(other.project / TRAIN, os.X_OK)
    assert other.read(TRAIN) == lines(line_10="fixed", line_25="mine")


def test_permissions_of_the_user_stay(tmp_path: Path) -> None:
    world = World(tmp_path, after=FIX)
    (world.project / TRAIN).chmod(0o600)
    world.upgrade(0)
    assert (world.project / TRAIN).stat().st_mode & 0o777 == 0o600


def test_a_symbolic_link_is_not_written_through(tmp_path: Path) -> None:
    """Case 17."""
    world = World(tmp_path, after=FIX)
    outside = tmp_path / "outside.py"
    outside.write_text("mine\n")
    (world.project / TRAIN).unlink()
    (world.project / TRAIN).symlink_to(outside)
    world.commit()
    plan = world.upgrade(0)
    assert outside.read_text() == "mine\n"
    assert (world.project / TRAIN).is_symlink()
    assert "no plain file" in reason(plan, TRAIN)


@pytest.mark.parametrize("fix", [FIX, {}])
def test_line_ends_of_the_user_stay(tmp_path: Path, fix: dict[str, str]) -> None:
    """Case 19."""
    world = World(tmp_path, after=fix)
    world.edit(TRAIN, lines(line_25="mine").replace("\n", "\r\n"))
    plan = world.upgrade(1)
    changed = {"line_10": "fixed"} if fix else {}
    assert plan.conflicts == ()
    assert world.read(TRAIN) == lines(line_25="mine", **changed).replace("\n", "\r\n")


def test_line_ends_stay_in_a_conflict(tmp_path: Path) -> None:
    """Case 19, with case 2."""
    world = World(tmp_path, after=FIX)
    world.edit(TRAIN, lines(line_10="mine").replace("\n", "\r\n"))
    assert world.upgrade(0).conflicts == (TRAIN,)
    text = world.read(TRAIN)
    assert text.count("\n") == text.count("\r\n")
    assert "||||||| base\r\n" in text


def test_a_missing_end_of_the_last_line(tmp_path: Path) -> None:
    """Case 20."""
    world = World(tmp_path, after=FIX)
    world.edit(TRAIN, LINES.rstrip("\n"))
    assert world.upgrade(0).conflicts == ()
    assert world.read(TRAIN) == lines(line_10="fixed").rstrip("\n")


@pytest.mark.parametrize("begin", ["\ufeff".encode(), "# caf\xe9\n".encode("latin-1")])
def test_bytes_that_are_no_utf_8_survive(tmp_path: Path, begin: bytes) -> None:
    """Case 21."""
    world = World(tmp_path, after=FIX)
    world.edit(TRAIN, begin + LINES.encode())
    assert world.upgrade(0).conflicts == ()
    assert (world.project / TRAIN).read_bytes() == begin + lines(line_10="fixed").encode()


@pytest.mark.parametrize(
    "name", ["a b.py", "-dash.py", "'quote\".py", "café.py", "back\\slash.py", "x" * 200 + ".py"]
)
def test_names_of_every_kind(tmp_path: Path, name: str) -> None:
    """Case 22."""
    name = unicodedata.normalize("NFD", name)
    world = World(tmp_path, {f"{LAYER_OPS}/{name}": LINES}, {f"{LAYER_OPS}/{name}": LINES + "z\n"})
    world.edit(f"{OPS}/{name}", "a\n" + LINES)
    world.upgrade(1)
    assert world.read(f"{OPS}/{name}") == "a\n" + LINES + "z\n"
    assert world.git("diff", "--name-only") == ""


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


def test_a_checkout_with_crlf_from_git_itself_counts_as_clean(tmp_path: Path) -> None:
    """Case 61: `core.autocrlf` put CR LF on disk and LF into the commit."""
    world = World(tmp_path, after=FIX)
    world.git("config", "core.autocrlf", "true")
    world.write(TRAIN, LINES.replace("\n", "\r\n"))
    world.upgrade(0)
    assert world.read(TRAIN) == lines(line_10="fixed").replace("\n", "\r\n")
    assert world.git("show", f":{TRAIN}") == lines(line_10="fixed")


def test_a_read_only_home_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 62."""
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    monkeypatch.setenv("HOME", str(home))
    world = World(tmp_path)
    world.upgrade(1)
    assert worlds.snapshot(world.project) == world.fresh(1)
    assert list(home.iterdir()) == []
