"""The keys at a step: what each one does, and what is kept of it."""

from __future__ import annotations

from pathlib import Path

from tests.dialogue.kept import answers, facts, settle_facts
from tests.terminal import CTRL_C, DOWN, ENTER, LEFT, UP, Terminal


def test_the_cursor_chooses_and_going_back_shows_what_was_chosen(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", settle_facts(tmp_path)) as terminal:
        assert "> 0  It stays" in terminal.at(1)
        terminal.type(DOWN, DOWN, UP)
        terminal.wait("> 1  The author")
        terminal.type(ENTER)
        terminal.at(2)
        terminal.type(LEFT)
        assert ">*1  The author" in terminal.at(1)
        terminal.type("b")
        assert ">*1  The author" in terminal.at(1)
        terminal.type("3")
        terminal.at(2)
        terminal.type(CTRL_C)
        assert terminal.end() == 130
    assert answers(tmp_path) == {"P1": 3}


def test_skipping_says_unknown(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", settle_facts(tmp_path)) as terminal:
        terminal.at(1)
        terminal.type("s")
        assert "P1  ?  unknown" in terminal.at(2)
        terminal.type("q")
        terminal.end()
    assert answers(tmp_path) == {"P1": "unknown"}


def test_what_does_not_apply_needs_a_reason(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", settle_facts(tmp_path)) as terminal:
        terminal.at(1)
        terminal.type("x")
        terminal.wait("why does it not apply")
        terminal.type(ENTER)
        terminal.at(1)
        terminal.type("x")
        terminal.wait(r"apply\?\s*$|apply\? *\n\s*$")
        terminal.type('one "person"', ENTER)
        terminal.at(2)
        terminal.type("q")
        terminal.end()
    assert answers(tmp_path) == {"P1": {"not_applicable": 'one "person"'}}


def test_evidence_is_kept_with_the_answer(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", settle_facts(tmp_path)) as terminal:
        terminal.at(1)
        terminal.type("e")
        terminal.wait("evidence \\(path")
        terminal.type("docs/team.md", ENTER)
        terminal.wait("evidence: docs/team.md")
        terminal.type("2")
        terminal.at(2)
        terminal.type("q")
        terminal.end()
    assert answers(tmp_path) == {"P1": {"value": 2, "evidence": "docs/team.md"}}


def test_text_that_no_file_could_hold_is_asked_again(tmp_path: Path) -> None:
    facts = settle_facts(tmp_path)
    with Terminal(tmp_path, "assess", "--quick", "--facts", facts, TERM="dumb") as terminal:
        terminal.wait("P1")
        terminal.type("x\r")
        terminal.wait("why does it not apply")
        terminal.type("y" * 2001 + "\r")
        terminal.wait("2001 characters are too many")
        terminal.type("one person\r")
        terminal.wait("D1")
        terminal.type(CTRL_C)
        terminal.end()
    assert answers(tmp_path) == {"P1": {"not_applicable": "one person"}}


def test_a_question_mark_tells_why_what_is_good_and_the_source(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", settle_facts(tmp_path)) as terminal:
        assert "why   " not in terminal.at(1)
        terminal.type("?")
        shown = terminal.wait("from  Microsoft")
        assert "why   A model that only its author" in shown
        assert "good  " in shown
        terminal.type("?", "1")
        terminal.at(2)


def test_a_value_that_does_not_fit_is_asked_again(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        terminal.at(1)
        terminal.type("1")
        terminal.at(2)
        terminal.type("many", ENTER)
        terminal.wait("'many' does not fit: type the number of models")
        terminal.type("4", ENTER)
        terminal.at(3)
        terminal.type("q")
        terminal.end()
    assert facts(tmp_path) == {"users": True, "models": 4}
