"""What must be shown of a project with tests: they pass, and they fail once it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generator.context import ProjectContext
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import PROJECT_BIN, Answer, Workspace

__all__ = ["claims"]

BROKEN = """
import contextlib

import pytest


@pytest.fixture(scope="session", autouse=True)
def broken(part):
    patch = pytest.MonkeyPatch()
{lines}
    yield
    patch.undo()
"""
SABOTAGES = {
    "answers over HTTP are all alike": """
    answering = part("ops.serving.answering")
    honest = answering.answers
    alike = lambda *args: [dict(honest(*args)[0]) for _ in honest(*args)]
    for name in ("desk", "batching"):
        with contextlib.suppress(ImportError):
            patch.setattr(part(f"ops.serving.{name}"), "answers", alike)
""",
    "bad input is not refused": """
    patch.setattr(part("ops.serving.questions").Reader, "_misfit", lambda *args: 1 / 0)
""",
    "stored models answer something else": """
    def constant(estimator, features):
        import numpy as np
        return np.zeros(len(features)), None
    patch.setattr(part("ops.prediction"), "answer", constant)
""",
}


class Trial:
    """The proofs of one project's own tests and tools."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def passes(self) -> str:
        """The project's own tests pass."""
        answer = self._tool("pytest", "-q")
        if answer.code != 0:
            raise Failed(f"`{answer.command}` ended with {answer.code}: {_summary(answer)}")
        return _summary(answer)

    def bites(self) -> str:
        """Its tests fail once the project is broken."""
        plugin = self.workspace.scratch("broken_project.py")
        for name, lines in SABOTAGES.items():
            plugin.write_text(BROKEN.format(lines=lines.strip("\n")), encoding="utf-8")
            answer = self._tool(
                *("pytest", "-q", "-x", "-p", "broken_project", "tests/ops"),
                *("--deselect", "tests/ops/test_whole_way.py"),
                path=str(plugin.parent),
            )
            if answer.code != 1 or " error" in _summary(answer):
                said = f"{answer.code}: {_summary(answer)}"
                raise Failed(f"with a project whose {name}, pytest ended with {said}")
        return f"{len(SABOTAGES)} sabotages found"

    def lints(self) -> str:
        """Lint, format and types hold."""
        for words in (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)):
            answer = self._tool(*words)
            if answer.code != 0:
                raise Failed(f"`{' '.join(words)}` ended with {answer.code}: {answer.last_line}")
        return "ruff and mypy are content"

    def _tool(self, name: str, *arguments: str, path: str = "") -> Answer:
        command: list[str | Path] = [self.workspace.project / PROJECT_BIN / name, *arguments]
        return self.workspace.run(command, {"PYTHONPATH": path} if path else {})


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace)
    packages = ("installs",)
    yield Claim("lints", "lint, format and types hold", trial.lints, packages)
    yield Claim("tests pass", "the project's own tests pass", trial.passes, packages)
    bites = "its tests fail once the project is broken"
    yield Claim("tests bite", bites, trial.bites, ("tests pass",))


def _summary(answer: Answer) -> str:
    """The last line of pytest's output, without colour."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", answer.out).strip().splitlines()
    return lines[-1] if lines else "(nothing said)"
