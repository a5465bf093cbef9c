"""Draws of rows are judged by the owner's own `evaluate`, which may write into what it gets."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.templates.gate import Part

COUNT = 400


def logs(truth: Any, predictions: Any, scores: Any = None) -> dict[str, float]:
    return {"figure": float(np.abs(np.expm1(truth) - np.expm1(predictions)).mean())}


def logs_in_place(truth: Any, predictions: Any, scores: Any = None) -> dict[str, float]:
    np.expm1(truth, out=truth)
    np.expm1(predictions, out=predictions)
    return {"figure": float(np.abs(truth - predictions).mean())}


def names(truth: Any, predictions: Any, scores: Any = None) -> dict[str, float]:
    ours, theirs = (
        [one if one == "a" else "other" for one in each] for each in (truth, predictions)
    )
    return {"figure": float(np.mean([a != b for a, b in zip(ours, theirs, strict=True)]))}


def names_in_place(truth: Any, predictions: Any, scores: Any = None) -> dict[str, float]:
    for each in (truth, predictions):
        each[each != "a"] = "other"  # longer than any of them
    return {"figure": float((truth != predictions).mean())}


def told(live: Part, task: str) -> Any:
    """What is read of settings."""
    return SimpleNamespace(task=task, metric=live("settings").Metric("figure", "lower"))


WAYS = pytest.mark.parametrize(
    ("plain", "in_place", "texts"), [(logs, logs_in_place, False), (names, names_in_place, True)]
)
Way = Callable[..., dict[str, float]]


def drawn(texts: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, answers, and worse ones of those who never say the longest name."""
    chance = np.random.default_rng(0)
    if not texts:
        truth = chance.uniform(0, 2, COUNT)
        return truth, truth + chance.normal(0, 0.1, COUNT), truth + chance.normal(0, 0.2, COUNT)
    truth = chance.choice(np.array(["a", "bb", "ccccccc"], dtype=object), COUNT)
    ours = np.where(chance.uniform(size=COUNT) < 0.1, "a", truth)
    return truth, ours, np.where(ours == "ccccccc", "a", ours)


@WAYS
def test_the_gate_is_told_the_same(live: Part, plain: Way, in_place: Way, texts: bool) -> None:
    part = live("gate.improvement")
    truth, *both = drawn(texts)
    before = truth.copy()
    found = [
        part.improvement(
            *(truth, *map(part.Answers, both), live("settings").Metric("figure", "lower")),
            *(evaluate, 0.9, 50),
        )
        for evaluate in (plain, in_place)
    ]
    assert found[0] == found[1]
    assert found[0].low > 0
    assert (truth == before).all()


@WAYS
def test_so_is_who_judges_answers(
    live: Part, monkeypatch: pytest.MonkeyPatch, plain: Way, in_place: Way, texts: bool
) -> None:
    part, model = live("monitoring.performance"), importlib.import_module("live.model")
    truth, ours, _ = drawn(texts)
    rows = pd.DataFrame({"__label": truth, "__prediction": ours, "__score": None, "__scores": None})
    settings = told(live, "classification" if texts else "regression")
    champion = SimpleNamespace(card={"metrics": {"figure": 1.0}})
    found = []
    for evaluate in (plain, in_place):
        monkeypatch.setattr(model, "evaluate", evaluate)
        limits = SimpleNamespace(labels=20, worse=0.1)
        found.append(part.performance(settings, champion, rows.copy(), 1.0, limits))
    assert found[0] == found[1]
    assert found[0].low < found[0].value < found[0].high


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_only_classes_are_whole(live: Part, monkeypatch: pytest.MonkeyPatch, task: str) -> None:
    """Whole labels have classes that a log tells as numbers with a point; numbers are as told."""
    seen: set[str] = set()
    part, model = live("monitoring.performance"), importlib.import_module("live.model")
    monkeypatch.setattr(model, "evaluate", lambda truth, told, scores: seen.add(told.dtype.kind))
    labels = np.arange(COUNT) % 7
    columns = {"__label": labels, "__prediction": labels + 0.9, "__score": None, "__scores": None}
    champion = SimpleNamespace(card={}, estimator=SimpleNamespace(classes_=range(7)))
    limits = SimpleNamespace(labels=20, worse=0.1)
    part.performance(told(live, task), champion, pd.DataFrame(columns), 1.0, limits)
    assert seen == {"f" if task == "regression" else "i"}


def test_checks_are_left_out_inside_and_nowhere_else(live: Part) -> None:
    from sklearn import get_config

    before = get_config()

    def broken() -> None:
        with live("monitoring.draws").drawing():
            assert get_config()["skip_parameter_validation"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert get_config() == before
