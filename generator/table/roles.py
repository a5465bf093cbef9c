"""Target, time and key: the columns that a user names, and why one cannot be what it is to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.context import Task
from generator.errors import InvalidChoice, InvalidTable
from generator.table.clean import Column
from generator.table.names import near
from generator.table.source import Source

__all__ = ["Roles", "Wish", "check_named", "roles"]

FEWEST_ROWS = 50
# Rows that training must find before the moment that parts older from newer rows, twice over.
FEWEST_OLD = 20
OLD_SHARE = 0.64
# Columns of the answers.
ANSWERS = ("prediction", "score", "row")


@dataclass(frozen=True)
class Wish:
    """What the user says of a table: names of columns, and the task where it is not inferred."""

    target: str
    time: str | None = None
    key: str | None = None
    task: Task | None = None


@dataclass(frozen=True)
class Roles:
    """The columns with a role."""

    target: Column
    time: Column | None
    key: Column | None


def check_named(wish: Wish, names: Sequence[str]) -> None:
    """Refuse roles that no column, or one column twice, would have.

    Raises:
        InvalidChoice: with a name that is near.
    """
    given = {"target": wish.target, "time": wish.time, "key": wish.key}
    taken: dict[str, str] = {}
    for role, name in given.items():
        if name is None:
            continue
        if name not in names:
            raise InvalidChoice(f"--{role}: there is no column {name!r}", hint=near(name, names))
        if name in taken:
            raise InvalidChoice(
                f"column {name!r} cannot be --{taken[name]} and --{role} at once",
                hint=f"name another column, or leave --{role} out",
            )
        taken[name] = role
    if wish.key in ANSWERS or (wish.key or "").startswith("score_"):
        raise InvalidChoice(
            f"--key: the answers have a column {wish.key!r} of their own",
            hint="rename the column in the table, or leave --key out",
        )


def roles(source: Source, wish: Wish, columns: Sequence[Column], rows: int) -> Roles:
    """The columns that the user named.

    Raises:
        InvalidTable: there are too few rows, or one of the columns cannot have its role.
    """
    named = {column.name: column for column in columns}
    target = named[wish.target]
    time = named[wish.time] if wish.time is not None else None
    key = named[wish.key] if wish.key is not None else None
    if rows < FEWEST_ROWS:
        raise InvalidTable(
            f"{rows} rows are too few to learn from", hint=f"at least {FEWEST_ROWS} are needed"
        )
    _check_target(target)
    if time is not None:
        _check_time(source, time, rows)
    if key is not None:
        _check_key(key, rows)
    return Roles(target, time, key)


def _check_target(target: Column) -> None:
    name, words = target.name, target.kind in ("category", "text")
    if target.kind is None or target.kind == "time":
        what = "times" if target.kind == "time" else "nested or binary values"
        raise InvalidTable(
            f"--target: column {name!r} holds {what}", hint="name a column of numbers or classes"
        )
    if target.filled < FEWEST_ROWS:
        raise InvalidTable(
            f"--target: only {target.filled} rows have a value in column {name!r}",
            hint=f"at least {FEWEST_ROWS} are needed",
        )
    if target.distinct == 1:
        raise InvalidTable(
            f"--target: column {name!r} has the same value in every row",
            hint="there is nothing to learn; name another column",
        )
    if words and target.distinct == target.filled:
        raise InvalidTable(
            f"--target: column {name!r} is text that never repeats",
            hint="; ".join((*target.remarks, "is it the key? name the column to predict")),
        )


def _check_time(source: Source, time: Column, rows: int) -> None:
    if time.kind != "time":
        raise InvalidTable(
            f"--time: not every value of column {time.name!r} is a time",
            hint="write times as 2013-01-31 or 2013-01-31T10:00:00+01:00",
        )
    if time.filled < rows:
        raise InvalidTable(
            f"--time: {rows - time.filled:,} rows have no time in column {time.name!r}",
            hint="fill them in, or leave these rows out",
        )
    old = source.row(
        f"SELECT count(*) FROM clean WHERE {time.cell} < "
        f"(SELECT quantile_disc({time.cell}, {OLD_SHARE}) FROM clean)"
    )[0]
    if old < FEWEST_OLD:
        raise InvalidTable(
            f"--time: too many rows of column {time.name!r} share one time to part old from new",
            hint="give the times in more detail, or leave --time out",
        )


def _check_key(key: Column, rows: int) -> None:
    if key.kind not in ("integer", "category", "text"):
        raise InvalidTable(
            f"--key: column {key.name!r} holds {key.kind or 'nested or binary'} values",
            hint="a key is a whole number or a text; or leave --key out",
        )
    if key.filled < rows:
        raise InvalidTable(
            f"--key: {rows - key.filled:,} rows have no value in column {key.name!r}",
            hint="a key names every row; or leave --key out",
        )
    if key.distinct < rows:
        raise InvalidTable(
            f"--key: {rows - key.distinct:,} values of column {key.name!r} occur again",
            hint="a key names one row; or leave --key out",
        )
