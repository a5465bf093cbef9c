"""What `new --data` shows before it writes, and whom it asks."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pytest

from generator.cli import run
from tests.generator.own_data.sentinels import SENTINELS
from tests.worlds import snapshot


def test_a_dry_run_shows_the_columns_and_writes_nothing(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    options = ["--data", str(table), "--target", "outcome", "--into", str(tmp_path)]
    assert run(["new", "own", "--level", "0", *options, "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "outcome" in told.out
    assert "settings.toml" in told.out
    assert "flights.parquet" not in told.out
    assert not any(sentinel in told.out + told.err for sentinel in SENTINELS)
    assert snapshot(tmp_path) == before


def test_without_a_terminal_it_wants_to_be_told(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    options = ["--data", str(table), "--target", "outcome", "--into", str(tmp_path)]
    assert run(["new", "own", "--level", "0", *options]) == 2
    assert "--yes" in capsys.readouterr().err
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_a_person_is_asked(tmp_path: Path, table: Path, answer: str, code: int) -> None:
    command = str(Path(sys.executable).with_name("mlops-maturity"))
    options = ["new", "own", "--level", "0", "--data", str(table), "--target", "outcome"]
    child = pexpect.spawn(command, options, cwd=str(tmp_path), timeout=60, encoding="utf-8")
    child.expect("generate a project on this table")
    assert "category" in child.before
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code
    assert (tmp_path / "own").exists() == (code == 0)
