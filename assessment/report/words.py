"""What several formats say in the same words."""

from __future__ import annotations

from typing import Literal

from assessment.levels import HIGHEST
from assessment.report.model import DimensionLine, ItemLine, Report, StepLine

__all__ = [
    "CAUSES",
    "State",
    "blockers",
    "closed_by",
    "dimension_names",
    "next_step",
    "not_applicable",
    "shown",
    "states",
    "verdict",
]

State = Literal["confirmed", "possible", "open", "nothing asked"]
"""How a dimension stands at a level."""

CAUSES = {
    "bank": "other questions",
    "profile": "another profile or mode",
    "facts": "other facts",
    "answers": "the answers",
}
"""What can change a level or an item."""

_LONGEST = 60
"""Signs of a project's name that a sentence holds."""


def shown(text: str) -> str:
    """The text without what no reader can see: control signs, marks that turn its direction."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text)


def verdict(report: Report) -> str:
    """The whole report in one sentence, without a full stop."""
    level, target = report.level, report.recommendation
    maybe = f", perhaps {level.possible}" if level.possible > level.confirmed else ""
    estimate = "by a quick estimate " if report.quick else ""
    name = report.project or "This project"
    name = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    place = f"{name} stands {estimate}at level {level.confirmed}{maybe}"
    if target is None:
        return f"{place} of 4"
    comma = "," if maybe else ""
    if level.confirmed >= target.target:
        return f"{place}{comma} and needs no more"
    return f"{place}{comma} and should go to level {target.label}"


def next_step(report: Report) -> str:
    """What comes next, without a full stop."""
    target = report.recommendation
    if target is None:
        return "Give the facts of the use case"
    if report.level.confirmed >= target.target:
        return f"Level {report.level.confirmed} is enough: there is no next step"
    return f"Next step: level {target.next_step}"


def blockers(report: Report) -> tuple[ItemLine, ...]:
    """The items that keep the next level away, least effort first."""
    by_code = {item.code: item for item in report.items}
    return tuple(by_code[code] for code in report.blockers if code in by_code)


def dimension_names(report: Report) -> dict[str, str]:
    """Codes of the dimensions and their names."""
    return {one.code: one.name for one in report.dimensions}


def states(one: DimensionLine) -> dict[int, State]:
    """How a dimension stands at the levels 1 to 4."""
    return {level: _state(one, level) for level in range(1, HIGHEST + 1)}


def not_applicable(report: Report) -> dict[str, list[str]]:
    """Reasons why questions do not apply, and the codes of these questions."""
    found: dict[str, list[str]] = {}
    for item in report.items:
        if item.answer.not_applicable is not None:
            found.setdefault(item.answer.not_applicable, []).append(item.code)
    return found


def closed_by(step: StepLine) -> list[str]:
    """Codes of what the layers of the generator bring at a step of the road."""
    return [one.code for one in step.work if one.layers]


def _state(one: DimensionLine, level: int) -> State:
    if level not in one.asked:
        return "nothing asked"
    if level <= one.confirmed:
        return "confirmed"
    return "possible" if level <= one.possible else "open"
