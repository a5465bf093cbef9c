"""What the loop decides: to wait, train, compare, ask, promote, drop, roll back or halt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.templates.decisions import NOW, Part, alarm, comparing, limits


@pytest.fixture(scope="module")
def part(closed: Part) -> ModuleType:
    return closed("loop.decision")


def signals(part: ModuleType, **seen: Any) -> Any:
    return part.Signals(**{"champion": 1, "fresh": 1000, **seen})


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
