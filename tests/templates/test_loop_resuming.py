"""What a tick that was killed has left is written down, taken up or given up."""

from __future__ import annotations

from typing import Any

from tests.templates.batches import Part
from tests.templates.conftest import NOW
from tests.templates.traffic import tag
from tests.templates.turns import event


def test_a_training_that_is_ended_each_time_is_given_up(closed: Part, looped: Any) -> None:
    part = closed("loop.tick")
    begun, again = (event(closed, "train", phase) for phase in ("begun", "again"))
    assert list(part.unfinished(looped, (begun,))) == []
    assert list(part.unfinished(looped, (begun, again))) == []
    (given_up,) = part.unfinished(looped, (begun, again, again))
    assert given_up.phase == "failed"
    memory = closed("loop.turns").memory
    assert memory([begun, again, again]).open == "it moved"
    assert memory([begun, again, again, given_up]).open == ""
    assert len(memory([begun, again, again, given_up]).trainings) == 1


def test_a_training_that_was_ended_each_time_but_left_a_version_goes_on(
    closed: Part, looped: Any
) -> None:
    tag(closed, looped, 2, "turn", "t")
    events = [event(closed, "train", phase) for phase in ("begun", "again", "again")]
    assert list(closed("loop.tick").unfinished(looped, events)) == []


def test_a_version_that_was_passed_over_before_it_was_written_down_was_dropped(
    closed: Part, looped: Any
) -> None:
    begun = event(closed, "compare", "begun", version=2)
    assert list(closed("loop.tick").unfinished(looped, [begun])) == []
    closed("release.experiment").pass_over(looped, 2, 1, "of other columns", NOW)
    (done,) = closed("loop.tick").unfinished(looped, [begun])
    assert (done.kind, done.phase) == ("drop", "done")


def test_a_person_is_told_though_the_loop_was_killed_before(
    closed: Part, looped: Any, hook: list[Any]
) -> None:
    begun = event(closed, "ask", "begun", version=2)
    part = closed("loop.resuming")
    assert list(part.unfinished(looped, [begun])) == []
    step = closed("loop.decision").Step
    assert part.taken_up([begun], step("ask", "it is better", 2)) == begun
    assert part.taken_up([begun], step("promote", "it is better", 2)) is None
    limits = closed("loop.limits").read_limits(looped.root)
    closed("loop.taking").take(looped, NOW, begun, None, limits)
    assert [one["advice"] for one in hook] == ["uv run ops approve 2"]


def test_a_version_that_answered_before_it_was_written_down_was_promoted(
    closed: Part, looped: Any
) -> None:
    """As where nobody answered yet, so that there was nothing to compare it with."""
    begun = event(closed, "compare", "begun", version=1)
    (done,) = closed("loop.tick").unfinished(looped, (begun,))
    assert (done.kind, done.phase) == ("promote", "done")


def test_the_first_version_was_released_though_its_training_was_the_last_that_was_written(
    closed: Part, looped: Any
) -> None:
    trained = event(closed, "train", "done", version=1)
    (told,) = closed("loop.tick").unfinished(looped, (trained,))
    assert (told.turn, told.kind, told.version) == ("t", "promote", 1)
    assert list(closed("loop.tick").unfinished(looped, (trained, told))) == []
    later = event(closed, "train", "done", version=2)
    assert list(closed("loop.tick").unfinished(looped, (later,))) == []
