"""The comparison that runs, in a real registry: one write begins it, one ends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.templates.conftest import NOW

Part = Callable[[str], ModuleType]


@pytest.fixture
def settings(registered: Any) -> Any:
    """Settings of a project with versions 1 to 3, of which 1 answers and 3 failed its checks."""
    return registered


def decision(live: Part, kind: str) -> Any:
    return live("release.decision").Decision(kind, "as it is", {"low": float("-inf"), "high": 1.0})


def told(live: Part, settings: Any, number: int) -> dict[str, Any]:
    found: dict[str, Any] = live("registry.versions").version(settings, number).told("experiment")
    return found


def test_nothing_runs_before_it_is_started(live: Part, settings: Any) -> None:
    assert live("release.experiment").running(settings) is None


def test_a_version_that_is_started_runs_beside_the_champion(live: Part, settings: Any) -> None:
    part = live("release.experiment")
    begun = part.start(settings, 2, 0.3, NOW)
    assert part.running(settings) == begun
    assert (begun.version, begun.against, begun.share) == (2, 1, 0.3)
    assert begun.days(NOW + timedelta(days=3)) == 3
    state = live("registry.versions").state(settings)
    assert (state.champion, state.aliases["challenger"]) == (1, 2)


@pytest.mark.parametrize(
    ("number", "error", "match"),
    [(1, "Refused", "answers already"), (3, "Refused", "did not pass"), (9, "OpsError", "no ver")],
)
def test_what_cannot_be_compared_is_refused(
    live: Part, settings: Any, number: int, error: str, match: str
) -> None:
    part = live("release.experiment")
    with pytest.raises(getattr(live("errors"), error), match=match):
        part.start(settings, number, 0.2, NOW)
    assert part.running(settings) is None


def test_one_comparison_runs_at_a_time(live: Part, settings: Any) -> None:
    part = live("release.experiment")
    begun = part.start(settings, 2, 0.2, NOW)
    with pytest.raises(live("errors").Refused, match="is being compared"):
        part.start(settings, 2, 0.2, NOW)
    assert part.running(settings) == begun


def test_a_dropped_version_meets_no_traffic_and_its_record_says_why(
    live: Part, settings: Any
) -> None:
    part = live("release.experiment")
    begun = part.start(settings, 2, 0.2, NOW)
    part.settle(settings, begun, decision(live, "drop"), NOW)
    assert part.running(settings) is None
    assert live("registry.versions").state(settings).champion == 1
    found = told(live, settings, 2)
    assert (found["outcome"], found["reason"], found["figures"]) == (
        *("drop", "as it is"),
        {"low": None, "high": 1.0},
    )
    with pytest.raises(live("errors").Refused, match="does not run"):
        part.settle(settings, begun, decision(live, "drop"), NOW)


def test_a_promoted_version_answers_and_the_comparison_is_over(live: Part, settings: Any) -> None:
    part = live("release.experiment")
    part.settle(settings, part.start(settings, 2, 0.2, NOW), decision(live, "promote"), NOW)
    assert part.running(settings) is None
    state = live("registry.versions").state(settings)
    assert (state.champion, state.releases[-1].reason) == (2, "as it is")
    assert told(live, settings, 2)["outcome"] == "promote"


def test_a_release_by_a_person_ends_the_comparison_at_once(live: Part, settings: Any) -> None:
    part = live("release.experiment")
    part.start(settings, 2, 0.2, NOW)
    live("registry.release").promote(settings, 2, 1, "a person knows better", NOW)
    assert part.running(settings) is None


@pytest.mark.parametrize("kind", ["promote", "drop"])
@pytest.mark.parametrize("write", [1, 2, 3, 4])
def test_whoever_is_stopped_before_any_write_leaves_the_old_or_the_new_state(
    live: Part, settings: Any, monkeypatch: pytest.MonkeyPatch, kind: str, write: int
) -> None:
    from mlflow import MlflowClient

    part, left = live("release.experiment"), write
    begun = part.start(settings, 2, 0.2, NOW)

    def guarded(real: Any) -> Any:
        def call(*given: Any, **more: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                raise KeyboardInterrupt
            return real(*given, **more)

        return call

    with monkeypatch.context() as patch:
        for name in (
            *("set_model_version_tag", "delete_registered_model_tag", "set_registered_model_tag"),
            *("set_registered_model_alias", "delete_registered_model_alias"),
        ):
            patch.setattr(MlflowClient, name, guarded(getattr(MlflowClient, name)))
        with suppress(KeyboardInterrupt):
            part.settle(settings, begun, decision(live, kind), NOW)
    champion = live("registry.versions").state(settings).champion
    if part.running(settings) is None:
        assert champion == (2 if kind == "promote" else 1)
    else:
        assert (part.running(settings), champion) == (begun, 1)
        part.settle(settings, begun, decision(live, kind), NOW)
        assert part.running(settings) is None


WHOLE = '{"id": "x", "version": 2, "against": 1, "share": 0.2, "salt": "s", "since": "%s"}'


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"id": "x"}', "null", WHOLE % "yesterday", WHOLE % "2026-01-01T00:00:00"],
)
def test_a_tag_that_is_none_starts_nothing(live: Part, text: str) -> None:
    state = live("registry.versions").State({"champion": 1}, (), {"experiment": text})
    assert live("release.experiment").read(state) is None
