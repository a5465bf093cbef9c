"""From records and labels to a release, a drop, or the way back: in a real registry and log."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.templates.conftest import NOW
from tests.templates.traffic import HOUR, KEYS, asked, noisy, tag, truth

Part = Callable[[str], ModuleType]


@pytest.fixture
def settings(registered: Any) -> Any:
    """Versions 1 to 3, of which 1 answers and 3 failed its checks; the seam tells no label."""
    path = registered.root / "settings.toml"
    path.write_text(path.read_text().replace('key = "flight_id"\n', ""))
    from live.ops.settings import read_settings

    return read_settings(registered.root)


def state(live: Part, settings: Any) -> Any:
    return live("registry.versions").state(settings)


def compared(live: Part, settings: Any, ours: list[Any], theirs: list[Any], **more: Any) -> Any:
    """A comparison of version 2 with the champion, with traffic an hour after its beginning."""
    begun = live("release.experiment").start(settings, 2, 0.5, NOW)
    asked(live, settings, 1, theirs, NOW + HOUR, experiment=begun.id)
    asked(live, settings, 2, ours, NOW + HOUR, experiment=begun.id, **more)
    return begun


@pytest.mark.parametrize(("scale", "kind", "champion"), [(0.5, "promote", 2), (2.0, "drop", 1)])
def test_the_better_version_answers_without_a_person(
    live: Part, settings: Any, scale: float, kind: str, champion: int
) -> None:
    compared(live, settings, noisy(scale, 1), noisy(1.0, 2))
    truth(live, settings, NOW + 2 * HOUR)
    found = live("release.judging").judge(settings, NOW + 3 * HOUR)
    assert found.standing.decision.kind == kind
    assert state(live, settings).champion == champion
    assert live("release.experiment").running(settings) is None
    told = live("registry.decisions").decisions(live("registry.versions").version(settings, 2).tags)
    assert [one.kind for one in told] == ["comparison", "comparison"]
    assert "labels" in told[-1].said


def test_a_label_that_is_not_known_yet_decides_nothing(live: Part, settings: Any) -> None:
    compared(live, settings, noisy(0.5, 1), noisy(1.0, 2))
    truth(live, settings, NOW + 2 * HOUR)
    judge = live("release.judging").judge
    early = judge(settings, NOW + HOUR + timedelta(minutes=30)).standing
    assert (early.decision.kind, early.champion.losses.count) == ("wait", 0)
    assert (early.champion.asked, early.challenger.asked) == (len(KEYS), len(KEYS))
    assert judge(settings, NOW + 3 * HOUR).standing.decision.kind == "promote"


def test_records_of_another_comparison_do_not_count(live: Part, settings: Any) -> None:
    compared(live, settings, noisy(1.0, 1), noisy(1.0, 2))
    asked(live, settings, 2, noisy(50.0, 3), NOW + HOUR, experiment="another")
    truth(live, settings, NOW + 2 * HOUR)
    found = live("release.judging").standing(settings, NOW + 3 * HOUR)
    assert found.challenger.asked == len(KEYS)
    assert found.challenger.losses.mean < 2


@pytest.mark.parametrize(
    ("answers", "more", "reason"),
    [
        ([None] * 400 + [1.0] * 1600, {}, "answers failed"),
        (noisy(1.0, 1), {"ms": 400.0}, "took more than 100 ms"),
        ([answer + 5000 for answer in noisy(1.0, 1)], {}, "on average"),
    ],
)
def test_harm_ends_a_comparison_without_a_label(
    live: Part, settings: Any, answers: list[Any], more: dict[str, Any], reason: str
) -> None:
    compared(live, settings, answers, noisy(1.0, 2), **more)
    found = live("release.judging").judge(settings, NOW + 3 * HOUR).standing
    assert found.decision.kind == "drop"
    assert reason in found.decision.reason
    assert state(live, settings).champion == 1


def test_who_asks_often_counts_once(live: Part, settings: Any) -> None:
    begun = compared(live, settings, noisy(1.0, 1), noisy(1.0, 2))
    for later in (2, 3):
        asked(live, settings, 2, noisy(100.0, 3), NOW + later * HOUR, experiment=begun.id)
    truth(live, settings, NOW + 4 * HOUR)
    found = live("release.judging").standing(settings, NOW + 5 * HOUR).challenger
    assert (found.asked, found.losses.count) == (len(KEYS), len(KEYS))
    assert found.predictions.count == len(KEYS)
    assert found.losses.mean < 2


def test_what_passed_the_gate_is_compared_and_the_next_one_waits(live: Part, settings: Any) -> None:
    waiting = live("release.waiting")
    assert waiting.take_up(settings, NOW) is None
    tag(live, settings, 2, "gate", "[]")
    taken = waiting.take_up(settings, NOW)
    assert (taken.version, taken.answers) == (2, False)
    tag(live, settings, 3, "gate", "[]")
    tag(live, settings, 3, "checks", json.dumps({"better": True}))
    with live("tracking.place").client(settings) as mlflow:  # as a training that ends now does
        mlflow.set_registered_model_alias("live", "challenger", "3")
    assert waiting.take_up(settings, NOW + HOUR) is None
    assert state(live, settings).aliases["challenger"] == 2
    begun = live("release.experiment").running(settings)
    compared_with = live("release.decision").Decision("drop", "no better", {})
    live("release.experiment").settle(settings, begun, compared_with, NOW + HOUR)
    assert live("release.judging").judge(settings, NOW + 2 * HOUR).taken.version == 3


def test_a_version_that_was_compared_or_answered_is_not_taken_up_again(
    live: Part, settings: Any
) -> None:
    tag(live, settings, 2, "gate", "[]")
    live("registry.release").promote(settings, 2, 1, "a person", NOW)
    live("registry.release").rollback(settings, 2, "a person", NOW)
    assert live("release.waiting").take_up(settings, NOW) is None


def test_before_a_first_release_a_version_that_passed_answers_at_once(
    live: Part, settings: Any
) -> None:
    with live("tracking.place").client(settings) as mlflow:
        mlflow.delete_registered_model_alias("live", "champion")
    tag(live, settings, 2, "gate", "[]")
    taken = live("release.waiting").take_up(settings, NOW)
    assert (taken.version, taken.answers) == (2, True)
    assert state(live, settings).releases[-1].who == "the gate"


@pytest.mark.parametrize(
    ("answers", "more", "reason"),
    [
        ([None] * 400 + [1.0] * 1600, {}, "answers failed"),
        (noisy(1.0, 1), {"ms": 400.0}, "took more than 100 ms"),
        ([answer + 5000 for answer in noisy(1.0, 1)], {}, "on average"),
    ],
)
def test_a_release_that_harms_is_taken_back(
    live: Part, settings: Any, answers: list[Any], more: dict[str, Any], reason: str
) -> None:
    guard = live("release.guard").guard
    asked(live, settings, 1, noisy(1.0, 2), NOW - HOUR)
    live("registry.release").promote(settings, 2, 1, "a person", NOW)
    assert guard(settings, NOW + HOUR) is None
    asked(live, settings, 2, answers, NOW + HOUR, **more)
    found = guard(settings, NOW + 2 * HOUR)
    assert (found.version, found.to) == (2, 1)
    assert reason in found.reason
    there = state(live, settings)
    assert there.champion == 1
    assert (there.releases[-1].who, there.releases[-1].back) == ("the guard", True)
    told = live("registry.decisions").decisions(live("registry.versions").version(settings, 2).tags)
    assert told[-1].kind == "rollback"


def test_whoever_went_back_is_not_sent_to_and_fro(live: Part, settings: Any) -> None:
    guard, release = live("release.guard").guard, live("registry.release")
    asked(live, settings, 1, noisy(1.0, 2), NOW - HOUR)
    release.promote(settings, 2, 1, "a person", NOW)
    asked(live, settings, 2, [None] * 500, NOW + HOUR)
    assert guard(settings, NOW + 2 * HOUR) is not None
    asked(live, settings, 1, [None] * 500, NOW + 3 * HOUR)
    assert guard(settings, NOW + 4 * HOUR) is None
    release.promote(settings, 2, 1, "mended outside", NOW + 5 * HOUR)
    asked(live, settings, 2, noisy(1.0, 3), NOW + 6 * HOUR)
    assert guard(settings, NOW + 7 * HOUR) is None
    assert state(live, settings).champion == 2


def test_a_version_that_was_taken_back_is_not_gone_back_to(live: Part) -> None:
    history = live("registry.history")

    def release(version: int, previous: int | None, gone: int | None = None) -> Any:
        after = previous if gone is None else gone
        return history.Release(version, NOW.isoformat(), "", "", previous, after, gone is not None)

    on_trial = live("release.guard").on_trial
    first = [release(1, None), release(2, 1)]
    assert on_trial(first, NOW + HOUR, HOUR * 24) == first[-1]
    assert on_trial(first, NOW + HOUR * 25, HOUR * 24) is None
    assert on_trial(first[:1], NOW, HOUR) is None
    gone = [*first, release(1, None, gone=2)]
    assert on_trial(gone, NOW, HOUR) is None
    assert on_trial([*gone, release(3, 1)], NOW, HOUR) is not None
    assert on_trial([*gone, release(1, 2), release(3, 2)], NOW, HOUR) is None


def test_a_release_that_does_no_worse_than_the_version_before_stays(
    live: Part, settings: Any
) -> None:
    asked(live, settings, 1, [None] * 200 + noisy(1.0, 2), NOW - HOUR)
    live("registry.release").promote(settings, 2, 1, "a person", NOW)
    asked(live, settings, 2, [None] * 200 + noisy(1.0, 3), NOW + HOUR)
    assert live("release.guard").guard(settings, NOW + 2 * HOUR) is None


def test_a_part_that_breaks_does_not_stop_the_others(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = live("release.watching")

    def broken(*_: Any) -> Any:
        raise RuntimeError("the disk is full")

    event = watching.Event("done")
    looks = (("one", broken), ("two", lambda *_: iter([event])))
    monkeypatch.setattr(watching, "LOOKS", looks)
    told = list(watching.turn(settings, NOW))
    assert [one.broken for one in told] == [True, False]
    assert "the disk is full" in told[0].said
