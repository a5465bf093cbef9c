"""Everything that a report or a sheet names can be explained."""

from __future__ import annotations

import pytest

from assessment.fact_questions import load_fact_questions
from assessment.levels import Level, load_levels
from assessment.questions import load_bank
from assessment.rules import Rule, load_rules
from generator.errors import InvalidChoice
from generator.explain import explain, overview
from generator.layers import discover, templates_folder

LAYERS = discover(templates_folder())
RULES = (*load_rules().floor, *load_rules().cap, *load_rules().note)
NAMES = [
    *load_bank().questions,
    *load_levels().dimensions,
    *(one.name for one in load_levels().dimensions.values()),
    *(str(one.level) for one in load_levels().levels),
    *(one.name for one in LAYERS),
    *load_fact_questions(),
    *dict.fromkeys(one.code for one in RULES),
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_explained_in_any_case(name: str) -> None:
    text = explain(name.upper(), LAYERS)
    assert text == explain(f" {name.lower()} ", LAYERS)
    assert text.count("\n") > 2


def test_the_list_names_all_that_can_be_explained() -> None:
    words = set(overview(LAYERS).split())
    assert {name for name in NAMES if " " not in name} <= words


def test_a_question_tells_its_gates_and_why() -> None:
    text = explain("D1", LAYERS)
    question = load_bank().questions["D1"]
    for told in (*question.options, question.why, question.good, question.remedy):
        assert told in text
    assert "in profile microsoft" in text


@pytest.mark.parametrize("level", load_levels().levels, ids=lambda one: str(one.level))
def test_a_level_tells_when_it_is_enough_and_when_not(level: Level) -> None:
    text = explain(f"level {level.level}", LAYERS)
    assert level.enough in text
    assert level.short in text


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.code)
def test_a_rule_tells_its_condition_and_source(rule: Rule) -> None:
    text = explain(rule.code, LAYERS)
    assert rule.condition in text
    assert load_rules().sources[rule.source] in text
    assert "{" not in text


def test_a_fact_tells_the_rules_and_questions_that_hang_on_it() -> None:
    text = explain("label_delay_days", LAYERS)
    assert "late-labels, no-labels" in text
    assert "O4" in text
    raising = explain("managed_platform", LAYERS)
    assert "capacity-part, capacity-small, capacity-team" in raising


def test_a_fact_and_a_rule_of_one_name_are_both_told() -> None:
    text = explain("users", LAYERS)
    assert "users · a fact of the use case" in text
    assert "users · level 1 is needed" in text


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("costly-eror", "did you mean costly-errors"),
        ("7", "levels run from 0 to 4"),
        ("", "mlops-maturity explain lists"),
        ("level", "mlops-maturity explain lists"),
        ("xyzzy", "mlops-maturity explain lists"),
    ],
)
def test_what_is_near_is_offered(word: str, hint: str) -> None:
    with pytest.raises(InvalidChoice) as caught:
        explain(word, LAYERS)
    assert hint in (caught.value.hint or "")
