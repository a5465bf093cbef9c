"""Whatever the loop sees, in whatever order: the limits hold and a stop is honoured."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.templates.decisions import NOW, Part, alarm, comparing, limits

seen_once = st.fixed_dictionaries(
    {
        "hours": st.sampled_from([0.1, 1.0, 5.0, 11.0, 30.0]),
        "alarms": st.sampled_from([1, 1, 2, 0]),
        "fresh": st.sampled_from([2000, 500, 499, 0]),
        "champion": st.sampled_from([1, 1, None]),
        "waiting": st.sampled_from([None, None, None, 2]),
        "verdict": st.sampled_from(["", "", "", "", "wait", "promote", "drop"]),
        "labels": st.sampled_from([0, 300, 5000]),
        "harm": st.sampled_from(["", "", "", "", "", "errors"]),
        "approved": st.booleans(),
        "stopped": st.sampled_from(["", "", "", "", "", "by Ada"]),
        "odd": st.sampled_from(["", "one batch"]),
        "ends": st.sampled_from([True, True, False]),
    }
)


def signals(part: ModuleType, one: dict[str, Any]) -> Any:
    verdict = one["verdict"]
    return part.Signals(
        **{name: one[name] for name in ("fresh", "champion", "waiting", "harm", "stopped")},
        odd=one["odd"],
        alarms=[alarm(part)] * one["alarms"],
        comparing=comparing(part, verdict, one["labels"]) if verdict else None,
        approved=frozenset({2} if one["approved"] else ()),
    )


def begun(part: ModuleType, memory: Any, bounds: dict[str, Any], now: datetime) -> list[datetime]:
    """All trainings, the one of now with them: never too many, never too soon."""
    found = [*memory.trainings] if memory.open else [*memory.trainings, now]
    for span, most in ((part.DAY, bounds["per_day"]), (part.MONTH, bounds["per_month"])):
        assert sum(found[-1] - span < when <= found[-1] for when in found) <= most
    apart = timedelta(hours=bounds["cooldown"])
    assert all(b - a >= apart for a, b in pairwise(found))
    return found


@settings(max_examples=60)
@given(
    st.lists(seen_once, min_size=20, max_size=60),
    st.booleans(),
    st.sampled_from([[], ["fri 16:00..mon 08:00"], ["2026-12-24..2027-01-02"]]),
    st.sampled_from([1, 2, 9, 0]),
    st.sampled_from([4, 99, 1, 0]),
    st.sampled_from([6.0, 0.0, 24.0, 72.0]),
)
def test_whatever_it_sees_the_limits_hold(
    closed: Part,
    sequence: list[dict[str, Any]],
    approval: bool,
    freeze: list[str],
    per_day: int,
    per_month: int,
    cooldown: float,
) -> None:
    bounds = {"per_day": per_day, "per_month": per_month, "cooldown": cooldown}
    part, held = closed("loop.decision"), limits(closed, approval=approval, freeze=freeze, **bounds)
    now, memory = NOW, part.Memory()
    for one in sequence:
        now += timedelta(hours=one["hours"])
        seen = signals(part, one)
        step = part.decide(now, seen, memory, held)
        if seen.stopped:
            assert step.kind in ("wait", "halt")
        if any(span.holds(now) for span in held.frozen):
            assert step.kind not in ("train", "compare", "promote")
        if step.kind == "promote":
            assert one["labels"]
            assert one["verdict"] == "promote"
            assert one["approved"] or not approval
        if step.kind == "compare" and one["champion"] is None:
            assert one["approved"] or not approval
        if step.kind == "train":
            assert not seen.comparing
            assert one["champion"] is None or one["fresh"] >= held.fresh or memory.open
            trainings = begun(part, memory, bounds, now)
            memory = replace(memory, trainings=trainings, open="" if one["ends"] else "began")
        if step.kind == "ask":
            memory = replace(memory, asked={2: now})
        if step.kind in ("promote", "drop", "halt"):
            memory = replace(memory, asked={})
