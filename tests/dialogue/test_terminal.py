"""The terminals that people have: narrow, low, plain, without colour, or none at all."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from assessment.questions import load_bank
from tests.conftest import Tool
from tests.dialogue.kept import KEPT, answers, facts, settle_facts
from tests.terminal import CTRL_C, ENTER, UP, Terminal
from tests.worlds import snapshot


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
