"""What came of the years, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

NAMES = (
    "0: one model, by hand",
    "1: the same, served",
    "2: a person retrains monthly",
    "3: monthly by the clock, gate, A/B",
    "4: the loop",
)


def table(found: Sequence[dict[str, Any]], hours: float) -> str:
    """A row for each level, in Markdown."""
    metric = found[0]["metric"]
    lines = [
        f"| level | {metric} over the year | worst window | actions of people | trainings | "
        "minutes of training | alarms | days to notice | days to a better version |",
        "|--|--|--|--|--|--|--|--|--|",
    ]
    for name, one in zip(NAMES, found, strict=True):
        values = [(window["metrics"][metric], window["rows"]) for window in one["windows"]]
        mean = sum(value * rows for value, rows in values) / sum(rows for _, rows in values)
        begun = [
            alert for alert in one["alerts"] if alert["begun"] and alert["kind"] == "performance"
        ]
        lines.append(
            f"| {name} | {mean:.2f} | {max(value for value, _ in values):.2f} | "
            f"{one['actions']} | {one['trainings']} | "
            f"{one['training_seconds'] / 60:.1f} | {len(begun) or '-'} | "
            f"{_noticed(begun, hours)} | {_recovered(begun, one['releases'], hours)} |"
        )
    return "\n".join(lines) + "\n"


def _noticed(begun: Sequence[dict[str, Any]], hours: float) -> str:
    """Days from the beginning of the first window that showed it to the alarm."""
    days = [_days(alert["since"], alert["when"]) + hours / 24 for alert in begun]
    return f"{sum(days) / len(days):.0f}" if days else "-"


def _recovered(
    begun: Sequence[dict[str, Any]], releases: Sequence[dict[str, Any]], hours: float
) -> str:
    """Days from the same to the release of another version."""
    days = []
    for alert in begun:
        later = [one["when"] for one in releases if one["when"] >= alert["when"]]
        if later:
            days.append(_days(alert["since"], later[0]) + hours / 24)
    return f"{sum(days) / len(days):.0f}" if days else "-"


def _days(start: str, end: str) -> float:
    first, last = (datetime.fromisoformat(one) for one in (start, end))
    return (last - first).total_seconds() / 86_400
