"""Which files are tables, in which dialects, and how their columns are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import GeneratorError
from generator.table import Wish, survey
from tests.generator.table.place import BODY, ROWS, Place, X, Y, kinds, text


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
