"""The relation `clean`: the columns as the project will see them, and `n`, the row's number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.context import Kind
from generator.table.kinds import AT_ONCE, Typed
from generator.table.source import Source

__all__ = ["Column", "clean"]


@dataclass(frozen=True)
class Column:
    """A column and its counts.

    Attributes:
        name: as the user calls it.
        cell: its name in `clean`.
        kind: none where no table can hold it.
        filled: number of values that are not missing.
        distinct: number of different ones.
        whole: whether all values of a number are whole.
        least, most: of numbers.
        remarks: what a person should know of it.
    """

    name: str
    cell: str
    kind: Kind | None
    filled: int = 0
    distinct: int = 0
    whole: bool = False
    least: float = 0.0
    most: float = 0.0
    remarks: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it can be calculated with."""
        return self.kind in ("number", "integer", "boolean")


def clean(source: Source, types: Sequence[Typed]) -> tuple[int, tuple[Column, ...]]:
    """Make `clean`; returns the number of rows and the columns."""
    asked = ", ".join(f"{typed.expression} AS c{place}" for place, typed in enumerate(types))
    source.keep("clean", f"SELECT {asked}, row_number() OVER () AS n FROM raw")
    rows = source.row("SELECT count(*) FROM clean")[0]
    columns: list[Column] = []
    for start in range(0, len(types), AT_ONCE):
        columns += _counted(source, start, types[start : start + AT_ONCE])
    return rows, tuple(columns)


def _counted(source: Source, start: int, types: Sequence[Typed]) -> list[Column]:
    cells = [f"c{start + place}" for place in range(len(types))]
    asked = []
    for cell, typed in zip(cells, types, strict=True):
        asked += [f"count({cell})", f"count(DISTINCT {cell})"]
        if typed.kind in ("number", "integer"):
            whole = f"coalesce(bool_and({cell} = round({cell})), false)"
            asked += [whole, f"min({cell})::DOUBLE", f"max({cell})::DOUBLE"]
        else:
            asked += ["false", "0.0::DOUBLE", "0.0::DOUBLE"]
    told = iter(source.row(f"SELECT {', '.join(asked)} FROM clean"))
    found = []
    for place, (cell, typed) in enumerate(zip(cells, types, strict=True), start):
        filled, distinct, whole, least, most = (next(told) for _ in range(5))
        # A word that hardly ever comes again says nothing about the next row.
        repeats = typed.kind == "text" and 2 * distinct <= filled
        kind: Kind | None = "category" if repeats else typed.kind
        limits = (least or 0.0, most or 0.0)
        name, remarks = source.names[place], typed.remarks
        found.append(Column(name, cell, kind, filled, distinct, whole, *limits, remarks))
    return found
