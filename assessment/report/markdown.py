"""The report as Markdown, for a pull request or the summary of a CI run.

Nothing in a report may act there: every text goes through `inert`. Sections that would make a
comment too long for GitHub are left out and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assessment.report.markup import block, bold, folded, inert, listed, table
from assessment.report.model import (
    ComparisonLine,
    ItemLine,
    LevelLine,
    NoteLine,
    ReasonLine,
    RecommendationLine,
    Report,
    StepLine,
)
from assessment.report.words import (
    CAUSES,
    State,
    blockers,
    closed_by,
    dimension_names,
    next_step,
    not_applicable,
    states,
    verdict,
)

__all__ = ["LARGEST", "to_markdown"]

LARGEST = 60_000
"""Bytes up to which sections are shown; GitHub takes a comment of 65,536 characters at most."""

_FIRST = 3
"""Blockers on the first screen."""

_SIGNS: dict[State, str] = {"confirmed": "●", "possible": "◐", "open": "○", "nothing asked": "-"}


def to_markdown(report: Report) -> str:
    """The report as Markdown, without a newline at its end."""
    parts = ["\n\n".join(_first_screen(report))]
    left_out: list[str] = []
    room = LARGEST - len(parts[0].encode())
    for title, lines in _sections(report):
        part = folded(title, lines)
        size = len(part.encode()) + 2
        if lines and size <= room:
            parts.append(part)
            room -= size
        elif lines:
            left_out.append(title)
    if left_out:
        parts.append(f"Left out for length: {', '.join(left_out)}.")
    return "\n\n".join(parts)


def _sections(report: Report) -> Iterator[tuple[str, list[str]]]:
    target = report.recommendation
    yield f"What level {report.level.confirmed} means", list(_level(report.level))
    yield "What keeps the next level away", list(_blockers(report))
    if target:
        yield f"Why level {inert(target.label)}", list(_target(target, dimension_names(report)))
    yield "The road", list(_road(report.road))
    yield "By dimension", list(_profile(report))
    yield "What changed", list(_changes(report.comparison))
    yield "Where people disagree", list(_disagreements(report))
    yield "Read the level together with this", list(_caveats(report))
    yield "Earlier assessments", list(_history(report))
    yield "What to type next", [block(report.next)]
    yield "All answers", list(_answers(report.items))


def _first_screen(report: Report) -> Iterator[str]:
    level, target = report.level, report.recommendation
    yield f"## {inert(verdict(report))}"
    yield table(("Today", "Target", "Next"), [(_today(report), _aim(target), next_step(report))])
    yield f"Today: {inert(level.truth)}"
    if target and target.reasons:
        yield f"Why level {inert(target.label)}: {inert(target.reasons[0].sentence)}."
    for conflict in target.conflicts if target else ():
        yield (
            f"**Conflict:** level {conflict.need} is needed, level {conflict.reason.level} is "
            f"possible: {inert(conflict.reason.sentence)}."
        )
    if report.comparison:
        yield _since(report.comparison)
    if first := blockers(report)[:_FIRST]:
        lines = (f"- {bold(one.code)} {inert(one.remedy)} ({one.effort})" for one in first)
        yield "\n".join(("First to do:", "", *lines))
    yield _confidence(report)
    yield _origin(report)


def _today(report: Report) -> str:
    level = report.level
    estimate = ", quick estimate" if report.quick else ""
    doubt = f" (possible {level.possible})" if level.possible > level.confirmed else ""
    return f"**Level {level.confirmed}** of 4{doubt}{estimate}: {inert(level.name)}"


def _aim(target: RecommendationLine | None) -> str:
    if target is None:
        return "unknown without facts"
    approval = ", with a person's recorded approval of each release" if target.approval else ""
    return f"**Level {inert(target.label)}**: {inert(target.name)}{approval}"


def _confidence(report: Report) -> str:
    confidence, progress = report.confidence, report.progress
    reasons = f" ({inert('; '.join(confidence.reasons))})" if confidence.reasons else ""
    told = f"Confidence: {confidence.word}{reasons}."
    if progress:
        told += (
            f" To level {progress.level}: {progress.met} of {progress.required} required, "
            f"{progress.supported} of {progress.supporting} supporting items; "
            f"{progress.share:.0%} of the ladders climbed."
        )
    return told


def _origin(report: Report) -> str:
    date = f" on {inert(report.date[:10])}" if report.date else ""
    commit = f" at commit {inert(report.commit[:12])}" if report.commit else ""
    people = f" by {listed(report.people)}" if report.people else ""
    tool = f"mlops-maturity {inert(report.tool_version)}, profile {report.profile}"
    return f"Assessed{date}{commit}{people} with {tool}."


def _level(level: LevelLine) -> Iterator[str]:
    yield f"- **Who presses the button:** {inert(level.button)}"
    yield f"- **Enough:** {inert(level.enough)}"
    yield f"- **Not enough:** {inert(level.short)}"


def _blockers(report: Report) -> Iterator[str]:
    for one in blockers(report):
        yield f"- {bold(one.code)} {inert(one.question)}"
        yield f"  - **Now:** {inert(one.answer.text or 'not answered')}"
        if one.need:
            yield f"  - **Need:** {inert(one.need.text)}"
        yield f"  - **To do:** {inert(one.remedy)} ({one.effort})"


def _target(target: RecommendationLine, names: dict[str, str]) -> Iterator[str]:
    for reason in target.reasons:
        yield f"- **Level {reason.level}:** {_told(reason)}"
    for conflict in target.conflicts:
        yield f"- **Conflict:** {_told(conflict.reason)}; ways out: {listed(conflict.options)}"
    for note in target.notes:
        concerned = listed(names.get(code, code) for code in note.dimensions)
        yield f"- **{concerned}:** {_told(note)}"
    for dropped in target.dropped:
        yield f"- **Not judged** for want of {inert(dropped.fact)}: {listed(dropped.rules)}"


def _told(one: ReasonLine | NoteLine) -> str:
    source = one.source.partition(":")[0]
    return f"{inert(one.sentence)} ({inert(f'{one.rule}: {one.condition}; {source}')})"


def _road(steps: Iterable[StepLine]) -> Iterator[str]:
    for step in steps:
        codes = listed(one.code for one in step.work) or "nothing more"
        yield f"- **Level {step.level}, {inert(step.name)}:** {codes}"
        if step.layers:
            closed = closed_by(step)
            closes = f", which closes {listed(closed)}" if closed else ""
            brought = listed(layer.name for layer in step.layers)
            yield f"  - `new` and `upgrade` bring {brought}{closes}"
        if step.spared:
            yield f"  - Not needed for this use: {listed(step.spared)}"


def _profile(report: Report) -> Iterator[str]:
    rows = []
    for one in report.dimensions:
        target = "none" if one.target is None else str(one.target)
        rows.append((inert(one.name), *(_SIGNS[state] for state in states(one).values()), target))
    yield table(("Dimension", "1", "2", "3", "4", "Target"), rows)
    yield "\n" + ", ".join(f"{sign} {state}" for state, sign in _SIGNS.items())


def _since(found: ComparisonLine) -> str:
    date = f" of {inert(found.date[:10])}" if found.date else ""
    moves = ", ".join(
        f"level {move.before} to {move.now} by {CAUSES[move.cause]}" for move in found.moves
    )
    count = f"{len(found.changes) or 'none'} of the items changed"
    return f"**Since the assessment{date}:** {moves or 'the level is the same'}; {count}."


def _changes(found: ComparisonLine | None) -> Iterator[str]:
    words = {True: "better", False: "worse", None: "changed"}
    for one in found.changes if found else ():
        told = f"{inert(one.before or 'not answered')} → {inert(one.now or 'not answered')}"
        cause = f"**{words[one.better]}** by {CAUSES[one.cause]}"
        yield f"- {bold(one.code)} {inert(one.question)} {cause}: {told}"


def _disagreements(report: Report) -> Iterator[str]:
    if report.raters == 1:
        return
    names = f": {listed(report.people)}" if report.people else ""
    yield f"{report.raters} people answered{names}; the median counts.\n"
    for one in report.disagreements:
        yield f"- {bold(one.code)} {inert(one.question)}"
        for vote in one.votes:
            person = f"**{inert(vote.person)}:** " if vote.person else ""
            yield f"  - {person}{inert(f'({vote.value}) {vote.text}')}"
    if not report.disagreements:
        yield "- Nowhere are they two options apart."


def _caveats(report: Report) -> Iterator[str]:
    for reason, codes in not_applicable(report).items():
        yield f"- **Not applicable:** {listed(codes)} ({inert(reason)})"
    for fact, decided in report.assumed.items():
        yield f"- {bold(fact)} is not known; it decides on {listed(decided)}"


def _history(report: Report) -> Iterator[str]:
    for one in report.history:
        doubt = f" (possible {one.possible})" if one.possible > one.confirmed else ""
        target = f", target {inert(one.target)}" if one.target else ""
        estimate = ", quick estimate" if one.quick else ""
        commit = f", commit {inert(one.commit[:12])}" if one.commit else ""
        level = f"level {one.confirmed}{doubt}{target}{estimate}"
        yield f"- **{inert(one.date[:10])}:** {level}{commit}"


def _answers(items: Iterable[ItemLine]) -> Iterator[str]:
    rows = [(bold(one.code), inert(one.question), one.status, _answer(one)) for one in items]
    yield table(("", "Question", "Status", "Answer"), rows)


def _answer(item: ItemLine) -> str:
    said = item.answer
    parts = {
        "": None if said.not_applicable else said.text or "not answered",
        "**Does not apply:** ": said.not_applicable,
        "**Evidence:** ": said.evidence,
        "**Note:** ": said.note,
    }
    return "<br>".join(title + inert(text) for title, text in parts.items() if text)
