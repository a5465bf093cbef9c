"""What the loop remembers: its record, what follows from it, and the switch that stops it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from tests.templates.traffic import tag

Part = Callable[[str], ModuleType]
NOW = datetime(2026, 12, 21, 12, tzinfo=UTC)


def event(closed: Part, kind: str, phase: str, hour: int = 0, **more: Any) -> Any:
    when = NOW.replace(hour=hour).isoformat()
    return closed("loop.turns").Event("t", when, kind, phase, f"{kind} {phase}", **more)


def test_what_was_written_is_read_and_what_was_torn_is_not(closed: Part, idle: Any) -> None:
    part = closed("loop.turns")
    part.append(idle, event(closed, "train", "begun"))
    with part.place(idle).open("ab") as file:
        file.write(b'{"turn": "t", "when"')
    part.append(idle, event(closed, "train", "done", version=2))
    assert [one.phase for one in part.read(idle)] == ["begun", "done"]


def test_a_training_that_began_and_did_not_end_is_open(closed: Part) -> None:
    part = closed("loop.turns")
    begun = [event(closed, "train", "begun")]
    assert part.memory(begun).open == "train begun"
    assert part.memory([*begun, event(closed, "train", "done", 1, version=2)]).open == ""
    assert part.memory([*begun, event(closed, "train", "failed", 1)]).open == ""
    assert part.memory(begun).trainings == (NOW.replace(hour=0),)


def test_who_was_asked_is_remembered_until_it_is_settled(closed: Part) -> None:
    part = closed("loop.turns")
    asked = [event(closed, "ask", "done", 3, version=2)]
    assert part.memory(asked).asked == {2: NOW.replace(hour=3)}
    assert part.memory([*asked, event(closed, "promote", "done", 4, version=2)]).asked == {}


def test_a_version_of_no_turn_begins_one_of_its_own(closed: Part) -> None:
    current = closed("loop.turns").current
    trained = [event(closed, "train", "begun"), event(closed, "train", "done", 1, version=2)]
    assert current(trained, 2) == "t"
    assert current(trained, 3) == ""
    other = closed("loop.turns").Event("u", NOW.isoformat(), "compare", "begun", "", 3)
    assert current([*trained, other], 3) == "u"
    assert current([*trained, other], 2) == "t"


def test_a_training_that_began_goes_on_in_its_turn(closed: Part) -> None:
    current = closed("loop.turns").current
    assert current([event(closed, "train", "begun")], None) == "t"
    assert current([event(closed, "train", "failed")], None) == ""


def test_a_version_that_a_person_released_or_dropped_waits_for_nobody(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(looped.root))
    closed("release.experiment").start(looped, 2, 0.3, NOW)
    closed("loop.turns").append(looped, event(closed, "ask", "done", version=2))

    def told() -> tuple[list[int], str]:
        capsys.readouterr()
        closed("cli").run(["limits", "--format", "json"])
        (turn,) = closed("loop.story").told(looped)
        return json.loads(capsys.readouterr().out)["waiting_for_a_person"], turn["outcome"]

    assert told() == ([2], "it goes on")
    closed("registry.release").promote(looped, 2, 1, "it is needed", NOW)
    assert told() == ([], "ended otherwise")


@pytest.mark.parametrize("end", ["stopped", "promoted", "overtaken"])
def test_a_turn_whose_comparison_a_person_ended_does_not_go_on(
    closed: Part, looped: Any, end: str
) -> None:
    part = closed("release.experiment")
    closed("loop.turns").append(looped, event(closed, "train", "done", version=2))
    closed("loop.turns").append(looped, event(closed, "compare", "done", version=2))

    def outcome() -> str:
        (turn,) = closed("loop.story").told(looped)
        return str(turn["outcome"])

    part.start(looped, 2, 0.3, NOW)
    assert outcome() == "it goes on"
    if end == "stopped":
        decision = closed("release.decision").Decision("drop", "it was stopped by a person", {})
        part.settle(looped, part.running(looped), decision, NOW)
    if end == "overtaken":
        tag(closed, looped, 3, "checks", '{"gate": true}')
    if end != "stopped":
        number = 2 if end == "promoted" else 3
        closed("registry.release").promote(looped, number, 1, "it is needed", NOW)
    assert outcome() == "ended otherwise"


def test_mlflow_is_asked_for_the_story_only_of_turns_that_go_on(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*words: Any) -> None:
        raise closed("tracking.place").Unreachable("MLflow does not answer", "is it there?")

    monkeypatch.setattr(closed("loop.approval"), "state", unreachable)
    append, story = closed("loop.turns").append, closed("loop.story")
    append(looped, event(closed, "drop", "done", version=2))
    assert [one["outcome"] for one in story.told(looped)] == ["drop"]
    append(looped, event(closed, "train", "begun"))
    assert [one["outcome"] for one in story.told(looped)] == ["it goes on"]


def test_a_version_that_neither_waits_nor_is_compared_is_not_approved(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(looped.root))
    part = closed("release.experiment")

    def approved() -> int:
        code: int = closed("cli").run(["approve", "2"])
        return code

    for number in (2, 3):
        tag(closed, looped, number, "gate", "[]")
    tag(closed, looped, 3, "checks", '{"gate": true}')
    assert approved() == 0  # its turn comes after that of version 3
    ran = part.start(looped, 2, 0.3, NOW)
    assert approved() == 0
    part.settle(looped, ran, closed("release.decision").Decision("drop", "it is worse", {}), NOW)
    capsys.readouterr()
    assert approved() == 4
    told = capsys.readouterr().err
    assert "neither waits nor is compared" in told
    assert "uv run ops promote 2" in told


def test_an_approval_ends_with_the_comparison_that_is_dropped(closed: Part, looped: Any) -> None:
    part, approval = closed("release.experiment"), closed("loop.approval")
    decided = closed("release.decision").Decision
    tag(closed, looped, 2, "gate", "[]")
    at = [NOW.replace(hour=hour) for hour in range(12, 18)]

    def approved() -> bool:
        return bool(approval.approved(closed("registry.versions").version(looped, 2)))

    approval.approve(looped, 2, at[0], "while it waits")
    ran = part.start(looped, 2, 0.3, at[1])
    assert approved()
    part.settle(looped, ran, decided("drop", "it was stopped by a person", {}), at[2])
    assert not approved()
    part.start(looped, 2, 0.3, at[3])
    assert not approved()
    approval.approve(looped, 2, at[4], "in this comparison")
    assert approved()


def test_an_approval_counts_until_the_release_that_was_written_down_is_done(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, approval = closed("release.experiment"), closed("loop.approval")
    ran = part.start(looped, 2, 0.3, NOW)
    approval.approve(looped, 2, NOW, "it was looked at")

    def killed(*words: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(part, "promote", killed)
    decision = closed("release.decision").Decision("promote", "it is better", {})
    with pytest.raises(KeyboardInterrupt):
        part.settle(looped, ran, decision, NOW.replace(hour=13))
    assert part.running(looped) == ran
    assert approval.approved(closed("registry.versions").version(looped, 2))


def test_a_turn_tells_how_long_it_took_from_signal_to_outcome(closed: Part) -> None:
    part = closed("loop.turns")
    since = {"since": NOW.replace(hour=0).isoformat()}
    (turn,) = part.turns(
        [
            event(closed, "train", "begun", 2, evidence=since),
            event(closed, "train", "done", 3, version=2),
            event(closed, "compare", "done", 4, version=2),
            event(closed, "promote", "done", 9, version=2),
        ]
    )
    assert (turn.outcome, turn.seconds) == ("promote", 9 * 3600)
    (refused,) = part.turns([event(closed, "train", "begun"), event(closed, "train", "done", 1)])
    assert refused.outcome == "refused"


def test_a_stop_tells_who_and_why_until_it_is_taken_back(closed: Part, idle: Any) -> None:
    part = closed("loop.stop")
    assert part.halted(idle) == ""
    path = part.stop(idle, NOW, "a holiday")
    assert "a holiday" in part.halted(idle)
    path.write_text("{")
    assert part.halted(idle)
    assert part.go_on(idle)
    assert not part.go_on(idle)
    assert part.halted(idle) == ""


def test_a_variable_stops_it_too(closed: Part, idle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPS_STOP", "1")
    assert closed("loop.stop").halted(idle) == "OPS_STOP is set"


def refused(closed: Part, turn: str, start: str | None) -> Any:
    part = closed("loop.turns")
    evidence = {"start": "2026-03-01", "learnt_from": start}
    return part.Event(turn, NOW.isoformat(), "train", "done", "refused", None, evidence)


def test_all_rows_are_tried_once_those_since_the_change_were_refused_twice(
    closed: Part, idle: Any
) -> None:
    part, turns = closed("loop.taking"), closed("loop.turns")
    begun = refused(closed, "now", None)
    tried = []
    for number in range(6):
        start = part._start(idle, begun)
        turns.append(idle, refused(closed, str(number), start))
        tried.append(start)
    assert tried == ["2026-03-01", "2026-03-01", None] * 2
