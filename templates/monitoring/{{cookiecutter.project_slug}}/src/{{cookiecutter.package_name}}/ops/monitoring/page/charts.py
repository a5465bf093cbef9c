# ours: kept current by mlops-maturity upgrade
"""The charts of the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .markup import Html, tag
from .shapes import Bar, Mark, Point, Span, Up, across, marks, picture, rect, side, symbol, upright
from .words import figure

if TYPE_CHECKING:
    from ..overview import Look

_STRIP, _LIMIT, _FLOOR = 36, 14.0, 31.0
_PAST = 1.6
_BELOW_MARKS = 34.0
_DIAMOND = "M0 -5.5 L5.5 0 L0 5.5 L-5.5 0 Z"
_DISC = "M-3.5 0 a3.5 3.5 0 1 0 7 0 a3.5 3.5 0 1 0 -7 0"


def strip(span: Span, bars: Iterable[Bar], told: str, alarms: Sequence[Span] = ()) -> Html:
    """Sizes as shares of a threshold, which is a line across; a bar below tells of an alarm."""
    drawn = []
    for one in bars:
        share = min(one.height or 0.0, _PAST)
        drawn.append(rect(span, one, _FLOOR - share * (_FLOOR - _LIMIT), _FLOOR))
    told_of = []
    for alarm in alarms:
        left, right = span.at(alarm.start), span.at(alarm.end)
        place = {"x": f"{left:.2f}%", "width": f"{max(right - left, 0.5):.2f}%"}
        told_of.append(tag("rect", **place, y=_FLOOR + 1.5, height=3.5, class_="alarm"))
    lines = across(_FLOOR, "base"), across(_LIMIT, "limit")
    return picture(_STRIP, told, *lines, *drawn, *told_of)


def small(span: Span, bars: Iterable[Bar], told: str) -> Html:
    """Figures as shares of the highest one."""
    drawn = [rect(span, one, _FLOOR - (one.height or 0.0) * (_FLOOR - 4), _FLOOR) for one in bars]
    return picture(_STRIP, told, across(_FLOOR, "base"), *drawn)


def stacked(
    span: Span, bars: Iterable[Sequence[Bar]], found: Sequence[Mark], most: str, told: str
) -> Html:
    """Bars that stand on each other, below marks; `most` is written at the height of 1."""
    low = 128.0
    drawn: list[Html] = []
    for column in bars:
        floor = low
        for one in column:
            roof = floor - (one.height or 0.0) * (low - _BELOW_MARKS)
            drawn.append(rect(span, one, roof, floor))
            floor = roof
    lines = across(_BELOW_MARKS, "grid"), across(low, "base")
    chart = picture(130, told, lines[0], *marks(span, found, low), *drawn, lines[1])
    beside = side(130, [(_BELOW_MARKS, most, "tick"), (low, "0", "tick")])
    return tag("div", chart, beside, class_="plot")


def figures(span: Span, points: Sequence[Point], found: Sequence[Mark], told: str) -> Html:
    """Figures with their intervals, beside those that are expected, below marks."""
    low, height = 172.0, 184
    # An interval that few labels give is so wide that beside it all others look like nothing.
    surely = [one for one in points if one.kind != "few"] or list(points)
    ends = [x for one in surely for x in (one.value, one.low, one.high) if x is not None]
    expected = [one.beside for one in points if one.beside is not None]
    up = Up.over([*ends, *expected], _BELOW_MARKS, low)
    labels = [(up.at(one), f"{figure(one)} expected", "bold") for one in expected[-1:]]
    labels += [(up.at(tick), figure(tick), "tick") for tick in up.ticks()]
    grid = [across(up.at(tick), "grid") for tick in up.ticks()]
    drawn = [shape for one in points for shape in _point(span, one, up)]
    chart = picture(height, told, *grid, *marks(span, found, low), *drawn)
    return tag("div", chart, side(height, labels), class_="plot")


def narrowing(looks: Sequence[Look], told: str) -> Html:
    """How the interval for a difference narrows as labels come; across, each double as far."""
    height = 180
    known = [
        (one, one.low, one.high) for one in looks if one.low is not None and one.high is not None
    ]
    late = known[len(known) // 2 :]
    up = Up.over([0.0, *(x for _, low, high in late for x in (low, high))], 10, height - 10.0)
    first, last = (math.log(max(looks[place].labels, 1)) for place in (0, -1))
    drawn = [across(up.at(0), "expected")]
    for one, low, high in known:
        x = 1 + 97 * (math.log(max(one.labels, 1)) - first) / ((last - first) or 1.0)
        kind = "lost" if low > 0 else "won" if high < 0 else "fine"
        drawn.append(upright(x, up.at(high), up.at(low), f"range {kind}"))
        drawn.append(symbol(x, up.at(one.difference), _DISC, "dot", one.said))
    drawn.append(tag("text", "no difference", x=0, y=up.at(0) - 5, class_="on"))
    ends = [(up.at(x), figure(x), "bold") for _, low, high in known[-1:] for x in (high, low)]
    labels = [*ends, (10.0, "worse", "tick"), (height - 10.0, "better", "tick")]
    return tag("div", picture(height, told, *drawn), side(height, labels), class_="plot")


def divided(parts: Sequence[tuple[float, str]], told: str) -> Html:
    """One bar, divided: shares that sum to 1, each with the class that draws it."""
    drawn, left = [], 0.0
    for part, kind in parts:
        place = {"x": f"{left:.2f}%", "width": f"{max(100 * part - 0.4, 0.4):.2f}%"}
        drawn.append(tag("rect", **place, y=0, height=20, class_=kind))
        left += 100 * part
    return picture(20, told, *drawn)


def _point(span: Span, one: Point, up: Up) -> list[Html]:
    left, right = span.at(one.start), span.at(one.end)
    x, shape = (left + right) / 2, _DIAMOND if one.kind == "worse" else _DISC
    drawn = [symbol(x, up.at(one.value), shape, one.kind, one.told)]
    if one.low is not None and one.high is not None:
        drawn.insert(0, upright(x, up.at(one.high), up.at(one.low), f"range {one.kind}"))
    if one.beside is not None:
        y, place = up.at(one.beside), {"x1": f"{left:.2f}%", "x2": f"{right:.2f}%"}
        drawn.insert(0, tag("line", **place, y1=y, y2=y, class_="expected"))
    return drawn
