"""The interview from its first line to its last: what is known, the terminal, where it is kept."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join

from assessment.answers import Answer, Answers
from assessment.facts import Facts
from assessment.history import history_file, read_history
from assessment.interview import Interview, begin
from assessment.questions import Bank, Profile, load_bank
from generator.dialogue.hold import Place, hold, which_mode
from generator.dialogue.moves import Stopped
from generator.errors import Interrupted, InvalidChoice
from generator.sheets import Sheets

__all__ = ["Held", "Wish", "interview"]

KEPT_IN = Path(".mlops-maturity", "answers.toml")
FACTS = "facts.toml"


@dataclass(frozen=True)
class Wish:
    """What the command line says about an interview.

    Attributes:
        project: folder of the project.
        save: where the answers are kept, unless in the project.
        facts: a file of facts; what it states is not asked.
        profile: whose edition of the levels.
        quick: the quick questions only; asked where it is not said.
        resume: ask only what is open.
    """

    project: Path
    save: Path | None = None
    facts: Path | None = None
    profile: Profile = "course"
    quick: bool | None = None
    resume: bool = False

    def again(self) -> str:
        """The command that goes on where this one stopped."""
        words = ["mlops-maturity", "assess"]
        words += [] if self.project == Path() else [str(self.project)]
        words += ["--save", str(self.save)] if self.save else []
        words += ["--facts", str(self.facts)] if self.facts else []
        words += [] if self.profile == "course" else ["--profile", self.profile]
        words += [] if self.quick is None else ["--quick" if self.quick else "--full"]
        return join([*words, "--resume"])


@dataclass(frozen=True)
class Held:
    """What an interview leaves: its files, of facts only where one is known, and its mode."""

    answers: Path
    facts: Path | None
    quick: bool


def interview(wish: Wish) -> Held:
    """Ask, and keep what is answered.

    Raises:
        InvalidChoice: there is no terminal, or no such project.
        InvalidFile: what was kept before cannot be read.
        Interrupted: the person has left; what was answered is kept.
    """
    bank, sheets = load_bank(), _sheets(wish)
    _check(wish, sheets)
    answers, facts = sheets.load(bank)
    # A damaged history is told before the questions, not after them.
    read_history(history_file((sheets.answers,)))
    place = _terminal()
    try:
        if wish.quick is None:
            quick = which_mode(place, len(bank.asked(True)), len(bank.asked(False)))
            wish = replace(wish, quick=quick)
        _greet(place, sheets, bool(answers.by_code) and not wish.resume)
        hold(_begin(bank, wish, answers, facts), place, sheets.keep)
    except (Stopped, KeyboardInterrupt):
        raise _interrupted(wish, sheets, bank) from None
    _, stated = sheets.count(bank)
    return Held(sheets.answers, sheets.facts if stated else None, bool(wish.quick))


def _sheets(wish: Wish) -> Sheets:
    answers = wish.save or wish.project / KEPT_IN
    return Sheets(answers, wish.facts or answers.with_name(FACTS))


def _begin(bank: Bank, wish: Wish, answers: Answers, facts: Facts) -> Interview:
    stated = {name for name, value in facts if value is not None}
    settled = stated if wish.facts or wish.resume else set()
    if wish.resume:
        settled |= {code for code, one in answers.by_code.items() if _is_settled(one)}
    if answers.project is None:
        name = os.fsencode(wish.project.resolve().name).decode("utf-8", "replace")
        answers = replace(answers, project=name.strip() or None)
    return begin(
        bank,
        answers,
        facts,
        profile=wish.profile,
        quick=bool(wish.quick),
        settled=frozenset(settled),
    )


def _is_settled(answer: Answer) -> bool:
    return answer.value is not None or answer.not_applicable is not None


def _check(wish: Wish, sheets: Sheets) -> None:
    if wish.project.is_file():
        name = str(wish.project)
        raise InvalidChoice(
            f"{name}: this is a file, not a project's folder",
            f"answers in a file: {join(['mlops-maturity', 'assess', '--answers', name])}",
        )
    if not wish.project.is_dir():
        raise InvalidChoice(f"{wish.project}: there is no such folder", "give a project's folder")
    if wish.facts is not None and not wish.facts.exists():
        raise InvalidChoice(
            f"{wish.facts}: there is no such file", "without --facts, the interview asks for them"
        )
    if sys.stdin.isatty() and sys.stderr.isatty():
        return
    hint = "mlops-maturity sheet answers > FILE, fill it in, mlops-maturity assess --answers FILE"
    if sheets.answers.exists():
        hint = join(["mlops-maturity", "assess", "--answers", str(sheets.answers)])
    raise InvalidChoice("no answers are given, and there is no terminal to ask in", hint)


def _terminal() -> Place:
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        from generator.dialogue.lines import Lines

        return Lines()
    from generator.dialogue.keys import Terminal

    return Terminal()


def _greet(place: Place, sheets: Sheets, known: bool) -> None:
    place.tell(f"each answer is kept in {sheets.answers}")
    if known:
        place.tell("what was answered before is marked *; --resume asks only what is open")
    place.tell("")


def _interrupted(wish: Wish, sheets: Sheets, bank: Bank) -> Interrupted:
    answers, facts = sheets.count(bank)
    if not answers and not facts:
        return Interrupted("interrupted; nothing was answered, nothing is kept")
    return Interrupted(
        f"interrupted; {_counted(answers, 'answer')} and {_counted(facts, 'fact')} kept in "
        f"{sheets.answers.parent}",
        wish.again(),
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
