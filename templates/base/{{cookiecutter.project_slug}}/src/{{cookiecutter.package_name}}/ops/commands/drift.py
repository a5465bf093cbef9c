# ours: kept current by mlops-maturity upgrade
"""Compare two windows of rows and name the columns that drifted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from ..drift import DriftReport
    from ..settings import Settings

WINDOW = ".."


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    what = "a CSV or Parquet file, or a window START..END; either end may be left out"
    parser.add_argument("--reference", help=f"{what}; by default the rows the model learnt from")
    parser.add_argument("--current", help=f"{what}; by default the rows after those")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--picture", type=Path, help="draw it: .html, .png or .svg")
    for more in _more():
        more.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Compare; ends with 0 when quiet, 1 on drift and 3 when there are too few rows."""
    from ..settings import read_settings

    settings = read_settings()
    for more in _more():
        if more.is_asked(options):
            return int(more.run(settings, options))
    if options.picture:
        from ..drift_picture import check_picture, draw

        check_picture(options.picture)
    learnt = "" if options.reference and options.current else _learnt(settings)
    reference = _rows(settings, options.reference or learnt)
    current = _rows(settings, options.current or f"{learnt.partition(WINDOW)[2]}{WINDOW}")
    from ..drift import compare

    report = compare(reference, current, settings.data.features, settings.drift)
    if options.format == "json":
        print(json.dumps(_json(report), indent=2))
    else:
        _show(report)
    if options.picture:
        draw(report, reference, current, options.picture)
        print(f"the picture is in {options.picture}", file=sys.stderr)
    drifted = ", ".join(report.drifted)
    print(f"\ndrift: {drifted}" if drifted else "\nno drift", file=sys.stderr)
    if drifted:
        print("the questions changed; whether the answers did: uv run ops train", file=sys.stderr)
    return 1 if drifted else 0


def _more() -> Iterator[Any]:
    """What later levels compare."""
    from ..wiring import DRIFT

    for name in DRIFT:
        yield import_module(f"{str(__package__).rpartition('.')[0]}.{name}")


def _learnt(settings: Settings) -> str:
    """The window that the model learnt from."""
    from ..wiring import model_source

    window = model_source(settings).load().card["window"]
    return f"{window['start']}{WINDOW}{window['end']}"


def _rows(settings: Settings, place: str) -> pd.DataFrame:
    """The features in a file or a window of the table."""
    from ..rows import loaded, parse_moment
    from ..schema import conform
    from ..tables import SUFFIXES, read_table

    if WINDOW in place and not place.endswith(SUFFIXES):
        start, _, end = place.partition(WINDOW)
        rows = loaded(settings, parse_moment(settings, start), parse_moment(settings, end))
    else:
        rows = read_table(Path(place))
    return conform(rows, settings.data.features)


def _json(report: DriftReport) -> dict[str, object]:
    return {"schema_version": 1, "drift": bool(report.drifted), **asdict(report)}


def _show(report: DriftReport) -> None:
    width = max(len(name) for name in ("column", *(one.name for one in report.columns)))
    print(f"{report.reference_rows:,} rows of reference, {report.current_rows:,} current rows")
    print(f"{'column':<{width}}  {'verdict':<7}  {'effect':>6}  {'p':>8}  change")
    for one in sorted(report.columns, key=lambda one: (not one.drift, -one.effect)):
        word = "drift" if one.drift else "quiet"
        figures = f"{one.effect:>6.3f}  {one.p_value:>8.2g}"
        print(f"{one.name:<{width}}  {word:<7}  {figures}  {one.note}")
