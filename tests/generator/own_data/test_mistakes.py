"""Mistakes of `new --data`: they are told, write nothing, and end in no traceback."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.cli import run
from tests.worlds import snapshot


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "y"], "there is no --data"),
        (["--time", "y"], "there is no --data"),
        (["--key", "y"], "there is no --data"),
        (["--data", "table"], "--data needs --target"),
        (["--data", "nowhere.csv", "--target", "y"], "no such file"),
        (["--data", "table", "--target", "outcom"], "did you mean 'outcome'?"),
    ],
)
def test_a_mistake_writes_nothing(
    tmp_path: Path, table: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    options = [str(table) if one == "table" else one for one in options]
    assert run(["new", "own", "--level", "0", "--yes", "--into", str(tmp_path), *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "hint" in told
    assert snapshot(tmp_path) == before


cell = st.one_of(
    st.sampled_from(["", "NA", "1", "2", "0.5", "true", "007", "2013-01-31", "a", "b", "é"]),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes().map(str),
    st.text(max_size=8),
)
name = st.text(max_size=12) | st.sampled_from(["y", "a", "n", "c0", "{{x}}", 'a"b'])
mess = st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8"))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Names and at least fifty rows, whose columns are drawn from a few values each."""
    names = draw(st.lists(name, min_size=1, max_size=5))
    pools = [draw(st.lists(cell, min_size=1, max_size=6)) for _ in names]
    chance = draw(st.randoms(use_true_random=False))
    rows = [[chance.choice(pool) for pool in pools] for _ in range(draw(st.integers(45, 80)))]
    return names, rows


def tried(content: bytes, target: str, place: str, suffix: str = ".csv") -> int:
    path = Path(place) / f"own{suffix}"
    path.write_bytes(content)
    options = ["--data", str(path), "--target", target, "--into", place, "--yes"]
    return run(["new", "own", "--level", "0", "--dry-run", *options])


@given(table=tables(), delimiter=st.sampled_from(",;\t"))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_table_ends_in_a_traceback(
    tmp_path: Path, table: tuple[list[str], list[list[str]]], delimiter: str
) -> None:
    names, rows = table
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        content = stream.getvalue().encode("utf-8", "surrogatepass")
        for target in names[:2]:
            assert tried(content, target.replace("\0", ""), place) in {0, 2}
        assert [path.name for path in Path(place).iterdir()] == ["own.csv"]


@given(content=mess, suffix=st.sampled_from([".csv", ".parquet"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_end_in_a_traceback(tmp_path: Path, content: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        assert tried(content, "y", place, suffix) == 2
