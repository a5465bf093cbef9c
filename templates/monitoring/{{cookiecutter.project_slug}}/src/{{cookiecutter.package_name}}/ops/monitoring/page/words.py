# ours: kept current by mlops-maturity upgrade
"""What the page says: the one sentence, and figures and moments as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..overview import moment

if TYPE_CHECKING:
    from ..overview import Open, Overview
    from ..seen import Window

FINE, ALARM, UNSURE = "fine", "alarm", "unsure"
NAMED = 3
LATE = 3
"""Lengths of a window after which nobody seems to look any more."""


@dataclass(frozen=True)
class Verdict:
    """How things are.

    Attributes:
        state: `fine`, `alarm` or `unsure`.
        said: one sentence.
        more: what it rests on, or what to do.
    """

    state: str
    said: str
    more: str


def verdict(seen: Overview) -> Verdict:
    """Whether everything is fine, in one sentence: what is worst comes first."""
    if seen.open:
        first = seen.open[0]
        others = len(seen.open) - 1
        advice = f"To do: {first.alert.advice}" if first.alert.advice else first.alert.said
        more = f"{advice.rstrip('.')}."
        if others:
            more += f" {counted(others, 'more alert')} below."
        return Verdict(ALARM, headline(first), more)
    if not seen.windows:
        return Verdict(
            UNSURE, "Nothing is known yet.", "The first window is judged by: uv run ops watch"
        )
    last = newest(seen.windows)
    start, end = moment(last.start), moment(last.end)
    if start and end and seen.now - end > LATE * (end - start):
        return Verdict(
            UNSURE, f"Nobody has looked since {day(end)}.", "Is it running? uv run ops watch"
        )
    if seen.registry.trouble:
        return Verdict(UNSURE, "MLflow does not answer.", f"{_quiet(seen)} Predictions go on.")
    if last.state == "few rows":
        return Verdict(
            UNSURE,
            "Too few predictions to tell.",
            f"The newest window has {counted(last.rows, 'row')}.",
        )
    if last.state == "drift":
        return Verdict(FINE, "Nothing to do.", f"{_quiet(seen)} One such window is no alarm.")
    return Verdict(FINE, "Everything is fine.", _quiet(seen))


def headline(one: Open) -> str:
    """An open alert as a sentence."""
    since = moment(one.alert.since or one.alert.when)
    told = f" since {day(since)}" if since else ""
    if one.alert.kind == "drift" and one.columns:
        have = "has" if len(one.columns) == 1 else "have"
        return f"{listed(one.columns)} {have} drifted{told}."
    if one.alert.kind == "quality" and one.columns:
        return f"There are more {listed(one.columns)} than usual{told}."
    sentences = {
        "performance": f"Answers are worse than expected{told}.",
        "quality": f"Records are worse than usual{told}.",
        "service": f"The service needs a look{told}.",
    }
    return sentences.get(one.alert.kind, f"{one.alert.kind}{told}.")


def _quiet(seen: Overview) -> str:
    """What the newest window showed."""
    last = newest(seen.windows)
    drifted = [one.name for one in last.columns if one.drift]
    told = f"{listed(drifted)} moved" if drifted else f"all {len(last.columns)} columns are quiet"
    known = [one.performance for one in seen.windows if one.performance]
    surely = [one for one in known if one.value is not None and one.verdict in ("fine", "worse")]
    if surely:
        found = surely[-1]
        beside = "" if found.reference is None else f" where {figure(found.reference)} is expected"
        told += f", and {found.metric} is {figure(found.value)}{beside}"
    end = moment(last.end)
    return f"In the newest window{f', to {day(end)}' if end else ''}, {told}."


def newest(windows: Sequence[Window]) -> Window:
    """The newest window; of two versions beside each other, the one that answered more."""
    return max(windows, key=lambda one: (one.end, one.rows))


def figure(value: float | None) -> str:
    """A number as it is read, to three or four digits."""
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def share(value: float | None) -> str:
    """A share as per cent."""
    if value is None:
        return "–"
    percent = 100 * value
    if 0 < percent < 0.1:
        return "<0.1\N{NO-BREAK SPACE}%"
    shown = f"{percent:.1f}" if 0 < percent < 10 else f"{percent:.0f}"
    return f"{shown}\N{NO-BREAK SPACE}%"


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """Names in a row; of many, the first ones."""
    if len(names) > NAMED + 1:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more columns"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def day(at: datetime) -> str:
    """A day, as 3 November."""
    return f"{at.day} {at:%B}"


def short_day(at: datetime) -> str:
    """A day, as 3 Nov."""
    return f"{at.day} {at:%b}"


def ago(at: datetime, now: datetime) -> str:
    """How long it is since then."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 2:
        return "just now"
    for size, noun in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or size == 1:
            return f"{counted(minutes // size, noun)} ago"
    raise AssertionError
