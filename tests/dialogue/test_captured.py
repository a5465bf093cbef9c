"""The screen that the docs show is the one that a person sees."""

from __future__ import annotations

import re
from pathlib import Path

from tests.dialogue.kept import stated
from tests.terminal import DOWN, ENTER, Terminal

PAGE = Path(__file__).parents[2] / "docs" / "assessment.md"


def test_the_screen_of_the_docs_is_current(tmp_path: Path) -> None:
    with Terminal(tmp_path, "assess", "--quick", "--facts", stated(tmp_path)) as terminal:
        terminal.at(1)
        terminal.type("1")
        terminal.at(2)
        terminal.type("e")
        terminal.wait("evidence .path")
        terminal.type("notes/data.md", ENTER)
        terminal.wait("evidence: notes/data.md")
        terminal.type(DOWN, "?")
        terminal.wait("from  ")
        terminal.type(DOWN, DOWN)
        terminal.wait("> 2 ")
        screen = "\n".join(terminal.lines).rstrip()
        terminal.type("q")
        terminal.end()
    shown = re.search(r"^```text\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert shown is not None
    assert shown[1] == screen, f"put this into {PAGE.name}:\n{screen}"
