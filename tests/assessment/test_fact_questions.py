from types import NoneType
from typing import Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assessment.errors import InvalidFile, NotJudged
from assessment.fact_questions import FactQuestion, load_fact_questions, matters, parse_fact
from assessment.facts import Facts
from assessment.scoring import score
from assessment.target import recommend
from tests.assessment import worlds
from tests.assessment.worlds import BANK

FACTS = load_fact_questions()
QUICK = "users models retrain data_change wrong_prediction label_delay_days regulation capacity_fte"


def words(name):
    """Words that a fact may be, as its type says."""
    found, parts = [], [Facts.model_fields[name].annotation]
    while parts:
        one = parts.pop()
        found += get_args(one) if get_origin(one) is Literal else []
        parts += [] if get_origin(one) is Literal else get_args(one)
    return set(found) - {NoneType}


def test_every_fact_is_asked_and_nothing_else():
    assert set(FACTS) == set(Facts.model_fields)


def test_the_quick_mode_asks_eight_facts():
    assert [name for name, one in FACTS.items() if one.quick] == QUICK.split()


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_a_fact_is_asked_in_a_sentence_and_says_what_hangs_on_it(fact):
    assert "?" in fact.text
    assert fact.why.endswith(".")
    assert fact.form
    assert len({text for _, text in fact.options}) == len(fact.options)


@pytest.mark.parametrize("name", FACTS)
def test_the_options_are_all_that_a_fact_may_be(name):
    values = [value for value, _ in FACTS[name].options]
    if Facts.model_fields[name].annotation == Facts.model_fields["users"].annotation:
        assert values == [False, True]
    elif values:
        assert set(values) == words(name)
    else:
        assert words(name) <= {"never"}


@pytest.mark.parametrize(
    "told",
    [
        {"name": "use", "options": [["sometimes", "Now and then"]]},
        {"name": "users", "options": [["yes", "Yes"]]},
        {"name": "colour", "options": [["red", "Red"]]},
        {"name": "use", "colour": "red"},
    ],
)
def test_a_question_that_does_not_fit_the_facts_is_refused(told):
    with pytest.raises(ValidationError):
        FactQuestion.model_validate({"text": "?", "why": "w", **told})


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_matters_while_nothing_is_known_but_a_small_team(name):
    assert matters(name, Facts(capacity_fte=1), BANK, "course", quick=False)


def test_its_own_value_does_not_make_a_fact_idle():
    for value in ("low", "severe"):
        known = Facts(wrong_prediction=value)
        assert matters("wrong_prediction", known, BANK, "course", quick=False)


def test_what_others_have_decided_makes_a_fact_idle():
    for name, known in {
        "hours_per_release": {"regulation": "high-risk"},
        "managed_platform": {"capacity_fte": 4},
        "approval_required": {"wrong_prediction": "severe"},
        "data_change": {"models": 1, "retrain": "monthly"},
    }.items():
        assert not matters(name, Facts(**known), BANK, "course", quick=False)


def consequences(facts, profile, quick):
    """What follows from facts: which gates there are, and how far to go."""
    found = score(BANK, worlds.answers({}), facts, profile=profile, quick=quick)
    gates = [(item.question.code, item.gates) for item in found.items]
    try:
        target = recommend(facts)
    except NotJudged:
        return gates
    return gates, target.target, target.approval, target.dimensions, target.notes


@settings(max_examples=60)
@given(worlds.facts, st.sampled_from(sorted(FACTS)), worlds.profiles, st.booleans())
def test_nothing_follows_from_a_fact_that_does_not_matter(facts, name, profile, quick):
    without = facts.model_copy(update={name: None})
    if not matters(name, facts, BANK, profile, quick):
        assert consequences(facts, profile, quick) == consequences(without, profile, quick)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("models", "3", 3),
        ("models", " 3 ", 3),
        ("models", "0", 0),
        ("models", "1000000", 1_000_000),
        ("capacity_fte", "1.5", 1.5),
        ("capacity_fte", "1,5", 1.5),
        ("capacity_fte", "2", 2),
        ("label_delay_days", "never", "never"),
        ("label_delay_days", " Never ", "never"),
        ("label_delay_days", "0.5", 0.5),
        ("retrain", "weekly", "weekly"),
        ("retrain", "26", 26),
    ],
)
def test_a_typed_fact_is_understood(name, text, value):
    parsed = parse_fact(name, text)
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("models", ""),
        ("models", "many"),
        ("models", "-1"),
        ("models", "2.5"),
        ("models", "1000001"),
        ("models", "9" * 5000),
        ("models", "never"),
        ("models", "none"),
        ("models", "null"),
        ("capacity_fte", "nan"),
        ("capacity_fte", "inf"),
        ("capacity_fte", "-inf"),
        ("capacity_fte", "1e400"),
        ("capacity_fte", "-0.5"),
        ("capacity_fte", "1.5 posts"),
        ("label_delay_days", "soon"),
        ("retrain", "sometimes"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_form_that_would(name, text):
    with pytest.raises(InvalidFile, match="does not fit") as caught:
        parse_fact(name, text)
    assert caught.value.hint == Facts.model_fields[name].description
    assert len(caught.value.message) < 60


@given(st.sampled_from(sorted(FACTS)), st.text() | st.floats().map(str) | st.integers().map(str))
def test_whatever_is_typed_is_a_fact_or_refused(name, text):
    with worlds.nothing_but_the_tools_own_error():
        assert Facts.model_validate({name: parse_fact(name, text)})
