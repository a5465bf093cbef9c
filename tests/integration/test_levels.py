"""Every level, proven by running it: a generated project trains, serves and detects drift."""

from pathlib import Path

import pytest

from generator.layers import discover, templates_folder
from generator.verify import verify
from tests.integration.conftest import Make
from tests.integration.decoy import decoy

LAYERS = discover(templates_folder())
BUILT = sorted({layer.manifest.since for layer in LAYERS})
TASKS = ("classification", "regression")
# Each of these levels with one task, in turn: what it has in common with all, and what its layers
# promise. That layers of lower levels keep their promises above is for make test-full, with both
# tasks. In make test, level 0 is proven by the demo, and level 1 on the worst table of one's own.
CASES = [pytest.param(level, TASKS[(level + 1) % 2]) for level in reversed(BUILT) if level > 1]
WHOLE = [pytest.param(level, task, marks=pytest.mark.full) for level in BUILT for task in TASKS]

pytestmark = pytest.mark.project

# On rows that it never saw, a model is better than a dummy; answers of the service equal offline
# predictions; a quiet window is quiet, and a shifted one names the column.
ALWAYS = {"trains", "learns", "serves", "stays quiet", "detects drift", "ends"}


def own(level: int) -> tuple[str, ...]:
    """Names of the proofs of a level in make test; the last one's tests hold those of all."""
    brought = (layer.name for layer in LAYERS if layer.manifest.since == level)
    return (*ALWAYS, *brought, *(["tests pass"] if level == BUILT[-1] else []))


def prove(project: Path, environments: Path, only: tuple[str, ...] = ()) -> None:
    """It trains, serves and detects drift; no address of its owner's is asked meanwhile."""
    with decoy(project) as asked:
        verdict = verify(project, environments=environments, only=only)
    assert verdict.failures == (), str(verdict)
    assert {proof.name for proof in verdict.proofs} >= ALWAYS
    assert asked == []


@pytest.mark.parametrize(("level", "task"), CASES)
def test_what_a_level_brings_is_proven(
    make: Make, environments: Path, level: int, task: str
) -> None:
    prove(make(level, task), environments, own(level))


@pytest.mark.parametrize(("level", "task"), WHOLE)
def test_every_proof_passes(make: Make, environments: Path, level: int, task: str) -> None:
    prove(make(level, task), environments)
