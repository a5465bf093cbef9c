"""Alerts: begun once, ended once, with what they are about; written once, posted in the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Part = Callable[[str], ModuleType]
START = datetime(2013, 3, 1, tzinfo=UTC)


@pytest.fixture
def settings(
    live: Part, live_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    monkeypatch.delenv("OPS_WEBHOOK", raising=False)
    monkeypatch.setenv("OPS_ALONE", "1")
    shutil.copy(live_project / "settings.toml", tmp_path)
    return live("settings").read_settings(tmp_path)


def window(live: Part, day: int, *drifted: str, version: str = "1", **more: Any) -> Any:
    part, verdict = live("monitoring.series"), live("monitoring.thresholds").Verdict
    columns = tuple(
        verdict(name, "number", 0.4, 0.1, 0.0, name in drifted, "median 1 -> 2", 0, "x", 0.4, 0.4)
        for name in ("distance", "hour")
    )
    performance = live("monitoring.performance").Performance(
        "mae", more.get("mae"), 1, 2, 1.0, 10, 0.5, more.get("verdict", "not enough labels")
    )
    return part.Window(
        (START + timedelta(days=day)).isoformat(),
        (START + timedelta(days=day + 1)).isoformat(),
        version,
        1000,
        0,
        "drift" if drifted else more.get("state", "quiet"),
        columns,
        None,
        part.Quality(more.get("failed", 0), 0, 0.0),
        performance,
        part.Rule(**more.get("rule", {})),
    )


def told(live: Part, *found: Any) -> list[tuple[str, bool, tuple[str, ...]]]:
    due = live("monitoring.alerts").due(found)
    return [(one.kind, one.begun, one.columns) for one in due]


def test_one_window_is_no_alarm_and_quiet_ones_none(live: Part) -> None:
    assert told(live, *(window(live, day) for day in range(5))) == []
    assert told(live, window(live, 0), window(live, 1, "hour"), window(live, 2)) == []


def test_drift_is_told_once_with_its_column_and_once_when_it_is_over(live: Part) -> None:
    days = [(), ("hour",), ("hour",), ("hour",), (), (), ()]
    found = [window(live, day, *names) for day, names in enumerate(days)]
    assert told(live, *found) == [("drift", True, ("hour",)), ("drift", False, ("hour",))]
    first = next(live("monitoring.alerts").due(found))
    assert first.when == found[2].end
    assert first.since == found[1].end
    assert "hour: median 1 -> 2" in first.said
    assert "ops drift --live" in first.advice


def test_few_rows_end_nothing(live: Part) -> None:
    found = [window(live, day, "hour") for day in range(2)]
    found += [window(live, day, state="few rows") for day in range(2, 9)]
    assert told(live, *found) == [("drift", True, ("hour",))]


def test_another_champion_ends_what_was_said_of_the_one_before(live: Part) -> None:
    found = [window(live, 0, "hour"), window(live, 1, "hour"), window(live, 2, version="2")]
    assert told(live, *found)[1:] == [("drift", False, ("hour",))]


def test_failed_answers_and_worse_answers_are_told(live: Part) -> None:
    bad = {"failed": 200, "verdict": "worse", "mae": 3.0}
    found = told(live, *(window(live, day, **bad) for day in range(2)))
    assert found == [("performance", True, ("mae",)), ("quality", True, ("failed answers",))]


def test_an_alert_is_written_once_however_often_it_is_looked_for(live: Part, settings: Any) -> None:
    found = [window(live, day, "hour") for day in range(2)]
    for _ in range(3):
        live("monitoring.alerts").watch(settings, found)
    assert len(live("monitoring.series").alerts(settings)) == 1


def test_another_rule_tells_nothing_anew_and_holds_from_the_next_window_on(
    live: Part, settings: Any
) -> None:
    watch, alerts = live("monitoring.alerts").watch, live("monitoring.series").alerts
    days: list[tuple[str, ...]] = [("hour",), ("hour",), (), (), ("distance",), ()]
    found = [window(live, day, *names) for day, names in enumerate(days)]
    watch(settings, found)
    before = alerts(settings)
    assert [(one.begun, one.columns) for one in before] == [(True, ("hour",)), (False, ("hour",))]
    stricter = {"m": 1, "k": 2}
    watch(settings, [*found, window(live, 6, rule=stricter)])
    assert alerts(settings) == before
    later = [window(live, 6, rule=stricter), window(live, 7, "hour", rule=stricter)]
    watch(settings, [*found, *later])
    assert [one.columns for one in alerts(settings)[2:]] == [("hour",)]
    assert alerts(settings)[-1].when == later[-1].end


def test_a_longer_rule_that_an_old_window_meets_tells_what_that_one_showed(live: Part) -> None:
    found = [window(live, 0, "hour"), window(live, 1), window(live, 2)]
    found.append(window(live, 3, state="few rows", rule={"m": 1, "k": 5}))
    (alert,) = live("monitoring.alerts").due(found)
    assert (alert.when, alert.since) == (found[3].end, found[0].end)
    assert "hour: median 1 -> 2" in alert.said


def test_a_window_keeps_its_rule(live: Part, settings: Any) -> None:
    series = live("monitoring.series")
    kept = window(live, 0, rule={"m": 4, "k": 9, "rows": 10, "failed": 0.5})
    series.add_window(settings, kept)
    assert series.windows(settings) == [kept]


def test_a_webhook_that_fails_is_tried_again_and_stops_nothing(
    live: Part, settings: Any, hook: list[Any]
) -> None:
    hook.append(503)
    found = [window(live, day, "hour") for day in range(2)]
    watch = live("monitoring.alerts").watch
    watch(settings, found)
    assert hook == []
    watch(settings, found)
    watch(settings, found)
    assert [one["columns"] for one in hook] == [["hour"]]
    assert hook[0]["project"] == "live"


def test_who_else_wants_to_know_hears_once_what_began(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[Any] = []

    def hear(_: Any, begun: Any) -> None:
        heard.append([(one.kind, one.columns) for one in begun])
        raise ConnectionError("nobody listens")

    part = live("monitoring.alerts")
    monkeypatch.setattr(part, "HEARING", ("release.telling",))
    monkeypatch.setattr(live("release.telling"), "hear", hear, raising=False)
    found = [window(live, 0, "hour"), window(live, 1, "hour"), window(live, 2), window(live, 3)]
    for count in (2, 2, 4):
        part.watch(settings, found[:count])
    assert heard == [[("drift", ("hour",))]]
    assert "release.telling was not told: nobody listens" in capsys.readouterr().err
    assert [one.begun for one in live("monitoring.series").alerts(settings)] == [True, False]


def test_in_a_replay_alerts_are_kept_and_nobody_is_told_what_to_do(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPS_REPLAY", "1")
    live("monitoring.alerts").watch(settings, [window(live, day, "hour") for day in range(2)])
    assert len(live("monitoring.series").alerts(settings)) == 1
    assert capsys.readouterr().err == ""


def test_what_was_told_without_a_webhook_is_not_posted_later(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch, hook: list[Any]
) -> None:
    watch = live("monitoring.alerts").watch
    with monkeypatch.context() as patch:
        patch.delenv("OPS_WEBHOOK")
        watch(settings, [window(live, day, "hour") for day in range(2)])
    watch(settings, [window(live, day, "hour") for day in range(2)])
    assert hook == []


def test_an_address_that_is_none_of_the_web_is_refused(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_WEBHOOK", "file:///etc/passwd")
    with pytest.raises(live("errors").InvalidSettings, match="OPS_WEBHOOK"):
        live("monitoring.alerts").webhook(settings)


def test_the_series_outlives_a_torn_line(live: Part, settings: Any) -> None:
    part = live("monitoring.series")
    part.add_window(settings, window(live, 0, "hour"))
    with (part.folder(settings) / "windows.jsonl").open("a") as file:
        file.write('{"start": "20')
    part.add_window(settings, window(live, 1))
    assert part.windows(settings) == [window(live, 0, "hour"), window(live, 1)]
