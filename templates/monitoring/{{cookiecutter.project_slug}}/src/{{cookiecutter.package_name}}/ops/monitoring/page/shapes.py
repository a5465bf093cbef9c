# ours: kept current by mlops-maturity upgrade
"""What charts are made of: across by per cent of the width, up by pixels.

So no text is ever stretched, on a telephone or on paper. Each meaning has a shape of its own, for
colours alone tell nothing to many people.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .markup import Html, tag
from .words import short_day

_BAR = 0.74
_LETTER = 3.0
"""Per cent of the width that a letter takes where the page is narrow."""

_LINE = 15.0
_ROWS = (10, 24)


@dataclass(frozen=True)
class Span:
    """Time across a chart."""

    start: datetime
    end: datetime

    def at(self, moment: datetime) -> float:
        """Where it lies, from 0 to 100."""
        whole = (self.end - self.start).total_seconds() or 1.0
        return min(max((moment - self.start).total_seconds() / whole, 0.0), 1.0) * 100


@dataclass(frozen=True)
class Bar:
    """One window.

    Attributes:
        start: of it.
        end: of it.
        height: as a share of the highest; none where nothing is known.
        kind: class that draws it.
        told: what pointing at it tells.
    """

    start: datetime
    end: datetime
    height: float | None
    kind: str
    told: str


@dataclass(frozen=True)
class Point:
    """The figure of one window.

    Attributes:
        start: of the window.
        end: of it.
        value: the figure.
        low: end of its interval, and
        high: likewise.
        kind: class that draws it.
        told: what pointing at it tells.
        beside: figure that was expected.
    """

    start: datetime
    end: datetime
    value: float
    low: float | None
    high: float | None
    kind: str
    told: str
    beside: float | None = None


@dataclass(frozen=True)
class Mark:
    """A moment, with a short text above it."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Up:
    """From figures to pixels, counted from above."""

    low: float
    high: float
    top: float
    bottom: float

    @classmethod
    def over(cls, values: Sequence[float], top: float, bottom: float) -> Up:
        """All values, with some room."""
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        room = 0.08 * (high - low) or abs(high) * 0.1 or 1.0
        return cls(low - room, high + room, top, bottom)

    def at(self, value: float) -> float:
        """Where it lies; what is far outside, just outside."""
        part = (value - self.low) / (self.high - self.low)
        return self.bottom - min(max(part, -0.05), 1.05) * (self.bottom - self.top)

    def ticks(self) -> list[float]:
        """A few round figures within."""
        rough = (self.high - self.low) / 4
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(size * one for one in (1, 2, 2.5, 5, 10) if size * one >= rough)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [step * one for one in range(first, last + 1)]


def picture(height: int, told: str, *parts: str | None) -> Html:
    """An SVG of the whole width; `told` is what it shows, in words."""
    return tag("svg", *parts, role="img", aria_label=told, width="100%", height=height)


def across(y: float, kind: str) -> Html:
    """A line from left to right."""
    return tag("line", x1="0", x2="100%", y1=y, y2=y, class_=kind)


def upright(x: float, roof: float, floor: float, kind: str) -> Html:
    """A line upwards."""
    return tag("line", x1=f"{x:.2f}%", x2=f"{x:.2f}%", y1=roof, y2=floor, class_=kind)


def rect(span: Span, one: Bar, roof: float, floor: float) -> Html:
    """A bar between two heights, of at least a pixel; a small ring where nothing is known."""
    left = span.at(one.start)
    width = max((span.at(one.end) - left) * _BAR, 0.3)
    title = tag("title", one.told)
    if one.height is None:
        return tag("circle", title, cx=f"{left + width / 2:.2f}%", cy=floor - 4, r=2, class_="none")
    roof = min(roof, floor - 1)
    place = {"x": f"{left:.2f}%", "width": f"{width:.2f}%", "y": roof, "height": floor - roof}
    return tag("rect", title, **place, class_=one.kind)


def symbol(x: float, y: float, path: str, kind: str, told: str = "") -> Html:
    """A shape whose path is told from its own middle."""
    drawn = tag("path", tag("title", told) if told else None, d=path, class_=kind)
    return tag("svg", drawn, x=f"{x:.2f}%", y=y, overflow="visible", width=1, height=1)


def marks(span: Span, found: Iterable[Mark], low: float) -> list[Html]:
    """Lines at moments, with their texts in two rows; where there is no room, the line alone."""
    drawn, taken = [], [-1.0, -1.0]
    for one in sorted(found, key=lambda mark: mark.at):
        x, room = span.at(one.at), _LETTER * len(one.text)
        left = x if x + room <= 100 else x - room
        row = next((place for place in (0, 1) if taken[place] <= left), None)
        drawn.append(upright(x, 2 if row is None else _ROWS[row] - 9, low, "mark"))
        if row is not None:
            taken[row] = left + room
            drawn.append(_beside(x, _ROWS[row], one.text, to_the_right=left == x))
    return drawn


def days(span: Span) -> Html:
    """The axis below: its first and its last day, and one between them."""
    middle = span.start + (span.end - span.start) / 2
    texts = dict.fromkeys(short_day(one) for one in (span.start, middle, span.end))
    return tag("div", *(tag("span", text) for text in texts), class_="days", aria_hidden="true")


def side(height: int, labels: Sequence[tuple[float, str, str]]) -> Html:
    """Texts at the right of a chart: of two that would overlap, the first one stays."""
    kept: list[tuple[float, str, str]] = []
    for one in labels:
        if all(abs(one[0] - other[0]) >= _LINE for other in kept):
            kept.append(one)
    drawn = [tag("text", text, x=0, y=y + 4, class_=kind) for y, text, kind in kept]
    return tag("svg", *drawn, width="100%", height=height, class_="side", aria_hidden="true")


def _beside(x: float, y: float, text: str, to_the_right: bool) -> Html:
    anchor, apart = ("start", 4) if to_the_right else ("end", -4)
    place = {"x": f"{x:.2f}%", "dx": apart, "y": y}
    return tag("text", text, **place, text_anchor=anchor, class_="mark-text")
