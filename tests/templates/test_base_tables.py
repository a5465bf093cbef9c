"""Ordinary and odd tables on their way through the seam, training and answering."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.usefixtures("flights_project")
ROWS = 240


def ops(name: str) -> Any:
    return import_module(f"flights.ops.{name}")


class Table:
    """A table of a test's own behind the seam of the rendered project."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch
        self.schema: dict[str, dict[str, Any]] = {}

    def use(self, rows: pd.DataFrame, task: str = "classification", **kinds: str) -> Any:
        """Write `rows` as CSV; returns the settings for them, target `y`."""
        path = self.folder / "own.csv"
        rows.to_csv(path, index=False)
        module, schema = ops("settings"), ops("schema")
        columns = tuple(schema.Column(name, kind, nullable=True) for name, kind in kinds.items())
        found = module.read_settings()
        time = "t" if "t" in kinds else None
        own = module.Data(str(path), "y", columns, time, None)
        for name, value in {
            "DATA": {"table": str(path)},
            "KINDS": kinds,
            "TARGET": "y",
            "TIME": time,
            "KEY": None,
        }.items():
            self.monkeypatch.setattr(import_module("flights.data"), name, value)
        model = import_module("flights.model")
        self.monkeypatch.setitem(model.SETTINGS, "project", {"task": task})
        metric = module.Metric("accuracy" if task == "classification" else "mae", "higher")
        return module.Settings(
            found.root, task, own, metric, found.train, {}, found.drift, found.trusted
        )


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    return Table(tmp_path, monkeypatch)


def trained(found: Any, end: Any = None) -> Any:
    return ops("training").train(found, ops("rows").labelled_rows(found, None, end), {}, end)


@pytest.mark.parametrize(
    "words",
    [["00501", "501", "10001"], ["1", "2", ""], ["NA", "EU", "AS"], ["True", "true", "x"]],
)
def test_training_and_answering_read_a_csv_alike(table: Table, words: list[str]) -> None:
    """The label depends on the word alone, so an answer that is off was read differently."""
    column = [words[number % 3] for number in range(ROWS)]
    rows = pd.DataFrame({"z": column, "y": [f"class {number % 3}" for number in range(ROWS)]})
    found = table.use(rows, z="category", y="category")
    estimator = trained(found).estimator
    asked = ops("tables").read_table(table.folder / "own.csv")
    features = ops("schema").conform(asked, found.data.features)
    assert (estimator.predict(features) == rows["y"]).all()
    seen = ops("rows").labelled_rows(found).features
    pd.testing.assert_frame_equal(seen, features)


def test_words_for_a_missing_number_are_missing_and_those_of_a_category_are_not(
    table: Table,
) -> None:
    rows = pd.DataFrame({"n": ["1", "NA"] * 120, "z": ["NA", "b"] * 120, "y": [0, 1] * 120})
    found = table.use(rows, n="number", z="category", y="integer")
    features = ops("rows").labelled_rows(found).features
    assert features["n"].isna().sum() == 120
    assert features["z"].tolist()[:2] == ["NA", "b"]


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("2020-01-01", periods=ROWS, freq="h", tz="Europe/Berlin").astype(str),
        pd.date_range("2020-01-01", periods=ROWS, freq="h").strftime("%m/%d/%Y %H:%M"),
        pd.date_range("2020-01-01", periods=ROWS, freq="h").strftime("%Y-%m-%dT%H:%M:%SZ"),
    ],
    ids=["with an offset", "american", "utc"],
)
def test_times_are_times_whatever_they_look_like(table: Table, times: Any) -> None:
    rows = pd.DataFrame({"t": times, "x": range(ROWS), "y": np.arange(ROWS) * 2.0})
    found = table.use(rows.iloc[::-1], "regression", t="time", x="number", y="number")
    end = ops("rows").parse_moment(found, "2020-01-06T00:00:00+00:00")
    labelled = ops("rows").labelled_rows(found, None, end)
    assert labelled.clock.is_monotonic_increasing
    assert labelled.labels.is_monotonic_increasing
    assert labelled.clock.max() < end
    assert 115 <= len(labelled) <= 125


@pytest.mark.parametrize("bad", ["yesterday", ""])
def test_a_row_without_a_time_is_refused(table: Table, bad: str) -> None:
    times = [*pd.date_range("2020-01-01", periods=ROWS - 1, freq="h").astype(str), bad]
    rows = pd.DataFrame({"t": times, "x": range(ROWS), "y": range(ROWS)})
    found = table.use(rows, "regression", t="time", x="number", y="number")
    with pytest.raises(ops("errors").InvalidTable, match=r"load\(\) in data\.py cannot give rows"):
        ops("rows").loaded(found)


def test_labels_that_come_late_are_not_learnt_from(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pd.DataFrame({"x": range(ROWS), "y": np.arange(ROWS) * 2.0})
    found = table.use(rows, "regression", x="number", y="number")
    data = import_module("flights.data")
    labels = data.labels
    late = lambda start, end: labels(start, end).assign(known=lambda one: one["known"] + 50)  # noqa: E731
    monkeypatch.setattr(data, "labels", late)
    labelled = ops("rows").labelled_rows(found, None, 200)
    assert labelled.clock.max() == 149
    older, newer, cut = ops("training").split(labelled, 0.2)
    assert (older.clock.max(), newer.clock.min()) == (cut - 51, cut)


def test_boolean_labels_with_a_gap_are_booleans(table: Table) -> None:
    rows = pd.DataFrame({"x": range(ROWS), "y": ["", *["True", "False"] * 119, "True"]})
    found = table.use(rows, x="number", y="boolean")
    labelled = ops("rows").labelled_rows(found)
    assert labelled.labels.dtype == bool
    assert len(labelled) == ROWS - 1


def test_a_class_that_is_not_in_the_holdout_stops_nothing(table: Table) -> None:
    rows = pd.DataFrame({"x": range(ROWS), "y": ["a", "b"] * 96 + ["a", "c"] * 24})
    assert "accuracy" in trained(table.use(rows, x="number", y="category")).metrics


def test_probabilities_are_not_judged_on_a_class_that_was_never_learnt(table: Table) -> None:
    rows = pd.DataFrame({"x": range(ROWS), "y": ["a", "b"] * 96 + ["a", "c"] * 24})
    assert "roc_auc" not in trained(table.use(rows, x="number", y="category")).metrics


def test_a_metric_that_evaluate_does_not_give_is_refused(table: Table) -> None:
    rows = pd.DataFrame({"x": range(ROWS), "y": range(ROWS)})
    found = table.use(rows, "regression", x="number", y="number")
    other = ops("settings").Metric("nonsense", "lower")
    changed = type(found)(**{**vars(found), "metric": other})
    with pytest.raises(ops("errors").InvalidSettings, match="'nonsense'") as caught:
        trained(changed)
    assert "mae" in caught.value.hint


def test_a_metric_that_is_no_number_is_refused(table: Table) -> None:
    rows = pd.DataFrame({"x": range(21), "y": range(21)})
    found = table.use(rows, "regression", x="number", y="number")
    train = ops("settings").Train(0.01, 0)
    with pytest.raises(ops("errors").InvalidTable, match="r2 of the holdout is nan"):
        trained(type(found)(**{**vars(found), "train": train}))


def test_what_the_seam_prints_is_no_data(
    table: Table, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pd.DataFrame({"x": range(ROWS), "y": range(ROWS)})
    found = table.use(rows, "regression", x="number", y="number")
    data = import_module("flights.data")
    load = data.load

    def loud(start: Any, end: Any) -> Any:
        print("reading")
        return load(start, end)

    monkeypatch.setattr(data, "load", loud)
    ops("rows").loaded(found)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "reading\n")


def test_a_table_without_rows_is_refused() -> None:
    header = pd.read_csv(io.StringIO("x,y\n"))
    model = ops("model_file").Model(None, {"features": [], "key": None})
    with pytest.raises(ops("errors").InvalidTable, match="holds no row"):
        ops("prediction").predict(model, header)


def test_features_that_cannot_be_compared_are_for_a_person(table: Table) -> None:
    columns = [ops("schema").Column("x", "text")]
    rows = pd.DataFrame({"x": ["a"] * ROWS})
    limits = ops("settings").Drift(0.01, 0.1, 100)
    with pytest.raises(ops("errors").Undecided, match="no feature can be compared"):
        ops("drift").compare(rows, rows, columns, limits)


def test_categories_that_are_not_listed_are_learnt_from_the_older_rows(table: Table) -> None:
    words = ["b", "a", ""] * (ROWS // 3 - 1) + ["newer"] * 3
    rows = pd.DataFrame({"w": words, "x": range(ROWS), "y": range(ROWS)})
    found = table.use(rows, "regression", w="category", x="number", y="number")
    features = {column.name: column.categories for column in trained(found).features}
    assert features == {"w": ("a", "b"), "x": ()}


def test_categories_that_are_listed_stay_as_they_are(table: Table) -> None:
    rows = pd.DataFrame({"w": ["a", "b"] * (ROWS // 2), "y": range(ROWS)})
    found = table.use(rows, "regression", w="category", y="number")
    column = ops("schema").Column("w", "category", categories=("a", "b", "never seen"))
    data = type(found.data)(**{**vars(found.data), "schema": (column, found.data.schema[1])})
    learnt = trained(type(found)(**{**vars(found), "data": data}))
    assert learnt.features == (column,)


def test_a_number_is_the_same_from_text_and_from_parquet() -> None:
    chance = np.random.default_rng(0)
    numbers = chance.normal(size=2000) * 10.0 ** chance.integers(-9, 9, 2000)
    column = ops("schema").Column("x", "number")
    text = pd.Series([repr(float(number)) for number in numbers], dtype="object")
    assert (ops("schema").cast(text, column) == numbers).all()
