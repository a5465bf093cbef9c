"""Every level, proven by running it: a generated project trains, serves and detects drift."""

from collections.abc import Callable
from typing import Any

import pytest

from generator.layers import discover, templates_folder
from generator.verify import Proof, Verdict

LAYERS = discover(templates_folder())
BUILT = sorted({layer.manifest.since for layer in LAYERS})
TASKS = ("classification", "regression")
# Each level with one task, in turn: what it has in common with all, and what its layers promise.
# That layers of lower levels keep their promises above is for make test-full, with both tasks.
CASES = [pytest.param(level, TASKS[level % 2]) for level in BUILT]
WHOLE = [pytest.param(level, task, marks=pytest.mark.full) for level in BUILT for task in TASKS]

pytestmark = pytest.mark.project
Verdicts = Callable[..., Verdict]
Told = Callable[..., dict[str, Any]]


def proof(verdict: Verdict, name: str) -> Proof:
    return next(one for one in verdict.proofs if one.name == name)


def own(level: int) -> tuple[str, ...]:
    """Names of the proofs of a level in make test; the last one's tests hold those of all."""
    brought = (layer.name for layer in LAYERS if layer.manifest.since == level)
    return ("base", *brought, *(["tests pass"] if level == BUILT[-1] else []), "ends")


@pytest.mark.parametrize(("level", "task"), CASES)
def test_trains(verdict: Verdicts, level: int, task: str) -> None:
    """It is better than a dummy on rows that it never saw."""
    found = verdict(level, task, own(level))
    assert proof(found, "trains").passed, found
    assert proof(found, "learns").passed, found


@pytest.mark.parametrize(("level", "task"), CASES)
def test_serves(verdict: Verdicts, level: int, task: str) -> None:
    """Answers equal offline predictions; level 0 answers in batches, in a fresh process."""
    found = verdict(level, task, own(level))
    assert proof(found, "serves").passed, found


@pytest.mark.parametrize(("level", "task"), CASES)
def test_detects_drift(verdict: Verdicts, level: int, task: str) -> None:
    """A quiet window is quiet, a shifted one names the column."""
    found = verdict(level, task, own(level))
    assert proof(found, "stays quiet").passed, found
    assert proof(found, "detects drift").passed, found


@pytest.mark.parametrize(("level", "task"), CASES)
def test_every_proof_of_its_layers_passes(verdict: Verdicts, level: int, task: str) -> None:
    found = verdict(level, task, own(level))
    assert found.failures == ()
    assert proof(found, "ends").passed


@pytest.mark.parametrize(("level", "task"), CASES)
def test_no_address_of_the_owner_is_asked(told: Told, level: int, task: str) -> None:
    assert told(level, task, own(level))["asked"] == []


@pytest.mark.parametrize(("level", "task"), WHOLE)
def test_every_proof_passes(verdict: Verdicts, told: Told, level: int, task: str) -> None:
    assert verdict(level, task).failures == ()
    assert told(level, task)["asked"] == []
