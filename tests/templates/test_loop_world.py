"""The world of a replay is apart from production, and a replay goes on as it was begun."""

from __future__ import annotations

import json
import os
import tomllib
from importlib import import_module
from typing import Any

import pandas as pd
import pytest

from tests.templates.batches import Part
from tests.templates.turns import event

OWN_LOG = '[log]\nsync = false # [as it is]\nfolder = "{}" # shared\ndays = 400\n[alerts]\n'


def test_a_replay_is_a_world_apart(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the log nor the people of production hear of it, and no stop of theirs holds."""
    for name in ("OPS_WEBHOOK", "OPS_STOP", "OPS_ENVIRONMENT", "PROJECT_ROOT"):
        monkeypatch.setenv(name, "test")
    path = looped.root / "settings.toml"
    text = path.read_text()
    before, _, after = text.partition("[log]")
    rest = after[after.index("\n[") :].partition("[alerts]")[2]
    path.write_text(f"{before}{OWN_LOG.format('/shared/log')}{rest}")
    place = closed("loop.world").made(looped.root, False)
    settings = closed("settings").read_settings(place)
    assert closed("predictions.place").predictions_folder(settings) == place / ".state/predictions"
    told = tomllib.loads((place / "settings.toml").read_text())
    wanted = tomllib.loads(path.read_text())
    assert {**told, "log": {**told["log"], "folder": "/shared/log"}} == wanted
    assert not {"OPS_WEBHOOK", "OPS_STOP", "OPS_ENVIRONMENT"} & set(os.environ)


def test_a_shared_log_is_kept_out_of_the_settings_as_they_are_shipped(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(looped.root))
    path = looped.root / "settings.toml"
    text = path.read_text()
    head = text.index("[log]")
    path.write_text(text[:head] + text[head:].replace('folder = ""', 'folder = "/shared"', 1))
    place = closed("loop.world").made(looped.root, False)
    assert tomllib.loads((place / "settings.toml").read_text())["log"]["folder"] == ""


def test_a_world_that_cannot_be_apart_leaves_the_earlier_replay(closed: Part, looped: Any) -> None:
    place = looped.root / ".state/replay"
    place.mkdir()
    (place / "earlier").touch()
    path = looped.root / "settings.toml"
    path.write_text(
        path.read_text().replace("[log]", "[ log ]").replace('folder = ""', 'folder = "/s"', 1)
    )
    with pytest.raises(closed("errors").InvalidSettings, match=r"log\.folder"):
        closed("loop.world").made(looped.root, True)
    assert (place / "earlier").exists()


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2020-10-04", "2020-10-09", "no row lies between them"),
        ("2013-05-01", "2013-05-03", "no row lies before --from"),
        ("", "2013-05-03", "is empty"),
        ("2013-05-02", "", "is empty"),
        ("2013-05-03", "2013-05-02", "is not before"),
        ("2013-05-02", "2013-05-04", ""),
    ],
)
def test_a_replay_needs_rows_to_learn_from_and_rows_to_ask(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch, start: str, end: str, said: str
) -> None:
    days = pd.DataFrame({"time": pd.date_range("2013-05-01", periods=3), "flight_id": range(3)})
    rows = days.assign(air_time=1.0)
    monkeypatch.setattr(import_module("closed.data"), "load", lambda *words: rows)
    span = closed("loop.replay").span
    if not said:
        assert span(looped, start, end, 24) == (pd.Timestamp(start), pd.Timestamp(end))
        return
    with pytest.raises(closed("errors").InvalidTable, match=said) as caught:
        span(looped, start, end, 24)
    assert caught.value.hint


@pytest.fixture
def two_rows(closed: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table holds a row to learn from, and one to be asked."""
    rows = pd.DataFrame({"time": pd.to_datetime(["2013-05-01", "2013-06-02"])})
    rows = rows.assign(flight_id=range(2), air_time=1.0)
    monkeypatch.setattr(import_module("closed.data"), "load", lambda *words: rows)


@pytest.mark.usefixtures("two_rows")
def test_another_length_of_windows_is_another_replay(closed: Part, looped: Any) -> None:
    replay = closed("loop.replay")
    begun = replay.Window("2013-06-01T00:00:00", "2013-06-02T00:00:00", 9, "1", {}, None, ())
    place = looped.root / ".state/windows.jsonl"
    place.write_text(json.dumps(begun.__dict__) + "\n")
    with pytest.raises(closed("errors").Refused, match="first window"):
        next(replay.Replay(looped, "2013-06-01", "2013-06-09", 48).run())


@pytest.mark.usefixtures("two_rows")
@pytest.mark.parametrize(
    ("phase", "said"), [("done", "no version passed the gate"), ("failed", "it moved")]
)
def test_without_a_version_at_its_beginning_there_is_no_replay(
    closed: Part, idle: Any, monkeypatch: pytest.MonkeyPatch, phase: str, said: str
) -> None:
    """What made the first training fail is told."""
    replay = closed("loop.replay")

    class Nobody:
        def load(self) -> None:
            raise closed("errors").NoModel("no model answers yet", "train one")

    def operate(settings: Any, *moment: Any) -> Any:
        closed("loop.turns").append(settings, event(closed, "train", phase))
        yield "train", "no version yet"

    monkeypatch.setattr(replay, "model_source", lambda settings: Nobody())
    (idle.root / ".state").mkdir()
    begun = replay.Replay(idle, "2013-06-01", "2013-06-09", 24, operate)
    with pytest.raises(closed("errors").Refused, match=said) as caught:
        next(begun.run())
    assert caught.value.hint


@pytest.mark.parametrize("every", ["nan", "inf", "0", "1e-9", "1e300"])
def test_windows_that_have_no_end_are_refused_before_there_is_a_world(
    closed: Part,
    idle: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    every: str,
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(idle.root))
    words = ["replay", "--from", "2013-05-02", "--to", "2013-05-04", "--every", every]
    assert closed("cli").run(words) == 2
    said = capsys.readouterr().err
    assert "--every is" in said
    assert "hint:" in said
    assert not (idle.root / ".state/replay").exists()


def test_one_replay_of_a_project_runs_at_a_time(
    closed: Part,
    looped: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The world of the one that runs stays as it is."""
    monkeypatch.setenv("PROJECT_ROOT", str(looped.root))
    place = looped.root / ".state/replay"
    place.mkdir()
    (place / "running").touch()
    words = ["replay", "--fresh", "--from", "2013-05-02", "--to", "2013-05-04"]
    with closed("loop.world").held(looped.root):
        assert closed("cli").run(words) == 4
    told = capsys.readouterr().err
    assert "another replay runs here" in told
    assert "hint: wait for it, or end it" in told
    assert [path.name for path in place.iterdir()] == ["running"]


def test_under_wrong_limits_nothing_is_replayed_and_nothing_forgotten(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(looped.root))
    path, place = looped.root / "settings.toml", looped.root / ".state/replay"
    path.write_text(path.read_text().replace("\nfresh = ", "\nfresh = -"))
    place.mkdir()
    (place / "earlier").touch()
    words = ["replay", "--fresh", "--from", "2013-05-02", "--to", "2013-05-04"]
    assert closed("cli").run(words) == 2
    assert "automation.fresh" in capsys.readouterr().err
    assert [path.name for path in place.iterdir()] == ["earlier"]


def test_a_replay_lets_go_of_the_world_at_its_end(closed: Part, looped: Any) -> None:
    held = closed("loop.world").held
    with pytest.raises(KeyboardInterrupt), held(looped.root):
        raise KeyboardInterrupt
    with held(looped.root):
        pass


@pytest.mark.usefixtures("two_rows")
def test_a_replay_that_is_over_says_so(
    closed: Part, looped: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(looped.root))
    window = closed("loop.replay").Window
    whole = window("2013-06-02T00:00:00", "2013-06-03T00:00:00", 9, "1", {}, None, ())
    place = looped.root / ".state/replay/.state/windows.jsonl"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(whole.__dict__) + "\n")
    assert closed("cli").run(["replay", "--from", "2013-06-02", "--to", "2013-06-03"]) == 0
    assert "--fresh begins anew" in capsys.readouterr().err
