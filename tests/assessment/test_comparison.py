from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.answers import Answer, Answers
from assessment.facts import Facts
from assessment.questions import Need
from assessment.report.build import build_report
from assessment.report.comparison import compare, given_in
from assessment.report.model import BankLine
from assessment.scoring import score
from assessment.team import consensus
from tests.assessment import worlds
from tests.assessment.reports import COMMIT, DATE
from tests.assessment.worlds import BANK, BEST, answers

WHY = Answer(not_applicable="labels never come")


def report(given_answers, facts=None, bank=BANK, **options):
    known = {code: one for code, one in given_answers.by_code.items() if code in bank.questions}
    found = score(bank, Answers(known), facts, **options)
    team = consensus(bank, [Answers(known)])
    return build_report(bank, team, found, facts, tool_version="0")


def best(**others):
    """All answers at their best but these."""
    told = {code: one if isinstance(one, Answer) else Answer(one) for code, one in others.items()}
    return Answers({**answers(BEST).by_code, **told})


def edition(**changes):
    """Another edition of the bank: a question replaced, added, or left out where it is `None`."""
    questions = {code: one for code, one in (BANK.questions | changes).items() if one is not None}
    return replace(BANK, version="0.9", sha256="0" * 64, questions=questions)


def question(code, /, **changes):
    return BANK.questions[code].model_copy(update=changes)


def compared(before, now):
    return compare(before, now, BANK)


def moves(before, now):
    return [(one.cause, one.before, one.now) for one in compared(before, now).moves]


def changes(before, now):
    return {one.code: one for one in compared(before, now).changes}


def causes(before, now):
    return {code: one.cause for code, one in changes(before, now).items()}


def test_it_says_what_it_is_compared_with():
    earlier = report(best(O4=None), bank=edition()).model_copy(
        update={"date": DATE, "commit": COMMIT}
    )
    found = compared(earlier, report(best()))
    assert (found.date, found.commit, found.confirmed, found.possible) == (DATE, COMMIT, 3, 4)
    assert found.bank == BankLine(version="0.9", sha256="0" * 64)


def test_a_better_answer_lifts_the_level():
    before, now = report(best(C1=1)), report(best())
    assert moves(before, now) == [("answers", 0, 4)]
    change = changes(before, now)["C1"]
    assert (change.cause, change.better, change.question) == ("answers", True, question("C1").text)
    assert (change.before, change.now) == (question("C1").options[1], question("C1").options[4])
    assert list(changes(before, now)) == ["C1"]


def test_a_worse_answer_is_told_as_such():
    before, now = report(best()), report(best(M1=3))
    assert moves(before, now) == [("answers", 4, 3)]
    assert changes(before, now)["M1"].better is False


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (Answer(), Answer(2), (None, question("C1").options[2])),
        (Answer(2), Answer(), (question("C1").options[2], None)),
        (Answer(2), WHY, (question("C1").options[2], "not applicable: labels never come")),
        (WHY, Answer(), ("not applicable: labels never come", None)),
        (
            WHY,
            Answer(not_applicable="b"),
            ("not applicable: labels never come", "not applicable: b"),
        ),
    ],
)
def test_unknown_and_inapplicable_are_neither_better_nor_worse(before, now, told):
    change = changes(report(best(C1=before)), report(best(C1=now)))["C1"]
    assert (change.before, change.now) == told
    assert (change.cause, change.better) == ("answers", None)


def test_evidence_and_notes_are_no_change():
    shown = Answer(4, evidence="a link", note="since March")
    assert changes(report(best()), report(best(C1=shown))) == {}


def test_a_question_that_the_bank_has_gained_is_no_fault_of_the_answers():
    before, now = report(best(), bank=edition(C2=None)), report(best(C2=0))
    assert moves(before, now) == [("bank", 4, 0)]
    change = changes(before, now)["C2"]
    assert (change.cause, change.before, change.now, change.better) == ("bank", None, "No", None)


def test_a_question_that_the_bank_has_lost_is_named_with_its_answer():
    lost = question("C2", code="C9")
    before = report(best(C9=0), bank=edition(C9=lost))
    assert moves(before, report(best())) == [("bank", 0, 4)]
    change = changes(before, report(best()))["C9"]
    assert (change.cause, change.before, change.now) == ("bank", "No", None)


def test_a_level_that_asks_for_more_than_before_is_the_banks_doing():
    lenient = question("C1", needs=(Need.model_validate("1@1"),))
    before, now = report(best(C1=1), bank=edition(C1=lenient)), report(best(C1=1))
    assert moves(before, now) == [("bank", 4, 0)]
    assert causes(before, now) == {"C1": "bank"}


def test_a_question_in_other_words_is_the_banks_doing():
    other = question("C1", text="Are there tests?")
    assert causes(report(best(), bank=edition(C1=other)), report(best())) == {"C1": "bank"}
    options = (*question("C1").options[:4], "All of it")
    other = question("C1", options=options)
    before = report(best(), bank=edition(C1=other))
    assert changes(before, report(best()))["C1"].before == "All of it"


def test_an_option_that_the_bank_has_lost_counts_for_nothing():
    longer = question("C5", options=(*question("C5").options, "Continuously"))
    before, now = report(best(C5=3), bank=edition(C5=longer)), report(best(C5=2))
    assert moves(before, now) == [("bank", 4, 0), ("answers", 0, 4)]


def test_the_bank_and_the_answers_are_told_apart():
    before, now = report(best(C1=1), bank=edition(C2=None)), report(best(G3=0, C2=1))
    assert causes(before, now) == {"C1": "answers", "C2": "bank", "G3": "answers"}


def test_the_profile_can_be_what_has_changed():
    before, now = (report(best(D1=0), profile=one) for one in ("microsoft", "course"))
    assert moves(before, now) == [("profile", 0, 1)]
    assert causes(before, now) == {"D1": "profile"}


def test_the_mode_can_be_what_has_changed():
    before, now = report(best(C2=0), quick=True), report(best(C2=0))
    assert moves(before, now) == [("profile", 4, 0)]
    assert set(causes(before, now).values()) == {"profile"}
    assert len(changes(before, now)) == 43 - 13


def test_facts_that_ask_for_more_can_be_what_has_changed():
    before, now = report(best(G5=0)), report(best(G5=0), Facts(regulation="audit"))
    assert moves(before, now) == [("facts", 4, 1)]
    assert causes(before, now) == {"G5": "facts"}


def test_facts_that_rule_questions_out_can_be_what_has_changed():
    open_ones = dict.fromkeys(("R1", "M1", "O3"))
    library, service = Facts(use="library"), Facts(use="online")
    before, now = report(best(**open_ones), library), report(best(**open_ones), service)
    assert moves(before, now) == [("facts", 4, 1)]
    assert {causes(before, now)[code] for code in open_ones} == {"facts"}
    assert moves(now, before) == [("facts", 1, 4)]


def test_a_persons_reason_is_an_answer_also_when_the_facts_have_changed():
    before, now = report(best(C1=None), Facts(models=1)), report(best(C1=WHY), Facts(models=2))
    assert causes(before, now) == {"C1": "answers"}
    assert moves(before, now) == [("answers", 0, 4)]


def test_the_answers_of_a_report_are_those_that_were_given():
    given_answers = best(C1=Answer(2, evidence="a link", note="since March"), O4=WHY, D1=None)
    held = given_in(report(given_answers, Facts(use="batch")), BANK)
    assert held.by_code == given_answers.by_code


reports = st.builds(
    lambda given_answers, facts, profile, quick: report(
        given_answers, facts, profile=profile, quick=quick
    ),
    worlds.sets,
    st.none() | worlds.facts,
    worlds.profiles,
    st.booleans(),
)


@settings(max_examples=40)
@given(reports, reports)
def test_the_moves_lead_from_the_level_before_to_the_level_now(before, now):
    found = moves(before, now)
    path = [before.level.confirmed, *(after for _, _, after in found)]
    assert path[-1] == now.level.confirmed
    assert [start for _, start, _ in found] == path[:-1]
    assert [cause for cause, _, _ in found] == [
        cause for cause in ("profile", "facts", "answers") if cause in {one for one, _, _ in found}
    ]
    assert changes(before, now).keys() == changes(now, before).keys()


@settings(max_examples=40)
@given(worlds.sets, worlds.facts, worlds.facts, worlds.profiles)
def test_with_the_same_answers_nothing_is_their_doing(given_answers, first, second, profile):
    plain = answers({code: one.value for code, one in given_answers.by_code.items()})
    before, now = (report(plain, facts, profile=profile) for facts in (first, second))
    assert {cause for cause, _, _ in moves(before, now)} <= {"facts"}
    assert set(causes(before, now).values()) <= {"facts"}
    assert (moves(now, now), changes(now, now)) == ([], {})
