"""Which columns a model can learn from, and why the others are left out."""

from __future__ import annotations

from collections.abc import Sequence

from generator.errors import InvalidTable
from generator.table.clean import Column
from generator.table.roles import Roles
from generator.table.source import INDEX, UNNAMED, Source

__all__ = ["features"]


def features(
    source: Source, columns: Sequence[Column], roles: Roles, rows: int
) -> tuple[tuple[Column, ...], dict[str, str]]:
    """The features, and of each column that is none why.

    Raises:
        InvalidTable: there is nothing to learn from.
    """
    found: list[Column] = []
    left: dict[str, str] = {}
    taken = {column.name for column in (roles.target, roles.time, roles.key) if column}
    for column in columns:
        if column.name in taken:
            continue
        if (why := _why_not(source, column, rows)) is None:
            found.append(column)
        else:
            left[column.name] = why
    if not any(column.kind != "text" for column in found):
        why = "; ".join(f"{name!r}: {why}" for name, why in [*left.items()][:5])
        text = "free text alone" if found else "no column"
        raise InvalidTable(
            f"there is {text} to learn from beside --target" + (f" ({why})" if why else ""),
            hint="bring columns of numbers, categories or truth values",
        )
    return tuple(found), left


def _why_not(source: Source, column: Column, rows: int) -> str | None:
    if INDEX.fullmatch(column.name):
        return "it is the row number"
    if column.kind is None:
        return "its values are nested or binary"
    if column.filled == 0:
        return "it has no value"
    if column.distinct == 1 and column.filled == rows:
        return "it has the same value in every row"
    if column.kind == "time":
        return "a time is no feature by itself; --time makes it the order of rows"
    if column.kind == "text" and column.distinct == column.filled:
        never = "its text never repeats; --key makes it the name of a row"
        return "; ".join((never, *column.remarks))
    unnamed = column.name.startswith(UNNAMED)
    if column.kind == "integer" and unnamed and column.distinct == rows:
        return "it is the row number"
    if column.kind == "integer" and _counts_rows(source, column, rows):
        return "it counts the rows; --key makes it the name of a row"
    return None


def _counts_rows(source: Source, column: Column, rows: int) -> bool:
    """Whether the numbers are those of the rows, from wherever they begin."""
    if column.distinct != rows or column.most - column.least != rows - 1:
        return False
    query = f"SELECT count(DISTINCT {column.cell} - n) FROM clean"
    return bool(source.row(query)[0] == 1)
