# ours: kept current by mlops-maturity upgrade
"""Show what is in the table: rows, windows, and its columns against the settings."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ..schema import Column

FEWEST_SHOWN = 5
SAMPLE = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument(
        "--sample", type=Path, help="write the newest rows without the target, as questions"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Describe the table; ends with 1 where it differs from the settings."""
    from ..rows import loaded
    from ..settings import read_settings
    from ..tables import check_target, write_table

    settings = read_settings()
    rows = loaded(settings)
    if options.sample:
        check_target(options.sample, settings.root / settings.data.table, force=False)
        write_table(rows.drop(columns=settings.data.target).tail(SAMPLE), options.sample)
        print(f"{min(SAMPLE, len(rows))} questions in {options.sample}", file=sys.stderr)
        return 0
    columns = [_column(rows, column) for column in settings.data.schema]
    found = {
        "schema_version": 1,
        "rows": len(rows),
        "windows": _windows(rows, settings.data.time),
        "columns": columns,
    }
    if options.format == "json":
        print(json.dumps(found, indent=2))
    else:
        _show(found, settings.data.time)
    differing = [column["name"] for column in columns if column["differs"]]
    if differing:
        print(f"\ndiffers from settings.toml: {', '.join(differing)}", file=sys.stderr)
    return 1 if differing else 0


def _column(rows: pd.DataFrame, column: Column) -> dict[str, Any]:
    from ..errors import InvalidTable
    from ..schema import conform

    differs = ""
    if column.name not in rows:
        return _told(column, len(rows), 0, "not in the table")
    try:
        conform(rows, [column])
    except InvalidTable as error:
        differs = str(error)
    values = rows[column.name]
    unknown = sorted(set(values.dropna().astype(str)) - set(column.categories))
    if column.categories and unknown and not differs:
        more = "" if len(unknown) <= FEWEST_SHOWN else f" and {len(unknown) - FEWEST_SHOWN} more"
        differs = f"not in categories: {', '.join(unknown[:FEWEST_SHOWN])}{more}"
    return _told(column, int(values.isna().sum()), int(values.nunique()), differs)


def _told(column: Column, missing: int, distinct: int, differs: str) -> dict[str, Any]:
    return {
        "name": column.name,
        "kind": column.kind,
        "missing": missing,
        "distinct": distinct,
        "differs": differs,
    }


def _windows(rows: pd.DataFrame, time: str | None) -> dict[str, int]:
    """Rows of each month."""
    if not time:
        return {}
    months = rows[time].dt.to_period("M").value_counts().sort_index()
    return {str(month): int(count) for month, count in months.items()}


def _show(found: dict[str, Any], time: str | None) -> None:
    print(f"{found['rows']:,} rows")
    if not time:
        print("no time column: the order of rows counts as time")
    for month, count in found["windows"].items():
        print(f"  {month}  {count:>8,}")
    width = max(len(column["name"]) for column in found["columns"])
    print(f"\n{'column':<{width}}  {'kind':<9} {'missing':>8} {'distinct':>9}")
    for column in found["columns"]:
        name, kind, differs = column["name"], column["kind"], column["differs"]
        print(
            f"{name:<{width}}  {kind:<9} {column['missing']:>8,} {column['distinct']:>9,}"
            + (f"  <- {differs}" if differs else "")
        )
