"""The interview in a real terminal, key by key."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import tomllib
from pathlib import Path

import pytest

from assessment.questions import load_bank
from tests.conftest import Tool
from tests.terminal import CTRL_C, DOWN, ENTER, LEFT, UP, Terminal
from tests.worlds import snapshot

KEPT = Path(".mlops-maturity")


def answers(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / KEPT / "answers.toml").read_text())["answers"]


def facts(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / KEPT / "facts.toml").read_text())


def settle_facts(folder: Path) -> str:
    """Facts that leave none to ask in the quick mode: the first step is a question."""
    path = folder / "facts.toml"
    path.write_text(
        'users = true\nmodels = 1\nretrain = "yearly"\ndata_change = "yearly"\n'
        'wrong_prediction = "low"\nlabel_delay_days = 1\nregulation = "none"\ncapacity_fte = 1\n'
    )
    return str(path)


def test_a_quick_run_ends_with_the_level_and_what_to_type(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        terminal.at(1)
        terminal.to_summary()
        terminal.type(ENTER)
        assert terminal.end() == 0
        shown = terminal.text
    assert "quick estimate: level 0 of 4" in shown
    assert "What to type next" in shown
    assert "assess --full --resume" in shown
    assert len(answers(tmp_path)) == 13
    assert facts(tmp_path)["users"] is True
    history = (tmp_path / KEPT / "answers.history.jsonl").read_text().splitlines()
    assert [json.loads(line)["confirmed"] for line in history] == [0]


def test_a_full_run_asks_every_question_once(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess") as terminal:
        terminal.wait("quick or full")
        terminal.type("f", ENTER)
        terminal.at(1)
        terminal.to_summary("0")
        terminal.type(ENTER)
        assert terminal.end() == 0
        assert "level 0 of 4" in terminal.text
    # A team of whom nothing is known, with a service: every question applies.
    assert list(answers(tmp_path)) == list(load_bank().questions)


def test_what_was_asked_scores_the_same_from_the_file(tmp_path: Path, tool: Tool) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--format", "json", data=tmp_path / "out") as it:
        it.at(1)
        it.to_summary("1")
        it.type(ENTER)
        assert it.end() == 0
    kept = KEPT / "answers.toml", "--facts", KEPT / "facts.toml"
    again = tool("assess", "--quick", "--answers", *kept, "--format", "json")
    asked, read = json.loads((tmp_path / "out").read_text()), json.loads(again.stdout)
    assert {**asked, "date": "", "history": []} == {**read, "date": "", "history": []}
    assert len(read["history"]) == 1


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


def test_ctrl_c_keeps_what_was_answered_and_resume_goes_on(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        terminal.at(1)
        terminal.type("1")
        terminal.at(2)
        terminal.type(CTRL_C)
        assert terminal.end() == 130
        assert "error: interrupted; 0 answers and 1 fact kept" in terminal.text
        assert "hint: mlops-maturity assess --quick --resume" in terminal.text
    with Terminal(tmp_path, "assess", "--quick", "--resume") as terminal:
        assert "How many models" in terminal.at(1)
        terminal.to_summary()
        assert re.search(r"users +yes", terminal.text)
        terminal.type(ENTER)
        assert terminal.end() == 0
    with Terminal(tmp_path, "assess", "--full", "--resume") as terminal:
        assert "13 of" not in terminal.at(1)
        terminal.to_summary()
        terminal.type(ENTER)
        assert terminal.end() == 0
    assert list(answers(tmp_path)) == list(load_bank().questions)


@pytest.mark.parametrize("leave", [CTRL_C, "q"])
def test_leaving_at_once_leaves_nothing(tmp_path: Path, leave: str) -> None:
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        terminal.at(1)
        terminal.type(leave)
        assert terminal.end() == 130
        assert "nothing is kept" in terminal.text
    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_and_answers_stay(tmp_path: Path, number: int, code: int) -> None:
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        terminal.at(1)
        terminal.type("1")
        terminal.at(2)
        terminal.kill(number)
        assert terminal.end() == code
    assert facts(tmp_path) == {"users": True}


def test_the_summary_lets_an_answer_be_changed(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", settle_facts(tmp_path)) as terminal:
        terminal.at(1)
        terminal.to_summary("0")
        terminal.type("z9", ENTER)
        terminal.wait("z9 is not among them")
        terminal.wait("q to stop: *$|q to stop: *\n")
        terminal.type("c1", ENTER)
        terminal.wait(r">\*0  There are none")
        terminal.type("2")
        terminal.wait("C1  2  Application and feature code")
        terminal.wait("q to stop: *$|q to stop: *\n")
        terminal.type(ENTER)
        assert terminal.end() == 0
    assert answers(tmp_path)["C1"] == 2


def test_known_facts_are_not_asked_and_stay_in_their_file(tmp_path: Path) -> None:
    path = Path(settle_facts(tmp_path))
    before = path.read_bytes()
    with Terminal(tmp_path, "assess", "--quick", "--facts", str(path)) as terminal:
        assert "People  1 of 1" in terminal.at(1)
        terminal.to_summary()
        terminal.type(ENTER)
        assert terminal.end() == 0
        assert "How far to go: level" in terminal.text
    assert path.read_bytes() == before


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


@pytest.mark.parametrize("columns", [40, 30])
def test_a_narrow_terminal_breaks_no_word_and_loses_none(tmp_path: Path, columns: int) -> None:
    path = settle_facts(tmp_path)
    with Terminal(tmp_path, "assess", "--quick", "--facts", path, columns=columns) as terminal:
        terminal.wait("in a file")
        shown = " ".join(" ".join(terminal.lines).split())
        for option in load_bank().questions["P1"].options:
            assert option in shown


def test_a_low_terminal_scrolls_to_the_cursor(tmp_path: Path) -> None:
    path = settle_facts(tmp_path)
    with Terminal(tmp_path, "assess", "--quick", "--facts", path, rows=8) as terminal:
        terminal.wait("> 0  It stays")
        terminal.type(UP)
        terminal.wait("> 4  One mixed group")
        terminal.type(ENTER)
        terminal.wait("2 of 13 in all")
        terminal.type("q")
        terminal.end()
    assert answers(tmp_path) == {"P1": 4}


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}])
def test_no_colour_is_used(tmp_path: Path, environment: dict[str, str]) -> None:
    with Terminal(tmp_path, "assess", "--quick", **environment) as terminal:
        terminal.at(1)
        terminal.to_summary()
        terminal.type(ENTER)
        assert terminal.end() == 0
        codes = re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw)
    used = {int(code) for found in codes for code in found.split(b";") if code}
    assert used
    assert not any(30 <= code <= 49 or 90 <= code <= 107 for code in used)


def test_a_plain_terminal_gets_plain_lines(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", TERM="dumb") as terminal:
        terminal.at(1)
        terminal.type("7\r")
        terminal.wait("type a number from 0 to 1")
        terminal.type("y\r")
        terminal.wait("users  yes")
        terminal.type("3\r")
        terminal.wait("How often does the model")
        terminal.type("?\r")
        terminal.wait("why   ")
        terminal.type("\r")
        terminal.wait("retrain  unknown")
        terminal.type(CTRL_C)
        assert terminal.end() == 130
        assert b"\x1b" not in terminal.raw
    assert facts(tmp_path) == {"users": True, "models": 3}


def test_no_terminal_is_never_asked(tmp_path: Path, tool: Tool) -> None:
    done = tool("assess", "--quick", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, "")
    assert "hint: mlops-maturity sheet answers > FILE" in done.stderr
    assert snapshot(tmp_path) == {}


def test_answers_that_are_there_are_named_where_nobody_can_be_asked(
    tmp_path: Path, tool: Tool
) -> None:
    (tmp_path / KEPT).mkdir()
    (tmp_path / KEPT / "answers.toml").write_text("[answers]\nC1 = 2\n")
    done = tool("assess", stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "assess --answers .mlops-maturity/answers.toml" in done.stderr


def test_a_broken_file_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / KEPT).mkdir()
    path = tmp_path / KEPT / "answers.toml"
    path.write_text("[answers]\nC1 = 99\n")
    with Terminal(tmp_path, "assess", "--quick") as terminal:
        assert terminal.end() == 2
        assert "answers.toml:2: C1 = 99 is no answer" in terminal.text
    assert path.read_text() == "[answers]\nC1 = 99\n"
