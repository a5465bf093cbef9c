# ours: kept current by mlops-maturity upgrade
"""Are the rows what the settings promise? All that is wrong is found before anything is trained.

A finding names check, column and rows, and no value: it may go where values must not.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..schema import read

if TYPE_CHECKING:
    import pandas as pd

    from ..schema import Column
    from ..settings import Settings
    from .limits import Limits

TABLE = "(table)"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong.

    Attributes:
        check: what was looked at.
        column: where, or the whole table.
        rows: how many of them.
        first: number of the first one, from 1.
    """

    check: str
    column: str
    rows: int
    first: int | None = None


def validate(
    rows: pd.DataFrame, settings: Settings, limits: Limits, now: datetime | None = None
) -> tuple[Finding, ...]:
    """All that is wrong with rows as the seam gives them, the worst first.

    Args:
        rows: any table.
        settings: what is promised of it.
        limits: what stops training.
        now: by which the age of the newest row is told; the present moment.
    """
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    data = settings.data
    if twice := sorted({str(name) for name in rows.columns[rows.columns.duplicated()]}):
        return tuple(Finding("its name stands twice", name, len(rows)) for name in twice)
    rows = rows.reset_index(drop=True)
    columns = {
        column.name: pa.Column(
            None, list(_checks(column, settings, limits)), nullable=True, required=True
        )
        for column in data.schema
        if column.name in rows or column.name != data.target
    }
    whole = list(_whole(settings, limits, now or datetime.now(UTC)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pa.DataFrameSchema(columns, checks=whole).validate(rows, lazy=True)
        except SchemaErrors as error:
            return tuple(_found(error.failure_cases, len(rows)))
    return ()


def report(findings: Sequence[Finding]) -> str:
    """The findings as a table for a person."""
    shown = [
        (one.check, one.column, f"{one.rows:,}", "-" if one.first is None else f"{one.first:,}")
        for one in findings
    ]
    head = ("what is wrong", "column", "rows", "first row")
    widths = [max(len(line[place]) for line in (head, *shown)) for place in range(4)]
    return "\n".join(
        f"{line[0]:<{widths[0]}}  {line[1]:<{widths[1]}}  {line[2]:>{widths[2]}}  "
        f"{line[3]:>{widths[3]}}"
        for line in (head, *shown)
    )


def unchecked(settings: Settings, limits: Limits) -> tuple[str, ...]:
    """A note that names what nobody looks at, if there is something."""
    time = settings.data.time
    looked = {
        "ranges": limits.ranges,
        "freshness": limits.age and time,
        "repeated rows (no time column)": time,
    }
    off = [name for name, done in looked.items() if not done]
    return (f"not checked: {', '.join(off)}; see [validation]",) if off else ()


def _checks(column: Column, settings: Settings, limits: Limits) -> Iterator[Any]:
    """The checks of one column, each on its values as they lie."""
    import pandera.pandas as pa

    data = settings.data

    def check(test: Any, name: str) -> Any:
        return pa.Check(test, name=name, error=name, ignore_na=False)

    yield check(lambda values: ~_misfits(values, column), f"no {column.kind}")
    if column.name == data.target:
        # Labels may come late: a row without one is not learnt from.
        yield check(lambda values: bool(values.notna().any()), "missing in every row")
    elif not column.nullable:
        yield check(lambda values: values.notna(), "missing")
    else:
        most = f"more than {limits.missing:.0%} missing"
        yield check(lambda values: bool(values.isna().mean() <= limits.missing), most)
    if column.name == data.key:
        yield check(lambda values: ~values.duplicated(), "a key that stands twice")
    if column.categories:
        more = f"more than {limits.unknown:.0%} not among the categories"
        yield check(lambda values: _known(values, column, limits.unknown), more)
    if column.name in limits.ranges:
        low, high = limits.ranges[column.name]
        outside = f"outside of {low:g} to {high:g}"
        yield check(lambda values: _inside(values, low, high), outside)


def _whole(settings: Settings, limits: Limits, now: datetime) -> Iterator[Any]:
    """The checks of the table."""
    import pandera.pandas as pa

    data = settings.data

    def check(test: Any, name: str) -> Any:
        return pa.Check(test, name=name, error=name, ignore_na=False)

    yield check(lambda rows: len(rows) >= limits.rows, f"fewer than {limits.rows:,} rows")
    if data.time:  # without one, few categories repeat in any table
        repeated = f"more than {limits.duplicates:.0%} repeat an earlier row"
        yield check(lambda rows: _repeated(rows, data.key) <= limits.duplicates, repeated)
    if limits.age and data.time:
        old = f"the newest row is older than {limits.age} days"
        yield check(lambda rows: _age(rows, data.time, now) <= limits.age, old)


def _misfits(values: pd.Series[Any], column: Column) -> pd.Series[bool]:
    """Where a value that is there does not fit the kind of its column."""
    import pandas as pd

    try:
        return read(values, column)[1]
    except (TypeError, ValueError, OverflowError):  # of such values as lists, each is looked at
        return pd.Series([_misfit(value, column) for value in values], index=values.index)


def _misfit(value: Any, column: Column) -> bool:
    import pandas as pd

    try:
        return bool(read(pd.Series([value]), column)[1].iloc[0])
    except (TypeError, ValueError, OverflowError):
        return True


def _known(values: pd.Series[Any], column: Column, most: float) -> bool:
    there = values.dropna().astype(str)
    return bool(there.empty or (~there.isin(column.categories)).mean() <= most)


def _inside(values: pd.Series[Any], low: float, high: float) -> pd.Series[bool]:
    import pandas as pd

    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    return numbers.isna() | numbers.between(low, high)


def _repeated(rows: pd.DataFrame, key: str | None) -> float:
    if rows.empty:
        return 0.0
    others = rows.drop(columns=[key]) if key in rows else rows
    # Of columns of numbers or times, the values themselves tell as much, and sooner.
    texts = [name for name in others if others[name].dtype.kind not in "biufM"]
    return float(others.astype(dict.fromkeys(texts, str)).duplicated().mean())


def _age(rows: pd.DataFrame, time: str | None, now: datetime) -> float:
    """Days since the newest row; times are those of UTC."""
    import pandas as pd

    newest = pd.to_datetime(rows[time], errors="coerce", utc=True).max()
    return float("inf") if pd.isna(newest) else (pd.Timestamp(now) - newest).total_seconds() / 86400


def _found(cases: pd.DataFrame, count: int) -> Iterator[Finding]:
    """A finding for each check that failed, the one with most rows first."""
    found = []
    cases = cases.assign(column=cases["column"].where(cases["column"].notna(), TABLE))
    for (check, column), group in cases.groupby(["check", "column"], sort=False):
        name, where = str(check), str(column)
        if name == "column_in_dataframe":
            missing = str(group["failure_case"].iloc[0])
            found.append(Finding("the column is missing", missing, count))
            continue
        places = group["index"].dropna()
        first = int(places.min()) + 1 if len(places) else None
        found.append(Finding(name, where, len(places) or count, first))
    yield from sorted(found, key=lambda one: (-one.rows, one.column))
