"""The files in which an interview keeps what was said: answers, and the facts beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from assessment.answers import Answers, parse_answers
from assessment.document import read_document
from assessment.facts import Facts, parse_facts
from assessment.interview import Interview
from assessment.questions import Bank
from assessment.sheet import blank_answers, blank_facts, filled_answers, filled_facts
from generator.files import write_whole

__all__ = ["Sheets"]


@dataclass(frozen=True)
class Sheets:
    """Two files, each made with its first entry; what people wrote into them stays."""

    answers: Path
    facts: Path

    def load(self, bank: Bank) -> tuple[Answers, Facts]:
        """What is known already.

        Raises:
            InvalidFile: a file cannot be read or holds something that makes no sense.
        """
        answers, facts = Answers({}), Facts.model_validate({})
        if _is_there(self.answers):
            answers = parse_answers(read_document(self.answers, "[answers], then C1 = 2"), bank)
        if _is_there(self.facts):
            facts = parse_facts(read_document(self.facts, "users = true"))
        return answers, facts

    def keep(self, before: Interview, after: Interview) -> None:
        """Fill in what has changed in the interview; what somebody else changed meanwhile stays.

        Raises:
            InvalidFile: somebody has broken a file since it was read.
            OSError: a file cannot be written.
        """
        bank, answers = after.bank, after.answers
        self.load(bank)
        known = before.answers.by_code
        given = {code: one for code, one in answers.by_code.items() if known.get(code) != one}
        if given:
            sheet = _text(self.answers) or blank_answers(bank, answers.project)
            changed = replace(answers, by_code=given)
            _put(self.answers, filled_answers(sheet, bank, changed))
        stated = {
            name: value for name, value in after.facts if getattr(before.facts, name) != value
        }
        if stated:
            _put(self.facts, filled_facts(_text(self.facts) or blank_facts(), stated))

    def count(self, bank: Bank) -> tuple[int, int]:
        """How many questions are answered, and how many facts stated."""
        answers, facts = self.load(bank)
        return len(answers.by_code), _stated(facts)


def _stated(facts: Facts) -> int:
    return len(Facts.model_fields) - len(facts.missing())


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _text(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8-sig") if _is_there(path) else None


def _put(path: Path, text: str) -> None:
    if _text(path) != text:
        write_whole(path, text)
