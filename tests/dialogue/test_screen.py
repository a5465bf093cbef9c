"""The screens of the interview, as lines of text: they fit, and are plain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assessment.answers import Answer, Answers
from assessment.fact_questions import FactQuestion
from assessment.facts import Facts
from assessment.interview import USE_CASE, Interview, begin
from assessment.questions import load_bank
from generator.dialogue.screen import NARROWEST, WIDEST, receipt, screen, selected, summary

BANK = load_bank()
WIDTHS = pytest.mark.parametrize("width", [1, 30, 40, 80, 200])
LONG = "docs/quality " + "https://example.org/" + "a" * 300 + " seen by Ada on 2026-02-03, " * 9
EVIL = "a\x1b[2Jb\x07c\x9b2Jd\x7fe\u202ef\rg\nh\tj"


def fits(width: int) -> int:
    """Columns that lines may take: the last column stays free."""
    return max(NARROWEST, min(width, WIDEST)) - 1


def steps(interview: Interview) -> Iterator[Interview]:
    """The interview at each of its steps, none of them answered."""
    while interview.at is not None:
        yield interview
        interview = interview.next()


def told(interview: Interview, text: str) -> Interview:
    """A step at which the person has said all that can be said."""
    assert interview.step is not None
    if isinstance(interview.step.asked, FactQuestion):
        return interview
    words = Answer(None, not_applicable=text, evidence=text, note=text)
    answers = replace(interview.answers, by_code={interview.step.key: words})
    return replace(interview, answers=answers)


EMPTY = begin(BANK, Answers({}), Facts())
STEPS = list(steps(EMPTY))
QUESTION = next(one for one in STEPS if one.step and one.step.part != USE_CASE)


def whole(value: int | None = 0, text: str | None = None) -> Interview:
    """An interview at its end, with the same answer to everything."""
    answer = Answer(value, evidence=text) if value is not None else Answer(not_applicable=text)
    facts = Facts(users=True, models=3, retrain="daily", use="online", label_delay_days=0.5, team=2)
    return begin(BANK, Answers(dict.fromkeys(BANK.questions, answer)), facts).end()


def texts(interview: Interview, width: int, explained: bool = False, chosen: int = -1) -> list[str]:
    return [line for _, line in screen(interview, chosen, explained, width)]


def test_all_questions_are_among_the_steps() -> None:
    keys = [one.at for one in STEPS]
    assert set(BANK.questions) < set(keys)
    assert keys[0] == "users"


@pytest.mark.parametrize("explained", [False, True])
@pytest.mark.parametrize("text", ["", LONG, EVIL], ids=["unsaid", "long", "evil"])
@WIDTHS
def test_no_screen_is_wider_than_its_terminal(width: int, text: str, explained: bool) -> None:
    for interview in STEPS:
        assert interview.step is not None
        at = told(interview, text) if text else interview
        for chosen in range(-1, len(interview.step.options)):
            lines = texts(at, width, explained, chosen)
            assert max(map(len, lines)) <= fits(width), (interview.at, lines)
            assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("explained", [False, True])
def test_screens_are_ascii(explained: bool) -> None:
    for interview in STEPS:
        assert interview.step is not None
        for chosen in range(-1, len(interview.step.options)):
            assert "\n".join(texts(interview, 80, explained, chosen)).isascii(), interview.at


@WIDTHS
def test_nothing_is_lost_in_a_narrow_terminal(width: int) -> None:
    for interview in STEPS:
        assert interview.step is not None
        shown = " ".join(" ".join(texts(interview, width, explained=True)).split())
        assert interview.step.asked.text in shown
        assert all(text in shown for _, text in interview.step.options)
        assert interview.step.asked.why in shown
        assert shown.endswith("q stop" if interview.step.part == USE_CASE else "e evidence")


def test_why_good_and_source_are_shown_when_asked_for() -> None:
    for interview in STEPS:
        short, long = texts(interview, 80), texts(interview, 80, explained=True)
        assert not any(line.startswith(("why ", "good ", "from ")) for line in short)
        marks = [line[:6].rstrip() for line in long if line[:1].isalpha()]
        assert "why" in marks
        is_fact = interview.step is not None and interview.step.part == USE_CASE
        assert ("good" in marks) != is_fact
        assert ("from" in marks) != is_fact


def test_the_cursor_is_seen_without_colour() -> None:
    options = QUESTION.step.options if QUESTION.step else ()
    for chosen in range(len(options)):
        lines = screen(QUESTION, chosen, False, 80)
        marked = [line for style, line in lines if style == "reverse"]
        assert marked[0].startswith(f" > {chosen}  ")
        assert [line for _, line in lines if line.startswith(" >")] == marked[:1]


def test_what_is_known_is_marked_and_under_the_cursor() -> None:
    known = QUESTION.answer(1).back()
    assert selected(known) == 1
    assert selected(QUESTION) == 0
    assert [line[:4] for line in texts(known, 80) if line.startswith("  *")] == ["  *1"]
    assert not any(line.startswith("  *") for line in texts(QUESTION, 80))


def test_the_form_in_a_file_is_taught() -> None:
    for interview in STEPS:
        step = interview.step
        assert step is not None
        line = next(one for one in texts(interview, 80, chosen=0) if one.startswith("in a file: "))
        assert line.startswith(f"in a file: {step.key} = ")
    assert "in a file: users = false" in texts(STEPS[0], 80, chosen=0)
    assert 'in a file: C2 = "yes"' in texts(EMPTY.go("C2"), 80, chosen=1)
    assert "in a file: C1 = 3" in texts(EMPTY.go("C1"), 80, chosen=3)


def test_evidence_and_a_reason_are_shown_without_control_signs() -> None:
    lines = texts(told(QUESTION, EVIL), 80)
    assert "evidence: a [2Jb c 2Jd e f g h j" in lines
    assert "does not apply: a [2Jb c 2Jd e f g h j" in lines


def test_a_persons_own_words_stay_as_they_are() -> None:
    assert "evidence: Prüfung bei Zoë" in texts(told(QUESTION, "Prüfung bei Zoë"), 80)


@WIDTHS
@pytest.mark.parametrize("text", [LONG, EVIL], ids=["long", "evil"])
@pytest.mark.parametrize("value", [0, None])
def test_receipts_and_the_summary_fit(width: int, text: str, value: int | None) -> None:
    interview = whole(value, text)
    lines = summary(interview, width)
    for step in interview.everything:
        taken = receipt(interview, step.key, width)
        assert any(lines[at : at + len(taken)] == taken for at in range(len(lines))), step.key
    assert max(map(len, lines)) <= fits(width)
    assert all(line.isprintable() for line in lines)


def test_a_receipt_says_what_was_taken() -> None:
    interview = whole(1, "ci.yml")
    option = BANK.questions["C2"].options[1]
    assert " ".join(" ".join(receipt(interview, "C2", 80)).split()) == f"C2 1 {option} (ci.yml)"
    assert receipt(interview, "users", 80) == ["  users  yes"]
    assert receipt(interview, "models", 80) == ["  models  3"]
    assert receipt(interview, "regulation", 80) == ["  regulation  unknown"]
    assert receipt(EMPTY, "C1", 80) == ["  C1  ?  unknown"]
    assert receipt(whole(None, "no tests"), "C1", 80) == ["  C1  -  does not apply: no tests"]


def test_the_summary_names_each_part_once_and_all_steps_in_order() -> None:
    interview = whole()
    lines = summary(interview, 80)
    parts = [line for line in lines if line and not line.startswith(" ")]
    assert parts == list(dict.fromkeys(step.part for step in interview.everything))
    taken = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert taken == [step.key for step in interview.everything]


def test_what_was_settled_beforehand_is_in_the_summary_too() -> None:
    asked = begin(BANK, Answers({"C1": Answer(2)}), Facts(), settled=frozenset({"C1", "users"}))
    assert "C1" not in [step.key for step in asked.steps]
    assert any(line.startswith("  C1  2  ") for line in summary(asked, 80))
    assert "  users  unknown" in summary(asked, 80)
