"""A file as a relation of DuckDB: `raw`, with columns c0, c1, …, whatever they are called."""

from __future__ import annotations

import codecs
import csv
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import InvalidTable
from generator.table.names import check_names

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Source", "opened"]

REFERENCED_ABOVE = 50_000_000
DELIMITERS = ",;\t|"
LONGEST_HEADER = 1_000_000
CHUNK = 1 << 20
INDEX = re.compile(r"__index_level_\d+__")
UNNAMED = "Unnamed: "


@dataclass(frozen=True)
class Source:
    """An open file.

    Attributes:
        path: the file, absolute, without links.
        names: its columns, in order; an empty name is called as pandas calls it.
        types: their types in DuckDB.
        delimiter: of a CSV file; none of Parquet.
        stays: whether it is too large to be copied, so that a project reads it where it lies.
        connection: a database of its own, in memory.
    """

    path: Path
    names: tuple[str, ...]
    types: tuple[str, ...]
    delimiter: str | None
    stays: bool
    connection: DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query.

        Raises:
            InvalidTable: the file cannot be read to its end.
        """
        import duckdb

        try:
            return self.connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise unreadable(self.path, error) from None

    def row(self, query: str) -> tuple[Any, ...]:
        """The one row of a query."""
        return self.rows(query)[0]

    def keep(self, name: str, query: str) -> None:
        """Give a query a name: held in memory, or asked anew each time where the file is large."""
        self.rows(f"CREATE {'VIEW' if self.stays else 'TABLE'} {name} AS {query}")


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open the CSV or Parquet file at `path`.

    Raises:
        InvalidTable: it is none, is damaged, empty, or its columns cannot be told apart.
    """
    check_file(path)
    with tempfile.TemporaryDirectory(prefix="mlops-maturity-") as folder:
        # DuckDB would take a star or a bracket in the name for a pattern.
        link = Path(folder) / f"table{path.suffix}"
        link.symlink_to(path.resolve())
        with closing(connect(Path(folder))) as connection:
            read: Callable[[Path, Path, DuckDBPyConnection], Source]
            read = read_csv if path.suffix == ".csv" else read_parquet
            source = read(path, link, connection)
            check_names(source.names)
            yield source


def check_file(path: Path) -> None:
    """Refuse what is no table by its outside."""
    if not path.exists():
        raise InvalidTable(f"{path}: no such file", hint="check the path")
    if not path.is_file():
        raise InvalidTable(f"{path} is no file", hint="name one CSV or Parquet file")
    if path.suffix not in (".csv", ".parquet"):
        raise InvalidTable(
            f"{path} is neither CSV nor Parquet",
            hint="save the table as .csv (UTF-8) or .parquet",
        )
    if not path.stat().st_size:
        raise InvalidTable(f"{path} is empty", hint="is it the right file?")


def connect(folder: Path) -> DuckDBPyConnection:
    """A database in memory that fetches nothing and spills into `folder`."""
    import duckdb

    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(folder / "spilled"),
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    return connection


def read_csv(path: Path, link: Path, connection: DuckDBPyConnection) -> Source:
    """A CSV file: the first line names the columns, values are text, empty ones are missing."""
    header = read_header(path)
    delimiter = max(DELIMITERS, key=lambda one: len(next(csv.reader([header], delimiter=one), [])))
    names = tuple(
        name or f"{UNNAMED}{place}" for place, name in enumerate(cells(path, header, delimiter))
    )
    if not header.strip():
        raise InvalidTable(f"{path}: its first line is empty", hint="the first line names columns")
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(names)))
    source = Source(
        path.resolve(), names, ("VARCHAR",) * len(names), delimiter, stays(path), connection
    )
    source.keep(
        "raw",
        f"SELECT * FROM read_csv('{quoted(link)}', auto_detect=false, delim='{delimiter}', "
        f"quote='\"', escape='\"', header=false, skip=1, columns={{{columns}}})",
    )
    return source


def read_parquet(path: Path, link: Path, connection: DuckDBPyConnection) -> Source:
    """A Parquet file, with the types that it declares."""
    import duckdb

    try:
        names = connection.execute(
            f"SELECT name, num_children FROM parquet_schema('{quoted(link)}')"
        ).fetchall()
        given = tuple(top_level(names))
        aliases = ", ".join(f"c{place}" for place in range(len(given)))
        query = f"SELECT * FROM read_parquet('{quoted(link)}') AS t({aliases})"
        types = tuple(one[1] for one in connection.execute(f"DESCRIBE {query}").fetchall())
    except duckdb.Error as error:
        raise unreadable(path, error) from None
    source = Source(path.resolve(), given, types, None, stays(path), connection)
    source.keep("raw", query)
    return source


def read_header(path: Path) -> str:
    """The first line, once the whole file is known to be text.

    Raises:
        InvalidTable: it is no UTF-8, or its first line has no end.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    header = ""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                text = "\0"
            if "\0" in text:
                raise InvalidTable(
                    f"{path} is no text in UTF-8",
                    hint="save it as UTF-8: iconv -f latin1 -t utf-8 OLD.csv > NEW.csv",
                )
            if len(header) < LONGEST_HEADER:
                header += text
    return re.split(r"\r\n|\r|\n", header, maxsplit=1)[0]


def cells(path: Path, header: str, delimiter: str) -> list[str]:
    """The names in the first line."""
    try:
        return next(csv.reader([header], delimiter=delimiter, strict=True), [""])
    except csv.Error as error:
        raise InvalidTable(
            f"{path}: its first line cannot be read: {error}", hint="the first line names columns"
        ) from None


def top_level(rows: Sequence[tuple[str, int | None]]) -> Iterator[str]:
    """Names of the columns, of a schema that lists what is inside them, too."""
    place = 1
    while place < len(rows):
        yield rows[place][0]
        open_ends = 1
        while open_ends:
            open_ends += (rows[place][1] or 0) - 1
            place += 1


def stays(path: Path) -> bool:
    """Whether a project reads the file where it lies."""
    return path.stat().st_size > REFERENCED_ABOVE


def quoted(path: Path) -> str:
    """The path inside a literal of SQL."""
    return str(path).replace("'", "''")


def unreadable(path: Path, error: Exception) -> InvalidTable:
    """What a person reads of an error of DuckDB: never more of the file than a line's number."""
    text = str(error)
    if line := re.search(r"CSV Error on Line: (\d+)", text):
        counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
        why = f" has {counts[2]} fields, the first one {counts[1]}" if counts else " is damaged"
        return InvalidTable(
            f"{path}: line {line[1]}{why}", hint="mend the line, or save the table as Parquet"
        )
    first = text.partition("\n")[0].partition("Error: ")[2] or type(error).__name__
    return InvalidTable(f"{path} cannot be read: {first[:120]}", hint="is it damaged?")
