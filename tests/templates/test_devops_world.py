"""The tests of a generated project run in a world of their own, on rows that it holds for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from generator.context import choose
from generator.create import create, project_files
from generator.layers import discover, templates_folder

ASKED = """
import os
import conftest
from flights.data import load, ROOT
load().to_parquet(os.environ["FOUND"])
assert ROOT == conftest.WORLD
conftest.pytest_unconfigure()
"""
ROWS = 24_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree, record = project_files(discover(templates_folder()), 1, choose("flights", "regression"))
    return create(tree, record, tmp_path_factory.mktemp("made") / "flights").folder


def seen(project: Path, tmp_path: Path, **more: str) -> pd.DataFrame:
    """The rows that a test of the project sees."""
    found = tmp_path / "found.parquet"
    path = os.pathsep.join(str(project / name) for name in ("src", "tests"))
    environment = {**os.environ, "PYTHONPATH": path, "FOUND": str(found), **more}
    subprocess.run([sys.executable, "-c", ASKED], cwd=project, env=environment, check=True)
    return pd.read_parquet(found)


def test_a_large_table_is_stood_for_by_some_of_its_rows(made: Path, tmp_path: Path) -> None:
    whole = pd.read_parquet(made / "data/flights.parquet").sort_values("time")
    found = seen(made, tmp_path)
    assert 2_000 <= len(found) < 4_000 < len(whole) == ROWS
    assert set(found["flight_id"]) < set(whole["flight_id"])
    ends = whole["time"].iloc[[0, -1]].to_list()
    assert (found["time"].max() - found["time"].min()) > 0.99 * (ends[1] - ends[0])


def test_a_candidate_is_judged_on_all_of_them(made: Path, tmp_path: Path) -> None:
    assert len(seen(made, tmp_path, OPS_CANDIDATE="model.skops")) == ROWS


@pytest.mark.parametrize("rows", [ROWS, 300, None])
def test_wherever_the_table_lies(made: Path, tmp_path: Path, rows: int | None) -> None:
    project, far = tmp_path / "flights", tmp_path / "elsewhere.parquet"
    shutil.copytree(made, project)
    settings = project / "settings.toml"
    text = settings.read_text().replace('"data/flights.parquet"', f'"{far}"')
    assert str(far) in text
    settings.write_text(text)
    if rows is not None:
        pd.read_parquet(project / "data/flights.parquet").head(rows).to_parquet(far)
    assert len(seen(project, tmp_path)) == {ROWS: 2_000, 300: 300, None: 600}[rows]
    assert not (tmp_path / "data").exists()
