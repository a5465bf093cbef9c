"""Bytecode is borrowed only where it was made from the same source."""

import sys
import sysconfig
from pathlib import Path
from shutil import copy2

from generator.verify.environment import borrow


def test_bytecode_of_the_same_source_is_taken_and_no_other(tmp_path: Path) -> None:
    import click.core
    import click.utils  # both are compiled now

    there = Path(sysconfig.get_path("purelib", "venv", {"base": str(tmp_path)})) / "click"
    there.mkdir(parents=True)
    for module in (click.core, click.utils):
        copy2(module.__file__, there)
    (there / "utils.py").write_text("changed = True\n")
    (there / "ours.py").write_text("only = 'here'\n")
    borrow(tmp_path)
    tag = sys.implementation.cache_tag
    assert [path.name for path in there.rglob("*.pyc")] == [f"core.{tag}.pyc"]
