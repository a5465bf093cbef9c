"""What became of versions without a person reaches log, file and webhook: once each."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.templates.conftest import NOW
from tests.templates.traffic import HOUR, asked, noisy, tag, truth

Part = Callable[[str], ModuleType]
DROPPED = {"id": "x", "since": NOW.isoformat(), "until": NOW.isoformat(), "outcome": "drop"}


@pytest.fixture
def settings(live: Part, registered: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Versions 1 to 3, of which 1 answers; the seam tells no label."""
    monkeypatch.delenv("OPS_WEBHOOK", raising=False)
    path = registered.root / "settings.toml"
    path.write_text(path.read_text().replace('key = "flight_id"\n', ""))
    return live("settings").read_settings(registered.root)


def harmful(live: Part, settings: Any, who: str = "a person") -> None:
    """Version 2 was released, and cannot answer."""
    asked(live, settings, 1, noisy(1.0, 2), NOW - HOUR)
    live("registry.release").promote(settings, 2, 1, "a try", NOW, who)
    asked(live, settings, 2, [None] * 500, NOW + HOUR)


def turn(live: Part, settings: Any, now: Any) -> None:
    """One look, of all but the windows."""
    for name, look in live("release.watching").LOOKS:
        if name != "windows":
            list(look(settings, now))


def state(live: Part, *releases: Any, **tags: str) -> Any:
    return live("registry.versions").State({"champion": 1}, releases, tags)


def release(live: Part, who: str, when: Any = NOW) -> Any:
    found = live("registry.history").Release
    return found(1, when.isoformat(), who, "a reason", None, 2, back=True)


def test_a_release_that_was_taken_back_reaches_the_webhook_once(
    live: Part, settings: Any, hook: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    harmful(live, settings)
    for hours in (2, 3):
        turn(live, settings, NOW + hours * HOUR)
    (told,) = hook
    assert (told["kind"], told["columns"]) == ("release", ["version 2"])
    assert (told["since"], told["when"]) == (NOW.isoformat(), (NOW + 2 * HOUR).isoformat())
    assert "version 2 was taken back by the guard, version 1 answers again" in told["said"]
    assert "500 of 500 answers failed" in told["said"]
    assert "uv run ops train" in told["advice"]
    assert [one.said for one in live("monitoring.series").alerts(settings)] == [told["said"]]
    assert capsys.readouterr().err.count(told["said"]) == 1


def test_what_a_killed_process_did_not_tell_is_told_at_the_next_look(
    live: Part, settings: Any, hook: list[Any]
) -> None:
    harmful(live, settings)
    assert live("release.guard").guard(settings, NOW + 2 * HOUR) is not None
    assert hook == []
    hook.append(503)
    live("release.telling").tell_releases(settings, NOW + 3 * HOUR)
    live("release.telling").tell_releases(settings, NOW + 4 * HOUR)
    assert [one["columns"] for one in hook] == [["version 2"]]


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        (0.5, "version 2 answers in the place of version 1, by the comparison"),
        (2.0, "meets nobody"),
    ],
)
def test_the_end_of_a_comparison_reaches_the_webhook_once(
    live: Part, settings: Any, hook: list[Any], scale: float, said: str
) -> None:
    begun = live("release.experiment").start(settings, 2, 0.5, NOW)
    asked(live, settings, 1, noisy(1.0, 2), NOW + HOUR, experiment=begun.id)
    asked(live, settings, 2, noisy(scale, 1), NOW + HOUR, experiment=begun.id)
    truth(live, settings, NOW + HOUR)
    for hours in (2, 3):
        turn(live, settings, NOW + hours * HOUR)
    (told,) = hook
    assert said in told["said"]
    assert "labels" in told["said"]
    assert told["advice"]


def test_a_version_that_is_passed_over_reaches_the_webhook(
    live: Part, settings: Any, hook: list[Any]
) -> None:
    live("release.experiment").pass_over(settings, 2, 1, "it takes other columns", NOW)
    turn(live, settings, NOW + HOUR)
    assert [one["said"] for one in hook] == ["version 2 is passed over: it takes other columns"]
    assert "uv run ops promote 2" in hook[0]["advice"]


def test_what_a_person_released_is_no_news(live: Part, settings: Any, hook: list[Any]) -> None:
    live("registry.release").promote(settings, 2, 1, "a try", NOW, "anna")
    live("registry.release").rollback(settings, 2, "it was one", NOW + HOUR, "anna")
    turn(live, settings, NOW + 2 * HOUR)
    assert hook == []


def test_what_is_long_ago_is_no_news(live: Part) -> None:
    due, week = live("release.telling").due, timedelta(days=7)
    there = state(live, release(live, "the guard"))
    assert len(list(due(there, [], NOW + week))) == 1
    assert list(due(there, [], NOW + week + HOUR)) == []
    assert list(due(state(live, release(live, "anna")), [], NOW)) == []


def test_an_outcome_counts_once_its_comparison_has_ended(live: Part) -> None:
    due, version = live("release.telling").due, live("registry.versions").Version
    known = [version(2, "r", {"experiment": json.dumps(DROPPED)})]
    runs = {"id": "x", "version": 2, "against": 1, "share": 0.2, "salt": "s"}
    tags = {"experiment": json.dumps({**runs, "since": NOW.isoformat()})}
    assert list(due(state(live, **tags), known, NOW)) == []
    assert [one.columns for one in due(state(live), known, NOW)] == [("version 2",)]


def test_what_happened_to_a_version_stays_no_open_alert(live: Part, settings: Any) -> None:
    tag(live, settings, 2, "experiment", json.dumps({**DROPPED, "reason": "worse"}))
    live("release.telling").tell_releases(settings, NOW + HOUR)
    told = live("monitoring.seen").alerts(settings)
    assert [one.said for one in told] == ["version 2 meets nobody any more: worse"]
    assert live("monitoring.gathering").still_open(told) == []
