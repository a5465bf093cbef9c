"""Generated projects, made and verified once for all tests that ask about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.context import choose
from generator.create import create, project_files
from generator.layers import discover, templates_folder
from generator.verify import Proof, Verdict, verify
from tests.integration.decoy import decoy

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


@pytest.fixture(scope="session")
def told(make: Make, environments: Path) -> Callable[..., dict[str, Any]]:
    """What a verdict tells, and who was asked meanwhile, found once by all workers.

    Addresses of the project's owner lead to a decoy. A third word names proofs, or layers, where
    not all are meant: `told(0, task, only)`.
    """

    @cache
    def found(level: int, task: str, only: tuple[str, ...] = ()) -> dict[str, Any]:
        path = environments / f"verdict-{level}-{task}{'-own' if only else ''}.json"
        with path.open("a+") as file:
            flock(file, LOCK_EX)
            file.seek(0)
            text = file.read()
            if not text:
                project = make(level, task)
                with decoy(project) as asked:
                    proven = verify(project, environments=environments, only=only)
                file.write(json.dumps({**asdict(proven), "asked": asked}))
                file.flush()
                file.seek(0)
                text = file.read()
        told: dict[str, Any] = json.loads(text)
        return told

    return found


@pytest.fixture(scope="session")
def verdict(told: Callable[..., dict[str, Any]]) -> Callable[..., Verdict]:
    """The verdict on a freshly generated project, by the same words."""

    def found(level: int, task: str, only: tuple[str, ...] = ()) -> Verdict:
        known = told(level, task, only)
        return Verdict(known["level"], tuple(Proof(**proof) for proof in known["proofs"]))

    return found
