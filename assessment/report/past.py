"""The parts of a report that look back: earlier assessments, and what changed since one."""

from __future__ import annotations

from typing import Literal

from assessment.report.part import BankLine, Part

__all__ = ["ChangeLine", "ComparisonLine", "HistoryLine", "MoveLine"]


class HistoryLine(Part):
    """An earlier assessment: when, of which commit, and what came out."""

    date: str
    commit: str | None
    quick: bool
    confirmed: int
    possible: int
    target: str | None


class MoveLine(Part):
    """What one cause did to the confirmed level."""

    cause: Literal["bank", "profile", "facts", "answers"]
    before: int
    now: int


class ChangeLine(Part):
    """An item that stands differently from before, and why."""

    code: str
    question: str
    cause: Literal["bank", "profile", "facts", "answers"]
    before: str | None
    now: str | None
    better: bool | None


class ComparisonLine(Part):
    """What changed since an earlier assessment; `moves` leave out causes that moved nothing."""

    date: str | None
    commit: str | None
    bank: BankLine
    confirmed: int
    possible: int
    moves: tuple[MoveLine, ...]
    changes: tuple[ChangeLine, ...]
