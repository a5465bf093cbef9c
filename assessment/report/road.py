"""The road from today's level to the target: what to do at each step, and what is brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from assessment.gates import Gate
from assessment.levels import load_levels
from assessment.questions import Effort
from assessment.report.model import LayerLine, StepLine, WorkLine
from assessment.scoring import Assessment, Item

__all__ = ["road"]

_EFFORTS: tuple[Effort, ...] = get_args(Effort)


def road(
    assessment: Assessment,
    target: int,
    dimensions: Mapping[str, int],
    layers: Sequence[LayerLine] = (),
) -> tuple[StepLine, ...]:
    """The steps, lowest level first.

    Args:
        assessment: where the team stands.
        target: the last level of the road.
        dimensions: targets of single dimensions, where they are lower.
        layers: what the generator can bring.
    """
    steps = range(assessment.confirmed + 1, target + 1)
    return tuple(_step(assessment, level, dimensions, layers) for level in steps)


def _step(
    assessment: Assessment, level: int, dimensions: Mapping[str, int], layers: Sequence[LayerLine]
) -> StepLine:
    open_items = [
        (item, gate)
        for item in assessment.items
        for gate in item.gates
        if gate.level == level and not item.passes(gate)
    ]
    due: list[tuple[Item, Gate]] = []
    spared: list[tuple[Item, Gate]] = []
    for item, gate in open_items:
        enough = dimensions.get(item.question.dimension, level)
        (due if enough >= level else spared).append((item, gate))
    work = [_work(item, gate, layers) for item, gate in due]
    known = load_levels().levels[level]
    return StepLine(
        level=level,
        name=known.name,
        truth=known.truth,
        work=tuple(sorted(work, key=lambda one: _EFFORTS.index(one.effort))),
        spared=tuple(item.question.code for item, _ in spared),
        layers=tuple(layer for layer in layers if layer.since == level),
    )


def _work(item: Item, gate: Gate, layers: Sequence[LayerLine]) -> WorkLine:
    question, value = item.question, item.answer.value
    return WorkLine(
        code=question.code,
        question=question.text,
        now=None if value is None else question.options[value],
        option=gate.option,
        need=question.options[gate.option],
        remedy=question.remedy,
        effort=question.effort,
        layers=tuple(_bringing(question.code, gate.option, layers)),
    )


def _bringing(code: str, option: int, layers: Sequence[LayerLine]) -> Iterator[str]:
    for layer in layers:
        made = (item.split("@") for item in layer.makes)
        if any(name == code and int(reached) >= option for name, reached in made):
            yield layer.name
