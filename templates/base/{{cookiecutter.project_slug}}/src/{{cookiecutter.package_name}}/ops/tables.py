# ours: kept current by mlops-maturity upgrade
"""Tables in and out: CSV or Parquet, by the suffix of the file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import InvalidTable, OpsError

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
        # Read as text: what a value means is for the schema to say, and `NA` may be a category.
        return pd.read_csv(path, dtype="object", keep_default_na=False, na_values=[""])
    except (ValueError, OSError, pd.errors.ParserError) as error:
        first = str(error).partition("\n")[0]
        raise InvalidTable(f"{path}: cannot be read: {first}", "is it damaged?") from None


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table, whole or not at all."""
    check_suffix(path)
    with_format = table.to_parquet if path.suffix == ".parquet" else table.to_csv
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or ".")
    os.close(descriptor)
    try:
        with_format(name, index=False)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def check_target(path: Path, force: bool) -> None:
    """Refuse to overwrite what the user has.

    Raises:
        OpsError: the file exists, or its folder does not.
    """
    check_suffix(path)
    if not path.absolute().parent.is_dir():
        raise OpsError(f"{path.parent}: no such folder", "make it first")
    if path.exists() and not force:
        raise OpsError(f"{path} exists already", "--force overwrites it")
