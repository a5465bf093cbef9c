"""What changed between two reports, item by item, and what changed it.

The earlier answers are scored again with today's questions, then with today's profile and mode,
then with today's facts; what is left is the answers' own doing.
"""

from __future__ import annotations

from collections.abc import Iterator

from assessment.answers import Answer, Answers
from assessment.facts import Facts
from assessment.gates import gates, inapplicable
from assessment.questions import Bank, Profile
from assessment.report.model import (
    BankLine,
    ChangeLine,
    ComparisonLine,
    ItemLine,
    MoveLine,
    Report,
)
from assessment.scoring import Assessment, score

__all__ = ["compare", "given_in"]


def compare(before: Report, now: Report, bank: Bank) -> ComparisonLine:
    """Compare a report with an earlier one.

    Args:
        before: the earlier report, perhaps with other questions, profile or facts.
        now: the later report, made with `bank`.
        bank: today's questions.
    """
    return ComparisonLine(
        date=before.date,
        commit=before.commit,
        bank=BankLine.model_validate(before.bank),
        confirmed=before.level.confirmed,
        possible=before.level.possible,
        moves=tuple(_moves(before, now, bank)),
        changes=tuple(_changes(before, now, bank)),
    )


def given_in(report: Report, bank: Bank) -> Answers:
    """The answers that a report holds; a reason that the facts give is none."""
    by_code = {
        item.code: Answer(
            item.answer.value,
            None if _settled(item, report, bank) else item.answer.not_applicable,
            item.answer.evidence,
            item.answer.note,
        )
        for item in report.items
    }
    return Answers(by_code, report.project)


def _moves(before: Report, now: Report, bank: Bank) -> Iterator[MoveLine]:
    given = given_in(before, bank)
    known = Answers(
        {
            code: one
            for code, one in given.by_code.items()
            if code in bank.questions and (one.value or 0) <= bank.questions[code].best
        }
    )

    def level(facts: Facts | None, profile: Profile, quick: bool) -> Assessment:
        return score(bank, known, facts, profile=profile, quick=quick)

    stages = (
        ("bank", level(before.facts, before.profile, before.quick).confirmed),
        ("profile", level(before.facts, now.profile, now.quick).confirmed),
        ("facts", level(now.facts, now.profile, now.quick).confirmed),
        ("answers", now.level.confirmed),
    )
    reached = before.level.confirmed
    for cause, after in stages:
        if after != reached:
            yield MoveLine.model_validate({"cause": cause, "before": reached, "now": after})
        reached = after


def _settled(item: ItemLine, report: Report, bank: Bank) -> bool:
    """Whether the facts, or an option that was chosen, leave no room for a person's reason."""
    return item.answer.value is not None or _ruled_out(item.code, report, bank) is not None


def _ruled_out(code: str, report: Report, bank: Bank) -> str | None:
    """The reason for which the facts of a report make a question not applicable."""
    question, facts = bank.questions.get(code), report.facts
    return inapplicable(question, facts.quantities()) if question and facts else None


def _changes(before: Report, now: Report, bank: Bank) -> Iterator[ChangeLine]:
    old, new = ({item.code: item for item in one.items} for one in (before, now))
    for code in [*old, *(code for code in new if code not in old)]:
        was, has = old.get(code), new.get(code)
        cause = _cause(was, has, before, now, bank)
        if cause is None:
            continue
        known = has or was
        assert known is not None
        yield ChangeLine.model_validate(
            {
                "code": code,
                "question": known.question,
                "cause": cause,
                "before": _told(was),
                "now": _told(has),
                "better": _better(was, has) if cause == "answers" else None,
            }
        )


def _cause(
    was: ItemLine | None, has: ItemLine | None, before: Report, now: Report, bank: Bank
) -> str | None:
    bank_changed = before.bank.sha256 != now.bank.sha256
    if was is None or has is None:
        return "profile" if before.quick != now.quick else "bank"
    if was.answer.value != has.answer.value:
        return "answers"
    if was.answer.not_applicable != has.answer.not_applicable:
        old, new = (_ruled_out(has.code, report, bank) for report in (before, now))
        return "answers" if old == new else "facts"
    if bank_changed and (was.question, was.answer.text) != (has.question, has.answer.text):
        return "bank"
    if was.need == has.need:
        return None
    return _cause_of_need(has.code, before, now, bank)


def _cause_of_need(code: str, before: Report, now: Report, bank: Bank) -> str:
    """What asks for another option: the facts, the edition of the levels, or the bank."""
    question = bank.questions[code]
    old, new = (one.facts.quantities() if one.facts else {} for one in (before, now))
    if gates(question, before.profile, old) != gates(question, before.profile, new):
        return "facts"
    if gates(question, before.profile, new) != gates(question, now.profile, new):
        return "profile"
    return "bank"


def _told(item: ItemLine | None) -> str | None:
    if item is None:
        return None
    if item.answer.not_applicable is not None:
        return f"not applicable: {item.answer.not_applicable}"
    return item.answer.text


def _better(was: ItemLine | None, has: ItemLine | None) -> bool | None:
    if was is None or has is None or was.answer.value is None or has.answer.value is None:
        return None
    return has.answer.value > was.answer.value
