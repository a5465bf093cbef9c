"""Every worked case comes out as its `expected.toml` says."""

import tomllib
from pathlib import Path

import pytest

from assessment.answers import Answer, Answers, read_answers
from assessment.facts import read_facts
from assessment.questions import load_bank
from assessment.scoring import score
from assessment.target import recommend

BANK = load_bank()
EXAMPLES = Path(__file__).parents[2] / "examples"
CASES = sorted(path.parent for path in EXAMPLES.glob("*/expected.toml"))
ASSESSED = [case for case in CASES if (case / "answers.toml").exists()]
TARGETED = [case for case in CASES if (case / "facts.toml").exists()]
MICROSOFT = [case for case in CASES if case.name.startswith("microsoft-")]


def name(case):
    return case.name


def expected(case):
    return tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))


def facts(case):
    return read_facts(case / "facts.toml") if case in TARGETED else None


def answers(case):
    return read_answers(case / "answers.toml", BANK)


def test_all_cases_are_there():
    assert {case.name for case in TARGETED} >= {
        *("thesis", "churn", "forecasts", "recommender", "fraud", "credit", "triage", "prices")
    }
    assert len(MICROSOFT) == 5
    assert all((case / "README.md").read_text(encoding="utf-8").strip() for case in CASES)


@pytest.mark.parametrize("case", ASSESSED, ids=name)
def test_the_level_is_as_expected(case):
    wanted = expected(case)
    found = score(BANK, answers(case), facts(case), profile=wanted["profile"])
    assert (found.confirmed, found.possible) == (wanted["level"], wanted["possible"])


@pytest.mark.parametrize("case", TARGETED, ids=name)
def test_the_target_is_as_expected(case):
    wanted, found = expected(case), recommend(facts(case))
    assert (found.target, found.approval) == (wanted["target"], wanted["approval"])
    assert found.dimensions.items() >= wanted.get("dimensions", {}).items()
    assert not found.dropped


@pytest.mark.parametrize("case", ASSESSED, ids=name)
def test_the_quick_estimate_lies_within_the_interval(case):
    wanted = expected(case)
    quick = score(BANK, answers(case), facts(case), profile=wanted["profile"], quick=True)
    assert wanted["level"] <= quick.confirmed <= wanted["possible"]


def test_fraud_keeps_drift_as_an_alarm():
    notes = {note.rule for note in recommend(facts(EXAMPLES / "fraud")).notes}
    assert "drift-alarms-only" in notes


@pytest.mark.parametrize("case", MICROSOFT, ids=name)
def test_what_microsoft_leaves_open_may_be_answered_either_way(case):
    given = answers(case)
    silent = {code: Answer() for code, one in given.by_code.items() if one.not_applicable}
    found = score(BANK, Answers(given.by_code | silent), profile="microsoft")
    assert found.confirmed <= expected(case)["level"] == found.possible


def test_the_course_asks_for_monitoring_at_level_three():
    found = score(BANK, answers(EXAMPLES / "microsoft-3"), profile="course")
    assert found.confirmed == 2
    assert [one.question.code for one in found.blockers] == ["O3"]
