import hashlib

import pytest

from assessment.document import shipped
from assessment.questions import load_bank, parse_bank

BANK = load_bank()
CODES = (
    "P1 P2 P3 P4 D1 D2 D3 D4 T1 T2 T3 R1 R2 R3 R4 L1 L2 L3 C1 C2 C3 C4 C5 C6 "
    "M1 M2 M3 M4 O1 O2 O3 O4 O5 F1 F2 F3 F4 G1 G2 G3 G4 G5 G6"
)
QUESTION = """
[[questions]]
code = "X1"
dimension = "D"
visible = "repository"
text = "?"
options = ["a", "b", "c"]
needs = ["2@1"]
why = "w"
good = "g"
remedy = "r"
effort = "small"
sources = ["OWN"]
"""
HEAD = 'version = "t"\n[sources]\nOWN = "own"\n'


def test_the_bank_holds_its_43_questions_in_order():
    assert " ".join(BANK.questions) == CODES


def test_quick_mode_asks_the_13_starred_ones():
    quick = [question.code for question in BANK.asked(quick=True)]
    assert quick == ["P1", "D1", "T1", "R1", "L1", "L2", "C1", "C3", "C5", "M1", "M3", "O3", "F1"]


def test_the_hash_is_that_of_the_bytes():
    assert BANK.sha256 == hashlib.sha256(shipped("questionnaire.toml")).hexdigest()


@pytest.mark.parametrize("question", BANK.questions.values(), ids=lambda question: question.code)
def test_a_question_reads_as_one(question):
    assert question.text.endswith("?")
    assert question.why.endswith(".")
    assert question.good.endswith(".")
    assert question.remedy.endswith(".")
    assert question.code.startswith(question.dimension)
    assert len(set(question.options)) == len(question.options)
    assert not any(option.endswith(".") for option in question.options)


@pytest.mark.parametrize("question", BANK.questions.values(), ids=lambda question: question.code)
def test_every_question_counts_for_something(question):
    assert question.needs or question.supports


def test_no_option_names_a_vendor():
    text = " ".join(
        part for one in BANK.questions.values() for part in (one.text, *one.options)
    ).lower()
    assert not [name for name in ("mlflow", "azure", "aws", "github", "prefect") if name in text]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (QUESTION + QUESTION, "share a code"),
        (QUESTION.replace("2@1", "3@1"), "option that is not there"),
        (QUESTION.replace("2@1", "2at1"), "option@level"),
        (QUESTION.replace("2@1", "2@5"), "less than or equal to 4"),
        (QUESTION.replace('"D"', '"Z"'), "no dimension Z"),
        (QUESTION.replace('"OWN"', '"WHO 3"'), "unknown sources: WHO"),
        (QUESTION + 'kind = "yes-no"', "two options"),
        (QUESTION + "extra = 1", "Extra inputs"),
        (QUESTION + 'not_applicable = { when = "nonsense", reason = "r" }', "no condition"),
    ],
)
def test_a_bank_that_makes_no_sense_is_refused(text, match):
    with pytest.raises(ValueError, match=match):
        parse_bank((HEAD + text).encode())
