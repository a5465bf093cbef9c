"""Interviews that are left: what they say, what is kept, and how they go on."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from assessment.questions import load_bank
from tests.dialogue.kept import answers, facts
from tests.terminal import CTRL_C, ENTER, Terminal
from tests.worlds import snapshot


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
