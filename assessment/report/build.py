"""The way from an assessment and a recommendation to a report."""

from __future__ import annotations

from pathlib import Path

from assessment.answers import Answer, Answers, read_answers
from assessment.facts import Facts, read_facts
from assessment.levels import HIGHEST, load_levels
from assessment.questions import Bank, Profile, Question, load_bank
from assessment.report.model import (
    AnswerLine,
    BankLine,
    ConfidenceLine,
    ConflictLine,
    DimensionLine,
    DroppedLine,
    ItemLine,
    LevelLine,
    NeedLine,
    NoteLine,
    ProgressLine,
    ReasonLine,
    RecommendationLine,
    Report,
)
from assessment.scoring import Assessment, Item, score
from assessment.target import Recommendation, recommend

__all__ = ["build_report", "report_on"]


def report_on(
    answers: Path,
    facts: Path | None = None,
    *,
    tool_version: str,
    profile: Profile = "course",
    quick: bool = False,
    generable: int = HIGHEST,
) -> Report:
    """The report on an answers file and, if there is one, a facts file.

    Args:
        answers: path of the answers file.
        facts: path of the facts file.
        tool_version: of the tool that reports.
        profile: whose edition of the levels.
        quick: count the quick questions only.
        generable: highest level that a project can be generated at.

    Raises:
        InvalidFile: a file cannot be read or holds something that makes no sense.
    """
    bank = load_bank()
    given, known = read_answers(answers, bank), read_facts(facts) if facts else None
    found = score(bank, given, known, profile=profile, quick=quick)
    target = recommend(known, found.confirmed) if known else None
    return build_report(
        bank,
        given,
        found,
        tool_version=tool_version,
        facts=known,
        recommendation=target,
        generable=generable,
    )


def build_report(
    bank: Bank,
    answers: Answers,
    assessment: Assessment,
    *,
    tool_version: str,
    facts: Facts | None = None,
    recommendation: Recommendation | None = None,
    generable: int = HIGHEST,
) -> Report:
    """Gather all that a format may show; the same input gives the same report."""
    return Report(
        tool_version=tool_version,
        bank=BankLine(version=bank.version, sha256=bank.sha256),
        project=answers.project,
        person=answers.person,
        profile=assessment.profile,
        quick=assessment.quick,
        level=_level(assessment),
        confidence=ConfidenceLine.model_validate(assessment.confidence),
        dimensions=_dimensions(assessment, recommendation),
        progress=_progress(assessment),
        blockers=tuple(item.question.code for item in assessment.blockers),
        assumed=assessment.assumed,
        items=tuple(map(_item, assessment.items)),
        facts=facts,
        recommendation=_recommendation(recommendation) if recommendation else None,
        next=_next(assessment, recommendation, generable),
    )


def _level(assessment: Assessment) -> LevelLine:
    level = load_levels().levels[assessment.confirmed]
    return LevelLine(
        confirmed=assessment.confirmed,
        possible=assessment.possible,
        **level.model_dump(exclude={"level"}),
    )


def _progress(assessment: Assessment) -> ProgressLine | None:
    progress = assessment.progress
    return None if progress is None else ProgressLine.model_validate(progress)


def _dimensions(
    assessment: Assessment, recommendation: Recommendation | None
) -> tuple[DimensionLine, ...]:
    targets = recommendation.dimensions if recommendation else {}
    return tuple(
        DimensionLine(
            code=one.code,
            name=load_levels().dimensions[one.code].name,
            confirmed=one.confirmed,
            possible=one.possible,
            asked=one.asked,
            target=targets.get(one.code),
        )
        for one in assessment.dimensions
    )


def _item(item: Item) -> ItemLine:
    question, need = item.question, item.need
    text = question.options[need.option] if need else ""
    return ItemLine(
        code=question.code,
        dimension=question.dimension,
        question=question.text,
        visible=question.visible,
        status=item.status.value,
        answer=_answer(question, item.answer, item.not_applicable),
        need=NeedLine(level=need.level, option=need.option, text=text) if need else None,
        remedy=question.remedy,
        effort=question.effort,
        why=question.why,
        good=question.good,
        sources=question.sources,
    )


def _answer(question: Question, answer: Answer, not_applicable: str | None) -> AnswerLine:
    return AnswerLine(
        value=answer.value,
        text=None if answer.value is None else question.options[answer.value],
        not_applicable=not_applicable,
        evidence=answer.evidence,
        note=answer.note,
    )


def _recommendation(found: Recommendation) -> RecommendationLine:
    return RecommendationLine(
        target=found.target,
        approval=found.approval,
        label=found.label,
        name=load_levels().levels[found.target].name,
        need=found.need,
        next_step=found.next_step,
        reasons=tuple(map(ReasonLine.model_validate, found.reasons)),
        conflicts=tuple(map(ConflictLine.model_validate, found.conflicts)),
        notes=tuple(map(NoteLine.model_validate, found.notes)),
        dropped=tuple(
            DroppedLine(
                fact=one.fact,
                meaning=Facts.model_fields[one.fact].description or "",
                rules=one.rules,
            )
            for one in found.dropped
        ),
    )


def _next(
    assessment: Assessment, recommendation: Recommendation | None, generable: int
) -> tuple[str, ...]:
    commands = []
    if assessment.blockers:
        commands.append(f"mlops-maturity explain {assessment.blockers[0].question.code}")
    if recommendation is None:
        commands.append("mlops-maturity assess --answers FILE --facts FILE")
    else:
        commands.append(
            f"mlops-maturity new NAME --level {min(recommendation.next_step, generable)}"
        )
    return tuple(commands)
