"""One loss for both versions of a comparison: what it is, and what it never mixes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.templates.conftest import NOW
from tests.templates.live_world import SETTINGS
from tests.templates.traffic import HOUR, asked

Part = Callable[[str], ModuleType]
Told = tuple[Any, dict[str, Any]]


@pytest.fixture
def settings(live: Part, tmp_path: Path) -> Any:
    """Of a project whose metric is one of probabilities."""
    (tmp_path / "settings.toml").write_text(SETTINGS.replace('"f1"', '"log_loss"'))
    return live("settings").read_settings(tmp_path)


def sides(
    live: Part, settings: Any, labels: dict[str, Any], **versions: Iterable[Told]
) -> tuple[Any, Any]:
    """Of versions `one` and `other`, which answered keys 0, 1, … with a prediction and more."""
    record = live("predictions.record").Record
    records = [
        record(
            **{"id": f"{name}/{key}", "time": NOW.isoformat(), "version": name, "features": {}},
            **{"prediction": prediction, "key": key, **more},
        )
        for name, told in versions.items()
        for key, (prediction, more) in enumerate(told)
    ]
    found = live("release.evidence").sides(settings, records, 100.0, labels)
    return found["one"], found["other"]


@pytest.mark.parametrize(
    ("task", "metric", "scored", "loss"),
    [
        ("regression", "mae", False, "absolute error"),
        ("regression", "rmse", False, "squared error"),
        ("classification", "f1", True, "wrong answers"),
        ("classification", "log_loss", True, "logarithmic loss"),
        ("classification", "roc_auc", True, "logarithmic loss"),
        ("classification", "log_loss", False, "wrong answers"),
    ],
)
def test_the_loss_is_the_one_nearest_to_the_metric(
    live: Part, task: str, metric: str, scored: bool, loss: str
) -> None:
    assert live("release.sequential").loss_of(task, metric, scored) == loss


def test_versions_that_both_tell_probabilities_are_judged_by_them(
    live: Part, settings: Any
) -> None:
    one, other = sides(
        *(live, settings, {"0": True, "1": False}),
        one=[(True, {"score": 0.8}), (True, {"score": 0.8})],
        other=[(True, {"score": 0.5}), (False, {"score": 0.0})],
    )
    assert one.loss == other.loss == "logarithmic loss"
    assert one.losses.mean == pytest.approx(-(math.log(0.8) + math.log(0.2)) / 2)
    assert other.losses.mean == pytest.approx(math.log(2) / 2)


@pytest.mark.parametrize("silent", ["one", "other"])
def test_where_one_version_tells_none_wrong_answers_count_for_both(
    live: Part, settings: Any, silent: str
) -> None:
    told = {"one": [(True, {"score": 0.8})] * 4, "other": [(True, {"score": 0.6})] * 4}
    told[silent] = [(True, {})] * 4
    labels = {"0": True, "1": True, "2": True, "3": False}
    one, other = sides(live, settings, labels, **told)
    assert one.loss == other.loss == "wrong answers"
    assert one.losses == other.losses
    assert one.losses.mean == 0.25


def test_a_class_that_a_version_does_not_know_costs_as_a_sure_error_and_changes_no_loss(
    live: Part, settings: Any
) -> None:
    knows = {"a": 0.5, "b": 0.25, "c": 0.25}
    one, other = sides(
        *(live, settings, {"0": "a", "1": "c"}),
        one=[("a", {"scores": knows}), ("a", {"scores": knows})],
        other=[("a", {"scores": {"a": 0.5, "b": 0.5}}), ("b", {"scores": {"a": 0.0, "b": 1.0}})],
    )
    assert one.loss == other.loss == "logarithmic loss"
    assert (one.losses.count, other.losses.count) == (2, 2)
    assert other.losses.mean == pytest.approx((math.log(2) - math.log(1e-6)) / 2)


def test_a_label_beside_the_two_classes_of_the_answers_changes_no_loss(
    live: Part, settings: Any
) -> None:
    answers = [("no", {"score": 0.5}), ("yes", {"score": 1.0})]
    labels = {"0": "no", "1": "perhaps"}
    one, other = sides(live, settings, labels, one=answers, other=answers)
    assert one.loss == other.loss == "logarithmic loss"
    assert one.losses.mean == pytest.approx((math.log(2) - math.log(1e-6)) / 2)


def test_until_both_classes_were_seen_no_score_is_read_and_nothing_else_counts_instead(
    live: Part, settings: Any
) -> None:
    answers = [(False, {"score": 0.1})] * 3
    labels: dict[str, Any] = dict.fromkeys(("0", "1"), False)
    for found in sides(live, settings, labels, one=answers, other=answers):
        assert (found.loss, found.losses.count) == ("logarithmic loss", 0)
    for found in sides(live, settings, {**labels, "2": True}, one=answers, other=answers):
        assert (found.loss, found.losses.count) == ("logarithmic loss", 3)


def test_predictions_are_measured_alike_too(live: Part, settings: Any) -> None:
    one, other = sides(
        *(live, settings, {}),
        one=[(False, {})] * 9 + [(True, {})],
        other=[(False, {"score": 0.1})] * 9 + [(True, {"score": 0.9})],
    )
    assert one.predictions == other.predictions


def test_a_release_that_tells_probabilities_is_not_taken_back_for_that(
    live: Part, registered: Any
) -> None:
    settings = replace(registered, task="classification")
    answers: list[Any] = ([0.0] * 19 + [1.0]) * 50
    asked(live, settings, 1, answers, NOW - HOUR)
    live("registry.release").promote(settings, 2, 1, "a person", NOW)
    asked(live, settings, 2, answers, NOW + HOUR, score=0.05)
    assert live("release.guard").guard(settings, NOW + 2 * HOUR) is None
