"""The interview line by line, for terminals that cannot move a cursor, and for screen readers."""

from __future__ import annotations

import shutil
import sys

from assessment.interview import Interview
from generator.dialogue.moves import Misread, Move, Stopped, read_move
from generator.dialogue.screen import screen

__all__ = ["Lines"]


class Lines:
    """A terminal that prints lines and reads lines."""

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return shutil.get_terminal_size().columns

    def tell(self, text: str) -> None:
        """Print a line."""
        print(text, file=sys.stderr, flush=True)

    def ask(self, text: str, known: str = "") -> str:
        """Print a question and read a line; an empty one keeps what is known.

        Raises:
            Stopped: the input has ended.
        """
        print(f"{text} [{known}] " if known else f"{text} ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise Stopped
        return line.strip() or known

    def choose(self, interview: Interview, explained: bool) -> Move:
        """Print a step and read what the person does."""
        for _, line in screen(interview, -1, explained, self.width):
            self.tell(line)
        while True:
            try:
                return read_move(interview, self.ask(">"))
            except Misread as error:
                self.tell(str(error))
