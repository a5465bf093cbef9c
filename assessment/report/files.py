"""The way from the files that people wrote to a report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assessment.answers import Answers, read_answers
from assessment.document import Document
from assessment.errors import NotJudged
from assessment.facts import Facts, read_facts
from assessment.gates import inapplicable
from assessment.questions import Bank, Profile, load_bank
from assessment.report.build import build_report
from assessment.report.model import LayerLine, Report
from assessment.scoring import Assessment, score
from assessment.target import Recommendation, recommend
from assessment.team import Disagreement, Team, consensus

__all__ = ["report_on"]


def report_on(
    answers: Sequence[Path | Document],
    facts: Path | None = None,
    *,
    tool_version: str,
    profile: Profile = "course",
    quick: bool = False,
    anonymous: bool = False,
    layers: Sequence[LayerLine] = (),
    needs_target: bool = True,
) -> Report:
    """The report on the answers of one or several people and, if there is one, a facts file.

    Args:
        answers: the answers files, one for each person, or what stands in them.
        facts: path of the facts file.
        tool_version: of the tool that reports.
        profile: whose edition of the levels.
        quick: count the quick questions only.
        anonymous: leave out who answered.
        layers: what a project can be generated with.
        needs_target: facts that say too little for a target level are an error.

    Raises:
        InvalidFile: a file cannot be read or holds something that makes no sense.
        NotJudged: no question applies, or the facts say too little for a target level.
    """
    bank = load_bank()
    known = read_facts(facts) if facts else None
    team = consensus(bank, list(_read(answers, bank)), anonymous)
    team = replace(team, disagreements=tuple(_counted(team, bank, known, quick)))
    contested = len(team.disagreements)
    found = score(bank, team.answers, known, profile=profile, quick=quick, contested=contested)
    if not any(item.gates for item in found.items):
        raise NotJudged("no question applies, so there is no level", "answer at least one question")
    target = _target(known, found, needs_target) if known else None
    return build_report(bank, team, found, known, target, tool_version=tool_version, layers=layers)


def _counted(team: Team, bank: Bank, facts: Facts | None, quick: bool) -> Iterator[Disagreement]:
    """The disagreements about questions that are asked and apply."""
    known = facts.quantities() if facts else {}
    asked = {one.code for one in bank.asked(quick) if inapplicable(one, known) is None}
    return (one for one in team.disagreements if one.question.code in asked)


def _target(facts: Facts, found: Assessment, needed: bool) -> Recommendation | None:
    try:
        return recommend(facts, found.confirmed)
    except NotJudged:
        if needed:
            raise
        return None


def _read(given: Sequence[Path | Document], bank: Bank) -> Iterator[Answers]:
    """The answers of each person; in a team, whoever gives no name is called like the file."""
    paths = [Path(one.name) if isinstance(one, Document) else one for one in given]
    stems = [path.stem for path in paths]
    for one, path in zip(given, paths, strict=True):
        answers = read_answers(one, bank)
        named = answers.person or len(given) == 1
        name = path.stem if stems.count(path.stem) == 1 else str(path.with_suffix(""))
        name = os.fsencode(name).decode("utf-8", "replace")
        yield answers if named else replace(answers, person=name)
