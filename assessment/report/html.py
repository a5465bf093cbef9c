"""The report as one HTML page: no script, no network, for the screen and for paper.

The page is `report.html`, its style `report.css`; here stands what they loop over.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FunctionLoader,
    StrictUndefined,
    Template,
)
from jinja2.bccache import Bucket

from assessment.document import shipped
from assessment.levels import load_levels
from assessment.questions import load_bank
from assessment.report.model import DimensionLine, ItemLine, Report
from assessment.report.words import (
    CAUSES,
    State,
    blockers,
    closed_by,
    dimension_names,
    next_step,
    not_applicable,
    shown,
    states,
    verdict,
)

__all__ = ["to_html"]


@dataclass(frozen=True)
class _Rung:
    """A level on the ladder: how it is drawn, and what is written at it."""

    level: int
    name: str
    state: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Row:
    """A dimension in the chart and in the table of equal content."""

    name: str
    target: int | None
    states: dict[int, State]

    def levels(self, *wanted: State) -> str:
        """The levels that stand so, for people."""
        found = [str(level) for level, state in self.states.items() if state in wanted]
        return ", ".join(found) or "none"


def to_html(report: Report) -> str:
    """The report as a page complete in itself, without a newline at its end."""
    names = dimension_names(report)
    page = _template().render(
        report=report,
        verdict=shown(verdict(report)),
        next_step=next_step(report),
        causes=CAUSES,
        levels=load_levels().levels,
        rungs=_rungs(report),
        rows=tuple(map(_row, report.dimensions)),
        blockers=blockers(report),
        brought={one.code: one.layers for step in report.road[:1] for one in step.work},
        closed={step.level: closed_by(step) for step in report.road},
        names=names,
        groups=_groups(report, names),
        skipped=not_applicable(report),
        facts=_facts(report),
        glossary=_glossary(report),
    )
    return page.strip()


def _rungs(report: Report) -> tuple[_Rung, ...]:
    target = report.recommendation.target if report.recommendation else report.level.confirmed
    limits = (
        ("reached", report.level.confirmed),
        ("possible", report.level.possible),
        ("ahead", target),
    )
    return tuple(
        _Rung(
            level=one.level,
            name=one.name,
            state=next((state for state, last in limits if one.level <= last), "beyond"),
            marks=_marks(report, one.level),
        )
        for one in load_levels().levels
    )


def _marks(report: Report, level: int) -> tuple[tuple[str, str], ...]:
    found, target = report.level, report.recommendation
    wanted = (
        ("today", "today", level == found.confirmed),
        ("possible", "possible", level == found.possible > found.confirmed),
        (
            "target",
            f"target {target.label}" if target and target.approval else "target",
            target is not None and level == target.target,
        ),
    )
    return tuple((kind, text) for kind, text, holds in wanted if holds)


def _row(one: DimensionLine) -> _Row:
    return _Row(name=one.name, target=one.target, states=states(one))


def _groups(report: Report, names: dict[str, str]) -> list[tuple[str, list[ItemLine]]]:
    """The items by the name of their dimension."""
    return [
        (names.get(code, code), list(items))
        for code, items in groupby(report.items, key=lambda item: item.dimension)
    ]


def _facts(report: Report) -> dict[str, str]:
    """The facts that are known, as a facts file writes them."""
    known = report.facts.model_dump(exclude_none=True) if report.facts else {}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in known.items()
    }


def _glossary(report: Report) -> dict[str, str]:
    """What the abbreviations among the cited sources stand for."""
    cited = {source.partition(" ")[0] for item in report.items for source in item.sources}
    return {short: name for short, name in load_bank().sources.items() if short in cited}


def _is_web(text: str) -> bool:
    """Whether a source is an address that a reader may safely follow."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    whole = text.isprintable() and not any(map(str.isspace, text))
    return whole and parts.scheme in {"http", "https"} and bool(parts.netloc)


def _visible(value: object) -> object:
    # Markup, what a macro returns, has been through this already.
    return shown(value) if type(value) is str else value


class _Compiled(FileSystemBytecodeCache):
    """Keeps the compiled template where Python keeps compiled modules, if it can be kept."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            if not sys.dont_write_bytecode:
                super().dump_bytecode(bucket)


@cache
def _template() -> Template:
    environment = Environment(
        bytecode_cache=_Compiled(str(Path(cache_from_source(__file__)).parent)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda name: shipped(f"report/{name}").decode()),
    )
    environment.tests["web"] = _is_web
    return environment.get_template("report.html")
