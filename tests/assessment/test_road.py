import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.answers import Answer, Answers
from assessment.facts import Facts
from assessment.gates import gates, required
from assessment.levels import load_levels
from assessment.report.model import LayerLine
from assessment.report.road import road
from assessment.scoring import score
from assessment.target import recommend
from tests.assessment import worlds
from tests.assessment.reports import LAYERS, example
from tests.assessment.test_report import report
from tests.assessment.worlds import BANK, BEST, answers

EFFORTS = ("small", "medium", "large")


def standing(**values):
    """A team that has all but these answers at their best."""
    return score(BANK, answers({**BEST, **values}))


def codes(step):
    return [one.code for one in step.work]


def test_it_leads_level_by_level_from_today_to_the_target():
    nothing = score(BANK, answers(worlds.every(0)))
    assert [step.level for step in road(nothing, 3, {})] == [1, 2, 3]
    second = score(BANK, answers(worlds.every(0) | required(BANK, 2)))
    steps = road(second, 4, {})
    assert [(step.level, step.name, step.truth) for step in steps] == [
        (level.level, level.name, level.truth) for level in load_levels().levels[3:]
    ]


@pytest.mark.parametrize("target", [0, 1, 2])
def test_where_the_target_is_reached_there_is_no_road(target):
    second = score(BANK, answers(worlds.every(0) | required(BANK, 2)))
    assert road(second, target, {}) == ()


def test_a_step_asks_for_what_its_level_requires_and_is_not_there():
    step = road(standing(C1=1, C2=None), 1, {})[0]
    assert codes(step) == ["C2", "C1"]
    failing, tests = step.work
    question = BANK.questions["C1"]
    assert (tests.question, tests.remedy) == (question.text, question.remedy)
    assert (tests.effort, failing.effort) == ("medium", "small")
    assert (tests.now, tests.option, tests.need) == (question.options[1], 2, question.options[2])
    assert failing.now is None


def test_an_item_comes_again_where_a_higher_level_asks_for_more():
    steps = road(standing(C1=0), 3, {})
    assert [[(one.code, one.option) for one in step.work] for step in steps] == [
        [("C1", 2)],
        [],
        [("C1", 3)],
    ]


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_the_work_of_a_step_comes_by_effort(level):
    step = road(score(BANK, answers(worlds.every(0))), 4, {})[level - 1]
    asked = {
        code
        for code, question in BANK.questions.items()
        if level in {gate.level for gate in gates(question, "course")}
    }
    assert set(codes(step)) == asked
    efforts = [EFFORTS.index(one.effort) for one in step.work]
    assert efforts == sorted(efforts)


def test_what_does_not_apply_is_no_work():
    given_answers = Answers({**answers(BEST).by_code, "C2": Answer(not_applicable="no tests")})
    assert road(score(BANK, given_answers), 4, {}) == ()
    alone = score(BANK, answers({**BEST, "P1": 0}), Facts(team=1))
    assert road(alone, 4, {}) == ()


def test_a_dimension_with_a_lower_target_is_spared():
    steps = road(standing(D2=0, O1=0), 3, {"D": 2, "O": 3})
    assert [(codes(step), step.spared) for step in steps] == [(["O1"], ("D2",))]
    assert [step.spared for step in road(standing(D2=0, O1=0), 3, {"D": 3})] == [()]


def test_a_layer_is_named_where_it_belongs_and_at_what_it_brings():
    half = LayerLine(name="half", title="half", since=1, makes=("C1@1", "C2@1"))
    whole = LayerLine(name="whole", title="whole", since=2, makes=("C1@4",))
    first, second, third = road(standing(C1=0, C2=0), 3, {}, (half, whole))
    assert (first.layers, second.layers, third.layers) == ((half,), (whole,), ())
    assert [(one.code, one.layers) for one in first.work] == [
        ("C2", ("half",)),
        ("C1", ("whole",)),
    ]
    assert [(one.code, one.layers) for one in third.work] == [("C1", ("whole",))]


def test_a_report_shows_the_road_to_its_target_with_the_layers():
    churn, forecasts = example("churn"), example("forecasts")
    assert [step.level for step in churn.road] == [1]
    assert churn.road[0].layers == (LAYERS[1],)
    assert "ci" in next(one.layers for one in churn.road[0].work if one.code == "C1")
    target = forecasts.recommendation.target
    assert [step.level for step in forecasts.road] == list(
        range(forecasts.level.confirmed + 1, target + 1)
    )


def test_a_report_without_facts_shows_the_road_to_the_next_level():
    assert [step.level for step in report(answers(worlds.every(0))).road] == [1]
    assert report(answers(BEST)).road == ()


@settings(max_examples=50)
@given(worlds.sets, st.none() | worlds.facts, worlds.profiles, st.booleans())
def test_the_first_step_is_what_keeps_the_next_level_away(given_answers, facts, profile, quick):
    found = score(BANK, given_answers, facts, profile=profile, quick=quick)
    blockers = [item.question.code for item in found.blockers]
    steps = road(found, min(found.confirmed + 1, 4), {})
    assert [code for step in steps for code in codes(step)] == blockers


@settings(max_examples=50)
@given(worlds.sets, worlds.facts, worlds.profiles, st.integers(1, 4))
def test_who_goes_the_road_arrives(given_answers, facts, profile, target):
    found = score(BANK, given_answers, facts, profile=profile)
    spared = recommend(facts.model_copy(update={"users": True})).dimensions
    steps = road(found, target, spared)
    done = {one.code: Answer(one.option) for step in steps for one in step.work}
    left = {code: Answer(BANK.questions[code].best) for step in steps for code in step.spared}
    arrived = score(
        BANK, Answers({**given_answers.by_code, **done, **left}), facts, profile=profile
    )
    assert arrived.confirmed >= target
    assert len(steps) == max(0, target - found.confirmed)
