"""Every level, proven by running it: a generated project trains, serves and detects drift."""

from collections.abc import Callable

import pytest

from generator.layers import discover, templates_folder
from generator.verify import Proof, Verdict

BUILT = sorted({layer.manifest.since for layer in discover(templates_folder())})
TASKS = ("classification", "regression")
# Each level with one task, in turn; the other one is for make test-full.
CASES = [
    pytest.param(level, task, marks=[] if task == TASKS[level % 2] else pytest.mark.full)
    for level in BUILT
    for task in TASKS
]

pytestmark = pytest.mark.project
Verdicts = Callable[[int, str], Verdict]


def proof(verdict: Verdict, name: str) -> Proof:
    return next(one for one in verdict.proofs if one.name == name)


@pytest.mark.parametrize(("level", "task"), CASES)
def test_trains(verdict: Verdicts, level: int, task: str) -> None:
    """It is better than a dummy on rows that it never saw."""
    found = verdict(level, task)
    assert proof(found, "trains").passed, found
    assert proof(found, "learns").passed, found


@pytest.mark.parametrize(("level", "task"), CASES)
def test_serves(verdict: Verdicts, level: int, task: str) -> None:
    """Answers equal offline predictions; level 0 answers in batches, in a fresh process."""
    assert proof(verdict(level, task), "serves").passed, verdict(level, task)


@pytest.mark.parametrize(("level", "task"), CASES)
def test_detects_drift(verdict: Verdicts, level: int, task: str) -> None:
    """A quiet window is quiet, a shifted one names the column."""
    assert proof(verdict(level, task), "stays quiet").passed, verdict(level, task)
    assert proof(verdict(level, task), "detects drift").passed, verdict(level, task)


@pytest.mark.parametrize(("level", "task"), CASES)
def test_every_proof_passes(verdict: Verdicts, level: int, task: str) -> None:
    assert verdict(level, task).failures == ()
