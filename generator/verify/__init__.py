"""Prove that a project does what its level promises, by running it."""

from generator.verify.verdict import Proof, Verdict
from generator.verify.verify import verify

__all__ = ["Proof", "Verdict", "verify"]
