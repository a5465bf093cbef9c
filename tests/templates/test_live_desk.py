"""Live traffic: who answers, what is on record before anybody is told, and what goes wrong."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any

import pytest

from tests.templates.live_world import BAD, RECORD, Part, World, ask

KEYS = [f"k{number}" for number in range(200)]


def predict(records: Any, request: str = "r") -> dict[str, Any]:
    return {"path": "/predict", "body": records, "headers": {"x-request-id": request}}


def answers(reply: tuple[int, Any, bytes]) -> list[dict[str, Any]]:
    assert reply[0] == 200, reply
    found: list[dict[str, Any]] = json.loads(reply[2])["answers"]
    return found


def test_each_answer_is_a_record_with_what_was_asked(world: World) -> None:
    service = world.service()
    ask(service.app, predict([RECORD, {"x": 0.5, "c": "green"}], "mine"))
    one, other = world.records
    assert one["id"] == "mine/0"
    assert other["id"] == "mine/1"
    assert one["features"] == {"x": 2.0, "n": 3.0, "b": True, "c": "red"}
    assert other["features"] == {"x": 0.5, "n": None, "b": None, "c": "green"}
    assert (one["prediction"], one["key"], one["version"]) == (True, "k1", "1")
    assert other["prediction"] is False
    assert one["score"] == pytest.approx(0.731, abs=1e-3)
    assert one["ms"] > 0
    assert "variant" not in one or one["variant"] == "champion"
    assert "key" not in other
    assert "experiment" not in one


def test_what_came_together_is_written_by_one_call_before_the_answers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, order, write = world.service(), [], os.write

    def seen(file: int, content: bytes) -> int:
        if b'"features"' in content:
            order.append(content.count(b"\n"))
        return write(file, content)

    monkeypatch.setattr(os, "write", seen)
    replies = ask(service.app, *(predict(RECORD, f"r{number}") for number in range(16)))
    assert order == [16]
    assert [one["id"] for one in world.records] == [f"r{number}/0" for number in range(16)]
    assert {reply[0] for reply in replies} == {200}


def test_a_bad_row_fails_its_own_sender_and_is_a_record_of_its_own(world: World) -> None:
    service = world.service()
    bad = [RECORD, {**RECORD, "id": "k2", "x": BAD}]
    good, failed = ask(service.app, predict(RECORD, "good"), predict(bad, "bad"))
    assert answers(good)[0]["prediction"] is True
    assert failed[0] == 422
    assert json.loads(failed[2])["row"] == 2
    assert [(one["id"], one.get("error", "")[:13]) for one in world.records] == [
        ("good/0", ""),
        ("bad/1", "the model can"),
    ]
    assert world.records[1]["key"] == "k2"
    assert "prediction" not in world.records[1]


def test_a_body_that_its_sender_got_wrong_is_no_failure_of_the_model(world: World) -> None:
    ask(world.service().app, predict({"x": "no number"}))
    assert world.records == []


def test_the_same_key_meets_the_same_version_wherever_it_stands(world: World) -> None:
    service = world.service()
    world.challenged(service, 0.3, bound=9.0)
    bodies = [
        [{"id": key, "x": 2.0} for key in KEYS[first : first + 10]] for first in range(0, 200, 10)
    ]
    bodies += [[one] for body in reversed(bodies) for one in body]
    met: dict[str, set[str]] = {}
    for body, reply in zip(bodies, ask(service.app, *map(predict, bodies)), strict=True):
        for record, answer in zip(body, answers(reply), strict=True):
            assert answer["key"] == record["id"]
            assert answer["prediction"] is ("model_version" not in answer)  # each its own answer
            met.setdefault(str(record["id"]), set()).add(answer.get("model_version", "1"))
    assert {len(versions) for versions in met.values()} == {1}
    count = Counter(version for versions in met.values() for version in versions)
    assert 35 <= count["2"] <= 85
    for one in world.records:
        assert {one["version"]} == met[one["key"]]
        assert (
            one.get("variant", "champion") == {"1": "champion", "2": "challenger"}[one["version"]]
        )
        assert one["experiment"] == "e1"


def test_records_without_a_key_are_told_apart_one_by_one(world: World) -> None:
    service = world.service()
    world.challenged(service, 0.5)
    replies = ask(
        service.app, *(predict([{"x": 1.0}, {"x": 2.0}], f"request {n}") for n in range(100))
    )
    versions = [tuple(one.get("model_version", "1") for one in answers(reply)) for reply in replies]
    # Those of one request are alike: together, they would count for more than they tell.
    assert set(versions) == {("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")}


def test_what_the_challenger_cannot_answer_the_champion_does(world: World) -> None:
    service = world.service()
    world.challenged(service, 1.0, fails=2.0)
    body = [{"id": "a", "x": 3.0}, {"id": "b", "x": 2.0}]
    reply, other = ask(service.app, predict(body, "r"), predict([{"id": "c", "x": 4.0}], "s"))
    assert [one["prediction"] for one in answers(reply)] == [True, True]
    assert all("model_version" not in one for one in answers(reply))
    assert answers(other)[0]["model_version"] == "2"
    told = [
        (one["id"], one["version"], "error" in one, one.get("experiment")) for one in world.records
    ]
    assert told == [
        ("r/1", "2", True, "e1"),
        ("s/0", "2", False, "e1"),
        ("r/0", "1", False, None),
        ("r/1", "1", False, None),
    ]


def test_a_row_that_no_version_can_answer_is_named_by_its_place_in_the_request(
    world: World,
) -> None:
    service = world.service()
    challenger = world.challenged(service, 0.5)
    ours = next(key for key in KEYS if not challenger.takes(key))
    theirs = next(key for key in KEYS if challenger.takes(key))
    for key in (ours, theirs):
        body = [{"id": one, "x": 3.0} for one in (ours, theirs)] + [{"id": key, "x": BAD}]
        reply = ask(service.app, predict(body))[0]
        assert reply[0] == 422
        assert json.loads(reply[2])["row"] == 3


def test_a_challenger_of_another_champion_or_with_other_columns_is_not_asked(
    world: World,
) -> None:
    service = world.service()
    world.challenged(service, 1.0)
    service._desk.challenge._running.loaded.model.__dict__["features"] = ()
    health = json.loads(ask(service.app, {"path": "/health"})[0][2])
    assert any("other columns" in note for note in health["notes"])
    assert "model_version" not in answers(ask(service.app, predict(RECORD))[0])[0]
    world.challenged(service, 1.0)
    service.current.now = service.current.now.__class__(
        world.loaded("7"), service.current.now.reader, service.current.now.described
    )
    assert "model_version" not in answers(ask(service.app, predict(RECORD))[0])[0]
    assert world.records[-1]["version"] == "7"


def test_answers_go_on_when_the_log_cannot_be_written(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    service = world.service()
    folder = world.root / ".state" / "predictions"
    folder.parent.mkdir(parents=True)
    folder.symlink_to("/dev/full")  # no folder: nothing can be written in it
    for _ in range(3):
        assert answers(ask(service.app, predict([RECORD, RECORD]))[0])
    assert capsys.readouterr().err.count("predictions are not recorded") == 1
    health, metrics = ask(service.app, {"path": "/health"}, {"path": "/metrics"})
    assert any("predictions are not recorded" in one for one in json.loads(health[2])["notes"])
    assert b"ops_unrecorded_predictions_total 6.0" in metrics[2]
    folder.unlink()
    ask(service.app, predict(RECORD))
    assert len(world.records) == 1
    assert json.loads(ask(service.app, {"path": "/health"})[0][2])["notes"] == world.notes


def test_a_disk_that_is_full_loses_no_record_that_comes_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, write = world.service(), os.write
    monkeypatch.setattr(
        os, "write", lambda file, text: write(file, text[:40] if b"features" in text else text)
    )
    answers(ask(service.app, predict(RECORD, "torn"))[0])
    monkeypatch.undo()
    answers(ask(service.app, predict(RECORD, "whole"))[0])
    read = world.live("predictions.record").decoded
    segments = world.live("predictions.segments")
    folder = world.root / ".state" / "predictions"
    found = read(line for one in segments.segments(folder) for line in segments.lines(one))
    assert [one.id for one in found] == ["whole/0"]


@pytest.mark.parametrize("names", [("x", "y z"), ('a"b', "c\\d"), ("é", "\x01")])
def test_features_are_told_by_whatever_name_a_column_has(
    live: Part, names: tuple[str, ...]
) -> None:
    record = live("predictions.record")
    row = record.row_maker(names)((1.5, None))
    line = record.encoded_together([record.Record("i", "t", "1", row, 1)])
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert next(record.decoded([line[:-1]])).features == dict(zip(names, (1.5, None), strict=True))
