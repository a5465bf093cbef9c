"""Bytecode is borrowed only where it was made from the same source."""

from __future__ import annotations

import os
import py_compile
import sys
import sysconfig
from pathlib import Path
from shutil import copy2

import pytest

from generator.verify.environment import borrow

COMPILED = {f"{name}.{sys.implementation.cache_tag}.pyc" for name in ("same", "later")}


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """Compiled packages, and an environment with two of the same source and one of another."""
    here, target = tmp_path / "here", tmp_path / "target"
    there = Path(sysconfig.get_path("purelib", "venv", {"base": str(target)}))
    for folder in (here, there):
        (folder / "part").mkdir(parents=True)
    for name in ("same", "later", "other"):
        source = here / f"part/{name}.py"
        source.write_text(f"name = {name!r}\n")
        py_compile.compile(str(source), doraise=True)
        copy2(source, there / "part")
    os.utime(there / "part/later.py", (1, 1))
    (there / "part/other.py").write_text("changed = True\n")
    (there / "part/alone.py").write_text("only = 'there'\n")
    return here, target


def compiled(target: Path) -> set[str]:
    return {path.name for path in target.rglob("*.pyc")}


def test_bytecode_of_the_same_source_is_taken_and_no_other(both: tuple[Path, Path]) -> None:
    here, target = both
    for _ in range(2):  # what is there already is left as it is
        borrow(target, here)
        assert compiled(target) == COMPILED
    for made in target.rglob("*.pyc"):  # Python takes it as it is
        source = made.parents[1] / f"{made.name.partition('.')[0]}.py"
        told = int.from_bytes(made.read_bytes()[8:12], "little")
        assert told == int(source.stat().st_mtime)


def test_where_it_cannot_be_linked_nothing_is_taken(
    both: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*words: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    here, target = both
    borrow(target, here)
    assert compiled(target) == set()
