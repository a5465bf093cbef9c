"""What the loop decides: whatever it sees, the limits hold and a stop is honoured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Part = Callable[[str], ModuleType]
NOW = datetime(2026, 12, 21, 12, tzinfo=UTC)  # a Monday
USUAL: dict[str, Any] = {
    **{"every": 60, "cooldown": 24.0, "per_day": 1, "per_month": 4, "fresh": 500, "share": 0.5},
    **{"freeze": [], "approval": False, "expiry": 48.0, "lease": 60, "confirm": 3},
    **{"volume": 5.0, "loss": 3.0, "batch": 24.0},
}


@pytest.fixture(scope="module")
def part(closed: Part) -> ModuleType:
    return closed("loop.decision")


def limits(closed: Part, **changed: Any) -> Any:
    return closed("loop.limits").Limits(**{**USUAL, **changed})


def signals(part: ModuleType, **seen: Any) -> Any:
    return part.Signals(**{"champion": 1, "fresh": 1000, **seen})


def alarm(part: ModuleType, kind: str = "performance") -> Any:
    return part.Alarm("a", kind, "mae is worse since Monday")


def comparing(part: ModuleType, verdict: str, labels: int = 1000) -> Any:
    return part.Comparing(2, verdict, "as the labels say", labels)


def decided(closed: Part, part: ModuleType, memory: Any = None, now: Any = NOW, **seen: Any) -> str:
    changed = seen.pop("limits", {})
    step = part.decide(
        now, signals(part, **seen), memory or part.Memory(), limits(closed, **changed)
    )
    return str(step.kind)


def test_without_a_signal_it_waits(closed: Part, part: ModuleType) -> None:
    assert decided(closed, part) == "wait"


def test_an_alarm_with_fresh_labels_trains(closed: Part, part: ModuleType) -> None:
    assert decided(closed, part, alarms=[alarm(part)]) == "train"
    assert decided(closed, part, alarms=[alarm(part)], fresh=499) == "wait"


def test_where_nothing_answers_yet_it_trains(closed: Part, part: ModuleType) -> None:
    assert decided(closed, part, champion=None, fresh=0) == "train"


def test_what_began_is_taken_up_again_whatever_the_limits(closed: Part, part: ModuleType) -> None:
    memory = part.Memory([NOW], "mae is worse")
    assert decided(closed, part, memory, limits={"per_day": 0}) == "train"


@pytest.mark.parametrize("hours", [0, 1, 23.9])
def test_it_cools_down(closed: Part, part: ModuleType, hours: float) -> None:
    memory = part.Memory([NOW - timedelta(hours=hours)])
    assert decided(closed, part, memory, alarms=[alarm(part)]) == "wait"


def test_a_month_holds_so_many_trainings(closed: Part, part: ModuleType) -> None:
    begun = [NOW - timedelta(days=days) for days in (29, 20, 10, 5)]
    assert decided(closed, part, part.Memory(begun), alarms=[alarm(part)]) == "wait"
    assert decided(closed, part, part.Memory(begun[1:]), alarms=[alarm(part)]) == "train"


def test_a_version_that_passed_meets_traffic(closed: Part, part: ModuleType) -> None:
    assert decided(closed, part, waiting=2) == "compare"


@pytest.mark.parametrize(("verdict", "kind"), [("wait", "wait"), ("drop", "drop")])
def test_a_comparison_comes_before_a_training(
    closed: Part, part: ModuleType, verdict: str, kind: str
) -> None:
    found = decided(closed, part, comparing=comparing(part, verdict), alarms=[alarm(part, "drift")])
    assert found == kind


def test_a_comparison_ends_where_the_world_changed_for_both(closed: Part, part: ModuleType) -> None:
    known = {"comparing": comparing(part, "wait"), "alarms": [alarm(part)]}
    assert decided(closed, part, **known) == "wait"
    seen = {**known, "unlearnt": "mae is worse since Tuesday"}
    assert decided(closed, part, **seen) == "drop"
    assert decided(closed, part, **seen, fresh=499) == "wait"
    assert decided(closed, part, part.Memory([NOW]), **seen) == "wait"


def test_the_better_version_is_promoted_but_never_without_labels(
    closed: Part, part: ModuleType
) -> None:
    assert decided(closed, part, comparing=comparing(part, "promote")) == "promote"
    assert decided(closed, part, comparing=comparing(part, "promote", 0)) == "wait"


def test_a_person_approves_where_the_settings_say_so(closed: Part, part: ModuleType) -> None:
    seen = {"comparing": comparing(part, "promote"), "limits": {"approval": True}}
    assert decided(closed, part, **seen) == "ask"
    waits = part.Memory(asked={2: NOW - timedelta(hours=47)})
    assert decided(closed, part, waits, **seen) == "wait"
    assert decided(closed, part, waits, approved=frozenset({2}), **seen) == "promote"
    late = part.Memory(asked={2: NOW - timedelta(hours=48)})
    assert decided(closed, part, late, **seen) == "drop"


def test_what_was_asked_before_a_comparison_is_asked_again(closed: Part, part: ModuleType) -> None:
    ran = replace(comparing(part, "promote"), begun=NOW - timedelta(hours=1))
    late = part.Memory(asked={2: NOW - timedelta(hours=48)})
    assert decided(closed, part, late, comparing=ran, limits={"approval": True}) == "ask"


def test_harm_comes_before_a_freeze_and_a_stop_before_harm(closed: Part, part: ModuleType) -> None:
    frozen = {"limits": {"freeze": ["2026-12-20..2027-01-02"]}}
    assert decided(closed, part, harm="errors", **frozen) == "roll back"
    assert decided(closed, part, harm="errors", stopped="by Ada") == "wait"
    assert decided(closed, part, comparing=comparing(part, "promote"), stopped="by Ada") == "halt"


def test_nothing_is_trained_or_released_while_time_is_frozen(
    closed: Part, part: ModuleType
) -> None:
    frozen = {"limits": {"freeze": ["mon 08:00..tue 08:00"]}}
    for seen in (
        {"alarms": [alarm(part)]},
        {"waiting": 2},
        {"comparing": comparing(part, "promote")},
    ):
        assert decided(closed, part, **frozen, **seen) == "wait"
        later = NOW + timedelta(days=1)
        assert decided(closed, part, now=later, **frozen, **seen) != "wait"


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("fri 16:00..mon 08:00", "2026-12-26T12:00+00:00", "2026-12-28T08:00+00:00"),
        ("2026-12-24..2027-01-02", "2026-12-24T00:00+00:00", "2027-01-02T00:00+00:00"),
        ("mon 08:00..mon 10:00", "2026-12-21T09:59+00:00", "2026-12-21T11:00+01:00"),
    ],
)
def test_a_freeze_is_half_open_and_in_utc(
    closed: Part, text: str, inside: str, outside: str
) -> None:
    found = closed("loop.freeze").parse(text)
    assert found.holds(datetime.fromisoformat(inside))
    assert not found.holds(datetime.fromisoformat(outside))


@pytest.mark.parametrize(
    "text", ["", "fri", "fri 16:00..2026-01-01", "fri 25:00..sat 01:00", "2027-01-01..2026-01-01"]
)
def test_a_freeze_that_makes_no_sense_is_refused(closed: Part, text: str) -> None:
    with pytest.raises(closed("errors").InvalidSettings, match="freeze"):
        closed("loop.freeze").parse(text)


@pytest.mark.parametrize(
    "text", ["mon 00:00..mon 00:00", "Fri 9:30..fri 09:30", "2026-12-24..2026-12-24T00:00Z"]
)
def test_a_freeze_that_would_never_hold_is_refused(closed: Part, text: str) -> None:
    with pytest.raises(closed("errors").InvalidSettings, match="never holds") as error:
        closed("loop.freeze").parse(text)
    assert "ops stop" in error.value.hint


seen_once = st.fixed_dictionaries(
    {
        "hours": st.floats(0, 60),
        "alarms": st.integers(0, 2),
        "fresh": st.integers(0, 2000),
        "champion": st.sampled_from([None, 1]),
        "waiting": st.sampled_from([None, None, 2]),
        "verdict": st.sampled_from(["", "", "wait", "promote", "drop"]),
        "labels": st.sampled_from([0, 300, 5000]),
        "harm": st.sampled_from(["", "", "", "errors"]),
        "approved": st.booleans(),
        "stopped": st.sampled_from(["", "", "", "by Ada"]),
        "odd": st.sampled_from(["", "one batch"]),
        "ends": st.booleans(),
    }
)


@settings(max_examples=60)
@given(
    st.lists(seen_once, max_size=60),
    st.booleans(),
    st.sampled_from([[], ["fri 16:00..mon 08:00"], ["2026-12-24..2027-01-02"]]),
    st.integers(0, 3),
    st.integers(0, 6),
    st.floats(0, 72),
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
    part = closed("loop.decision")
    held = limits(
        closed,
        **{"approval": approval, "freeze": freeze, "per_day": per_day, "per_month": per_month},
        cooldown=cooldown,
    )
    now, memory = NOW, part.Memory()
    for one in sequence:
        now += timedelta(hours=one["hours"])
        verdict = one["verdict"]
        seen = part.Signals(
            **{name: one[name] for name in ("fresh", "champion", "waiting", "harm", "stopped")},
            odd=one["odd"],
            alarms=[alarm(part)] * one["alarms"],
            comparing=comparing(part, verdict, one["labels"]) if verdict else None,
            approved=frozenset({2} if one["approved"] else ()),
        )
        step = part.decide(now, seen, memory, held)
        frozen = any(span.holds(now) for span in held.frozen)
        if seen.stopped:
            assert step.kind in ("wait", "halt")
        if frozen:
            assert step.kind not in ("train", "compare", "promote")
        if step.kind == "promote":
            assert one["labels"]
            assert verdict == "promote"
            assert one["approved"] or not approval
        if step.kind == "train":
            assert not seen.comparing
            assert one["champion"] is None or one["fresh"] >= held.fresh or memory.open
            begun = [*memory.trainings] if memory.open else [*memory.trainings, now]
            for span, most in ((part.DAY, per_day), (part.MONTH, per_month)):
                assert sum(begun[-1] - span < when <= begun[-1] for when in begun) <= most
            apart = timedelta(hours=cooldown)
            assert all(b - a >= apart for a, b in pairwise(begun))
            memory = replace(memory, trainings=begun, open="" if one["ends"] else "began")
        if step.kind == "ask":
            memory = replace(memory, asked={2: now})
        if step.kind in ("promote", "drop", "halt"):
            memory = replace(memory, asked={})
