"""What a person should look at before a model learns from a table; nothing of it stops the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.context import Task
from generator.table.clean import Column
from generator.table.roles import Roles
from generator.table.source import UNNAMED, Source

__all__ = ["is_sorted", "remarks"]

NEAR_COPY = 0.999
MANY_VALUES = 1000
RARE_CLASS = 20
# So few changes beside those that chance would give are no chance.
SORTED = 0.1
FEWEST_CHANGES = 10


def remarks(
    source: Source,
    columns: Sequence[Column],
    roles: Roles,
    features: Sequence[Column],
    left: Mapping[str, str],
    rows: int,
) -> Iterator[str]:
    """One line for each thing."""
    for name, why in left.items():
        yield f"{name!r} is left out: {why}"
    used = [*features, *(column for column in (roles.target, roles.time, roles.key) if column)]
    for column in columns:
        if column in used:
            yield from (f"{column.name!r}: {text}" for text in column.remarks)
    unnamed = [column.name for column in used if column.name.startswith(UNNAMED)]
    yield from (f"{name!r}: the file gives the column no name" for name in unnamed)
    names = [column.name for column in columns if not column.name.isidentifier()]
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        yield f"no names for code: {', '.join(map(repr, names[:5]))}{more}; they work as they are"
    for column in features:
        yield from _of_feature(column, rows)
        if _tells_target(source, column, roles.target):
            yield (
                f"{column.name!r} is a copy of the target or nearly so: is it known when a "
                "prediction is asked for?"
            )
    if missing := rows - roles.target.filled:
        yield f"{missing:,} rows have no value in {roles.target.name!r}; nothing learns from them"


def _of_feature(column: Column, rows: int) -> Iterator[str]:
    if 2 * column.filled < rows:
        yield f"{column.name!r}: {1 - column.filled / rows:.0%} of its values are missing"
    if column.kind == "integer" and column.distinct == column.filled == rows:
        yield f"{column.name!r} looks like an id: no number comes twice; --key if it is one"
    if column.kind == "text" or (column.kind == "category" and column.distinct > MANY_VALUES):
        yield (
            f"{column.name!r} has {column.distinct:,} different values: the shipped model learns "
            "little from such text"
        )


def _tells_target(source: Source, column: Column, target: Column) -> bool:
    """Whether a feature gives the target away: both move as one, or pair off value by value."""
    x, y = column.cell, target.cell
    if column.is_number and target.is_number and target.distinct > 2:
        # Scaled, as squares of large numbers have no place in a float.
        scales = [max(abs(one.least), abs(one.most)) or 1.0 for one in (column, target)]
        query = f"SELECT corr({x}::DOUBLE / {scales[0]!r}, {y}::DOUBLE / {scales[1]!r}) FROM clean"
        found = source.row(query)[0]
        if found is not None and abs(found) > NEAR_COPY:
            return True
    if not column.distinct == target.distinct <= column.filled / 2:
        return False
    pairs = source.row(
        f"SELECT count(*) FROM (SELECT DISTINCT {x}, {y} FROM clean "
        f"WHERE {x} IS NOT NULL AND {y} IS NOT NULL)"
    )[0]
    return bool(pairs == target.distinct)


def is_sorted(source: Source, target: Column, task: Task) -> bool:
    """Whether rows lie sorted or grouped by the target.

    Changes of the label (regression: of the side of the median) from row to row are counted as in
    the runs test (Wald and Wolfowitz, 1940).
    """
    y = target.cell
    label = y if task == "classification" else f"({y} > (SELECT median({y}) FROM clean))"
    changes, expected = source.row(
        f"WITH labels AS (SELECT {label} AS label, n FROM clean WHERE {y} IS NOT NULL), "
        "steps AS (SELECT label, lag(label) OVER (ORDER BY n) AS before FROM labels), "
        "shares AS (SELECT count(*) AS rows FROM labels GROUP BY label) "
        "SELECT (SELECT count_if(label <> before) FROM steps), "
        "(SELECT sum(rows) - sum(rows * rows) / sum(rows) FROM shares)"
    )
    return bool(expected >= FEWEST_CHANGES and changes <= SORTED * expected)
