"""Rows of the past are asked once each, and answers and labels go on record, whenever it ends."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from sklearn.dummy import DummyRegressor

from tests.templates.batches import Part


class Killed(BaseException):
    """As a process that is killed, it does nothing more."""


def answered_by_a_dummy(closed: Part, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model = DummyRegressor(strategy="constant", constant=1.0).fit([[0]], [1])
    features = (settings.data.column("distance"),)
    loaded = SimpleNamespace(estimator=model, features=features, card={"version": 1})
    source = SimpleNamespace(load=lambda: loaded)
    part = closed("loop.asking")
    monkeypatch.setattr(part, "model_source", lambda settings: source)
    monkeypatch.setattr(part, "running", lambda settings: None)


@pytest.mark.parametrize("write", [0, 1])
def test_a_kill_before_a_write_of_a_window_without_keys_loses_no_answer_and_no_label(
    closed: Part, idle: Any, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    settings = replace(idle, data=replace(idle.data, key=None))
    answered_by_a_dummy(closed, settings, monkeypatch)
    moments = pd.date_range("2013-06-01", periods=5, freq="h")
    rows = pd.DataFrame({"time": moments, "distance": 9.0, "air_time": 1.0})
    told = pd.DataFrame({"key": rows.index, "label": 1.0, "known": moments})
    monkeypatch.setattr(import_module("closed.data"), "labels", lambda *words: told)
    start, end = pd.Timestamp("2013-06-01"), pd.Timestamp("2013-06-02")
    log = closed("predictions.segments").Log
    honest, made = log.write, [0]

    def killed(self: Any, content: bytes) -> None:
        made[0] += 1
        if made[0] > write:
            raise Killed
        honest(self, content)

    def ask() -> Any:
        return closed("loop.asking").Asking(settings, start, end).ask(rows, start, end)

    with monkeypatch.context() as patch:
        patch.setattr(log, "write", killed)
        with pytest.raises(Killed):
            ask()
    names = [f"{number}/0" for number in rows.index]
    assert [one.id for one in ask().values()] == names
    assert [one.id for one in ask().values()] == names
    records = closed("predictions.reading").records(settings)
    assert [one.id for one in records] == names
    folder = closed("predictions.place").labels_folder(settings)
    assert [one.key for one in closed("predictions.labels").entries(folder)] == names
