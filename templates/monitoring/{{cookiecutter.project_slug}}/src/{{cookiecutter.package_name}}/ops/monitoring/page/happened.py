# ours: kept current by mlops-maturity upgrade
"""What happened: alerts, open and past, and the time line of decisions and releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..overview import ALARM, RELEASE, moment
from .markup import Html, tag
from .tables import more
from .words import day, headline, short_day

if TYPE_CHECKING:
    from ..overview import Event, Open, Overview
    from ..seen import Alert

NEWEST = 12
MOST = 200


def alerts(seen: Overview) -> Html:
    """Those that are open first: what changed, since when, what to do."""
    if not seen.open and not seen.past:
        return tag("section", tag("h2", "Alerts"), tag("p", "There was none.", class_="about"))
    about = "What changed, since when, and what to do." if seen.open else "None is open."
    shown = tag("ul", *map(_open, seen.open), class_="alerts") if seen.open else None
    past = tag("ul", *map(_past, seen.past[:MOST]), class_="past-alerts")
    told = more("past", past, summary=f"Told before ({len(seen.past)})") if seen.past else None
    return tag("section", tag("h2", "Alerts"), tag("p", about, class_="about"), shown, told)


def story(seen: Overview) -> Html:
    """Decisions and releases, newest first."""
    events = seen.events[:MOST]
    trouble = seen.registry.trouble
    about = (
        f"Versions and decisions are missing here: {trouble}"
        if trouble
        else "Decisions and releases, newest first."
    )
    newest = tag("ol", *map(_turn, events[:NEWEST]), class_="line")
    rest = tag("ol", *map(_turn, events[NEWEST:]), class_="line")
    return tag(
        "section",
        tag("h2", "What happened"),
        tag("p", about, class_="about"),
        newest if events else tag("p", "Nothing yet.", class_="note"),
        more("earlier", rest, summary="Earlier") if events[NEWEST:] else None,
    )


def _open(one: Open) -> Html:
    return tag(
        "li",
        tag("h3", headline(one)),
        tag("p", one.alert.said),
        tag("p", tag("strong", "To do: "), one.alert.advice) if one.alert.advice else None,
        class_="card aim",
    )


def _past(one: Alert) -> Html:
    at = moment(one.when)
    return tag("li", tag("time", day(at) if at else one.when, datetime=one.when), f": {one.said}")


def _turn(one: Event) -> Html:
    circle = tag("circle", cx=7.5, cy=7.5, r=4.5, class_="ground")
    shapes = {
        RELEASE: tag("circle", cx=7.5, cy=7.5, r=6.5, class_="ground"),
        ALARM: tag("path", d="M7.5 1 L14.5 13.5 H.5 Z", class_="ground"),
    }
    drawn = tag("svg", shapes.get(one.kind, circle), viewBox="0 0 15 15", aria_hidden="true")
    moment_ = f"{short_day(one.when)} {one.when:%H:%M}"
    when = tag("time", moment_, datetime=one.when.isoformat(timespec="seconds"))
    # A word of a later layer is no class: whatever it holds, it stays text.
    kind = one.kind if one.kind in shapes else "turn"
    return tag("li", when, drawn, tag("p", one.said), class_=kind)
