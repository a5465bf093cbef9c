"""Feedback: labels come one by one or together, and are taken whole or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.templates.live_world import World, ask


def labels(world: World) -> list[dict[str, Any]]:
    part = world.live("predictions.segments")
    folder = world.root / ".state" / "labels"
    return [json.loads(line) for one in part.segments(folder) for line in part.lines(one)]


def test_labels_come_one_by_one_or_together(world: World) -> None:
    service = world.service()
    many = [{"key": "b", "label": False}, {"key": 7, "label": True}]
    replies = ask(
        service.app,
        {"path": "/feedback", "body": {"key": "a", "label": True}},
        {"path": "/feedback", "body": many},
    )
    assert [json.loads(reply[2]) for reply in replies] == [{"labels": 1}, {"labels": 2}]
    assert [one["label"] for one in labels(world)] == [True, False, True]
    assert [str(one["key"]) for one in labels(world)] == ["a", "b", "7"]
    assert all(one["known"].endswith("+00:00") for one in labels(world))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"key": "a", "label": "true"}, 422),
        ({"key": "a", "label": 1}, 422),
        ({"key": "a", "label": None}, 422),
        ({"key": None, "label": True}, 422),
        ({"key": "a"}, 422),
        ({"key": "a", "label": True, "more": 1}, 422),
        ([], 422),
        ([{"key": "a", "label": True}, {"key": "b", "label": 5}], 422),
        ([{"key": "a", "label": True}] * 11, 413),
        (b"{", 400),
        (b"", 400),
    ],
)
def test_labels_that_do_not_fit_are_refused_whole(world: World, body: Any, status: int) -> None:
    reply = ask(world.service().app, {"path": "/feedback", "body": body})[0]
    assert reply[0] == status
    assert json.loads(reply[2])["error"]
    assert labels(world) == []


def test_labels_that_cannot_be_written_are_refused(world: World) -> None:
    folder = world.root / ".state" / "labels"
    folder.parent.mkdir(parents=True)
    folder.symlink_to("/dev/full")
    body = {"key": "a", "label": True}
    assert ask(world.service().app, {"path": "/feedback", "body": body})[0][0] == 503
