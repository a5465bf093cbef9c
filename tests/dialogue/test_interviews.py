"""Whole interviews in a real terminal, from the first step to the level."""

from __future__ import annotations

import json
from pathlib import Path

from assessment.questions import load_bank
from tests.conftest import Tool
from tests.dialogue.kept import KEPT, answers, facts, settle_facts
from tests.terminal import ENTER, Terminal


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
