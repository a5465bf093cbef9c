"""The way from an assessment and a recommendation to a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessment.answers import Answer
from assessment.facts import Facts
from assessment.history import Entry
from assessment.levels import HIGHEST, load_levels
from assessment.questions import Bank, Profile, Question
from assessment.report.model import (
    AnswerLine,
    BankLine,
    ConfidenceLine,
    ConflictLine,
    DimensionLine,
    DisagreementLine,
    DroppedLine,
    HistoryLine,
    ItemLine,
    LayerLine,
    LevelLine,
    NeedLine,
    NoteLine,
    ProgressLine,
    ReasonLine,
    RecommendationLine,
    Report,
    StepLine,
    VoteLine,
)
from assessment.report.road import road
from assessment.scoring import Assessment, Item
from assessment.target import Recommendation
from assessment.team import Disagreement, Team

__all__ = ["build_report", "history_lines"]


def build_report(
    bank: Bank,
    team: Team,
    assessment: Assessment,
    facts: Facts | None = None,
    recommendation: Recommendation | None = None,
    *,
    tool_version: str,
    layers: Sequence[LayerLine] = (),
) -> Report:
    """Gather all that a format may show; the same input gives the same report."""
    return Report(
        tool_version=tool_version,
        bank=BankLine(version=bank.version, sha256=bank.sha256),
        project=team.answers.project,
        raters=team.raters,
        people=team.people,
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
        disagreements=tuple(map(_disagreement, team.disagreements)),
        road=_road(assessment, recommendation, layers),
        next=_next(assessment, recommendation, layers),
    )


def history_lines(entries: Iterable[Entry], profile: Profile) -> tuple[HistoryLine, ...]:
    """Earlier assessments by the same edition of the levels, as a report shows them."""
    wanted = set(HistoryLine.model_fields)
    alike = (entry for entry in entries if entry.profile == profile)
    return tuple(HistoryLine(**entry.model_dump(include=wanted)) for entry in alike)


def _disagreement(found: Disagreement) -> DisagreementLine:
    question = found.question
    votes = (
        VoteLine(person=vote.person or None, value=vote.value, text=question.options[vote.value])
        for vote in found.votes
    )
    return DisagreementLine(code=question.code, question=question.text, votes=tuple(votes))


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


def _road(
    assessment: Assessment, recommendation: Recommendation | None, layers: Sequence[LayerLine]
) -> tuple[StepLine, ...]:
    """The road to the target; where nobody knows it, to the next level."""
    if recommendation is None:
        return road(assessment, min(assessment.confirmed + 1, HIGHEST), {}, layers)
    return road(assessment, recommendation.target, recommendation.dimensions, layers)


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
    assessment: Assessment, recommendation: Recommendation | None, layers: Sequence[LayerLine]
) -> tuple[str, ...]:
    commands = []
    if assessment.blockers:
        commands.append(f"mlops-maturity explain {assessment.blockers[0].question.code}")
    if recommendation is None:
        commands.append("mlops-maturity sheet facts > facts.toml")
        commands.append("mlops-maturity assess --answers FILE --facts facts.toml")
    else:
        generable = max((layer.since for layer in layers), default=HIGHEST)
        commands.append(
            f"mlops-maturity new NAME --level {min(recommendation.next_step, generable)}"
        )
    return tuple(commands)
