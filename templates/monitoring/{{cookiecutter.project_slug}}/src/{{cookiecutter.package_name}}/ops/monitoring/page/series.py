# ours: kept current by mlops-maturity upgrade
"""Windows over time, and how a chart of them stands on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..overview import RELEASE, moment
from .markup import Html, tag
from .shapes import Mark, Span
from .words import short_day

if TYPE_CHECKING:
    from ..overview import Overview
    from ..seen import Window


@dataclass(frozen=True)
class Series:
    """Windows with their moments.

    Attributes:
        windows: oldest first, each with its start and its end.
        span: from the first to the last of them.
        marks: releases in it.
    """

    windows: tuple[tuple[datetime, datetime, Window], ...]
    span: Span
    marks: tuple[Mark, ...]


def series(seen: Overview) -> Series | None:
    """The windows whose moments can be read; none without any."""
    read = [(moment(one.start), moment(one.end), one) for one in seen.windows]
    found = tuple((start, end, one) for start, end, one in read if start and end)
    if not found:
        return None
    span = Span(min(start for start, _, _ in found), max(end for _, end, _ in found))
    marks = tuple(
        Mark(one.when, f"v{one.version}")
        for one in seen.events
        if one.kind == RELEASE and span.start <= one.when <= span.end
    )
    return Series(found, span, marks)


def section(title: str, about: str, *inside: Html) -> Html:
    """A part of the page."""
    return tag("section", tag("h2", title), tag("p", about, class_="about"), *inside)


def beside(title: str, about: str, charts: Sequence[Html], *inside: Html) -> Html:
    """A part of the page whose charts stand beside its words."""
    words = tag("div", tag("h2", title), tag("p", about, class_="about"))
    return tag("section", words, tag("div", *charts, *inside), class_="beside")


def cell(name: str, drawn: Html, told: str | Html) -> Html:
    """A small multiple between its name and its figure."""
    inside = (tag("span", name, class_="name"), drawn, tag("span", told, class_="size"))
    return tag("div", *inside, class_="cell")


def when(start: datetime) -> str:
    """When a window began."""
    return f"{short_day(start)} {start:%H:%M}" if start.hour or start.minute else short_day(start)
