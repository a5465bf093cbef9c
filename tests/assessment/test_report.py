import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.answers import Answer, Answers, read_answers
from assessment.errors import NotJudged
from assessment.facts import read_facts
from assessment.report.build import build_report
from assessment.report.json import to_json
from assessment.report.model import Report
from assessment.report.text import WIDTH, to_text
from assessment.scoring import score
from assessment.target import recommend
from assessment.team import consensus
from tests.assessment import worlds
from tests.assessment.test_examples import EXAMPLES
from tests.assessment.worlds import BANK, BEST


def report(given_answers, facts=None, **options):
    found = score(BANK, given_answers, facts, **options)
    try:
        target = recommend(facts, found.confirmed) if facts else None
    except NotJudged:
        target = None
    team = consensus(BANK, [given_answers])
    return build_report(BANK, team, found, facts, target, tool_version="0")


def example(name, **options):
    case = EXAMPLES / name
    facts = read_facts(case / "facts.toml")
    return report(read_answers(case / "answers.toml", BANK), facts, **options)


def test_the_json_says_what_it_was_made_with():
    data = json.loads(to_json(example("churn")))
    assert data["schema_version"] == 1
    assert data["tool_version"] == "0"
    assert data["bank"] == {"version": BANK.version, "sha256": BANK.sha256}
    assert (data["profile"], data["quick"], data["project"]) == ("course", False, "churn")


def test_the_json_holds_level_items_and_recommendation():
    data = json.loads(to_json(example("churn")))
    assert (data["level"]["confirmed"], data["level"]["possible"]) == (0, 0)
    assert data["blockers"] == ["C2", "C1", "C5"]
    assert len(data["items"]) == 43
    tests = next(item for item in data["items"] if item["code"] == "C1")
    assert tests["status"] == "not met"
    assert tests["answer"]["value"] == 1
    assert tests["need"] == {
        "level": 1,
        "option": 2,
        "text": "Application and feature code, on every change",
    }
    assert tests["effort"] == "medium"
    assert data["recommendation"]["target"] == 1
    assert data["facts"]["retrain"] == "yearly"


def test_without_facts_there_is_no_recommendation():
    data = json.loads(to_json(report(Answers({}))))
    assert data["recommendation"] is None
    assert data["facts"] is None


@given(worlds.sets, st.none() | worlds.facts, worlds.profiles, st.booleans())
def test_a_report_survives_its_json(given_answers, facts, profile, quick):
    made = report(given_answers, facts, profile=profile, quick=quick)
    assert Report.model_validate_json(to_json(made)) == made


@given(worlds.sets, st.none() | worlds.facts, worlds.profiles, st.booleans())
def test_the_text_fits_80_columns_and_is_plain(given_answers, facts, profile, quick):
    text = to_text(report(given_answers, facts, profile=profile, quick=quick))
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert text.isascii()
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_the_text_leads_from_the_level_to_what_to_type_next():
    text = to_text(example("churn"))
    marks = [
        "level 0 of 4: No MLOps",
        "profile     course",
        "By dimension",
        "What keeps level 1 away",
        "C2  Does a failing test stop",
        "How far to go: level 1",
        "level 1: somebody depends on it [users: users == yes",
        "What to type next",
        "mlops-maturity new NAME --level 1",
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_the_text_shows_the_interval_and_unknown_levels():
    text = to_text(example("recommender"))
    assert "level 2 of 4 (possible 4)" in text
    assert "Release          [-#??]  1 of 3  target 4" in text


def test_a_quick_estimate_says_so():
    assert "quick estimate: level 4" in to_text(example("recommender", quick=True))


def test_a_conflict_shows_need_possibility_and_ways_out():
    facts = read_facts(EXAMPLES / "prices" / "facts.toml").model_copy(update={"capacity_fte": 1})
    text = to_text(report(worlds.answers(BEST), facts))
    assert "! conflict: need 4, possible 2" in text
    assert "a managed service" in text


def test_what_does_not_apply_and_what_is_assumed_is_said():
    given_answers = Answers({"D2": Answer(not_applicable="no table of ours")})
    text = to_text(report(given_answers))
    assert "not applicable: D2 (no table of ours)" in text
    assert "regulation is not known; it decides on D4, G1, G4, G5" in text


def test_control_signs_never_reach_the_terminal():
    given_answers = Answers({"D2": Answer(not_applicable="\x1b[31mred\x07")}, project="a\x1b[2Jb")
    assert "\x1b" not in to_text(report(given_answers))


@pytest.mark.parametrize("current", ["churn", "credit"])
def test_reports_are_equal_for_equal_input(current):
    assert to_json(example(current)) == to_json(example(current))
