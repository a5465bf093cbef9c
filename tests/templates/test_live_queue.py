"""What waits behind a version that cannot be compared: it gets its turn, and the reason stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor

from tests.templates.conftest import NOW
from tests.templates.traffic import HOUR, asked, model_file, noisy, tag

Part = Callable[[str], ModuleType]
COLUMN = {"name": "x", "kind": "number", "nullable": False, "categories": []}


CHAMPION, WAITS, NEWER, WIDER, CLASSIFIER = 1, 2, 3, 4, 5
VERSIONS = (
    *((DummyRegressor(strategy="constant", constant=one).fit([[0]], [0]), []) for one in range(3)),
    (DummyRegressor(strategy="constant", constant=9).fit([[0]], [0]), [COLUMN]),
    (DummyClassifier().fit([[0], [1]], [0, 1]), []),
)


@pytest.fixture(scope="module")
def registry_of_five(
    live: Part, live_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Version 1 answers; of the others, 4 takes other columns and 5 answers in another form."""
    root = tmp_path_factory.mktemp("queue")
    text = (live_project / "settings.toml").read_text(encoding="utf-8")
    text = text.replace('key = "flight_id"\n', "")  # the seam tells no label
    (root / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPS_ALONE", "1")
        settings = live("settings").read_settings(root)
        for estimator, features in VERSIONS:
            about = {
                **{"metrics": {"mae": 1.0}, "params": {}, "data_sha256": "", "created": ""},
                **{"features": features, "window": {}, "holdout": {}},
            }
            content, card = live("model_file").pack(estimator, about)
            live("registry.handed").register_file(settings, content, card)
        live("registry.release").promote(settings, CHAMPION, None, "the first", NOW)
    return root


@pytest.fixture
def settings(
    live: Part, registry_of_five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Settings of a copy of it, where version 2 passed the gate and waits."""
    monkeypatch.setenv("OPS_ALONE", "1")
    shutil.copytree(registry_of_five, tmp_path / "copy")
    found = live("settings").read_settings(tmp_path / "copy")
    tag(live, found, WAITS, "gate", "[]")
    return found


def told(live: Part, settings: Any, number: int) -> dict[str, Any]:
    found: dict[str, Any] = live("registry.versions").version(settings, number).told("experiment")
    return found


def untouched(path: Path) -> None:
    pass


def replaced(path: Path) -> None:
    path.write_bytes(b"of somebody else")


@pytest.mark.parametrize(
    ("number", "spoilt", "reason"),
    [
        (WIDER, untouched, "other columns"),
        (CLASSIFIER, untouched, "by score, and version 1 by prediction"),
        (NEWER, replaced, "not the one that was registered"),
        (NEWER, Path.unlink, "cannot be fetched"),
    ],
)
def test_a_version_that_cannot_be_compared_is_passed_over_and_the_next_one_meets_traffic(
    live: Part, settings: Any, number: int, spoilt: Callable[[Path], None], reason: str
) -> None:
    tag(live, settings, number, "gate", "[]")
    spoilt(model_file(live, settings, number))
    found = live("release.judging").judge(settings, NOW)
    assert [(one.version, reason in one.said) for one in found.passed_over] == [(number, True)]
    assert (found.taken.version, found.taken.answers) == (2, False)
    outcome = told(live, settings, number)
    assert (outcome["outcome"], outcome["against"]) == ("drop", 1)
    assert reason in outcome["reason"]
    again = live("release.judging").judge(settings, NOW + HOUR)
    assert again.passed_over == ()
    assert live("release.experiment").running(settings).version == 2


def test_where_nothing_can_be_fetched_no_version_is_blamed(live: Part, settings: Any) -> None:
    for number in (CHAMPION, WAITS):
        model_file(live, settings, number).unlink()
    with pytest.raises((live("errors").OpsError, OSError)):
        live("release.waiting").go_on(settings, NOW)
    assert told(live, settings, 2) == {}


def test_where_what_passed_answers_at_once_a_broken_file_holds_up_nobody(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag(live, settings, NEWER, "gate", "[]")
    replaced(model_file(live, settings, NEWER))
    monkeypatch.setenv("OPS_ENVIRONMENT", "test")
    turn = live("release.waiting").go_on(settings, NOW)
    assert [one.version for one in turn.passed_over] == [NEWER]
    assert (turn.taken.version, turn.taken.answers) == (2, True)


def test_a_person_who_starts_it_is_told_why_not(live: Part, settings: Any) -> None:
    part = live("release.experiment")
    with pytest.raises(live("release.likeness").Incomparable, match="other columns"):
        part.start(settings, WIDER, 0.2, NOW)
    assert part.running(settings) is None


def test_a_comparison_whose_version_is_gone_ends_and_the_next_one_begins(
    live: Part, settings: Any
) -> None:
    tag(live, settings, NEWER, "gate", "[]")
    assert live("release.waiting").take_up(settings, NOW).version == NEWER
    with live("tracking.place").client(settings) as mlflow:
        mlflow.delete_model_version("live", str(NEWER))
    assert live("release.waiting").take_up(settings, NOW) is None
    found = live("release.judging").judge(settings, NOW + HOUR)
    assert found.standing.decision.kind == "drop"
    assert found.taken.version == 2


def test_answers_that_cannot_be_measured_end_a_comparison(live: Part, settings: Any) -> None:
    tag(live, settings, NEWER, "gate", "[]")
    live("release.waiting").take_up(settings, NOW)
    begun = live("release.experiment").running(settings)
    for version, answers in ((1, noisy(1.0, 2)), (NEWER, ["much"] * 200)):
        asked(live, settings, version, answers, NOW + HOUR, experiment=begun.id)
    found = live("release.judging").judge(settings, NOW + 2 * HOUR)
    assert found.standing.decision.kind == "drop"
    assert "cannot be measured" in told(live, settings, NEWER)["reason"]
    assert found.taken.version == 2


def test_a_comparison_that_no_service_knows_ends_once_all_should_know_of_it(
    live: Part, settings: Any
) -> None:
    tag(live, settings, NEWER, "gate", "[]")
    live("release.waiting").take_up(settings, NOW)
    judge = live("release.judging").judge
    asked(live, settings, 1, noisy(1.0, 1), NOW + timedelta(minutes=30))
    assert judge(settings, NOW + 2 * HOUR).standing.decision.kind == "wait"
    asked(live, settings, 1, noisy(1.0, 2), NOW + 3 * HOUR)
    found = judge(settings, NOW + 4 * HOUR)
    assert "no service compares it" in found.standing.decision.reason
    assert told(live, settings, NEWER)["outcome"] == "drop"
    assert found.taken.version == 2


def test_a_comparison_that_a_service_knows_goes_on_though_another_one_does_not(
    live: Part, settings: Any
) -> None:
    live("release.waiting").take_up(settings, NOW)
    begun = live("release.experiment").running(settings)
    asked(live, settings, 1, noisy(1.0, 1), NOW + 2 * HOUR)
    asked(live, settings, 1, [1.0], NOW + 2 * HOUR, experiment=begun.id)
    found = live("release.judging").judge(settings, NOW + 3 * HOUR)
    assert found.standing.decision.kind == "wait"
