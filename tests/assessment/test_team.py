import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.answers import Answer, Answers
from assessment.report.files import report_on
from assessment.scoring import score
from assessment.team import Disagreement, Team, Vote, consensus
from tests.assessment import worlds
from tests.assessment.worlds import BANK

NAMES = ("Ada", "Grace", "Mary", "Emmy", "Lise")
INAPPLICABLE = Answer(not_applicable="why")


def team(*said, code="C1", anonymous=False):
    """A team whose members say this of one question; `None` for nothing."""
    people = [
        Answers({} if answer is None else {code: answer}, person=name)
        for name, answer in zip(NAMES, said, strict=False)
    ]
    return consensus(BANK, people, anonymous)


def agreed(*said):
    return team(*said).answers.by_code.get("C1")


def test_one_person_is_taken_at_their_word():
    alone = Answers({"C1": Answer(2, evidence="a link"), "C2": Answer()}, "churn", "Ada")
    found = consensus(BANK, [alone])
    assert found == Team(alone, 1, ("Ada",), ())
    assert consensus(BANK, [Answers({})]).people == ()


@pytest.mark.parametrize(
    ("values", "median"),
    [([1, 2, 4], 2), ([4, 4, 0], 4), ([1, 3], 1), ([3, 1], 1), ([0, 1, 3, 4], 1), ([2, 2], 2)],
)
def test_a_team_says_the_median_and_the_lower_one_on_a_tie(values, median):
    assert agreed(*map(Answer, values)) == Answer(median)


def test_who_does_not_know_has_no_vote():
    assert agreed(Answer(), Answer(3)) == Answer(3)
    assert agreed(None, Answer(), Answer(1), Answer(3), Answer(4)) == Answer(3)
    assert agreed(Answer(), Answer()) == Answer()
    assert agreed(None, Answer()) == Answer()
    assert agreed(None, None) is None


def test_a_question_does_not_apply_when_most_of_those_who_know_say_so():
    assert agreed(INAPPLICABLE, INAPPLICABLE, Answer(2)) == INAPPLICABLE
    assert agreed(INAPPLICABLE, Answer(2)) == Answer(2)
    assert agreed(INAPPLICABLE, Answer(2), Answer(4)) == Answer(2)
    assert agreed(INAPPLICABLE, Answer(), None) == INAPPLICABLE


def test_each_reason_is_told_once():
    other = Answer(not_applicable="no labels")
    assert agreed(INAPPLICABLE, other, INAPPLICABLE) == Answer(not_applicable="why; no labels")


def test_evidence_and_note_come_from_those_who_gave_the_common_answer():
    assert agreed(
        Answer(1, evidence="not this", note="nor this"),
        Answer(2),
        Answer(2, evidence="a link"),
        Answer(2, evidence="too late", note="since March"),
        Answer(4, evidence="not this"),
    ) == Answer(2, evidence="a link", note="since March")


@pytest.mark.parametrize("apart", [0, 1, 2, 3, 4])
def test_people_disagree_from_two_options_on(apart):
    found = team(Answer(apart), Answer(0), Answer())
    assert bool(found.disagreements) == (apart >= 2)


def test_no_and_yes_unknown_and_inapplicable_are_no_disagreement():
    assert team(Answer(0), Answer(1), code="C2").disagreements == ()
    assert team(Answer(4), Answer(), INAPPLICABLE).disagreements == ()


def test_a_disagreement_names_who_said_what_lowest_first():
    found = team(Answer(4), Answer(), Answer(1), Answer(4), Answer(0))
    votes = (Vote(0, "Lise"), Vote(1, "Mary"), Vote(4, "Ada"), Vote(4, "Emmy"))
    assert found.disagreements == (Disagreement(BANK.questions["C1"], votes),)


def test_disagreements_come_in_the_order_of_the_bank():
    low, high = (Answers({code: Answer(value) for code in ("G3", "M1", "P1")}) for value in (0, 2))
    found = consensus(BANK, [low, high])
    assert [one.question.code for one in found.disagreements] == ["P1", "M1", "G3"]


def test_who_gives_no_name_has_a_number():
    people = [Answers({"C1": Answer(0)}), Answers({"C1": Answer(2)}, person="Ada")]
    found = consensus(BANK, people)
    assert found.people == ("person 1", "Ada")
    assert found.disagreements[0].votes == (Vote(0, "person 1"), Vote(2, "Ada"))


@pytest.mark.parametrize("said", [[Answer(0)], [Answer(0), Answer(4)]])
def test_names_that_are_left_out_stand_nowhere(said):
    assert "Ada" in repr(team(*said))
    found = team(*said, anonymous=True)
    assert "Ada" not in repr(found)
    assert (found.people, found.raters) == ((), len(said))
    assert [one.votes for one in found.disagreements] == [(Vote(0), Vote(4))] * (len(said) - 1)


def test_the_project_is_the_first_that_somebody_names():
    people = [Answers({}), Answers({}, "churn"), Answers({}, "other")]
    assert consensus(BANK, people).answers.project == "churn"


def test_a_report_calls_people_by_their_name_or_their_file(tmp_path):
    for file, text in {
        "ada": "[answers]\nC1 = 0",
        "g": "[about]\nperson = 'Grace'\n[answers]\nC1 = 3",
    }.items():
        (tmp_path / f"{file}.toml").write_text(text)
    files = [tmp_path / "ada.toml", tmp_path / "g.toml"]
    report = report_on(files, tool_version="0")
    assert (report.raters, report.people) == (2, ("ada", "Grace"))
    assert [(one.person, one.value) for one in report.disagreements[0].votes] == [
        ("ada", 0),
        ("Grace", 3),
    ]
    assert "people lie far apart on 1 item" in report.confidence.reasons
    unnamed = report_on(files, tool_version="0", anonymous=True)
    assert {one.person for one in unnamed.disagreements[0].votes} == {None}
    assert "Grace" not in unnamed.model_dump_json()


teams = st.lists(worlds.sets, min_size=2, max_size=5).map(
    lambda given: [
        Answers(one.by_code, person=name) for one, name in zip(given, NAMES, strict=False)
    ]
)


@given(teams, st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(people, chance):
    shuffled = chance.sample(people, len(people))
    first, second = (consensus(BANK, one) for one in (people, shuffled))
    assert first.disagreements == second.disagreements
    assert sorted(first.people) == sorted(second.people)
    assert score(BANK, first.answers) == score(BANK, second.answers)


@given(teams)
def test_half_of_those_who_know_say_no_more_and_half_no_less(people):
    for code, answer in consensus(BANK, people).answers.by_code.items():
        values = [one.of(code).value for one in people if one.of(code).value is not None]
        if answer.value is not None:
            assert answer.value in values
            assert 2 * sum(value < answer.value for value in values) < len(values)
            assert 2 * sum(value > answer.value for value in values) <= len(values)
