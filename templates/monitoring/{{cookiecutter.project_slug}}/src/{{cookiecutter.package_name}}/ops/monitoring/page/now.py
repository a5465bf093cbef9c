# ours: kept current by mlops-maturity upgrade
"""The part of the page that is about now: the sentence, who answers, traffic, the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..overview import moment
from . import charts
from .markup import Html, tag
from .tables import more, table
from .words import ALARM, FINE, Verdict, ago, counted, day, figure, share, verdict

if TYPE_CHECKING:
    from ..overview import Comparison, Look, Overview

_SIGNS = {
    FINE: ("M14 25 l7 7 l13 -15", "circle"),
    ALARM: ("M24 17 v11 M24 35 v.1", "triangle"),
}
_UNSURE = ("M14 24 h.1 M24 24 h.1 M34 24 h.1", "circle")
_TRIANGLE = "M24 2 L46.5 42.5 a2 2 0 0 1 -1.7 3 H3.2 a2 2 0 0 1 -1.7 -3 Z"


def head(seen: Overview) -> Html:
    """Whether everything is fine."""
    found = verdict(seen)
    clock = tag("time", f"{seen.now:%H:%M:%S}", datetime=seen.now.isoformat(timespec="seconds"))
    alerts = counted(len(seen.open), "open alert") if seen.open else "no open alert"
    return tag(
        "header",
        tag("p", f"{seen.project} · live", class_="over"),
        sign(found),
        tag("h1", found.said),
        tag("p", found.more, class_="lede"),
        *(tag("p", one, class_="lede stale") for one in seen.troubles),
        tag(
            "p",
            tag("span", "as of ", clock, f" UTC, {day(seen.now)}", id="current"),
            tag("span", alerts),
            class_="meta",
        ),
        class_=f"head {found.state}",
    )


def sign(found: Verdict) -> Html:
    """The state as a shape: a circle with a tick, a triangle, a circle with dots."""
    stroke, shape = _SIGNS.get(found.state, _UNSURE)
    ground = (
        tag("path", d=_TRIANGLE, class_="ground")
        if shape == "triangle"
        else tag("circle", cx=24, cy=24, r=23, class_="ground")
    )
    drawn = (ground, tag("path", d=stroke, class_="stroke"))
    return tag(
        *("svg", *drawn), viewBox="0 0 48 48", class_="sign", role="img", aria_label=found.state
    )


def cards(seen: Overview) -> Html:
    """Who answers, who is asked, and what is compared."""
    shown = (_answers(seen), _traffic(seen), _compared(seen))
    return tag("div", *shown, class_="row")


def _answers(seen: Overview) -> Html:
    state = seen.registry.state
    release = (
        next((one for one in reversed(state.releases) if str(one.version) == seen.answers), None)
        if state
        else None
    )
    told = []
    if release is not None:
        when = moment(release.when)
        if when is not None:
            told.append(f"Since {day(when)}, {ago(when, seen.now)}. Released by {release.who}.")
        told.append(f"{release.reason[:1].upper()}{release.reason[1:]}.")
    elif seen.registry.trouble:
        told.append(f"Since when is not known: {seen.registry.trouble}.")
    else:
        told.append("It was never released: the file in models/ answers.")
    if state and state.champion is not None and str(state.champion) != seen.answers:
        told.append(f"Version {state.champion} is released and will answer within moments.")
    notes = [tag("p", one, class_="note") for one in told if one]
    return _card("Answers now", f"Version {seen.answers}", *notes, _origin(seen))


def _origin(seen: Overview) -> Html | None:
    """What is known of the version that answers."""
    versions = seen.registry.versions
    found = next((one for one in versions if str(one.number) == seen.answers), None)
    if found is None:
        return None
    window = found.told("window")
    start, end = (moment(str(window.get(name))) for name in ("start", "end"))
    known = {
        "Learnt from": f"{day(start)} to {day(end)} {end.year}" if start and end else "",
        "On its holdout": ", ".join(f"{name} {figure(x)}" for name, x in found.metrics.items()),
        "Commit": found.tags.get("git_commit", "")[:10],
    }
    return tag("dl", *(x for k, v in known.items() if v for x in _fact(k, v)), class_="facts")


def _traffic(seen: Overview) -> Html:
    found = seen.traffic
    if not found.rows:
        note = tag("p", "No prediction was asked for in the last hour.", class_="note")
        return _card("Traffic now", "None", note)
    parts = sorted(found.counts, key=lambda one: one[1] != "champion")
    shares = [
        (count / found.rows, "one" if kind == "champion" else "two") for _, kind, count in parts
    ]
    told = [
        f"{share(count / found.rows)} version {version}, {kind}" for version, kind, count in parts
    ]
    each = found.each_minute or 0.0
    facts = tag(
        "dl",
        *_fact("Failed", f"{share(found.failed / found.rows)} of the last {found.rows:,} answers"),
        *(_fact("Slowest 5 %", f"more than {figure(found.slow)} ms") if found.slow else ()),
        class_="facts",
    )
    legend = tag("p", *(tag("span", one) for one in told), class_="split")
    return _card(
        "Traffic now",
        tag("span", f"{figure(each)} ", tag("small", "predictions a minute")),
        charts.divided(shares, "; ".join(told)),
        legend,
        facts,
    )


def _compared(seen: Overview) -> Html:
    found = seen.comparison
    if found is None:
        told = "None runs. A version that passes the gate meets a share of the traffic."
        return _card("Comparison", "None", tag("p", told, class_="note"))
    last = found.looks[-1] if found.looks else None
    began = f"Since {day(found.since)}, for {share(found.share)} of the keys."
    labels = (
        f"{last.champion:,} + {last.challenger:,} labels are known."
        if last
        else "Nobody has looked yet: uv run ops watch"
    )
    notes = [tag("p", text, class_="note") for text in (began, labels)]
    ends = tag("ul", *(tag("li", one) for one in found.ends), class_="ends")
    return _card("Comparison", f"v{found.version} against v{found.against}", *notes, ends)


def difference(found: Comparison | None) -> Html | None:
    """The section with the interval for the difference."""
    if found is None or not found.looks:
        return None
    last = found.looks[-1]
    told = (
        f"Loss of version {found.version} less that of version {found.against}, by labels: "
        f"{figure(last.difference)} now, {_between(last)}"
    )
    rows = [
        (f"{one.labels:,}", figure(one.difference), figure(one.low), figure(one.high))
        for one in found.looks
    ]
    return tag(
        "section",
        tag("h2", f"Is version {found.version} better than version {found.against}?"),
        tag(
            "p",
            f"{last.said[:1].upper()}{last.said[1:]}. Its loss differs by "
            f"{figure(last.difference)}, {_between(last)}; the interval holds at every look.",
            class_="about",
        ),
        charts.narrowing(found.looks, told),
        tag(
            "div",
            tag("span", counted(found.looks[0].labels, "label")),
            tag("span", counted(last.labels, "label")),
            class_="days",
        ),
        more("looks", table("The comparison", ("labels", "difference", "low", "high"), rows)),
        class_="card wide",
    )


def _between(look: Look) -> str:
    if look.low is None or look.high is None:
        return "with nothing to bound it yet"
    return f"surely between {figure(look.low)} and {figure(look.high)}"


def _card(over: str, big: str | Html, *inside: Html | None) -> Html:
    heading = tag("h2", over, class_="over")
    return tag("section", heading, tag("p", big, class_="big"), *inside, class_="card")


def _fact(name: str, value: str) -> tuple[Html, Html]:
    return tag("dt", name), tag("dd", value)
