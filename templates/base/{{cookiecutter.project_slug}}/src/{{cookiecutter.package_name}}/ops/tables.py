# ours: kept current by mlops-maturity upgrade
"""Tables in and out: CSV or Parquet, by the suffix of the file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import InvalidTable, OpsError
from .files import write_whole

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".parquet")


def check_suffix(path: Path) -> None:
    """Refuse a file that is neither CSV nor Parquet.

    Raises:
        InvalidTable: names the suffixes.
    """
    if path.suffix not in SUFFIXES:
        raise InvalidTable(
            f"{path}: neither CSV nor Parquet", f"give it one of the suffixes {', '.join(SUFFIXES)}"
        )


def read_table(path: Path) -> pd.DataFrame:
    """Read a table as it lies.

    Raises:
        InvalidTable: the file is missing or no such table.
    """
    import pandas as pd

    check_suffix(path)
    if not path.is_file():
        raise InvalidTable(f"{path}: no such file", "check the path")
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return _read_csv(path)
    except (ValueError, OSError, pd.errors.ParserError) as error:
        first = str(error).partition("\n")[0]
        raise InvalidTable(f"{path}: cannot be read: {first}", "is it damaged?") from None


def _read_csv(path: Path) -> pd.DataFrame:
    """Text as it stands: what a value means is for the schema to say, `NA` may be a category."""
    import pandas as pd

    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file), [])
    if twice := {name for name in header if header.count(name) > 1}:
        raise ValueError(f"its header names a column twice: {', '.join(sorted(twice))}")
    rows = pd.read_csv(path, dtype="object", keep_default_na=False, na_values=[""])
    if not isinstance(rows.index, pd.RangeIndex):
        raise ValueError("its rows have more fields than its header")
    return rows


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table, whole or not at all."""
    check_suffix(path)
    stream = io.BytesIO()
    if path.suffix == ".parquet":
        table.to_parquet(stream, index=False)
    else:
        table.to_csv(stream, index=False)
    write_whole(path, stream.getvalue())


def check_target(path: Path, source: Path, force: bool) -> None:
    """Refuse to overwrite what the user has, the questions in `source` above all.

    Raises:
        OpsError: the file exists, or its folder does not.
    """
    check_suffix(path)
    if path.absolute() == source.absolute():
        raise OpsError(f"{path} holds the questions", "write the answers to another file")
    if not path.absolute().parent.is_dir():
        raise OpsError(f"{path.parent}: no such folder", "make it first")
    if path.exists() and not force:
        raise OpsError(f"{path} exists already", "--force overwrites it")
