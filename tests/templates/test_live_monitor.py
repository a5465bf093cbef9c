"""The page on how a service is: what it says in each state, and whatever it is told."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.templates.monitor_page import (
    NOW,
    STORY,
    Part,
    gathered,
    heading,
    lines,
    registry,
    shown,
)

HOSTILE = '"><script>alert(1)</script>\x00\u202e&amp;'


def test_a_quiet_month_is_fine(live: Part, project: Path) -> None:
    STORY.write(project)
    page = shown(live, project)
    assert heading(page) == "Everything is fine."
    assert "all 12 columns are quiet, and mae is" in page
    assert "Version 4" in page
    assert "11 days ago" in page
    assert "v5 against v4" in page
    assert "version 5, challenger" in page
    assert "by 3 versions, at most" in page


def test_an_open_alert_is_the_first_thing_that_is_said(live: Part, project: Path) -> None:
    STORY.write(project, until=12)
    page = shown(live, project, STORY.day(12.4))
    assert heading(page) == f"humid has drifted since {STORY.day(10).day} May."
    assert "To do: see where humid comes from" in page
    assert "▲ alarm" in page


def test_what_was_told_first_is_told_as_long_as_it_lasts(live: Part, project: Path) -> None:
    STORY.write(project, until=19)
    seen = gathered(live, project, STORY.day(19.1))
    assert [one.alert.kind for one in seen.open] == ["performance"]
    assert {one.kind for one in seen.past} == {"drift"}


def test_nothing_is_known_before_the_first_window(live: Part, project: Path) -> None:
    page = shown(live, project, told=live("monitoring.overview").Registry())
    assert heading(page) == "Nothing is known yet."
    assert "No prediction was asked for" in page


def test_few_rows_are_no_quiet(live: Part, project: Path) -> None:
    last = {"start": STORY.when(29), "end": STORY.when(30), "rows": 7, "state": "few rows"}
    lines(project / ".state/monitoring/windows.jsonl", last)
    assert heading(shown(live, project)) == "Too few predictions to tell."


def test_old_windows_are_no_quiet(live: Part, project: Path) -> None:
    STORY.write(project)
    page = shown(live, project, NOW + timedelta(days=4))
    assert heading(page) == f"Nobody has looked since {NOW.day} May."


def test_what_the_registry_cannot_tell_is_said(live: Part, project: Path) -> None:
    STORY.write(project)
    trouble = live("monitoring.overview").Registry(trouble="MLflow at x: nobody answers there")
    page = shown(live, project, told=trouble)
    assert heading(page) == "MLflow does not answer."
    assert page.count("nobody answers there") == 2
    assert "v5 against" not in page


def test_settings_that_broke_meanwhile_leave_the_rest(live: Part, project: Path) -> None:
    STORY.write(project)
    seen = gathered(live, project)
    settings = live("settings").read_settings(project)
    (project / "settings.toml").write_text("[log")
    broken = live("monitoring.gathering").gather(
        *(settings, NOW, "4", registry(live), live("release.standing").comparison)
    )
    assert broken.windows == seen.windows
    assert len(broken.troubles) == 2


def test_lines_that_a_killed_process_left_are_passed_over(live: Part, project: Path) -> None:
    STORY.write(project)
    for name in ("monitoring/windows.jsonl", "monitoring/alerts.jsonl", "release/looks.jsonl"):
        with (project / ".state" / name).open("ab") as file:
            file.write(b'{"start": "2026-\xff')
    assert heading(shown(live, project)) == "Everything is fine."


class Elements(HTMLParser):
    """Counts elements, and notes addresses and handlers among their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        for name, value in attrs:
            if name in ("src", "style") or name.startswith("on") or "://" in (value or ""):
                self.bad.append(f"{tag} {name}")


def test_names_and_words_are_never_markup(live: Part, project: Path) -> None:
    column = {"name": HOSTILE, "size": 0.5, "threshold": 0.1, "drift": True, "note": HOSTILE}
    window = {
        **{"start": STORY.when(29), "end": STORY.when(30), "version": HOSTILE, "rows": 900},
        **{"state": "drift", "columns": [column], "prediction": {**column, "drift": False}},
        "performance": {"metric": HOSTILE, "value": 1.0, "verdict": HOSTILE},
    }
    alert = {
        **{"when": STORY.when(29), "kind": "drift", "begun": True, "columns": [HOSTILE]},
        **{"since": HOSTILE, "said": HOSTILE, "advice": HOSTILE},
    }
    lines(project / ".state/monitoring/windows.jsonl", window)
    lines(project / ".state/monitoring/alerts.jsonl", alert, {**alert, "kind": HOSTILE})
    page = shown(live, project)
    found = Elements()
    found.feed(page)
    assert found.names.count("script") == 1
    assert found.bad == []
    assert "\x00" not in page
    assert "\u202e" not in page
    page.encode()


def test_another_layer_may_add_turns_to_the_time_line(live: Part, project: Path) -> None:
    event = live("monitoring.overview").Event(NOW, "retraining", "Training began by itself", 6)
    seen = gathered(live, project, stories=[lambda settings, registry: [event]])
    assert seen.events[0] == event
    assert "Training began by itself" in live("monitoring.page.page").page(seen)


def test_figures_that_are_none_or_nothing_draw_a_page(live: Part, project: Path) -> None:
    empty = {"start": STORY.when(28), "end": STORY.when(29)}
    zero = {
        **{"start": STORY.when(29), "end": STORY.when(30), "rows": 0, "state": "few rows"},
        "columns": [{"name": "a", "size": 0.0, "threshold": 0.0}, {"name": "b"}],
        "performance": {"metric": "mae", "value": 0.0, "low": 0.0, "high": 0.0, "reference": 0.0},
        "quality": {"failed": 0, "unseen": 0, "missing": None},
    }
    lines(project / ".state/monitoring/windows.jsonl", empty, zero)
    assert "NaN" not in shown(live, project)


def test_the_newest_traffic_is_read_from_the_ends_of_the_log(
    live: Part, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    STORY.write(project)
    settings = live("settings").read_settings(project)
    traffic = live("monitoring.traffic")
    whole = traffic.traffic(settings, NOW)
    assert whole.rows == 189
    assert {version for version, _, _ in whole.counts} == {"4", "5"}
    monkeypatch.setattr(traffic, "TAIL", 4000)
    part = traffic.traffic(settings, NOW)
    assert 0 < part.rows < 40
    assert part.start > whole.start


def test_looks_are_kept_when_labels_came(live: Part, project: Path) -> None:
    settings = live("settings").read_settings(project)
    looks, decision = live("release.looks"), live("release.decision")
    for labels in (100, 101, 130, 130):
        figures = {"champion_labels": labels, "challenger_labels": 20, "low": float("-inf")}
        figures |= {"high": float("inf"), "champion_loss": 1.0, "challenger_loss": 0.5}
        looks.keep(settings, "one", decision.Decision("wait", "no difference yet", figures), NOW)
    found = looks.looks(settings, "one")
    assert [one.labels for one in found] == [120, 150]
    assert found[0].low is None
    assert found[0].difference == -0.5
    assert looks.looks(settings, "another") == ()
