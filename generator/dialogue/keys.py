"""The interview by cursor and key, drawn in place; what was taken stays above as plain lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from prompt_toolkit import Application, PromptSession
from prompt_toolkit.data_structures import Point, Size
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from assessment.fact_questions import FactQuestion
from assessment.interview import Interview
from generator.dialogue.moves import KEYS, Misread, Move, Stopped, read_move
from generator.dialogue.screen import Line, screen, selected

__all__ = ["Keys", "Terminal"]

_ORDINARY = Size(rows=24, columns=80)
_STYLE = Style.from_dict({"bold": "bold", "reverse": "reverse", "dim": "dim"})


class Terminal:
    """A terminal with a cursor; talk goes to standard error, so that data can be redirected."""

    def __init__(self) -> None:
        self._input = create_input(sys.stdin)
        # The position of the cursor is never asked for: some terminals answer late or not at all.
        self._output = Vt100_Output(
            sys.stderr, _size, term=os.environ.get("TERM"), enable_bell=False, enable_cpr=False
        )

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return _size().columns

    def tell(self, text: str) -> None:
        """Print a line."""
        print(text, file=sys.stderr, flush=True)

    def ask(self, text: str, known: str = "") -> str:
        """Ask for a line of text, with what is known to be edited.

        Raises:
            Stopped: by Ctrl-C or Ctrl-D.
        """
        return self._prompt(f"{text} ", known)

    def choose(self, interview: Interview, explained: bool) -> Move:
        """Draw a step and wait for what the person does."""
        step = interview.step
        assert step is not None
        if not step.options:
            return self._typed(interview, explained)
        drawing = _Drawing(interview, explained, self)
        control = FormattedTextControl(
            drawing.text, get_cursor_position=drawing.cursor, show_cursor=False
        )
        window = Window(control, wrap_lines=False, always_hide_cursor=True)
        application: Application[Move] = Application(
            layout=Layout(window),
            key_bindings=drawing.bindings(),
            style=_STYLE,
            input=self._input,
            output=self._output,
            erase_when_done=True,
        )
        return application.run()

    def _typed(self, interview: Interview, explained: bool) -> Move:
        drawn = screen(interview, -1, explained, self.width)
        known = "" if interview.given is None else str(interview.given)
        wrong: list[Line] = []
        while True:
            message = [*_styled([*drawn, *wrong]), ("", "> ")]
            try:
                return read_move(interview, self._prompt(message, known, erase=True))
            except Misread as error:
                wrong = [("", str(error))]

    def _prompt(self, message: str | StyleAndTextTuples, known: str, erase: bool = False) -> str:
        session: PromptSession[str] = PromptSession(
            input=self._input, output=self._output, style=_STYLE, erase_when_done=erase
        )
        try:
            return session.prompt(message, default=known).strip()
        except (KeyboardInterrupt, EOFError):
            raise Stopped from None


class _Drawing:
    """One step on the screen, with the option under the cursor."""

    def __init__(self, interview: Interview, explained: bool, terminal: Terminal) -> None:
        assert interview.step is not None
        self.interview, self.explained, self.terminal = interview, explained, terminal
        self.options = interview.step.options
        self.is_fact = isinstance(interview.step.asked, FactQuestion)
        self.chosen = selected(interview)

    def lines(self) -> list[Line]:
        return screen(self.interview, self.chosen, self.explained, self.terminal.width)

    def text(self) -> StyleAndTextTuples:
        return _styled(self.lines())

    def cursor(self) -> Point:
        """Where the chosen option stands: a screen that is too small scrolls to it."""
        styles = [style for style, _ in self.lines()]
        return Point(0, styles.index("reverse") if "reverse" in styles else 0)

    def bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        for key, kind in KEYS.items():
            if not (self.is_fact and kind in ("not applicable", "evidence")):
                bindings.add(key)(_leave(Move(kind)))
        for number, (value, _) in enumerate(self.options):
            bindings.add(str(number))(_leave(Move("answer", value)))
        if {int(value) for value, _ in self.options if not isinstance(value, str)} == {0, 1}:
            for key in "yn":
                bindings.add(key)(_leave(read_move(self.interview, key)))
        for key in (Keys.ControlC, Keys.ControlD, Keys.SIGINT):
            bindings.add(key)(_leave(Move("stop")))
        bindings.add(Keys.Left)(_leave(Move("back")))
        bindings.add(Keys.Enter)(self._take)
        bindings.add(Keys.Up)(lambda event: self._move(-1))
        bindings.add(Keys.Down)(lambda event: self._move(1))
        return bindings

    def _take(self, event: KeyPressEvent) -> None:
        kept = self.chosen < 0
        taken = read_move(self.interview, "") if kept else None
        event.app.exit(result=taken or Move("answer", self.options[self.chosen][0]))

    def _move(self, by: int) -> None:
        start = max(self.chosen, 0) if by < 0 else self.chosen
        self.chosen = (start + by) % len(self.options)


def _styled(lines: Sequence[Line]) -> StyleAndTextTuples:
    return [(f"class:{style}" if style else "", f"{line}\n") for style, line in lines]


def _size() -> Size:
    """Rows and columns; a terminal that says nothing of them is taken for an ordinary one."""
    try:
        size = os.get_terminal_size(sys.stderr.fileno())
    except OSError:
        return _ORDINARY
    return Size(size.lines or _ORDINARY.rows, size.columns or _ORDINARY.columns)


def _leave(move: Move) -> Callable[[KeyPressEvent], None]:
    def leave(event: KeyPressEvent) -> None:
        event.app.exit(result=move)

    return leave
