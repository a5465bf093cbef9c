# ours: kept current by mlops-maturity upgrade
"""The pipeline that releases what it has trained: between evaluation and registry stands a gate."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from ..errors import Refused
from ..gate.limits import read_gate
from ..gate.trial import tried
from ..monitoring.steps import PROFILE
from ..pipeline import pipeline
from ..pipeline.pipeline import TRIES, Pipeline, packed
from ..steps import Step
from .limits import read_experiment
from .waiting import GATE, go_on

if TYPE_CHECKING:
    from ..gate.verdict import Gate


def extract(work: Pipeline) -> Pipeline:
    """Rows and labels; limits that make no sense are told before anything is trained."""
    read_gate(work.settings)
    read_experiment(work.settings.root)
    return pipeline.extract(work)


def gate(work: Pipeline) -> Pipeline:
    """Let a candidate pass that every check says yes to; the others are registered as failed."""
    work = packed(work)
    found = tried(work, read_gate(work.settings))
    work.kept.text(json.dumps([asdict(one) for one in found.verdicts], indent=2), "gate.json")
    checks = json.loads(work.tags["checks"]) | {one.name: one.passed for one in found.verdicts}
    passed = all(checks.values()) and found.passed
    tags = {**work.tags, "checks": json.dumps(checks), GATE: found.to_tag()}
    return replace(
        work,
        tags=tags,
        said=_told(found),
        notes=(*work.notes, *_failures(found)),
        code=0 if passed else 1,
    )


def register(work: Pipeline) -> Pipeline:
    """Keep the version, with what the gate said of it."""
    work = pipeline.register(work)
    return work if work.code == 0 else replace(work, said=f"{work.said}, which did not pass")


def release(work: Pipeline) -> Pipeline:
    """Send a version that passed on its way: it answers, meets a share of the traffic, or waits."""
    number = int(work.card["version"])
    if work.code:
        return replace(work, said="nothing is released", onward=("ops releases",))
    try:
        turn = go_on(work.settings, work.now)
    except Refused as error:  # somebody else was quicker
        return replace(work, said=str(error), notes=(*work.notes, f"{error}: {error.hint}"))
    taken = turn.taken
    notes = tuple(f"{one.said}: {one.advice}" for one in turn.passed_over)
    work = replace(work, notes=(*work.notes, *notes))
    if any(one.version == number for one in turn.passed_over) and taken is None:
        return replace(work, said=f"version {number} is passed over", onward=("ops releases",))
    said = taken.said if taken else f"version {number} waits for the comparison that runs"
    if taken and taken.answers:
        work.source.load()  # the copy in models/ is the new one from now on
    onward = ("ops releases",) if taken and taken.answers else ("ops experiment", "ops watch")
    return replace(work, said=said, onward=onward)


def _told(found: Gate) -> str:
    passed = len(found.verdicts) - len(found.failed)
    said = f"{passed} of {len(found.verdicts)} checks passed"
    return f"{said}; failed: {', '.join(found.failed)}" if found.failed else said


def _failures(found: Gate) -> list[str]:
    return [f"the gate, {one.name}: {one.said}" for one in found.verdicts if not one.passed]


STEPS: tuple[Step[Pipeline], ...] = (
    Step("extract", extract, retries=TRIES),
    Step("validate", pipeline.check),
    Step("train", pipeline.train),
    Step("evaluate", pipeline.evaluate),
    Step("gate", gate),
    PROFILE,
    Step("register", register),
    Step("release", release),
)
