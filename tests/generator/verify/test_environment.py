"""Bytecode is borrowed only where it was made from the same source."""

from __future__ import annotations

import py_compile
import sys
import sysconfig
from pathlib import Path
from shutil import copy2

import pytest

from generator.verify.environment import borrow

COMPILED = {f"same.{sys.implementation.cache_tag}.pyc"}


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """Compiled packages, and an environment with one of the same source and one of another."""
    here, target = tmp_path / "here", tmp_path / "target"
    there = Path(sysconfig.get_path("purelib", "venv", {"base": str(target)}))
    for folder in (here, there):
        (folder / "part").mkdir(parents=True)
    for name in ("same", "other"):
        source = here / f"part/{name}.py"
        source.write_text(f"name = {name!r}\n")
        py_compile.compile(str(source), doraise=True)
        copy2(source, there / "part")
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


def test_where_it_cannot_be_linked_nothing_is_taken(
    both: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*words: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    here, target = both
    borrow(target, here)
    assert compiled(target) == set()
