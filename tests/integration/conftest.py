"""Generated projects, and environments that they run in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.context import choose
from generator.create import create, project_files
from generator.layers import discover, templates_folder

Make = Callable[[int, str], Path]


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled environments, one for each set of packages, shared by all workers of a run."""
    root = tmp_path_factory.getbasetemp()
    store = (root.parent if "popen" in root.name else root) / "environments"
    store.mkdir(exist_ok=True)
    return store


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Generate a project: `make(level, task)`."""

    def made(level: int, task: str) -> Path:
        context = choose("flights", task)  # type: ignore[arg-type]
        tree, record = project_files(discover(templates_folder()), level, context)
        return create(tree, record, tmp_path_factory.mktemp("made") / "flights").folder

    return made
