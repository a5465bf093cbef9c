"""What is found out about a table of the user's own: kinds, task, refusals, warnings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator.context import Task
from generator.errors import GeneratorError
from generator.table import Survey, Wish, survey
from generator.table import source as module

ROWS = 60
X = [f"{number * 7 % 31}.5" for number in range(ROWS)]
Y = [("up", "down", "up")[number % 3] for number in range(ROWS)]


def text(columns: dict[str, Iterable[object]], delimiter: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, content: str | bytes | pd.DataFrame, name: str = "own.csv") -> Path:
        path = self.folder / name
        if isinstance(content, pd.DataFrame):
            content.to_parquet(path, index=False)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def look(self, content: Any, wish: Wish | None = None, name: str = "own.csv") -> Survey:
        if isinstance(content, dict):
            content = text(content)
        if isinstance(content, pd.DataFrame):
            name = "own.parquet"
        with survey(self.path(content, name), wish or Wish("y")) as found:
            return found

    def refused(self, content: Any, wish: Wish | None = None, name: str = "own.csv") -> str:
        with pytest.raises(GeneratorError) as caught:
            self.look(content, wish, name)
        assert caught.value.exit_code == 2
        assert caught.value.hint
        return str(caught.value)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def kinds(found: Survey) -> dict[str, tuple[str, bool]]:
    return {column.name: (column.kind, column.nullable) for column in found.table.columns}


@pytest.mark.parametrize(
    ("values", "kind", "nullable"),
    [
        (["1.5", "2", "-3e-4"], "number", False),
        (["1", "-2", "30"], "integer", False),
        (["1", "", "30"], "integer", True),
        (["1", "NA", "30", "NaN"], "integer", True),
        (["1.5", "NULL", " 2.5"], "number", True),
        (["true", "FALSE", "true"], "boolean", False),
        (["True", "", "False"], "boolean", True),
        (["0", "1", "1"], "integer", False),
        (["yes", "no", "no"], "category", False),
        (["007", "012", "900"], "category", False),
        (["00.5", "01.5"], "category", False),
        (["+49", "+43"], "category", False),
        (["NA", "EU", "AS"], "category", False),
        (["a", "", "b"], "category", True),
        (["1", "2", "x"], "category", False),
        (["1e999", "1"], "category", False),
        (["1_000", "2_000"], "category", False),
        (["inf", "1.0"], "number", True),
        ([str(2**60), str(2**60 + 2)], "category", False),
        (["true", "1", "0"], "category", False),
        (["31.12.2013", "01.02.2013"], "category", False),
        (["é", "模", "🙂"], "category", False),
    ],
)
def test_a_kind_is_inferred_from_values(
    place: Place, values: list[str], kind: str, nullable: bool
) -> None:
    column = [values[number * 7 // 3 % len(values)] for number in range(ROWS)]
    assert set(column) == set(values)
    found = place.look({"a": column, "x": X, "y": Y})
    assert kinds(found)["a"] == (kind, nullable)


@pytest.mark.parametrize(
    "form",
    ["2013-{:02}-01", "2013/{:02}/01", "2013-{:02}-01 10:30", "2013-{:02}-01T10:30:00.5Z",
     "2013-{:02}-01T10:30:00+02:00", "2013-{:02}-01T10:30:00-0530"],
)  # fmt: skip
def test_a_time_is_known_by_its_form(place: Place, form: str) -> None:
    times = [form.format(number // 5 + 1) for number in range(ROWS)]
    found = place.look({"t": times, "x": X, "y": Y}, Wish("y", time="t"))
    assert kinds(found)["t"] == ("time", False)
    left = place.look({"t": times, "x": X, "y": Y})
    assert "t" not in kinds(left)
    assert any("'t' is left out" in one for one in left.remarks)


def test_types_of_parquet_are_taken_as_they_are(place: Place) -> None:
    frame = pd.DataFrame(
        {
            "i": pd.array([None, *range(ROWS - 1)], "Int64") % 7,
            "f": [float(number) for number in range(ROWS)],
            "b": [number % 2 == 0 for number in range(ROWS)],
            "zip": [f"{number % 9}" for number in range(ROWS)],
            "c": pd.Categorical(Y),
            "d": pd.date_range("2020-01-01", periods=ROWS, tz="Europe/Berlin"),
            "u": [2**60 + number % 5 for number in range(ROWS)],
            "n": [[1]] * ROWS,
            "bin": [b"x"] * ROWS,
            "y": Y,
        }
    )
    found = place.look(frame, Wish("y", time="d"))
    assert kinds(found) == {
        "d": ("time", False),
        "i": ("integer", True),
        "f": ("number", False),
        "b": ("boolean", False),
        "zip": ("category", False),
        "c": ("category", False),
        "u": ("category", False),
        "y": ("category", False),
    }
    said = "\n".join(found.remarks)
    assert "'n' is left out: its values are nested or binary" in said
    assert "'bin' is left out" in said
    assert "'zip': its numbers are stored as text" in said
    assert "'u': it holds whole numbers beyond" in said


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([f"{number}.25" for number in range(ROWS)], "regression"),
        ([str(number % 30) for number in range(ROWS)], "regression"),
        ([str(number % 4) for number in range(ROWS)], "classification"),
        (["0.0" if number % 2 else "1.0" for number in range(ROWS)], "classification"),
        ([["true", "false"][number % 2] for number in range(ROWS)], "classification"),
        (Y, "classification"),
        (["1"] * 3 + ["2"] * 40 + ["3"] * 17, "regression"),
    ],
)
def test_the_task_follows_from_the_target(place: Place, values: list[str], task: str) -> None:
    found = place.look({"x": X, "y": values})
    assert found.task == task
    metric = ("mae", "lower") if task == "regression" else ("f1", "higher")
    assert (found.table.metric, found.table.direction) == metric
    if task == "classification":
        assert kinds(found)["y"][0] in {"integer", "boolean", "category"}


@pytest.mark.parametrize(
    ("values", "task", "said"),
    [
        (Y, "regression", "holds no numbers"),
        (X, "classification", "holds fractions"),
        ([str(number) for number in range(ROWS)], "classification", "60 classes, more than 50"),
    ],
)
def test_a_task_that_does_not_fit_is_refused(
    place: Place, values: list[str], task: Task, said: str
) -> None:
    assert said in place.refused({"x": range(ROWS), "z": X, "y": values}, Wish("y", task=task))


def test_a_task_that_fits_is_taken(place: Place) -> None:
    numbers = [str(number % 4) for number in range(ROWS)]
    assert place.look({"x": X, "y": numbers}, Wish("y", task="regression")).task == "regression"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["a"] * ROWS, "the same value in every row"),
        ([f"w{number}" for number in range(ROWS)], "text that never repeats"),
        ([f"w{number % 51}" for number in range(ROWS)], "51 classes, more than 50"),
        ([*Y[:40], *[""] * 20], "only 40 rows have a value"),
        ([*Y[:-1], "rare"], "a class of column 'y' has 1 row,"),
        ([f"2013-01-{number % 28 + 1:02}" for number in range(ROWS)], "holds times"),
    ],
)
def test_a_target_that_cannot_be_learnt_is_refused(
    place: Place, values: list[str], said: str
) -> None:
    assert said in place.refused({"x": X, "y": values})


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("Y "), "--target: there is no column 'Y '"),
        (Wish("y", time="tme"), "--time: there is no column 'tme'"),
        (Wish("y", key="nothing"), "--key: there is no column 'nothing'"),
        (Wish("y", time="y"), "cannot be --target and --time at once"),
        (Wish("y", key="y"), "cannot be --target and --key at once"),
        (Wish("y", time="k", key="k"), "cannot be --time and --key at once"),
        (Wish("y", time="x"), "--time: not every value of column 'x' is a time"),
        (Wish("y", time="gap"), "rows have no time in column 'gap'"),
        (Wish("y", time="same"), "share one time"),
        (Wish("y", key="x"), "--key: column 'x' holds number values"),
        (Wish("y", key="hole"), "1 rows have no value in column 'hole'"),
        (Wish("y", key="twice"), "58 values of column 'twice' occur again"),
        (Wish("y", key="prediction"), "the answers have a column 'prediction' of their own"),
        (Wish("y", key="score_a"), "the answers have a column 'score_a' of their own"),
    ],
)
def test_a_role_that_a_column_cannot_have_is_refused(place: Place, wish: Wish, said: str) -> None:
    days = [f"2013-01-{number % 28 + 1:02}" for number in range(ROWS)]
    columns = {
        "x": X,
        "k": range(ROWS),
        "time": days,
        "gap": [*days[:-1], ""],
        "same": ["2013-01-01"] * ROWS,
        "hole": ["", *range(1, ROWS)],
        "twice": [f"{number % 2}" for number in range(ROWS)],
        "prediction": range(ROWS),
        "score_a": range(ROWS),
        "y": Y,
    }
    assert said in place.refused(columns, wish)


def test_a_name_that_is_near_is_offered(place: Place) -> None:
    with pytest.raises(GeneratorError) as caught:
        place.look({"x": X, "Outcome": Y}, Wish("outcom"))
    assert caught.value.hint == "did you mean 'Outcome'?"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"y": Y}, "no column to learn from"),
        ({"e": [""] * ROWS, "c": ["1"] * ROWS, "y": Y}, "'e': it has no value; 'c': it has the"),
        ({"w": [f"w{n % 40}" for n in range(ROWS)], "y": Y}, "free text alone"),
        ({"x": X[:49], "y": Y[:49]}, "49 rows are too few"),
        ({"x": [], "y": []}, "0 rows are too few"),
    ],
)
def test_a_table_that_teaches_nothing_is_refused(
    place: Place, columns: dict[str, Any], said: str
) -> None:
    assert said in place.refused(columns)


BODY = "".join(f"{x},{y}\n" for x, y in zip(X, Y, strict=True))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "own.csv", "is empty"),
        ("\n" + BODY, "own.csv", "first line is empty"),
        (f"x,y\n{BODY}", "own.xlsx", "neither CSV nor Parquet"),
        (f"x,y\n{BODY}", "own.parquet", "cannot be read"),
        (b"PAR1" + b"x" * 90 + b"PAR1", "own.parquet", "cannot be read"),
        (b"x,y\n" + "ä,ö\n".encode("latin1") * 60, "own.csv", "no text in UTF-8"),
        (f"x,y\n{BODY}".encode("utf-16"), "own.csv", "no text in UTF-8"),
        (f"x,y\n{BODY}1,2,3\n", "own.csv", "line 62 has 3 fields, the first one 2"),
        (f"x,y\n{BODY}1\n", "own.csv", "line 62 has 1 fields"),
        (f'x,y\n{BODY}1,"open\n', "own.csv", "line 62 is damaged"),
        (f'x,"y\n{BODY}', "own.csv", "first line cannot be read"),
        (f"y,y\n{BODY}", "own.csv", "two columns are called 'y' and cannot"),
        (f"Y,y\n{BODY}", "own.csv", "two columns are called 'Y' and 'y'"),
        (f"y ,y\n{BODY}", "own.csv", "cannot be told apart"),
        (f"\u00e9y,e\u0301y\n{BODY}", "own.csv", "cannot be told apart"),
        (f"x\x1b[31m,y\n{BODY}", "own.csv", "holds a control character"),
        (f"x\u2028,y\n{BODY}", "own.csv", "holds a control character"),
        (f"   ,y\n{BODY}", "own.csv", "column 1 has no name"),
        (f"{'x' * 300},y\n{BODY}", "own.csv", "more than 200 characters"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    place: Place, content: str | bytes, name: str, said: str
) -> None:
    assert said in place.refused(content, name=name)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "no.csv", "no such file"), (tmp_path, "is no file")):
        with pytest.raises(GeneratorError, match=said), survey(path, Wish("y")):
            pass


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_dialects_of_csv_are_read(place: Place, delimiter: str, start: str, end: str) -> None:
    columns = {"a;b,c": X, "n": ["x\ny"] * 30 + ['"'] * 30, "y": Y}
    content = start + text(columns, delimiter).replace("\n", end)
    found = place.look(content.encode())
    assert list(kinds(found)) == ["a;b,c", "n", "y"]
    assert kinds(found)["a;b,c"] == ("number", False)


def test_a_name_with_signs_of_a_pattern_is_one_file(place: Place) -> None:
    assert place.look(f"x,y\n{BODY}", name="o'w[n]*?.csv").rows == ROWS


def test_a_column_without_a_name_is_called_as_pandas_calls_it(place: Place) -> None:
    found = place.look(f",y\n{BODY}")
    assert list(kinds(found)) == ["Unnamed: 0", "y"]
    indexed = "".join(f"{number},{line}\n" for number, line in enumerate(BODY.splitlines()))
    found = place.look(f",x,y\n{indexed}")
    assert found.left == {"Unnamed: 0": "it is the row number"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"id": range(5, ROWS + 5)}, "'id' is left out: it counts the rows"),
        ({"id": [f"w{n}" for n in range(ROWS)]}, "'id' is left out: its text never repeats"),
        (
            {"d": [f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1900 + n}" for n in range(ROWS)]},
            "'d' is left out: its text never repeats; --key makes it the name of a row; its dates",
        ),
        ({"id": [n * n for n in range(ROWS)]}, "'id' looks like an id"),
        ({"a": [f"{n}" for n in range(20)] + [""] * 40}, "67% of its values are missing"),
        ({"a": [""] * ROWS}, "'a' is left out: it has no value"),
        ({"a": ["1"] * ROWS}, "'a' is left out: it has the same value"),
        ({"a": ["1"] * 50 + ["x"] * 10}, "mixed types, no number in 10 of 60 values"),
        ({"a": [f"{n % 28 + 1}.12.2013" for n in range(ROWS)]}, "dates are text of another form"),
        ({"a": ["1,5", "2,5"] * 30}, "decimal comma"),
        ({"a": ["NA", "b", "c"] * 20}, "20 values say NA or the like"),
        ({"my col": ["1", "2", "3"] * 20}, "no names for code: 'my col'"),
        ({"a": [f"w{n % 40}" for n in range(ROWS)]}, "different values: the shipped model"),
        ({"a": [{"up": 1, "down": 2}[y] for y in Y]}, "'a' is a copy of the target"),
        ({"a": [{"up": "U", "down": "D"}[y] for y in Y]}, "'a' is a copy of the target"),
    ],
)
def test_what_a_person_should_look_at_is_said(
    place: Place, columns: dict[str, Any], said: str
) -> None:
    found = place.look({**columns, "x": X, "y": Y})
    assert any(said in one for one in found.remarks), found.remarks


def test_a_near_copy_of_a_number_is_said_and_a_hint_of_it_is_not(place: Place) -> None:
    y = [number * 1.7 for number in range(ROWS)]
    near = [2e300 * value + (number % 2) * 1e299 for number, value in enumerate(y)]
    far = [value + number * 37 % 23 for number, value in enumerate(y)]
    said = "\n".join(place.look({"near": near, "far": far, "y": y}).remarks)
    assert "'near' is a copy of the target" in said
    assert "'far'" not in said


def test_missing_labels_are_counted(place: Place) -> None:
    found = place.look({"x": X, "y": ["", *Y[1:]]})
    assert kinds(found)["y"] == ("category", True)
    assert "1 rows have no value in 'y'; nothing learns from them" in found.remarks


def test_times_stored_as_text_are_said(place: Place) -> None:
    days = [f"2013-01-{number % 28 + 1:02}" for number in range(ROWS)]
    found = place.look(
        pd.DataFrame({"t": days, "x": range(0, 2 * ROWS, 2), "y": Y}), Wish("y", time="t")
    )
    assert any("stored as text; they are read as times" in one for one in found.remarks)


def test_infinite_numbers_of_parquet_count_as_missing(place: Place) -> None:
    frame = pd.DataFrame({"x": [float("inf"), *range(ROWS - 1)], "y": Y})
    found = place.look(frame)
    assert kinds(found)["x"] == ("number", True)
    assert "'x': 1 infinite values count as missing" in found.remarks


def test_a_table_that_stays_keeps_infinite_numbers_as_text(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.table.source.REFERENCED_ABOVE", 0)
    found = place.look({"x": ["inf", *range(ROWS - 1)], "z": X, "y": Y})
    told = f"no number in 1 of {ROWS} values: kept as text"
    assert any(told in one for one in found.remarks)


def test_a_column_without_a_name_is_told(place: Place) -> None:
    found = place.look({"": X, "x": [2 * one for one in X], "y": Y})
    assert "'Unnamed: 0': the file gives the column no name" in found.remarks


def test_a_clean_table_needs_no_warning(place: Place) -> None:
    assert place.look({"x": X, "y": Y}).remarks == ()


@pytest.mark.parametrize(
    "labels",
    [sorted(Y), list(map(str, range(ROWS))), [str(number) for number in reversed(range(ROWS))]],
)
def test_rows_that_lie_sorted_by_the_target_are_mixed(
    place: Place, tmp_path: Path, labels: list[str]
) -> None:
    columns = {"x": [number * 7 % 31 for number in range(ROWS)], "y": labels}
    with survey(place.path(text(columns)), Wish("y")) as found:
        assert found.is_mixed
        found.fill(tmp_path)
    assert any("sorted by the target" in one for one in found.remarks)
    copy = pd.read_parquet(tmp_path / "data/table.parquet")
    asked = pd.read_csv(tmp_path / "own.csv")
    assert copy["y"].tolist() != asked["y"].tolist()
    order = ["y", "x"]
    pd.testing.assert_frame_equal(
        copy.sort_values(order, ignore_index=True), asked.sort_values(order, ignore_index=True)
    )


def test_the_copy_holds_the_values_in_the_order_of_the_file(place: Place, tmp_path: Path) -> None:
    columns = {
        "code": ["007", "NA", "12"] * 20,
        "n": ["1", "", "3"] * 20,
        "b": ["true", "FALSE", ""] * 20,
        "t": ["2013-01-01T10:00:00+02:00", "2013-01-02", "2013-01-03T00:00:00Z"] * 20,
        "id": [f"id-{number}" for number in range(ROWS)],
        "y": Y,
    }
    with survey(place.path(text(columns)), Wish("y")) as found:
        found.fill(tmp_path)
    copy = pd.read_parquet(tmp_path / "data/table.parquet")
    assert list(copy) == list(columns)
    assert copy["code"].tolist() == columns["code"]
    assert copy["id"].tolist() == columns["id"]
    assert copy["n"].dropna().tolist() == [1, 3] * 20
    assert copy["b"].tolist()[:3] == [True, False, None]
    assert copy["t"].tolist()[0] == pd.Timestamp("2013-01-01T08:00:00")


class TestLarge:
    """A file that is too large to be copied."""

    @pytest.fixture(autouse=True)
    def small_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "REFERENCED_ABOVE", 100)

    def test_it_is_read_where_it_lies(self, place: Place, tmp_path: Path) -> None:
        path = place.path(f"x,y\n{BODY}")
        with survey(path, Wish("y")) as found:
            found.fill(tmp_path / "project")
        assert found.table.path == str(path.resolve())
        assert not (tmp_path / "project").exists()

    def test_rows_that_lie_sorted_are_said(self, place: Place) -> None:
        found = place.look({"x": X, "y": sorted(Y)})
        assert not found.is_mixed
        assert any("what is held out is unlike" in one for one in found.remarks)

    @pytest.mark.parametrize(
        ("content", "wish", "said"),
        [
            (text({"x": X, "y": Y}, ";"), Wish("y"), "not parted by commas"),
            (
                text({"t": ["2013-01-01", "2013-01-02 10:00", "2013-01-03"] * 20, "x": X, "y": Y}),
                Wish("y", time="t"),
                "written in several ways",
            ),
            (
                pd.DataFrame({"x": [float("inf"), *range(ROWS - 1)], "y": Y}),
                Wish("y"),
                "infinite values",
            ),
        ],
    )
    def test_what_the_project_could_not_read_is_refused(
        self, place: Place, content: Any, wish: Wish, said: str
    ) -> None:
        assert said in place.refused(content, wish)

    def test_a_parquet_file_with_an_index_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "own.parquet"
        frame = pd.DataFrame({"x": [1, 2, 4] * 20, "y": Y}, index=pd.Index(["i"] * ROWS, name="i"))
        frame.to_parquet(path)
        with pytest.raises(GeneratorError, match="index"), survey(path, Wish("y")):
            pass
