"""What was proven of a project, and what was not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Claim", "Failed", "Proof", "Verdict"]


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
        proofs: in the order in which they were tried; what builds on a failure is not tried.
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


@dataclass(frozen=True)
class Claim:
    """Something that must be true of a project, and how to try it.

    Attributes:
        name: short and stable, such as `trains`.
        text: what must be true, as a sentence.
        attempt: returns what it saw, or raises `Failed`.
        needs: names of earlier claims without which it has nothing to stand on.
    """

    name: str
    text: str
    attempt: Callable[[], str]
    needs: tuple[str, ...] = ()

    def prove(self) -> Proof:
        """Try it."""
        start = time.monotonic()
        try:
            evidence, passed = self.attempt(), True
        except Failed as failure:
            evidence, passed = str(failure), False
        return Proof(self.name, self.text, passed, evidence, time.monotonic() - start)
