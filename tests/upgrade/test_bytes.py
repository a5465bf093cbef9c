"""Bytes, line ends, modes and names of files of ours stay as the user has them."""

import os
import unicodedata
from pathlib import Path

import pytest

from tests.upgrade.world import FIX, LAYER_OPS, LINES, OPS, TRAIN, World, lines, reason


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


def test_a_checkout_with_crlf_from_git_itself_counts_as_clean(tmp_path: Path) -> None:
    """Case 61: `core.autocrlf` put CR LF on disk and LF into the commit."""
    world = World(tmp_path, after=FIX)
    world.git("config", "core.autocrlf", "true")
    world.write(TRAIN, LINES.replace("\n", "\r\n"))
    world.upgrade(0)
    assert world.read(TRAIN) == lines(line_10="fixed").replace("\n", "\r\n")
    assert world.git("show", f":{TRAIN}") == lines(line_10="fixed")
