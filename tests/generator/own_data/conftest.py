"""A table of the user's own, and projects that `new --data` makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import run
from tests.generator.own_data.sentinels import columns, rows_of

Own = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "SentinelWord-file.csv"
    path.write_text(rows_of(columns()), encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path, table: Path) -> Own:
    def made(*more: str, name: str = "own", level: int = 0) -> Path:
        options = ["--data", str(table), "--target", "outcome", "--into", str(tmp_path), "--yes"]
        assert run(["new", name, "--level", str(level), *options, *more]) == 0
        return tmp_path / name

    return made
