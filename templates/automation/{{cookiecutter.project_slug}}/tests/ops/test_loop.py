# ours: kept current by mlops-maturity upgrade
"""The loop: what it does at a look, what keeps it from acting, and a replay of the past."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

LEARNT = 0.7


@pytest.fixture(scope="module")
def answering(part, settings, tmp_path_factory):
    """A project of its own, whose version has learnt from most of the rows, but not the newest."""
    root = tmp_path_factory.mktemp("answering") / "project"
    root.mkdir()
    shutil.copy(settings.root / "settings.toml", root)
    clock = part("ops.rows").labelled_rows(settings).clock
    end = part("ops.rows").show_moment(clock.iloc[int(LEARNT * len(clock))])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROJECT_ROOT", str(root))
        assert part("ops.cli").run(["train", "--end", end]) == 0
    return root


@pytest.fixture
def world(answering, part, tmp_path, monkeypatch):
    """Settings of a copy of it; the commands work on that."""
    shutil.copytree(answering, tmp_path / "world", symlinks=True)
    return at(tmp_path / "world", part, monkeypatch)


@pytest.fixture
def there(answering, part, monkeypatch):
    """Settings of the project itself, since only where it began may one train again."""
    return at(answering, part, monkeypatch)


def at(root, part, monkeypatch):
    monkeypatch.setenv("PROJECT_ROOT", str(root))
    monkeypatch.delenv("OPS_STOP", raising=False)
    return part("ops.settings").read_settings(root)


@pytest.fixture
def ops(part, capsys):
    """The command in this process; checks how it ends and returns what it printed."""

    def run(*words, code=0):
        capsys.readouterr()
        assert part("ops.cli").run([str(word) for word in words]) == code
        return capsys.readouterr()

    return run


def alarm(part, settings):
    """Production shows something, a minute from now."""
    when = (datetime.now(UTC) + timedelta(minutes=1)).isoformat(timespec="seconds")
    series = part("ops.monitoring.series")
    series.add_alert(settings, series.Alert(when, "drift", True, ("a",), when, "a moved", "look"))


def limited(ops):
    return json.loads(ops("limits", "--format", "json").out)


def test_where_all_is_quiet_nothing_is_done(ops, world):
    assert "all is quiet" in ops("loop", "--once").out
    told = limited(ops)
    assert (told["stopped"], told["trainings_in_a_day"]) == ("", 0)
    assert "cooldown" in ops("limits").out


def test_a_stop_counts_until_it_is_taken_back(ops, part, world, monkeypatch):
    alarm(part, world)
    ops("stop", "--reason", "a holiday")
    assert "a holiday" in ops("loop", "--once").out
    assert "a holiday" in ops("limits", code=1).out
    assert "it may act again" in ops("stop", "--off").err
    monkeypatch.setenv("OPS_STOP", "1")
    assert "OPS_STOP is set" in ops("loop", "--once").out


def test_limits_that_are_used_up_keep_it_from_training(ops, part, world):
    alarm(part, world)
    turns = part("ops.loop.turns")
    for turn in ("a", "b"):
        now = datetime.now(UTC).isoformat(timespec="seconds")
        turns.append(world, turns.Event(turn, now, "train", "begun", "a moved"))
        turns.append(world, turns.Event(turn, now, "train", "failed", "it broke"))
    assert "2 trainings in a day" in ops("loop", "--once").out
    assert "2 trainings in a day" in ops("limits", code=1).out


def test_settings_that_make_no_sense_are_told(ops, world):
    path = world.root / "settings.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("per_day = 2", "per_day = -1"), encoding="utf-8")
    assert "automation.per_day" in ops("loop", "--once", code=2).err
    path.write_text(text.replace("freeze = []", 'freeze = ["often"]'), encoding="utf-8")
    assert "automation.freeze" in ops("limits", code=2).err


def test_one_loop_at_a_time_acts(ops, part, world):
    with part("ops.loop.lease").held(world, 60):
        assert "another loop acts" in ops("loop", "--once", code=4).err


def test_a_person_approves_a_version(ops, part, world):
    versions = part("ops.registry.versions")
    first = versions.version(world, 1)
    versions.register(world, first.run_id, "", dict(first.tags))
    ops("approve", 2, "--reason", "it was looked at")
    assert part("ops.loop.approval").approved(versions.version(world, 2))
    assert "answers already" in ops("approve", 1, code=4).err
    ops("approve", 10_000, code=2)


def test_a_replay_goes_on_where_it_was(ops, part, world, monkeypatch):
    clock = part("ops.rows").labelled_rows(world).clock
    first, last = (clock.iloc[int(share * len(clock))] for share in (0.8, 0.9))
    length = (last - first).total_seconds() / 3600 if world.data.time else last - first
    start, end = map(part("ops.rows").show_moment, (first, last))
    words = ("replay", "--from", start, "--to", end, "--every", length / 2, "--format", "json")
    monkeypatch.setenv("OPS_ALONE", "1")
    path = world.root / "settings.toml"  # nothing is trained but the version that it begins with
    text = path.read_text(encoding="utf-8")
    assert "fresh = 20" in text
    path.write_text(text.replace("fresh = 20", "fresh = 1000000"), encoding="utf-8")
    windows = json.loads(ops(*words).out)["windows"]
    assert [one["start"] for one in windows][0] == start
    assert windows[-1]["end"] == end
    assert {one["champion"] for one in windows} == {"1"}
    assert sum(one["rows"] for one in windows) > 0
    monkeypatch.setenv("PROJECT_ROOT", str(world.root))
    assert json.loads(ops(*words).out)["windows"] == windows
    monkeypatch.setenv("PROJECT_ROOT", str(world.root))
    ops(*words[:1], "--from", end, *words[3:], code=2)


def test_an_alarm_leads_to_a_version_that_meets_traffic_until_a_stop(ops, part, there):
    alarm(part, there)
    told = ops("watch", "--once")
    assert "train: a moved" in told.out, told.err
    assert "compare version 2" in told.out, told.err
    running = part("ops.release.experiment").running
    assert running(there).version == 2
    assert limited(ops)["trainings_in_a_day"] == 1
    assert "0 labels" in ops("loop", "--once").out
    ops("stop", "--reason", "a holiday")
    assert "a holiday" in ops("loop", "--once", code=1).out
    assert running(there) is None
    assert part("ops.registry.versions").state(there).champion == 1
    (turn,) = json.loads(ops("releases", "--format", "json").out)["turns"]
    assert (turn["signal"], turn["outcome"]) == ("a moved", "halt")
    assert "a moved: train, compare, halt; halt" in ops("releases").out
    assert [one.version for one in part("ops.loop.story").happened(there, None)] == [2, 2, 2]
