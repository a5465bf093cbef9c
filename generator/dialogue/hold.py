"""The interview held: step by step, then a look over everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assessment.answers import LONGEST, Answer
from assessment.interview import Interview
from generator.dialogue.moves import Move, Stopped
from generator.dialogue.screen import receipt, summary

__all__ = ["Place", "hold", "which_mode"]

Keep = Callable[[Interview, Interview], None]
_NOTHING_ASKED = "nothing is left to ask"


class Place(Protocol):
    """Where an interview is held."""

    @property
    def width(self) -> int:
        """Columns."""

    def tell(self, text: str) -> None:
        """Print a line."""

    def ask(self, text: str, known: str = "") -> str:
        """Ask for a line of text."""

    def choose(self, interview: Interview, explained: bool) -> Move:
        """Show a step and wait for what the person does."""


def which_mode(place: Place, quick: int, full: int) -> bool:
    """Ask for the quick or the full mode; returns whether it is the quick one.

    Raises:
        Stopped: the person has left.
    """
    place.tell(f"q  quick: {quick} questions, an estimate (--quick)")
    place.tell(f"f  full: {full} questions, the level (--full)")
    while True:
        word = place.ask("quick or full?").lower()
        if word in ("q", "quick"):
            return True
        if word in ("f", "full"):
            return False
        place.tell("type q or f")


def hold(interview: Interview, place: Place, keep: Keep) -> Interview:
    """Go through an interview until the person is content with it.

    Args:
        interview: at its first step.
        place: the terminal.
        keep: stores what has changed from one moment to the next; called after each step.

    Raises:
        Stopped: the person has left; what was kept stays.
    """
    if interview.at is None:
        place.tell(_NOTHING_ASKED)
    while interview.at is not None:
        interview = _step(interview, place, keep)
    while key := _to_change(interview, place):
        asked = {one.key for one in interview.everything}
        interview = _again(interview, key, place, keep)
        # Another fact may bring other questions.
        while new := next((one.key for one in interview.everything if one.key not in asked), None):
            asked.add(new)
            interview = _again(interview, new, place, keep)
    return interview


def _again(interview: Interview, key: str, place: Place, keep: Keep) -> Interview:
    """Ask for one thing, wherever the interview stands."""
    interview = interview.go(key)
    while interview.at == key:
        interview = _step(interview, place, keep)
    return interview.end()


def _to_change(interview: Interview, place: Place) -> str:
    """Show everything; the key of what is to be asked again, or nothing."""
    for line in summary(interview, place.width):
        place.tell(line)
    place.tell("")
    keys = {one.key.lower(): one.key for one in interview.everything}
    while True:
        word = place.ask("enter to score, a code or name to change, q to stop:").lower()
        if word == "q":
            raise Stopped
        if not word or word in keys:
            return keys.get(word, "")
        place.tell(f"{word} is not among them")


def _step(interview: Interview, place: Place, keep: Keep) -> Interview:
    step, explained = interview.step, False
    assert step is not None
    while True:
        move = place.choose(interview, explained)
        if move.kind == "stop":
            raise Stopped
        if move.kind == "back":
            return interview.back()
        if move.kind == "why":
            explained = not explained
        elif move.kind == "evidence":
            before, known = interview, interview.given
            given = known.evidence if isinstance(known, Answer) and known.evidence else ""
            text = _text(place, "evidence (path, link, date, person):", given)
            interview = interview.evidence(text)
            keep(before, interview)
        else:
            after = _after(interview, move, place)
            if after is not None:
                keep(interview, after)
                for line in receipt(after, step.key, place.width):
                    place.tell(line)
                return after


def _after(interview: Interview, move: Move, place: Place) -> Interview | None:
    """The interview after an answer; none where a reason was asked for and not given."""
    if move.kind == "skip":
        return interview.skip()
    if move.kind == "not applicable":
        reason = _text(place, "why does it not apply?")
        return interview.not_applicable(reason) if reason else None
    assert move.value is not None
    return interview.answer(move.value)


def _text(place: Place, question: str, known: str = "") -> str:
    """A line that a file of answers can hold."""
    while len(text := place.ask(question, known)) > LONGEST:
        place.tell(f"{len(text)} characters are too many: at most {LONGEST}")
    return text
