"""What was proven of a project, and what was not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Failed", "Proof", "Verdict", "prove"]


class Failed(Exception):
    """A claim does not hold; the text is what was seen instead."""


@dataclass(frozen=True)
class Proof:
    """One claim about a project, tried on a copy of it.

    Attributes:
        name: short and stable, such as `trains`.
        claim: what must be true, as a sentence.
        passed: whether it was.
        evidence: what was seen.
        seconds: how long it took.
    """

    name: str
    claim: str
    passed: bool
    evidence: str
    seconds: float


@dataclass(frozen=True)
class Verdict:
    """All proofs of a project.

    Attributes:
        level: the level that the project claims.
        proofs: in the order in which they were tried; the first failure ends what builds on it.
    """

    level: int
    proofs: tuple[Proof, ...]

    @property
    def passed(self) -> bool:
        """Whether every proof passed."""
        return all(proof.passed for proof in self.proofs)

    @property
    def failures(self) -> tuple[str, ...]:
        """Names of the proofs that failed."""
        return tuple(proof.name for proof in self.proofs if not proof.passed)


def prove(name: str, claim: str, attempt: Callable[[], str]) -> Proof:
    """Try `attempt`, which returns what it saw or raises `Failed`."""
    start = time.monotonic()
    try:
        evidence, passed = attempt(), True
    except Failed as failure:
        evidence, passed = str(failure), False
    return Proof(name, claim, passed, evidence, time.monotonic() - start)
