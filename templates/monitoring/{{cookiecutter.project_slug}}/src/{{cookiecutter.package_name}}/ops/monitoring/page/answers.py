# ours: kept current by mlops-maturity upgrade
"""Over time: how many predictions, how right they were, what was wrong with the records."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from . import charts
from .markup import Html, tag
from .series import Series, beside, cell, section, when
from .shapes import Bar, Point, days
from .tables import more, table
from .words import counted, figure, share

if TYPE_CHECKING:
    from ..seen import Performance, Window


def predictions(found: Series) -> Html:
    """How many were asked for, by version."""
    asked = [(start, end, _by_version(one)) for start, end, one in found.windows]
    sums = [sum(counts.values()) for _, _, counts in asked]
    most = max(sums) or 1
    columns = [
        [
            Bar(start, end, rows / most, "two" if place else "one", _asked(start, version, rows))
            for place, (version, rows) in enumerate(counts.items())
        ]
        for start, end, counts in asked
    ]
    versions = {version for _, _, counts in asked for version in counts}
    told = f"{sum(sums):,} by {counted(len(versions), 'version')}, at most {most:,} in a window."
    rows = [
        (when(start), f"{rows:,}", version)
        for start, _, counts in asked[::-1]
        for version, rows in counts.items()
    ]
    return beside(
        "Predictions",
        f"{told} An upright line is a release; what is hatched, a challenger answered.",
        (charts.stacked(found.span, columns, found.marks, f"{most:,}", told), days(found.span)),
        more("asked", table("Predictions", ("window", "predictions", "version"), rows)),
    )


def _by_version(one: Window) -> dict[str, int]:
    """Rows by version, the champion's first."""
    counts = one.versions or {one.version: one.rows}
    return dict(sorted(counts.items(), key=lambda pair: (pair[0] != one.version, -pair[1])))


def performance(found: Series) -> Html | None:
    """How right the answers were, as far as labels are known."""
    read = [(start, end, one.performance) for start, end, one in found.windows if one.performance]
    shown = [(start, end, one) for start, end, one in read if one.value is not None]
    if not shown:
        return None
    surely = [one for _, _, one in shown if one.verdict in ("fine", "worse")]
    last = surely[-1] if surely else shown[-1][2]
    metric = last.metric
    points = [_point(start, end, one) for start, end, one in shown]
    told = f"At last {metric} was {figure(last.value)}"
    if last.low is not None and last.high is not None:
        told += f", surely between {figure(last.low)} and {figure(last.high)}"
    told += f", by {counted(last.labels, 'label')}"
    covered = [
        Bar(start, end, one.coverage, "quiet", f"{when(start)}: {share(one.coverage)}")
        for start, end, one in read
    ]
    coverage = tag("p", f"{share(read[-1][2].coverage)} labelled now", class_="note")
    rows = [
        (
            when(start),
            figure(one.value),
            f"{figure(one.low)} to {figure(one.high)}",
            figure(one.reference),
            str(one.labels),
            share(one.coverage),
            one.verdict,
        )
        for start, _, one in read[::-1]
    ]
    heads = ("window", metric, "interval", "expected", "labels", "coverage", "verdict")
    return beside(
        "How right the answers are",
        f"{told}. A diamond is worse than expected, a ring has too few labels to tell.",
        (
            charts.figures(found.span, points, found.marks, told),
            tag("div", charts.small(found.span, covered, told), coverage, class_="plot"),
            days(found.span),
        ),
        more("performance", table("Performance", heads, rows)),
    )


def quality(found: Series) -> Html | None:
    """What was wrong with the records."""
    read = [(start, end, one, one.quality) for start, end, one in found.windows if one.quality]
    if not read:
        return None
    kinds = {
        "failed answers": [
            (one.failed / rows.rows if rows.rows else 0.0) for _, _, rows, one in read
        ],
        "unseen categories": [float(one.unseen) for _, _, _, one in read],
        "missing values": [one.missing or 0.0 for _, _, _, one in read],
    }
    cells = []
    for name, values in kinds.items():
        show, least = (figure, 5.0) if name.startswith("unseen") else (share, 0.01)
        most = max(*values, least)
        bars = [
            Bar(start, end, value / most, "quiet", f"{when(start)}: {show(value)}")
            for (start, end, _, _), value in zip(read, values, strict=True)
        ]
        told = f"{show(values[-1])} now, at most {show(max(values))}"
        cells.append(cell(name, charts.small(found.span, bars, f"{name}: {told}"), told))
    rows = [
        (when(start), str(one.failed), str(one.unseen), share(one.missing))
        for start, _, _, one in read[::-1]
    ]
    return section(
        "Quality of the records",
        "What could not be answered, what training did not know, what was left out.",
        tag("div", *cells, days(found.span), class_="strips"),
        more("quality", table("Quality", ("window", "failed", "unseen", "missing"), rows)),
    )


def _point(start: datetime, end: datetime, one: Performance) -> Point:
    kind = {"worse": "worse", "fine": "fine"}.get(one.verdict, "few")
    between = f"{figure(one.low)} to {figure(one.high)}"
    told = f"{when(start)}: {figure(one.value)}, {between}, {one.verdict}"
    return Point(start, end, one.value or 0.0, one.low, one.high, kind, told, one.reference)


def _asked(start: datetime, version: str, rows: int) -> str:
    return f"{when(start)}: {counted(rows, 'prediction')} by version {version}"
