"""The report for a terminal: 80 columns, no colour, nothing but ASCII of its own."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from assessment.levels import HIGHEST, load_levels
from assessment.report.model import (
    ChangeLine,
    ComparisonLine,
    DimensionLine,
    ItemLine,
    NoteLine,
    ReasonLine,
    RecommendationLine,
    Report,
    StepLine,
)
from assessment.report.words import blockers, shown

__all__ = ["WIDTH", "to_text"]

WIDTH = 80
"""Columns that the text fits into."""

_SHOWN = 7
"""Blockers that are shown in full; the others are named."""

_NAMED = 6
"""Items up to which a caveat names them."""

_ROAD = 2
"""Steps from which on the road is shown; the next one alone stands in the blockers."""

_CAUSES = {
    "bank": "other questions",
    "profile": "another profile or mode",
    "facts": "other facts",
    "answers": "the answers",
}

_INDENT = "  "
_DETAIL = " " * 6


def to_text(report: Report) -> str:
    """The report as plain text, without a newline at its end."""
    sections = (
        _headline(report),
        _measures(report),
        _comparison(report.comparison),
        _profile(report),
        _blockers(report),
        _target(report.recommendation, report.level.confirmed),
        _road(report.road),
        _disagreements(report),
        _caveats(report),
        _history(report),
        _next(report),
    )
    return "\n\n".join(filter(None, ("\n".join(map(shown, section)) for section in sections)))


def _headline(report: Report) -> Iterator[str]:
    level = report.level
    estimate = "quick estimate: " if report.quick else ""
    doubt = f" (possible {level.possible})" if level.possible > level.confirmed else ""
    if report.project:
        yield from _wrapped(report.project, "")
    yield from _wrapped(f"{estimate}level {level.confirmed} of 4{doubt}: {level.name}", "")
    yield from _wrapped(level.truth)
    yield from _wrapped(f"Who presses the button: {level.button}.")
    yield from _wrapped(f"Enough: {level.enough}")
    yield from _wrapped(f"Not enough: {level.short}")


def _comparison(found: ComparisonLine | None) -> Iterator[str]:
    if found is None:
        return
    date = f" of {found.date[:10]}" if found.date else ""
    yield from _wrapped(f"Since the assessment{date}, which found level {found.confirmed}", "")
    for move in found.moves:
        text = f"level {move.before} -> {move.now} by {_CAUSES[move.cause]}"
        yield from _wrapped(text, "  - ", "    ")
    if not found.moves:
        yield f"{_INDENT}- the level is the same"
    for change in found.changes:
        yield from _change(change)
    if not found.changes:
        yield f"{_INDENT}- no item changed"


def _change(change: ChangeLine) -> Iterator[str]:
    sign = {True: "+", False: "-", None: " "}[change.better]
    text = f"{change.code:<3} {sign} {change.question} ({_CAUSES[change.cause]})"
    yield from _wrapped(text, _INDENT, _DETAIL)
    column = " " * 14
    yield from _wrapped(change.before or "not answered", f"{_DETAIL}before: ", column)
    yield from _wrapped(change.now or "not answered", f"{_DETAIL}now:    ", column)


def _measures(report: Report) -> Iterator[str]:
    confidence, column = report.confidence, " " * 12
    yield f"profile     {report.profile}"
    reasons = f" ({'; '.join(confidence.reasons)})" if confidence.reasons else ""
    yield from _wrapped(f"{confidence.word}{reasons}", "confidence  ", column)
    if progress := report.progress:
        yield from _wrapped(
            f"to level {progress.level}: {progress.met} of {progress.required} required, "
            f"{progress.supported} of {progress.supporting} supporting items; "
            f"{progress.share:.0%} of the ladders climbed",
            "progress    ",
            column,
        )


def _profile(report: Report) -> Iterator[str]:
    width = max((len(one.name) for one in report.dimensions), default=0)
    yield "By dimension, levels 1 to 4 (# confirmed, ? possible, . open, - nothing asked)"
    for one in report.dimensions:
        bar = "".join(_sign(one, level) for level in range(1, HIGHEST + 1))
        count = f"{sum(level <= one.confirmed for level in one.asked)} of {len(one.asked)}"
        target = f"  target {one.target}" if one.target is not None else ""
        yield f"{_INDENT}{one.name:<{width}}  [{bar}]  {count}{target}"


def _sign(one: DimensionLine, level: int) -> str:
    if level not in one.asked:
        return "-"
    if level <= one.confirmed:
        return "#"
    return "?" if level <= one.possible else "."


def _blockers(report: Report) -> Iterator[str]:
    if not report.blockers or report.progress is None:
        return
    yield f"What keeps level {report.progress.level} away, least effort first"
    for item in blockers(report)[:_SHOWN]:
        yield from _blocker(item)
    if rest := report.blockers[_SHOWN:]:
        yield from _wrapped(f"and {len(rest)} more: {', '.join(rest)}")


def _blocker(item: ItemLine) -> Iterator[str]:
    column = " " * 13
    yield from _wrapped(f"{item.code:<3} {item.question}", _INDENT, _DETAIL)
    yield from _wrapped(item.answer.text or "not answered", f"{_DETAIL}now:   ", column)
    if item.need is not None:
        yield from _wrapped(item.need.text, f"{_DETAIL}need:  ", column)
    yield from _wrapped(f"({item.effort}) {item.remedy}", f"{_DETAIL}to do: ", column)


def _target(found: RecommendationLine | None, current: int) -> Iterator[str]:
    if found is None:
        return
    approval = ", with a person's recorded approval of each release" if found.approval else ""
    yield from _wrapped(f"How far to go: level {found.label}, {found.name}{approval}", "")
    for reason in found.reasons:
        yield from _wrapped(f"level {reason.level}: {_told(reason)}", "  - ", "    ")
    for conflict in found.conflicts:
        text = f"conflict: need {conflict.need}, possible {conflict.reason.level}: "
        text += f"{_told(conflict.reason)} - ways out: {', '.join(conflict.options)}"
        yield from _wrapped(text, "  ! ", "    ")
    known = load_levels().dimensions
    for note in found.notes:
        names = ", ".join(known[code].name if code in known else code for code in note.dimensions)
        yield from _wrapped(f"{names}: {_told(note)}", "  * ", "    ")
    for dropped in found.dropped:
        text = f"not judged for want of {dropped.fact}: {', '.join(dropped.rules)}"
        yield from _wrapped(text, "  ? ", "    ")
    enough = f"Level {current} is enough: there is no next step"
    yield _INDENT + (enough if current >= found.target else f"Next step: level {found.next_step}")


def _road(steps: tuple[StepLine, ...]) -> Iterator[str]:
    if len(steps) < _ROAD:
        return
    yield f"The road to level {steps[-1].level}"
    for step in steps:
        codes = ", ".join(one.code for one in step.work) or "nothing more"
        yield from _wrapped(f"level {step.level}, {step.name}: {codes}", "  - ", "    ")
        if step.layers:
            brought = ", ".join(layer.name for layer in step.layers)
            closed = [one.code for one in step.work if one.layers]
            closes = f", which closes {', '.join(closed)}" if closed else ""
            yield from _wrapped(f"`new` and `upgrade` bring {brought}{closes}", "    ")
        if step.spared:
            yield from _wrapped(f"not needed for this use: {', '.join(step.spared)}", "    ")


def _disagreements(report: Report) -> Iterator[str]:
    if report.raters == 1:
        return
    names = f": {', '.join(report.people)}" if report.people else ""
    yield from _wrapped(f"{report.raters} people answered{names}; the median counts", "", _INDENT)
    for one in report.disagreements:
        yield from _wrapped(f"{one.code:<3} {one.question}", _INDENT, _DETAIL)
        for vote in one.votes:
            person = f"{vote.person}: " if vote.person else ""
            yield from _wrapped(f"{person}{vote.text}", f"{_DETAIL}{vote.value}  ", _DETAIL + "   ")
    if not report.disagreements:
        yield f"{_INDENT}- nowhere are they two options apart"


def _told(reason: ReasonLine | NoteLine) -> str:
    source = reason.source.partition(":")[0]
    return f"{reason.sentence} [{reason.rule}: {reason.condition}; {source}]"


def _caveats(report: Report) -> Iterator[str]:
    skipped: dict[str, list[str]] = {}
    for item in report.items:
        if item.answer.not_applicable is not None:
            skipped.setdefault(item.answer.not_applicable, []).append(item.code)
    if not skipped and not report.assumed:
        return
    yield "Read the level together with this"
    for reason, codes in skipped.items():
        yield from _wrapped(f"not applicable: {', '.join(codes)} ({reason})", "  - ", "    ")
    for fact, decided in report.assumed.items():
        concerned = ", ".join(decided) if len(decided) <= _NAMED else f"{len(decided)} items"
        yield from _wrapped(f"{fact} is not known; it decides on {concerned}", "  ? ", "    ")


def _history(report: Report) -> Iterator[str]:
    if not report.history:
        return
    yield "Earlier"
    for one in report.history[-_SHOWN:]:
        doubt = f" (possible {one.possible})" if one.possible > one.confirmed else ""
        target = f", target {one.target}" if one.target else ""
        estimate = ", quick estimate" if one.quick else ""
        commit = f"  {one.commit}" if one.commit else ""
        yield f"{_INDENT}{one.date[:10]}  level {one.confirmed}{doubt}{target}{estimate}{commit}"


def _next(report: Report) -> Iterator[str]:
    yield "What to type next"
    for command in report.next:
        yield f"{_INDENT}{command}"


def _wrapped(text: str, first: str = _INDENT, rest: str | None = None) -> list[str]:
    later = first if rest is None else rest
    return wrap(
        shown(text), WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )
