"""A table every cell of which would be recognised."""

from __future__ import annotations

import csv
import io
from typing import Any

ROWS = 90
SENTINELS = ("SentinelWord", "SentinelKey", "8412.0625", "77440917", "2019-07-04", "SentinelText")


def rows_of(columns: dict[str, list[Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def columns() -> dict[str, list[Any]]:
    """A column of each kind, every cell of which would be recognised."""
    return {
        "key": [f"SentinelKey{number}" for number in range(ROWS)],
        "when": [f"2019-07-04T{number // 60:02}:{number % 60:02}:00Z" for number in range(ROWS)],
        "number": [f"8412.0625{number % 40}" for number in range(ROWS)],
        "integer": [f"77440917{number % 30}" for number in range(ROWS)],
        "word": [f"SentinelWord{'abc'[number % 3]}" for number in range(ROWS)],
        "text": [f"SentinelText {number % 60}" for number in range(ROWS)],
        "flag": [["true", "false"][number % 2] for number in range(ROWS)],
        "outcome": [f"SentinelWord{'xyz'[number % 7 % 3]}" for number in range(ROWS)],
    }
