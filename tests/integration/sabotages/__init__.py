"""Ways to break a project, level by level."""

from __future__ import annotations

from dataclasses import dataclass

OPS = "src/flights/ops"


@dataclass(frozen=True)
class Sabotage:
    """One change to a project, and the proof that must fail for it.

    Attributes:
        name: what is broken.
        path: the file.
        old: text in it.
        new: what it becomes.
        fails: the first proof that fails.
        task: of the project.
        said: part of the evidence.
    """

    name: str
    path: str
    old: str
    new: str
    fails: str
    task: str = "regression"
    said: str = ""
