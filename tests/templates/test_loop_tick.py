"""One tick in a real registry: what fails keeps nobody from being stopped, and is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from tests.templates.conftest import NOW
from tests.templates.traffic import model_file, tag
from tests.templates.turns import event

Part = Callable[[str], ModuleType]
HOUR = timedelta(hours=1)


def test_a_stop_ends_a_comparison_though_no_row_can_be_read(
    closed: Part, looped: Any, hook: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*words: Any) -> None:
        raise ConnectionError("the source of rows is down")

    closed("release.experiment").start(looped, 2, 0.3, NOW)
    monkeypatch.setattr(closed("loop.signals"), "doubted", down)
    tick = closed("loop.tick").tick
    step = tick(looped, NOW + HOUR, watch=False)
    assert (step.kind, step.trouble) == ("wait", ("rows: the source of rows is down",))
    closed("loop.stop").stop(looped, NOW, "a holiday")
    step = tick(looped, NOW + HOUR, watch=False)
    assert (step.kind, step.version) == ("halt", 2)
    assert closed("release.experiment").running(looped) is None
    (told,) = [one["said"] for one in hook if "version 2" in one["said"]]
    assert "a holiday" in told
    assert tick(looped, NOW + HOUR, watch=False).kind == "wait"


def test_rows_that_do_not_fit_are_told_beside_the_step(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = pd.DataFrame({"distance": [1.0]})
    monkeypatch.setattr(import_module("closed.data"), "load", lambda *words: less)
    closed("release.experiment").start(looped, 2, 0.3, NOW)
    step = closed("loop.tick").tick(looped, NOW + HOUR, watch=False)
    assert step.kind == "wait"
    (said,) = step.trouble
    assert "gives no column" in said


def test_the_page_is_told_how_a_comparison_stands(closed: Part, looped: Any) -> None:
    begun = closed("release.experiment").start(looped, 2, 0.3, NOW)
    closed("loop.tick").tick(looped, NOW + HOUR, watch=False)
    (look,) = closed("release.looks").looks(looped, begun.id)
    assert (look.labels, "labels" in look.said) == (0, True)


def test_windows_that_cannot_be_looked_at_are_told(closed: Part, looped: Any) -> None:
    path = looped.root / "settings.toml"
    path.write_text(path.read_text().replace("\nhours = 24.0", "\nhours = 0.0"))
    found = [*closed("loop.looking").look(looped, NOW + HOUR)]
    assert any("monitoring.hours" in one.said for one in found if one.broken)


def test_a_loop_that_lost_its_lease_in_a_long_step_writes_no_more(
    closed: Part, looped: Any
) -> None:
    left = iter([None, None])

    def renew() -> None:
        if next(left, True):
            raise closed("errors").Refused("the lease was lost")

    closed("release.experiment").start(looped, 2, 0.3, NOW)
    closed("loop.stop").stop(looped, NOW, "a holiday")
    with pytest.raises(closed("errors").Refused, match="lease"):
        closed("loop.tick").tick(looped, NOW + HOUR, renew=renew, watch=False)
    assert [one.phase for one in closed("loop.turns").read(looped)] == ["begun"]


def test_what_breaks_in_a_training_counts_as_a_training(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The estimator of the owner may raise whatever it likes; the cool-down holds all the same."""

    def breaks(*words: Any) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(closed("loop.taking"), "train", breaks)
    signals, decision = closed("loop.signals"), closed("loop.decision")
    alarms = [decision.Alarm("a", "drift", "a moved")]

    class Seen:
        """A look at an alarm, with rows enough."""

        harm = standing = start = until = None
        since = trouble = ""
        signals = decision.Signals(champion=1, alarms=alarms, fresh=10**6)

    assert signals.Look
    monkeypatch.setattr(closed("loop.tick"), "Look", lambda *words: Seen)
    tick = closed("loop.tick").tick
    assert tick(looped, NOW, watch=False).kind == "train"
    step = tick(looped, NOW + HOUR, watch=False)
    assert (step.kind, "cools down" in step.reason) == ("wait", True)
    last = closed("loop.turns").read(looped)[-1]
    assert (last.phase, last.said) == ("failed", "no memory")


def test_a_turn_that_began_at_a_row_or_a_time_without_a_zone_is_shown(closed: Part) -> None:
    turns = closed("loop.turns").turns
    for since in ("12000", "2013-12-01T00:00:00"):
        begun = event(closed, "train", "begun", evidence={"since": since})
        (turn,) = turns([begun, event(closed, "drop", "done", version=2)])
        assert turn.seconds is None


def test_a_version_that_waits_and_cannot_be_compared_is_dropped_with_its_reason(
    closed: Part, looped: Any
) -> None:
    tag(closed, looped, 2, "gate", "[]")
    model_file(closed, looped, 2).write_bytes(b"damaged")
    begun = event(closed, "compare", "begun", version=2)
    limits = closed("loop.limits").read_limits(looped.root)
    done = closed("loop.taking").take(looped, NOW, begun, None, limits)
    assert (done.kind, done.phase, done.version) == ("drop", "done", 2)
    assert "passed over" in done.said


def test_a_step_that_cannot_be_taken_is_told_once(
    closed: Part, looped: Any, hook: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*words: Any) -> None:
        raise closed("errors").OpsError("the disk is full")

    closed("release.experiment").start(looped, 2, 0.3, NOW)
    monkeypatch.setattr(closed("loop.taking"), "settle", fails)
    for day in (31, 32, 33):
        with pytest.raises(closed("errors").OpsError, match="disk"):
            closed("loop.tick").tick(looped, NOW + day * 24 * HOUR, watch=False)
    told = [one["said"] for one in hook if "failed" in one["said"]]
    assert told == ["version 2: drop failed: the disk is full"]


def test_nobody_is_told_that_a_person_was_quicker(
    closed: Part, looped: Any, hook: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def quicker(*words: Any) -> None:
        raise closed("errors").Refused("that comparison does not run any more")

    closed("release.experiment").start(looped, 2, 0.3, NOW)
    monkeypatch.setattr(closed("loop.taking"), "settle", quicker)
    with pytest.raises(closed("errors").Refused):
        closed("loop.tick").tick(looped, NOW + 31 * 24 * HOUR, watch=False)
    assert [one["said"] for one in hook if "failed" in one["said"]] == []


def test_an_alarm_that_goes_on_counts_for_a_version_that_answers_again(
    closed: Part, looped: Any
) -> None:
    """And what its successor has shown does not."""
    series = closed("monitoring.series")

    def alarm(column: str, version: str, hours: int) -> None:
        when = (NOW + hours * HOUR).isoformat(timespec="seconds")
        about = (True, (column,), when, f"{column} moved", "look", version)
        series.add_alert(looped, series.Alert(when, "drift", *about))

    def alarming() -> list[tuple[str, ...]]:
        there = closed("registry.versions").state(looped)
        return [one.columns for one in closed("loop.signals").alarming(looped, there)]

    alarm("a", "1", 1)
    assert alarming() == [("a",)]
    closed("registry.release").promote(looped, 2, 1, "a try", NOW + 2 * HOUR)
    assert alarming() == []
    alarm("b", "2", 3)
    assert alarming() == [("b",)]
    closed("registry.release").rollback(looped, 2, "it harms", NOW + 4 * HOUR)
    assert alarming() == [("a",)]


def test_a_version_that_loses_is_dropped_though_no_row_can_be_read(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*words: Any) -> None:
        raise ConnectionError("the source of rows is down")

    closed("release.experiment").start(looped, 2, 0.3, NOW)
    for name in ("load", "labels"):
        monkeypatch.setattr(import_module("closed.data"), name, down)
    step = closed("loop.tick").tick(looped, NOW + 31 * 24 * HOUR, watch=False)
    assert (step.kind, step.version) == ("drop", 2)
    assert closed("release.experiment").running(looped) is None


def test_a_wrong_setting_keeps_nobody_from_stopping_it(closed: Part, looped: Any) -> None:
    """Nothing else is done until it is right, and what is wrong is told."""
    path = looped.root / "settings.toml"
    path.write_text(path.read_text().replace("\nfresh = ", "\nfresh = -"))
    closed("release.experiment").start(looped, 2, 0.3, NOW)
    tick, later = closed("loop.tick").tick, NOW + 31 * 24 * HOUR
    step = tick(looped, later, watch=False)
    assert (step.kind, "automation.fresh" in step.trouble[0]) == ("wait", True)
    closed("loop.stop").stop(looped, NOW, "a holiday")
    (said, *_) = closed("loop.looking").look(looped, later)
    assert said.broken
    assert closed("release.experiment").running(looped) is None


def test_a_long_training_is_written_down_when_it_is_done(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what it releases is released then, and not when it began."""
    orders: list[Any] = []
    monkeypatch.setattr(closed("loop.taking"), "train", lambda _, order, tell: orders.append(order))
    begun = event(closed, "train", "begun")
    closed("loop.turns").append(looped, begun)
    tick, turns = closed("loop.tick").tick, closed("loop.turns")
    tick(looped, NOW, watch=False, clock=lambda: NOW + HOUR)
    again, done = turns.read(looped)[-2:]
    assert (again.phase, again.when) == ("again", NOW.isoformat(timespec="seconds"))
    assert (done.phase, done.when) == ("done", (NOW + HOUR).isoformat(timespec="seconds"))
    turns.append(looped, replace(begun, turn="b"))
    tick(looped, NOW + HOUR, watch=False)
    assert [order.moment for order in orders] == [None, (NOW + HOUR).isoformat(timespec="seconds")]


def test_a_training_that_is_taken_up_again_counts_from_then(closed: Part) -> None:
    turns = closed("loop.turns")
    begun = event(closed, "train", "begun")
    again = replace(begun, phase="again", when=(NOW + 3 * HOUR).isoformat())
    assert turns.memory([begun, again, replace(again, phase="done")]).trainings == (NOW + 3 * HOUR,)


def test_in_a_freeze_no_comparison_ends_for_a_training_that_may_not_begin(
    closed: Part, looped: Any
) -> None:
    part, limits = closed("loop.decision"), closed("loop.limits").read_limits(looped.root)
    comparing = part.Comparing(2, "wait", "7 labels tell nothing yet", 7)
    seen = part.Signals(champion=1, comparing=comparing, unlearnt="it cost more", fresh=10**6)
    assert part.decide(NOW, seen, part.Memory(), limits).kind == "drop"
    frozen = replace(limits, freeze=["2013-05-01..2013-07-01"])
    assert part.decide(NOW, seen, part.Memory(), frozen).kind == "wait"
