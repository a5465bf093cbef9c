"""A folder that holds a table of sixty rows: the survey of it, or its refusal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from generator.errors import GeneratorError
from generator.table import Survey, Wish, survey

ROWS = 60
X = [f"{number * 7 % 31}.5" for number in range(ROWS)]
Y = [("up", "down", "up")[number % 3] for number in range(ROWS)]
BODY = "".join(f"{x},{y}\n" for x, y in zip(X, Y, strict=True))


def text(columns: dict[str, Iterable[object]], delimiter: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


class Place:
    """A folder for a file that is looked at."""

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


def kinds(found: Survey) -> dict[str, tuple[str, bool]]:
    return {column.name: (column.kind, column.nullable) for column in found.table.columns}
