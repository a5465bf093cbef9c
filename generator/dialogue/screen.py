"""What stands on the screen at a step, as lines of text: plain ASCII, no meaning by colour."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from textwrap import wrap

from assessment.answers import Answer
from assessment.fact_questions import FactQuestion, FactValue
from assessment.interview import USE_CASE, Interview, Step

__all__ = ["NARROWEST", "WIDEST", "Line", "receipt", "screen", "selected", "summary"]

Line = tuple[str, str]
"""Style and text of a line; styles are `""`, `bold`, `reverse` and `dim`."""

NARROWEST, WIDEST = 30, 80

_CHOOSE = ("up, down or 0-{last}", "enter take")
_TYPE = ("type it and enter",)
_ALWAYS = ("b back", "s skip", "? why", "q stop")
_QUESTION = ("x does not apply", "e evidence")
_YES_NO = ("no", "yes")


def screen(interview: Interview, chosen: int, explained: bool, width: int) -> list[Line]:
    """All lines of a step.

    Args:
        interview: at the step.
        chosen: number of the option under the cursor, or -1.
        explained: with why it is asked, what is good, and the source.
        width: columns of the terminal.
    """
    step = interview.step
    assert step is not None
    width = max(NARROWEST, min(width, WIDEST)) - 1
    lines = [("dim", line) for line in _head(interview, step, width)]
    lines += [("bold", line) for line in _asked(step, width)]
    lines.append(("", ""))
    for number in range(len(step.options)):
        style = "reverse" if number == chosen else ""
        lines += [(style, line) for line in _option(interview, step, number, chosen, width)]
    if step.options:
        lines.append(("", ""))
    if explained:
        lines += [("", line) for line in _explanation(step, interview, width)]
    lines += [("dim", line) for line in _foot(interview, step, chosen, width)]
    return lines


def selected(interview: Interview) -> int:
    """Number of the option that is known, or the first one; -1 where another value is known."""
    step, known = interview.step, interview.given
    value = known.value if isinstance(known, Answer) else known
    values = [one for one, _ in step.options] if step else []
    if value is not None and value not in values:
        return -1
    return values.index(value) if value in values else 0


def receipt(interview: Interview, key: str, width: int) -> list[str]:
    """What was taken for a step, in a line or two."""
    width = max(NARROWEST, min(width, WIDEST)) - 1
    return _wrapped(f"{key}  {_told(interview, key)}", width, "  ", "      ")


def summary(interview: Interview, width: int) -> list[str]:
    """Everything that was taken, by part, to be looked over before it is scored."""
    lines = []
    part = None
    for step in interview.everything:
        if step.part != part:
            part = step.part
            lines += ["", part]
        lines += receipt(interview, step.key, width)
    return lines


def _head(interview: Interview, step: Step, width: int) -> Iterator[str]:
    number, of = interview.place()
    keys = [one.key for one in interview.steps]
    left = f"{step.part}  {number} of {of}"
    right = f"{keys.index(step.key) + 1} of {len(keys)} in all"
    gap = width - len(left) - len(right)
    yield f"{left}{' ' * gap}{right}" if gap > 1 else left


def _asked(step: Step, width: int) -> list[str]:
    code = "" if step.part == USE_CASE else f"{step.key}  "
    return _wrapped(f"{code}{step.asked.text}", width, "", "")


def _option(interview: Interview, step: Step, number: int, chosen: int, width: int) -> list[str]:
    cursor = ">" if number == chosen else " "
    known = interview.given
    value = known.value if isinstance(known, Answer) else known
    mark = "*" if step.options[number][0] == value and value is not None else " "
    return _wrapped(step.options[number][1], width, f" {cursor}{mark}{number}  ", " " * 6)


def _explanation(step: Step, interview: Interview, width: int) -> Iterator[str]:
    yield from _wrapped(step.asked.why, width, "why   ", " " * 6)
    if not isinstance(step.asked, FactQuestion):
        yield from _wrapped(step.asked.good, width, "good  ", " " * 6)
        for source in step.asked.sources:
            name = interview.bank.sources[source.split()[0]]
            yield from _wrapped(f"{name} ({source})", width, "from  ", " " * 6)
    yield ""


def _foot(interview: Interview, step: Step, chosen: int, width: int) -> Iterator[str]:
    known = interview.given
    if isinstance(known, Answer):
        if known.not_applicable:
            yield from _wrapped(f"does not apply: {known.not_applicable}", width)
        if known.evidence:
            yield from _wrapped(f"evidence: {known.evidence}", width)
    yield from _wrapped(f"in a file: {_line(interview, step, chosen)}", width)
    yield ""
    keys = (*(_CHOOSE if step.options else _TYPE), *_ALWAYS)
    keys += () if step.part == USE_CASE else _QUESTION
    yield from _keys((one.format(last=len(step.options) - 1) for one in keys), width)


def _keys(keys: Iterable[str], width: int) -> Iterator[str]:
    """Keys with what they do, side by side, none of them broken."""
    row = ""
    for key in keys:
        if row and len(row) + 2 + len(key) > width:
            yield row
            row = ""
        row += f"  {key}" if row else key
    yield row


def _line(interview: Interview, step: Step, chosen: int) -> str:
    """The line of a file that says what is under the cursor, or what is known."""
    if not step.options:
        assert isinstance(step.asked, FactQuestion)
        return f"{step.key} = ..., {step.asked.form}"
    known = interview.given
    value = step.options[max(chosen, 0)][0]
    if chosen < 0 and isinstance(known, Answer) and known.value is not None:
        value = known.value
    elif chosen < 0 and known is not None and not isinstance(known, Answer):
        value = known
    if not isinstance(step.asked, FactQuestion) and step.asked.kind == "yes-no":
        value = _YES_NO[int(value)]
    return f"{step.key} = {json.dumps(value)}"


def _told(interview: Interview, key: str) -> str:
    if key not in interview.bank.questions:
        value: FactValue | None = getattr(interview.facts, key)
        if value is None:
            return "unknown"
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    answer = interview.answers.of(key)
    if answer.not_applicable is not None:
        return f"-  does not apply: {answer.not_applicable}"
    if answer.value is None:
        return "?  unknown"
    evidence = f" ({answer.evidence})" if answer.evidence else ""
    return f"{answer.value}  {interview.bank.questions[key].options[answer.value]}{evidence}"


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return wrap(
        printable, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
