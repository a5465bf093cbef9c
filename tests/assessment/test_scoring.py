from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.answers import Answer, Answers
from assessment.facts import Facts
from assessment.gates import required
from assessment.questions import PROFILES
from assessment.scoring import Status, score
from tests.assessment import worlds
from tests.assessment.worlds import BANK, BEST, answers


def item(assessment, code):
    return next(one for one in assessment.items if one.question.code == code)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("level", range(5))
def test_what_a_level_requires_gives_exactly_that_level(level, profile):
    values = dict(worlds.every(0)) | dict(required(BANK, level, profile))
    found = score(BANK, answers(values), profile=profile)
    assert (found.confirmed, found.possible) == (level, level)


def test_nothing_answered_is_anything():
    found = score(BANK, Answers({}))
    assert (found.confirmed, found.possible) == (0, 4)
    assert found.confidence.weight == 0


def test_unknown_items_make_an_interval():
    values = dict(required(BANK, 2)) | {"M1": None}
    found = score(BANK, answers(worlds.every(0) | values))
    assert (found.confirmed, found.possible) == (1, 2)
    assert [one.question.code for one in found.blockers] == ["M1"]
    assert item(found, "M1").status is Status.UNKNOWN


def test_blockers_come_by_effort_and_name_their_gate():
    found = score(BANK, answers(worlds.every(0)))
    assert [one.question.effort for one in found.blockers] == ["small"] * 3 + ["medium"] * 2
    assert [one.need.level for one in found.blockers if one.need] == [1] * 5


def test_progress_counts_items_and_steps():
    values = BEST | {"C1": 1, "C2": 0}
    progress = score(BANK, answers(values)).progress
    assert progress is not None
    assert (progress.level, progress.met, progress.required) == (1, 3, 5)
    assert (progress.supported, progress.supporting) == (1, 1)
    assert progress.share == pytest.approx((0.5 + 0 + 4) / 6, abs=0.001)


def test_partial_steps_move_progress_and_never_the_level():
    less, more = (score(BANK, answers(BEST | {"C1": value})) for value in (0, 1))
    assert less.confirmed == more.confirmed == 0
    assert less.progress.share < more.progress.share


def test_at_the_top_there_is_no_way_further():
    found = score(BANK, answers(BEST))
    assert (found.confirmed, found.progress, found.blockers) == (4, None, ())


def test_a_profile_level_stays_within_what_its_dimension_asks():
    levels = {one.code: one for one in score(BANK, answers(BEST)).dimensions}
    assert levels["P"].asked == (2,)
    assert levels["P"].confirmed == 2
    assert levels["O"].asked == (3, 4)


def test_statuses():
    values = worlds.every(0) | dict(required(BANK, 1)) | {"C1": 2, "P1": None}
    given_answers = answers(values)
    given_answers.by_code["D1"] = Answer(not_applicable="no data of our own")
    found = score(BANK, given_answers)
    assert item(found, "C1").status is Status.MET
    assert item(found, "T1").status is Status.NOT_MET
    assert item(found, "P1").status is Status.UNKNOWN
    assert item(found, "D1").status is Status.NOT_APPLICABLE
    assert item(found, "F2").status is Status.NOT_GATING


def test_facts_make_items_inapplicable_whatever_was_answered():
    found = score(BANK, answers(BEST | {"P1": 0}), Facts(team=1))
    assert found.confirmed == 4
    assert item(found, "P1").not_applicable == "a team of one hands nothing over"


def test_regulation_adds_gates():
    values = BEST | {"G5": 0}
    assert score(BANK, answers(values)).confirmed == 4
    assert score(BANK, answers(values), Facts(regulation="audit")).confirmed == 1


def test_quick_mode_counts_starred_items_only():
    found = score(BANK, answers(BEST | {"C2": 0}), quick=True)
    assert (found.confirmed, len(found.items)) == (4, 13)
    assert found.confidence.word != "high"


def test_evidence_raises_confidence():
    shown = Answers({code: Answer(value, evidence="a link") for code, value in BEST.items()})
    assert score(BANK, shown).confidence.word == "medium"
    assert score(BANK, answers(BEST)).confidence.word == "low"


inputs = {
    "given_answers": worlds.sets,
    "facts": st.none() | worlds.facts,
    "profile": worlds.profiles,
    "quick": st.booleans(),
    "code": worlds.codes,
}


@given(**inputs, better=st.integers(0, 4))
def test_improving_an_answer_never_lowers_the_level(
    given_answers, facts, profile, quick, code, better
):
    answer = given_answers.of(code)
    if answer.value is None:
        return
    value = min(max(better, answer.value), BANK.questions[code].best)
    improved = Answers(given_answers.by_code | {code: replace(answer, value=value)})
    before, after = (
        score(BANK, one, facts, profile=profile, quick=quick) for one in (given_answers, improved)
    )
    assert after.confirmed >= before.confirmed
    assert after.possible >= before.possible


@given(**inputs)
def test_not_applicable_never_lifts_the_level_above_the_best_answer(
    given_answers, facts, profile, quick, code
):
    skipped = Answers(given_answers.by_code | {code: Answer(not_applicable="a reason")})
    best = Answers(given_answers.by_code | {code: Answer(BANK.questions[code].best)})
    without, ideal = (
        score(BANK, one, facts, profile=profile, quick=quick) for one in (skipped, best)
    )
    assert without.confirmed <= ideal.confirmed
    assert without.possible <= ideal.possible


@given(**inputs)
def test_an_answer_to_an_unknown_stays_within_the_interval(
    given_answers, facts, profile, quick, code
):
    if given_answers.of(code).not_applicable:
        return
    before = score(
        BANK,
        Answers(given_answers.by_code | {code: Answer()}),
        facts,
        profile=profile,
        quick=quick,
    )
    for value in range(BANK.questions[code].best + 1):
        answered = Answers(given_answers.by_code | {code: Answer(value)})
        after = score(BANK, answered, facts, profile=profile, quick=quick)
        assert before.confirmed <= after.confirmed <= after.possible <= before.possible


@given(**{name: one for name, one in inputs.items() if name != "code"})
def test_the_same_input_gives_the_same_output(given_answers, facts, profile, quick):
    reordered = Answers(dict(reversed(given_answers.by_code.items())))
    first, second = (
        score(BANK, one, facts, profile=profile, quick=quick) for one in (given_answers, reordered)
    )
    assert first == second
    assert 0 <= first.confirmed <= first.possible <= 4
    assert min((one.confirmed for one in first.dimensions), default=4) <= 4
