import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.answers import Answer, Answers, parse_answers
from assessment.document import Document
from assessment.fact_questions import load_fact_questions
from assessment.facts import Facts, parse_facts
from assessment.sheet import blank_answers, blank_facts, filled_answers, filled_facts
from tests.assessment import worlds
from tests.assessment.worlds import BANK

BLANK = blank_answers(BANK)
OWN = """\
# my own words, before everything
[about]
project = "churn"   # the big one

[answers]
C1 = 1              # since March
\tC2   =   false\t# really?
# D1 = 3 once the pipeline runs
#T1 =
T2 = { value = "yes", evidence = 'a "link"' }  # two
"""


def answers(text):
    return parse_answers(Document("", text, tomllib.loads(text)), BANK)


def facts(text):
    return parse_facts(Document("", text, tomllib.loads(text)))


def filled(text, **given_answers):
    return filled_answers(text, BANK, Answers(given_answers))


def changed(before, after):
    """The lines that went and the lines that came."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize("quick", [False, True])
def test_a_blank_sheet_asks_every_question_in_order_and_answers_none(quick):
    sheet = blank_answers(BANK, quick=quick)
    asked = BANK.asked(quick)
    assert answers(sheet) == Answers({})
    assert re.findall(r"(?m)^# ([A-Z]\d) =$", sheet) == [one.code for one in asked]
    told = " ".join(re.sub(r"(?m)^# +", "", sheet).split())
    for question in asked:
        options = " ".join(f"{number} {text}" for number, text in enumerate(question.options))
        assert f"{question.code} {question.text} {options} {question.code} =" in told


@pytest.mark.parametrize("quick", [False, True])
def test_a_blank_sheet_of_facts_asks_each_in_order_and_states_none(quick):
    sheet = blank_facts(quick)
    asked = [one for one in load_fact_questions().values() if one.quick or not quick]
    assert facts(sheet) == Facts()
    assert re.findall(r"(?m)^# (\w+) =$", sheet) == [one.name for one in asked]
    assert all(text in sheet for one in asked for _, text in one.options)


def test_the_values_that_a_sheet_of_facts_offers_can_be_written_as_they_stand():
    options = re.findall(r'(?m)^#   ("[^"]+"|true|false)  ', blank_facts())
    assert len(options) == sum(len(one.options) for one in load_fact_questions().values())
    assert facts(f"users = {options[0]}\nuse = {options[2]}") == Facts(users=False, use="online")


def test_to_answer_the_sign_before_a_line_is_taken_away():
    assert answers(BLANK.replace("# C1 =", "C1 = 2")).by_code == {"C1": Answer(2)}
    assert facts(blank_facts().replace("# models =", "models = 3")) == Facts(models=3)


@pytest.mark.parametrize("project", ["churn", 'a "b" \\ c\n# d', "größe 😀"])
def test_a_blank_sheet_holds_the_name_of_the_project(project):
    assert answers(blank_answers(BANK, project)).project == project


def test_no_line_of_a_blank_sheet_is_longer_than_an_editor_is_wide():
    assert max(len(line) for line in (BLANK + blank_facts()).splitlines()) <= 100


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Answer(2), "C1 = 2"),
        (Answer(), 'C1 = "unknown"'),
        (Answer(not_applicable="why"), 'C1 = {not_applicable = "why"}'),
        (Answer(2, evidence="a link"), 'C1 = {value = 2, evidence = "a link"}'),
        (Answer(note="later"), 'C1 = {value = "unknown", note = "later"}'),
    ],
)
def test_an_answer_takes_the_line_that_waits_for_it(answer, line):
    assert changed(BLANK, filled(BLANK, C1=answer)) == (["# C1 ="], [line])


def test_yes_and_no_are_written_as_words():
    assert changed(BLANK, filled(BLANK, C2=Answer(0)))[1] == ['C2 = "no"']
    assert changed(BLANK, filled(BLANK, C2=Answer(1)))[1] == ['C2 = "yes"']


def test_what_a_person_wrote_stays_byte_for_byte():
    same = {"C1": Answer(1), "C2": Answer(0), "T2": Answer(1, evidence='a "link"')}
    assert filled(OWN, **same) == OWN
    assert filled(OWN, T1=Answer(2)) == OWN.replace("#T1 =", "T1 = 2")
    assert filled(OWN, M1=Answer(3)) == OWN + "M1 = 3\n"


def test_a_remark_that_looks_like_an_answer_stays():
    after = filled(OWN, D1=Answer(2))
    assert changed(OWN, after) == ([], ["D1 = 2"])


def test_an_answer_that_changes_keeps_the_remark_behind_it():
    after = filled(OWN, C1=Answer(3), C2=Answer(1))
    assert changed(OWN, after)[1] == [
        "C1 = 3              # since March",
        '\tC2   =   "yes"\t# really?',
    ]


def test_answers_that_are_not_given_anew_stay():
    assert answers(filled(OWN, C1=Answer(3))).of("T2") == Answer(1, evidence='a "link"')


def test_a_line_inside_a_text_waits_for_nothing():
    text = "[answers]\nT1 = { value = 1, note = '''\n# C1 =\n''' }\n"
    assert answers(filled(text, C1=Answer(2))).by_code == {
        "T1": Answer(1, note="# C1 ="),
        "C1": Answer(2),
    }


FORMS = {
    "empty": "",
    "remark": "# mine",
    "no end of line": "[answers]\nC1 = 1",
    "dotted table": "answers.C1 = 1\nanswers.C2 = 0\n",
    "dotted answer": "[answers]\nC1.value = 1\nC1.note = 'a'\nC2 = 0\n",
    "inline": "answers = { C1 = 1, C2 = 'no' }\n",
    "inline and empty": "answers = {}\n",
    "inline answer": "[answers]\nC1 = { value = 1, evidence = 'x' } # mine\n",
    "own table": "[answers]\nC2 = 'no'\n[answers.C1]\nvalue = 1\n[answers.D1]\nvalue = 1\n",
    "only own tables": "[answers.C1]\nvalue = 1\n[about]\nproject = 'x'\n",
    "quoted": "[answers]\n\"C1\" = 1\n'C2' = 'no'\n",
    "about below": "[answers]\nC1 = 1\n\n[about]\nproject = 'x'\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("windows", [False, True])
def test_answers_are_changed_and_added_in_every_form_that_a_file_may_have(text, windows):
    text = text.replace("\n", "\r\n") if windows else text
    given_answers = {"C1": Answer(2, evidence="a 'b'"), "C2": Answer(1), "T1": Answer(3)}
    after = filled(text, **given_answers)
    assert answers(after) == Answers(
        {**answers(text).by_code, **given_answers}, answers(text).project
    )
    assert filled(after, **given_answers) == after


def test_the_line_ends_of_a_file_stay_as_they_are():
    windows = BLANK.replace("\n", "\r\n")
    assert filled(windows, C1=Answer(2)) == windows.replace("# C1 =", "C1 = 2")
    after = filled("[answers]\r\n# mine\r\n", C1=Answer(2))
    assert after == "[answers]\r\n# mine\r\nC1 = 2\r\n"
    mixed = "[answers]\r\n# C1 =\r\n# mine\n"
    assert filled(mixed, C1=Answer(2)) == "[answers]\r\nC1 = 2\r\n# mine\n"


def test_a_fact_is_stated_changed_and_taken_back():
    text = "users = true   # sure\n# models =\nuse = 'batch'\n"
    assert filled_facts(text, dict(Facts(users=False, models=3, use="batch"))) == (
        "users = false   # sure\nmodels = 3\nuse = 'batch'\n"
    )
    assert filled_facts(text, dict(Facts(users=True))) == "users = true   # sure\n# models =\n"
    assert filled_facts(text, dict(Facts(users=True, use="batch"))) == text


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ['"""', "'''", "\\", "a\r\nb", "# C1 =", "{ value = 1 }", "ü😀\u2028", "\x00\x1b\x7f\x85"]
)
said = st.none() | texts.map(str.strip).filter(bool)
choices = st.integers(-2, 4).map(lambda number: None if number < 0 else number)


@st.composite
def sets(draw):
    drawn = draw(st.dictionaries(worlds.codes, st.tuples(choices, said, said, said), max_size=6))
    return {
        code: Answer(
            None if reason else value and min(value, BANK.questions[code].best), reason, *more
        )
        for code, (value, reason, *more) in drawn.items()
    }


@settings(max_examples=60)
@given(sets(), sets())
def test_what_is_filled_in_is_read_again_and_no_remark_is_lost(first, second):
    once = filled(BLANK, **first)
    assert answers(once).by_code == first
    twice = filled(once, **second)
    assert answers(twice).by_code == {**first, **second}
    assert filled(twice, **second) == twice
    assert set(BLANK.splitlines()) - set(twice.split("\n")) == {
        f"# {code} =" for code in {**first, **second}
    }


@settings(max_examples=60)
@given(worlds.facts, worlds.facts)
def test_facts_that_are_filled_in_are_read_again(first, second):
    once = filled_facts(blank_facts(), dict(first))
    assert facts(once) == first
    assert facts(filled_facts(once, dict(second))) == second
