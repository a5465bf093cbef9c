"""A table of the user's own: its form as a project keeps it, remarks, and its copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from generator.context import Kind, Table, TableColumn, Task, is_printable
from generator.errors import InvalidTable
from generator.table.clean import Column, clean
from generator.table.features import features
from generator.table.kinds import types
from generator.table.remarks import is_sorted, remarks
from generator.table.roles import Roles, Wish, check_named, roles
from generator.table.source import Source, opened
from generator.table.task import METRICS, task_of

__all__ = ["Survey", "survey"]

PLACE = "data/table.parquet"
STORED = {
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
    "category": "VARCHAR",
    "text": "VARCHAR",
}


@dataclass(frozen=True)
class Survey:
    """What was found out about a table.

    Attributes:
        table: its form; holds no value of it.
        task: what a model predicts.
        rows: number of rows.
        columns: all of its columns.
        left: of each column that is left out, why.
        remarks: what a person should look at, one line each.
        source: the open file.
        is_mixed: whether the copy has the rows in another order.
    """

    table: Table
    task: Task
    rows: int
    columns: tuple[Column, ...]
    left: dict[str, str]
    remarks: tuple[str, ...]
    source: Source
    is_mixed: bool

    def role(self, column: Column) -> str:
        """What a column is in the project."""
        named = {self.table.target: "target", self.table.time: "time", self.table.key: "key"}
        return named.get(column.name, "left out" if column.name in self.left else "feature")

    def fill(self, project: Path) -> None:
        """Write the copy into a project, unless the table stays where it lies."""
        if self.source.stays:
            return
        target = project / PLACE
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = [column for column in self.columns if column.kind is not None]
        kinds = {column.name: column.kind for column in self.table.columns}
        asked = ", ".join(
            f"{one.cell}::{STORED[kinds.get(one.name) or one.kind or 'text']} "
            f"AS {_identifier(one.name)}"
            for one in kept
        )
        # Qualified, as a column of the user's may be called n, too.
        order = "md5(clean.n::VARCHAR)" if self.is_mixed else "clean.n"
        literal = str(target).replace("'", "''")
        self.source.rows(
            f"COPY (SELECT {asked} FROM clean ORDER BY {order}) TO '{literal}' "
            "(FORMAT parquet, COMPRESSION zstd)"
        )


@contextmanager
def survey(path: Path, wish: Wish) -> Iterator[Survey]:
    """Find out what a project on the table at `path` looks like; the file stays open meanwhile.

    Raises:
        InvalidChoice: a column that the user names is not there, or the task does not fit it.
        InvalidTable: the file is no table, or nothing can be learnt from it.
    """
    with opened(path) as source:
        check_named(wish, source.names)
        rows, columns = clean(source, types(source))
        found = roles(source, wish, columns, rows)
        task = task_of(source, found.target, wish.task)
        found = replace(found, target=_as_label(found.target, task))
        usable, left = features(source, columns, found, rows)
        told = list(remarks(source, columns, found, usable, left, rows))
        mixed = found.time is None and is_sorted(source, found.target, task)
        if mixed:
            told.append(_order(source))
        if source.stays:
            _check_readable(source, columns, found, usable)
        table = _table(source, task, found, usable, rows)
        yield Survey(
            table, task, rows, columns, left, tuple(told), source, mixed and not source.stays
        )


def _as_label(target: Column, task: Task) -> Column:
    """The target, its kind as its labels are: classes are whole numbers or words."""
    kind = target.kind
    if task == "classification" and kind in ("number", "text"):
        kind = "integer" if kind == "number" else "category"
    return replace(target, kind=kind)


def _order(source: Source) -> str:
    if source.stays:
        return "rows are sorted by the target: what is held out is unlike what is learnt from"
    return "rows are sorted by the target: in the copy they are mixed; --time says their real order"


def _table(source: Source, task: Task, roles: Roles, usable: Sequence[Column], rows: int) -> Table:
    metric, direction = METRICS[task]
    key: Kind = "integer" if roles.key and roles.key.kind == "integer" else "text"
    named = [replace(roles.key, kind=key)] if roles.key else []
    named += [roles.time] if roles.time else []
    return Table(
        path=str(source.path) if source.stays else PLACE,
        target=roles.target.name,
        time=roles.time.name if roles.time else None,
        key=roles.key.name if roles.key else None,
        metric=metric,
        direction=direction,
        columns=tuple(
            TableColumn(name=one.name, kind=one.kind, nullable=one.filled < rows)
            for one in (*named, *usable, roles.target)
            if one.kind is not None
        ),
    )


def _check_readable(
    source: Source, columns: Sequence[Column], roles: Roles, usable: Sequence[Column]
) -> None:
    """Refuse a file that is too large to be copied and that data.py cannot read as it lies."""
    used = [*usable, roles.target]
    why = None
    if not is_printable(str(source.path)):
        why = "its path holds a control character"
    elif source.delimiter not in (None, ","):
        why = "its values are not parted by commas"
    elif any("infinite" in text for column in used for text in column.remarks):
        why = "it holds infinite values"
    elif source.delimiter is None and _index(source):
        why = "it was written with an index; pandas: to_parquet(…, index=False)"
    elif source.delimiter and roles.time and _forms(source, roles.time) > 1:
        why = f"the times in column {roles.time.name!r} are written in several ways"
    if why:
        raise InvalidTable(
            f"{source.path} is too large to be copied and cannot be read as it lies: {why}",
            hint="save it again as Parquet",
        )


def _index(source: Source) -> bool:
    literal = str(source.path).replace("'", "''")
    told = source.row(
        f'SELECT coalesce(bool_or(decode(value) LIKE \'%"index_columns": ["%\'), false) '
        f"FROM parquet_kv_metadata('{literal}') WHERE decode(key) = 'pandas'"
    )
    return bool(told[0])


def _forms(source: Source, time: Column) -> int:
    """In how many ways the times of a CSV file are written."""
    shape = f"regexp_replace({time.cell}, '[0-9]', '0', 'g')"
    return int(source.row(f"SELECT count(DISTINCT {shape}) FROM raw")[0])


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
