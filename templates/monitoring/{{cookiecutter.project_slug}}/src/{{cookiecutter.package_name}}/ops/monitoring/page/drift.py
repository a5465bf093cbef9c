# ours: kept current by mlops-maturity upgrade
"""Over time: how far each column, and the predictions, lie from what the version learnt from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..overview import moment
from . import charts
from .markup import Html, tag
from .series import Series, cell, section, when
from .shapes import Bar, Span, days
from .tables import more, table
from .words import counted, figure

if TYPE_CHECKING:
    from ..overview import Overview
    from ..seen import Column

SHOWN = 24
"""Columns that are drawn, those that moved most first; the table holds all."""

PREDICTION = "prediction"


def drift(found: Series, seen: Overview) -> Html:
    """The size of the change of each column and of the predictions, beside its threshold."""
    by_name: dict[str, list[tuple[datetime, datetime, Column]]] = defaultdict(list)
    for start, end, window in found.windows:
        for one in window.columns:
            by_name[one.name].append((start, end, one))
    alarmed = _alarmed(seen, found.span)
    ranked = sorted(by_name, key=lambda name: (name not in alarmed, -_most(by_name[name])))
    strips = [
        _strip(found.span, name, by_name[name], alarmed.get(name, ())) for name in ranked[:SHOWN]
    ]
    predicted = [
        (start, end, one.prediction) for start, end, one in found.windows if one.prediction
    ]
    if predicted:
        name = predicted[-1][2].name or PREDICTION
        row = _strip(found.span, name, predicted, alarmed.get(name, ()))
        strips += [tag("div", class_="gap"), row]
    rows = [
        (
            when(start),
            name,
            figure(one.size),
            figure(one.threshold),
            "yes" if one.drift else "no",
            one.note,
        )
        for name in ranked
        for start, _, one in by_name[name][::-1]
        if one.drift or one is by_name[name][-1][2]
    ]
    heads = ("window", "column", "size", "threshold", "drift", "note")
    left = (
        f" {counted(len(ranked) - SHOWN, 'column')} that moved less stand in the table."
        if len(ranked) > SHOWN
        else ""
    )
    return section(
        "Drift",
        "How far each column lies from what the version learnt from; the dotted line is what is "
        f"usual for it.{left}",
        _key(),
        tag("div", *strips, days(found.span), class_="strips"),
        more("drift", table("Drift: each column now, and when it drifted", heads, rows)),
    )


def _strip(
    span: Span, name: str, read: Sequence[tuple[datetime, datetime, Column]], alarms: Sequence[Span]
) -> Html:
    bars = []
    for start, end, one in read:
        part = _share(one)
        kind = "drift" if one.drift else "past" if part is not None and part > 1 else "quiet"
        told = f"{when(start)}: {figure(one.size)} of {figure(one.threshold)}; {one.note}"
        bars.append(Bar(start, end, part, kind, told))
    last = read[-1][2]
    size = f"{figure(last.size)} of {figure(last.threshold)}"
    now = any(one.end >= span.end for one in alarms)
    told = f"{name}: {size} now" + (", which is an alarm" if now else "")
    drawn = charts.strip(span, bars, told, alarms)
    return cell(name, drawn, tag("span", tag("strong", "▲ alarm  ") if now else None, size))


def _alarmed(seen: Overview, span: Span) -> dict[str, list[Span]]:
    """When each column raised an alarm."""
    found: dict[str, list[Span]] = defaultdict(list)
    begun: dict[str, datetime] = {}
    told = sorted((*seen.past, *(one.alert for one in seen.open)), key=lambda one: one.when)
    for alert in told:
        at = moment(alert.when)
        for name in alert.columns if alert.kind == "drift" and at else ():
            if alert.begun:
                begun.setdefault(name, moment(alert.since) or at or span.start)
            elif name in begun and at:
                found[name].append(Span(begun.pop(name), at))
    for name, start in begun.items():
        found[name].append(Span(start, span.end + timedelta(seconds=1)))
    return found


def _share(one: Column) -> float | None:
    return one.size / one.threshold if one.size is not None and one.threshold else None


def _most(read: Iterable[tuple[datetime, datetime, Column]]) -> float:
    return max((_share(one) or 0.0 for _, _, one in read), default=0.0)


def _key() -> Html:
    swatches = (
        *(("quiet", "usual"), ("past", "past the line, perhaps by chance")),
        *(("drift", "drifted"), ("alarm", "alarm")),
    )
    shown = []
    for kind, text in swatches:
        place = {"y": 9, "height": 3.5} if kind == "alarm" else {"y": 1, "height": 11}
        drawn = tag(
            "svg",
            tag("rect", width=9, **place, class_=kind),
            width=9,
            height=13,
            aria_hidden="true",
        )
        shown.append(tag("span", drawn, text))
    return tag("p", *shown, class_="key")
