"""A log of flights, watched: quiet windows are quiet, a fault is named once, nothing is twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

Part = Callable[[str], ModuleType]
FROM, FAULT, END = "2013-11-01", "2013-12-10", datetime(2014, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def trained(live: Part, live_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a model in a file, which learnt from the rows before November."""
    root = tmp_path_factory.mktemp("watched")
    text = (live_project / "settings.toml").read_text(encoding="utf-8")
    text = text.replace("hours = 24.0", "hours = 72.0").replace("reports = true", "reports = false")
    (root / "settings.toml").write_text(text, encoding="utf-8")
    settings = live("settings").read_settings(root)
    end = pd.Timestamp(FROM)
    rows = live("rows").labelled_rows(settings, None, end)
    found = live("training").train(settings, rows, {"max_iter": 30}, end)
    card = live("steps").card_of(settings, found, {})
    content, card = live("model_file").pack(found.estimator, card)
    live("model_file").put(root / "models" / "model.skops", content, card)
    return root


@pytest.fixture
def settings(live: Part, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A copy of it, whose model is that file."""
    monkeypatch.setenv("OPS_ALONE", "1")
    monkeypatch.delenv("OPS_WEBHOOK", raising=False)
    shutil.copytree(trained, tmp_path / "copy")
    source = live("source_file").FileSource(tmp_path / "copy" / "models" / "model.skops", ())
    monkeypatch.setattr(live("monitoring.watching"), "model_source", lambda _: source)
    monkeypatch.setattr(live("monitoring.performance"), "RESAMPLES", 20)
    return live("settings").read_settings(tmp_path / "copy")


def logged(live: Part, settings: Any, factor: float = 1.0, error_from: str = "2099") -> None:
    """Log the flights since November; from the day of the fault, distances are multiplied."""
    rows = live("rows").loaded(settings, pd.Timestamp(FROM))
    model = live("source_file").FileSource(settings.root / "models" / "model.skops", ()).load()
    features = live("schema").conform(rows, model.features)
    features.loc[rows["time"] >= FAULT, "distance"] *= factor
    answers, _ = live("training").answer(model.estimator, features)
    names = [column.name for column in model.features]
    values = features.astype("object").where(features.notna(), None).to_numpy().tolist()
    records = [
        live("predictions.record").Record(
            id=f"r/{place}",
            time=moment.tz_localize("UTC").isoformat(),
            version=live("monitoring.watching").version_of(model),
            features=dict(zip(names, row, strict=True)),
            prediction=None if str(moment) >= error_from else float(answer),
            error="no answer" if str(moment) >= error_from else None,
            key=int(key),
        )
        for place, (moment, row, answer, key) in enumerate(
            zip(rows["time"], values, answers, rows["flight_id"], strict=True)
        )
    ]
    log = live("predictions.segments").Log(live("predictions.place").predictions_folder(settings))
    log.append(live("predictions.record").encoded(records))
    log.close()


def test_without_a_log_there_is_nothing_to_see(live: Part, settings: Any) -> None:
    assert live("monitoring.watching").observe(settings, END) == []


def test_a_fault_raises_an_alert_that_names_the_column(live: Part, settings: Any) -> None:
    logged(live, settings, 1.6)
    found = live("monitoring.watching").observe(settings, END)
    assert [one.end for one in found] == sorted({one.end for one in found})
    assert live("monitoring.series").windows(settings) == found
    drift = [one for one in live("monitoring.series").alerts(settings) if one.kind == "drift"]
    named = [one for one in drift if "distance" in one.columns]
    assert len(named) == 1
    assert named[0].begun
    assert named[0].since >= FAULT
    assert not any("distance" in one.drifted for one in found if one.end < FAULT)
    assert live("monitoring.watching").observe(settings, END) == []


def test_labels_tell_how_right_the_answers_are(live: Part, settings: Any) -> None:
    logged(live, settings, 1.6)
    found = [one.performance for one in live("monitoring.watching").observe(settings, END)]
    assert found[-2].verdict == "worse"
    assert found[-2].value > 3 * found[-2].reference
    assert all(one.low <= one.value <= one.high for one in found if one.value is not None)
    assert found[-1].coverage == 1.0


def test_failed_answers_are_counted_and_told(live: Part, settings: Any) -> None:
    logged(live, settings, error_from="2013-12-20")
    found = live("monitoring.watching").observe(settings, END)
    assert found[0].quality.failed == 0
    assert found[-1].quality.failed == found[-1].rows > 0
    told = live("monitoring.series").alerts(settings)
    assert ("quality", ("failed answers",)) in [(one.kind, one.columns) for one in told]


@pytest.mark.parametrize(
    "changed", [("m = 2 ", "m = 1 "), ("k = 3 ", "k = 6 "), ("failed = 0.02", "failed = 0.0")]
)
def test_other_settings_tell_no_old_alert_again(
    live: Part, settings: Any, changed: tuple[str, str]
) -> None:
    logged(live, settings, 1.6, error_from="2013-12-31 12")
    observe, series = live("monitoring.watching").observe, live("monitoring.series")
    observe(settings, END)
    before = series.alerts(settings)
    assert before
    place = settings.root / "settings.toml"
    text = place.read_text(encoding="utf-8")
    assert text.count(changed[0]) == 1
    place.write_text(text.replace(*changed), encoding="utf-8")
    observe(live("settings").read_settings(settings.root), END)
    assert series.alerts(settings) == before


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_a_turn_that_was_killed_is_done_again(live: Part, settings: Any, cut: int) -> None:
    logged(live, settings, 1.6)
    observe, series = live("monitoring.watching").observe, live("monitoring.series")
    observe(settings, END)
    whole, alerts = series.windows(settings), series.alerts(settings)
    place = series.folder(settings) / "windows.jsonl"
    lines = place.read_bytes().splitlines(keepends=True)
    place.write_bytes(b"".join(lines[:-4]) + lines[-4][: 50 * cut])
    told = series.folder(settings) / "alerts.jsonl"
    told.write_bytes(b"".join(told.read_bytes().splitlines(keepends=True)[: len(alerts) - cut]))
    assert len(observe(settings, END)) == 4
    assert series.windows(settings) == whole
    assert sorted(series.alerts(settings), key=str) == sorted(alerts, key=str)


def test_many_small_turns_see_what_one_great_one_sees(live: Part, settings: Any) -> None:
    logged(live, settings, 1.6)
    observe, series = live("monitoring.watching").observe, live("monitoring.series")
    for day in pd.date_range(FROM, "2014-01-01", freq="8D", tz="UTC"):
        observe(settings, day.to_pydatetime())
    observe(settings, END)
    step = [(one.end, one.drifted, one.rows) for one in series.windows(settings)]
    shutil.rmtree(series.folder(settings))
    whole = [(one.end, one.drifted, one.rows) for one in observe(settings, END)]
    assert step == whole


def test_what_the_champion_learnt_from_is_read_as_it_was_written(live: Part, settings: Any) -> None:
    part = live("monitoring.champion")
    model = live("source_file").FileSource(settings.root / "models" / "model.skops", ()).load()
    made = part.learnt(settings, model)
    again = part.learnt(settings, model)
    assert json.loads(part.told(made, 72.0)) == json.loads(part.told(again, 72.0))
    assert made.features.whole.rows == sum(model.card["rows"].values())
    assert made.answers.whole.rows == model.card["rows"]["held_out"]
    assert len(made.features.windows) > 30


@pytest.mark.parametrize("every", ["nan", "inf", "0.5"])
def test_a_time_between_looks_that_is_none_is_refused_before_the_first_look(
    live: Part,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    every: str,
) -> None:
    looks: list[Any] = []
    monkeypatch.setenv("PROJECT_ROOT", str(project))
    monkeypatch.setattr(live("release.watching"), "turn", lambda *told: looks.append(told) or ())
    assert live("cli").run(["watch", "--every", every]) == 2
    said = capsys.readouterr().err
    assert "--every is" in said
    assert "hint:" in said
    assert not looks
