import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.answers import Answer, Answers, parse_answers
from assessment.document import Document
from assessment.fact_questions import FactQuestion, load_fact_questions
from assessment.facts import Facts
from assessment.interview import USE_CASE, begin
from assessment.levels import load_levels
from assessment.scoring import score
from assessment.sheet import blank_answers, blank_facts, filled_answers, filled_facts
from tests.assessment import worlds
from tests.assessment.worlds import BANK

FACTS = frozenset(Facts.model_fields)
QUESTIONS = frozenset(BANK.questions)


def start(answers=None, settled=frozenset(), quick=False, profile="course", **facts):
    return begin(
        BANK, Answers(answers or {}), Facts(**facts), profile=profile, quick=quick, settled=settled
    )


def keys(interview):
    return [step.key for step in interview.steps]


def test_the_full_mode_asks_everything_and_the_quick_mode_the_starred_part():
    assert keys(start(settled=FACTS)) == list(BANK.questions)
    assert keys(start(settled=FACTS, quick=True)) == [one.code for one in BANK.asked(quick=True)]
    quick = [name for name, one in load_fact_questions().items() if one.quick]
    assert keys(start(settled=QUESTIONS, quick=True)) == quick


def test_the_use_case_comes_first_and_then_one_dimension_after_the_other():
    steps = start().steps
    names = [dimension.name for dimension in load_levels().dimensions.values()]
    assert list(dict.fromkeys(step.part for step in steps)) == [USE_CASE, *names]
    parts = [[USE_CASE, *names].index(step.part) for step in steps]
    assert parts == sorted(parts)
    asked = [step.key for step in steps if step.part == USE_CASE]
    assert asked == [name for name in load_fact_questions() if name in asked]


@pytest.mark.parametrize(
    ("fact", "asked", "idle"),
    [
        ("hours_per_release", {}, {"wrong_prediction": "high"}),
        ("managed_platform", {"capacity_fte": 1}, {"capacity_fte": 5}),
        ("data_change", {"label_delay_days": 1}, {"label_delay_days": "never"}),
        ("approval_required", {"wrong_prediction": "low"}, {"wrong_prediction": "severe"}),
    ],
)
def test_a_fact_is_asked_while_something_hangs_on_it(fact, asked, idle):
    assert fact in keys(start(**asked))
    assert fact not in keys(start(**idle))
    with pytest.raises(KeyError):
        start(**idle).go(fact)


def test_a_fact_that_is_known_is_asked_with_its_value():
    interview = start(models=3).go("models")
    assert interview.given == 3
    assert start(answers={"C1": Answer(2)}).go("C1").given == Answer(2)
    assert start().go("C1").given == Answer()


def test_a_fact_that_makes_questions_inapplicable_takes_them_away():
    interview = start(answers={"P1": Answer(3)}).go("team").answer(1)
    assert "P1" not in keys(interview)
    again = interview.go("team").answer(4)
    assert again.go("P1").given == Answer(3)


def test_a_library_is_asked_nothing_about_running_a_model():
    asked = {step.part for step in start().go("use").answer("library").steps}
    assert not asked & {"Registry", "Tests and CI/CD", "Release", "Monitoring", "Feedback"}
    assert {"Data", "Pipeline", "Governance"} <= asked


def test_what_is_settled_is_not_asked_again():
    interview = start(settled=frozenset({"users", "C1"}))
    assert not {"users", "C1"} & set(keys(interview))
    assert {"users", "C1"} <= {step.key for step in interview.everything}
    assert interview.at == "use"


def test_with_nothing_left_to_ask_it_is_at_its_end():
    interview = start(settled=FACTS | QUESTIONS)
    assert (interview.at, interview.step, interview.given, interview.steps) == (
        None,
        None,
        None,
        (),
    )
    assert interview.next() == interview.back() == interview


def test_there_is_nothing_before_the_first_step_and_nothing_after_the_end():
    first = start(settled=FACTS)
    last = first.go("G6")
    assert first.back().at == first.at == "P1"
    assert first.next().back() == first
    assert last.next().at is None
    assert last.next().next().at is None
    assert last.next().back() == last


def test_an_answer_is_taken_and_leads_on():
    interview = start(settled=FACTS).answer(2)
    assert (interview.at, interview.answers.by_code) == ("P2", {"P1": Answer(2)})
    fact = start().answer(True)
    assert (fact.at, fact.facts) == ("use", Facts(users=True))


def test_an_answer_keeps_evidence_and_note_and_replaces_a_reason():
    known = Answer(not_applicable="why", evidence="a link", note="since March")
    answered = start({"P1": known}, settled=FACTS).answer(1)
    assert answered.answers.of("P1") == Answer(1, evidence="a link", note="since March")


def test_skipping_leaves_it_unknown_and_keeps_the_evidence():
    interview = start({"P1": Answer(3, evidence="a link")}, settled=FACTS).skip()
    assert (interview.at, interview.answers.of("P1")) == ("P2", Answer(evidence="a link"))
    assert start(users=True).skip().facts == Facts()


def test_not_applicable_replaces_the_answer_and_keeps_the_evidence():
    known = {"P1": Answer(3, evidence="a link")}
    interview = start(known, settled=FACTS).not_applicable("alone")
    assert interview.at == "P2"
    assert interview.answers.of("P1") == Answer(not_applicable="alone", evidence="a link")


def test_evidence_is_noted_in_place_and_an_empty_text_takes_it_back():
    interview = start({"P1": Answer(3)}, settled=FACTS).evidence("a link")
    assert (interview.at, interview.given) == ("P1", Answer(3, evidence="a link"))
    assert interview.evidence("").given == Answer(3)


def test_it_goes_to_any_step_also_to_one_that_was_settled():
    interview = start({"C1": Answer(1)}, settled=FACTS | {"C1"}).go("C1")
    assert interview.given == Answer(1)
    assert interview.next().back().at == "C1"


@pytest.mark.parametrize("key", ["X1", "", "C2", "P1"])
def test_it_does_not_go_to_what_is_not_asked(key):
    with pytest.raises(KeyError):
        start(quick=True, team=1).go(key)


def test_the_place_is_counted_within_the_part():
    interview = start(settled=FACTS)
    assert interview.place() == (1, 4)
    assert interview.go("P4").place() == (4, 4)
    assert interview.go("P4").next().place() == (1, 4)
    assert start(quick=True, settled=FACTS).go("L2").place() == (2, 2)
    assert start(quick=True).go("models").place() == (2, 8)


def test_it_can_be_left_anywhere_with_what_is_known():
    left = start(settled=FACTS).answer(2).end()
    assert (left.at, left.step, left.answers.of("P1")) == (None, None, Answer(2))


def test_the_choices_of_a_step_are_its_options():
    assert [value for value, _ in start().step.options] == [False, True]
    assert start().go("team").step.options == ()
    assert start().go("C2").step.options == tuple(enumerate(BANK.questions["C2"].options))


TYPED = (0, 1, 2.5, 12, 400)
MOVES = ("answer", "skip", "next", "back", "not applicable", "evidence", "end", "go")
moves = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 99)), max_size=15)


def value(step, number):
    values = [value for value, _ in step.options] or TYPED
    chosen = values[number % len(values)]
    return int(chosen) if step.key in {"team", "models", "people_training"} else chosen


def moved(interview, kind, number):
    step = interview.step
    if kind == "go" and interview.everything:
        return interview.go(interview.everything[number % len(interview.everything)].key)
    if step is None or kind in {"next", "back", "end", "go"}:
        return {"back": interview.back, "end": interview.end}.get(kind, interview.next)()
    if kind == "answer":
        return interview.answer(value(step, number))
    if kind == "skip" or isinstance(step.asked, FactQuestion):
        return interview.skip()
    text = f"text {number}" if number % 3 else ""
    if kind == "evidence":
        return interview.evidence(text)
    return interview.not_applicable(text or "why")


def told(interview):
    """All that was said."""
    facts = {name: value for name, value in interview.facts if value is not None}
    return facts | interview.answers.by_code


def as_files(interview):
    sheet = filled_answers(blank_answers(BANK), BANK, interview.answers)
    facts = Facts.model_validate(tomllib.loads(filled_facts(blank_facts(), dict(interview.facts))))
    return parse_answers(Document("", sheet, tomllib.loads(sheet)), BANK), facts


settled_facts = st.frozensets(st.sampled_from(sorted(FACTS)), min_size=9)


@settings(max_examples=30)
@given(settled=settled_facts, quick=st.booleans(), profile=worlds.profiles, path=moves)
def test_wherever_one_walks_the_interview_holds_together(settled, quick, profile, path):
    interview = start(settled=settled, quick=quick, profile=profile)
    for kind, number in path:
        said, at, known = told(interview), interview.at, keys(interview)
        after = moved(interview, kind, number)
        assert (told(interview), interview.at, keys(interview)) == (said, at, known)
        assert after.at is None or after.at in keys(after)
        assert {key for key, _ in told(after).items() ^ said.items()} <= {at}
        interview = after
    given_answers, facts = as_files(interview)
    options = {"profile": profile, "quick": quick}
    assert score(BANK, given_answers, facts, **options) == score(
        BANK, interview.answers, interview.facts, **options
    )


@settings(max_examples=15)
@given(
    quick=st.booleans(), profile=worlds.profiles, choices=st.lists(st.integers(0, 99), min_size=20)
)
def test_nothing_begins_to_matter_behind_ones_back(quick, profile, choices):
    interview = start(settled=QUESTIONS, quick=quick, profile=profile)
    visited = []
    while interview.at is not None:
        number = choices[len(visited) % len(choices)]
        visited.append(interview.at)
        step = interview.step
        interview = interview.answer(value(step, number)) if number % 4 else interview.skip()
    assert len(visited) == len(set(visited))
    assert set(keys(interview)) <= set(visited)
