"""The code of the base layer, in this process."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("flights_project")


def ops(name: str) -> Any:
    return import_module(f"flights.ops.{name}")


def column(kind: str, **more: Any) -> Any:
    return ops("schema").Column("x", kind, **more)


def conformed(values: list[Any], kind: str, **more: Any) -> list[Any]:
    return list(ops("schema").conform(pd.DataFrame({"x": values}), [column(kind, **more)])["x"])


@pytest.mark.parametrize(
    ("kind", "as_stored", "as_text"),
    [
        ("number", [1, 2.5], ["1", "2.5"]),
        ("integer", [1, 2], ["1", "2.0"]),
        ("boolean", [True, False], ["True", "false"]),
        ("category", ["a", "NA"], ["a", "NA"]),
        ("time", pd.to_datetime(["2013-01-01", "2013-02-01"]), ["2013-01-01", "2013-02-01"]),
    ],
)
def test_a_csv_and_a_parquet_of_the_same_rows_conform_to_the_same(
    kind: str, as_stored: list[Any], as_text: list[str]
) -> None:
    assert conformed(list(as_stored), kind) == conformed(as_text, kind)


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("number", ["1", "x"], "row 2, column 'x': the value 'x' is no number"),
        ("number", [1.0, float("inf")], "is no number"),
        ("integer", [1.5], "is no integer"),
        ("boolean", ["maybe"], "is no boolean"),
        ("time", ["yesterday-ish"], "is no time"),
        ("number", [1, None, None], r"is missing \(and 1 more\)"),
        ("category", [None], "is missing"),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_row_and_column(
    kind: str, values: list[Any], said: str
) -> None:
    with pytest.raises(ops("errors").InvalidTable, match=said):
        conformed(values, kind)


def test_missing_values_are_fine_where_the_schema_says_so() -> None:
    assert np.isnan(conformed([None, 1.0], "number", nullable=True)[0])
    assert conformed([None, "a"], "category", nullable=True) == [None, "a"]


VALID = """
[project]
task = "regression"
[data]
table = "t.csv"
target = "y"
schema = [{ name = "x", kind = "number" }, { name = "y", kind = "number" }]
[metric]
name = "mae"
direction = "lower"
[train]
holdout = 0.2
seed = 0
[model]
[drift]
significance = 0.01
effect = 0.1
rows = 100
[files]
trusted = []
"""


def read(folder: Path, text: str) -> Any:
    (folder / "settings.toml").write_text(text)
    return ops("settings").read_settings(folder)


def test_valid_settings_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, VALID)
    assert [one.name for one in found.data.features] == ["x"]
    assert (found.data.time, found.data.key) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('task = "regression"', 'task = "clustering"', "project.task is 'clustering'"),
        ('target = "y"', 'target = "z"', "data.target is 'z'"),
        ('target = "y"', 'tarjet = "y"', "data.tarjet is no setting"),
        ('kind = "number" }, {', 'kind = "float" }, {', "kind of 'x' is 'float'"),
        ('kind = "number" }, {', 'kind = "number", categories = ["1"] }, {', "categories of 'x'"),
        ('name = "y"', 'name = "x"', "names a column twice"),
        ("holdout = 0.2", "holdout = 2", "train.holdout is 2"),
        ("holdout = 0.2", 'holdout = "much"', "train.holdout is 'much'"),
        ("seed = 0", "seed = true", "train.seed is True"),
        ("seed = 0", "", "train.seed is missing"),
        ('direction = "lower"', 'direction = "down"', "metric.direction is 'down'"),
        ("rows = 100", "rows = 1", "drift.rows is 1"),
        ('{ name = "x", kind = "number" }, ', "", "holds no feature"),
        ('{ name = "x", kind = "number" }, ', "3, ", "no table"),
        ("[model]", "", r"the table \[model\] is missing"),
        ("[data]", "[dta]", r"the table \[data\] is missing"),
        ('"number" }, {', '"number", categories = 3 }, {', "categories that are no list"),
        ("[project]", "[project", "settings.toml"),
        ('target = "y"', 'target = "y"\ntime = "x"', "data.time is a column of another kind"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(ops("errors").InvalidSettings, match=said) as caught:
        read(tmp_path, VALID.replace(old, new, 1))
    assert caught.value.hint


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(table=st.sampled_from(["data", "project", "train", "metric", "drift"]), value=VALUES)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_in_the_settings_is_read_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, value: Any
) -> None:
    raw = tomllib.loads(VALID) | {table: value}
    module = ops("settings")
    (tmp_path / "settings.toml").write_text("")
    monkeypatch.setattr(module.tomllib, "loads", lambda text: raw)
    try:
        module.read_settings(tmp_path)
    except ops("errors").InvalidSettings as error:
        assert error.hint
    finally:
        monkeypatch.undo()


def test_the_seam_gives_half_open_windows_in_the_order_of_time() -> None:
    data = import_module("flights.data")
    rows = data.load("2013-02-01", "2013-03-01")
    assert len(rows) == 2000
    assert rows["time"].is_monotonic_increasing
    assert rows["time"].dt.month.eq(2).all()
    assert len(data.load()) == len(data.load(end="2013-05-01")) + len(data.load("2013-05-01"))
    assert "late" not in rows


def test_labels_have_a_key_and_the_moment_they_were_known() -> None:
    data = import_module("flights.data")
    rows, labels = data.load(end="2013-01-05"), data.labels(end="2013-01-05")
    assert list(labels.columns) == ["key", "label", "known"]
    assert labels["key"].tolist() == rows["flight_id"].tolist()
    assert labels["label"].tolist() == rows["air_time"].tolist()


def test_rows_whose_label_is_not_known_yet_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = import_module("flights.data")
    labels = data.labels
    monkeypatch.setattr(data, "labels", lambda start, end: labels(start, end).iloc[::2])
    found = ops("rows").labelled_rows(ops("settings").read_settings(), None, "2013-01-11")
    every = data.load(end="2013-01-11")
    assert found.labels.tolist() == every["air_time"].iloc[::2].tolist()
    assert found.features.index.tolist() == every.index[::2].tolist()


def test_a_key_with_two_labels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = import_module("flights.data")
    labels = data.labels
    twice = lambda start, end: pd.concat([labels(start, end)] * 2)  # noqa: E731
    monkeypatch.setattr(data, "labels", twice)
    with pytest.raises(ops("errors").InvalidTable, match="two labels"):
        ops("rows").labelled_rows(ops("settings").read_settings(), None, "2013-01-11")


def test_a_table_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.csv").write_text("before")
    with monkeypatch.context() as patched:
        patched.setattr(ops("files").os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            ops("tables").write_table(pd.DataFrame({"x": [1]}), tmp_path / "a.csv")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.csv.gz"])
def test_a_file_that_is_neither_csv_nor_parquet_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ops("errors").InvalidTable, match="neither CSV nor Parquet"):
        ops("tables").read_table(tmp_path / name)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b'a,b\n"1,2\n3', b"a,b\n1,2,3\n", b"a,a\n1,2\n"]
)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_damaged_table_is_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    with pytest.raises(ops("errors").InvalidTable, match="cannot be read"):
        ops("tables").read_table(path)


def test_training_twice_on_the_same_rows_gives_the_same_metrics_and_digest() -> None:
    found = ops("settings").read_settings()
    rows = ops("rows").labelled_rows(found, None, pd.Timestamp("2013-02-01"))
    first, second = (ops("training").train(found, rows, {"max_iter": 5}) for _ in range(2))
    assert first.metrics == second.metrics
    assert first.data_sha256 == second.data_sha256
    other = rows.part(rows.labels != rows.labels.iloc[0])
    assert ops("rows").digest(other) != first.data_sha256
