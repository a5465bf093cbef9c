# ours: kept current by mlops-maturity upgrade
"""Take labels of logged predictions, and tell how many are known."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from ..settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    what = "CSV or Parquet: key, label and, if it is known, since when; or key and target as named"
    parser.add_argument("file", nargs="?", type=Path, help=what)
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Add the labels of the file, if there is one, and tell the coverage; ends with 0."""
    from ..predictions import labels
    from ..predictions.record import as_text
    from ..settings import read_settings

    settings, now = read_settings(), datetime.now(UTC)
    added, matched = 0, 0
    if options.file:
        rows = _named(settings, options.file)
        added = labels.add(settings, rows, now)
        told = {as_text(key) for key in rows["key"][rows["label"].notna()].tolist()}
        matched = len(told & _asked(settings))
    known, asked = set(labels.known(settings, now).index), _asked(settings)
    found = {
        **{"added": added, "matched": matched, "predictions": len(asked)},
        **{"labelled": len(known & asked)},
    }
    if options.format == "json":
        print(json.dumps({"schema_version": 1, **found}, indent=2))
        return 0
    if options.file:
        print(f"{added:,} labels, of which {matched:,} belong to logged predictions")
    share = len(known & asked) / max(1, len(asked))
    print(f"{len(known & asked):,} of {len(asked):,} logged keys have a label: {share:.1%}")
    if options.file and added and not matched:
        print("is the key the one that was sent with the questions?", file=sys.stderr)
    return 0


def _asked(settings: Settings) -> set[str]:
    """The keys of what was logged."""
    from ..predictions.reading import records

    return {one.joined_by for one in records(settings)}


def _named(settings: Settings, path: Path) -> pd.DataFrame:
    """The table with its columns called key and label.

    Raises:
        InvalidTable: one of them is missing.
    """
    from ..errors import InvalidTable
    from ..tables import read_table

    rows = read_table(path)
    names = {settings.data.key: "key", settings.data.target: "label"}
    rows = rows.rename(
        columns={name: to for name, to in names.items() if name in rows and to not in rows}
    )
    if lacking := [name for name in ("key", "label") if name not in rows]:
        own = {to: name for name, to in names.items()}[lacking[0]]
        other = f" or {own!r}" if own else ""
        raise InvalidTable(f"{path} has no column {lacking[0]!r}{other}", "key, label[, known]")
    return rows[[name for name in ("key", "label", "known") if name in rows]]
