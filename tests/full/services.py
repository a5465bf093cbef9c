"""A service of a generated project, open or behind a token, for tests that ask it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import IO, Any

import psutil
import pytest

from generator.verify.environment import prepare
from generator.verify.proofs.base import MODEL
from generator.verify.service import Service
from generator.verify.workspace import Workspace, copy_project
from tests.full.judging import fuzz
from tests.full.live import change
from tests.full.trials import Sender, Trial
from tests.integration.conftest import Make

TOKEN = "a token of a test"
# Limits that a fuzzer can reach.
LIMITS = {"rows = 1000 ": "rows = 5 ", "bytes = 5_000_000 ": "bytes = 1_000_000 "}


@dataclass(frozen=True)
class World:
    """How a service is set up.

    Attributes:
        task: of the project.
        settings: texts in its settings, and what they become.
        token: that requests must bear.
    """

    task: str
    settings: dict[str, str]
    token: str | None = None


WORLDS = {
    "open": World("regression", LIMITS),
    "guarded": World("classification", {**LIMITS, 'unseen = "answer"': 'unseen = "refuse"'}, TOKEN),
}


@dataclass(frozen=True)
class Guarded(Workspace):
    """A workspace whose commands find a token in their environment."""

    def start(
        self, words: list[str], more: Any, out: IO[bytes], err: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        return super().start(words, {**more, "OPS_TOKEN": TOKEN}, out, err)


@dataclass(frozen=True)
class Served:
    """A service that runs, what it says of itself, and somebody who may ask it."""

    service: Service
    described: dict[str, Any]
    sender: Sender

    def fuzzed(self, *kinds_of_trials: Callable[[Sender], Iterator[Trial]]) -> list[str]:
        """What is wrong with the answers to all these trials."""
        trials = (trial for kind in kinds_of_trials for trial in kind(self.sender))
        return fuzz(self.service.port, self.described, self.sender, trials)

    def listeners(self) -> list[tuple[int, float]]:
        """Id and start of every process that listens at the port."""
        return [
            (process.pid, process.create_time())
            for process in psutil.Process().children(recursive=True)
            if any(
                one.laddr.port == self.service.port and one.status == psutil.CONN_LISTEN
                for one in process.net_connections("tcp")
            )
        ]


@pytest.fixture(scope="module", params=WORLDS)
def served(request: pytest.FixtureRequest, make: Make, environments: Path) -> Iterator[Served]:
    world = WORLDS[request.param]
    folder = trained(environments / f"api-{request.param}", world, make, environments)
    workspace = Guarded(folder) if world.token else Workspace(folder)
    headers = (f"Authorization: Bearer {world.token}",) if world.token else ()
    try:
        with Service(workspace) as service:
            described = service.ask("GET", "/openapi.json").told
            yield Served(service, described, Sender(example(described), headers))
    finally:
        workspace.end_processes()


def trained(folder: Path, world: World, make: Make, environments: Path) -> Path:
    """A workspace with a model, made once for all workers."""
    workspace = Workspace(folder)
    with folder.with_suffix(".lock").open("w") as file:
        flock(file, LOCK_EX)
        if not (workspace.project / MODEL).is_file():
            workspace.project.mkdir(parents=True)
            copy_project(make(1, world.task), workspace)
            change(workspace.project, world.settings)
            prepare(workspace, environments)
            for command in ("data", "train"):
                answer = workspace.ops(command)
                assert answer.code == 0, answer.err
    return folder


def example(described: dict[str, Any]) -> bytes:
    """The example of the description, with the key and the time that may be told beside it."""
    operation = described["paths"]["/predict"]["post"]
    (record,) = operation["requestBody"]["content"]["application/json"]["example"]
    names = described["components"]["schemas"]["Record"]["properties"]
    beside = set(names) - set(record)
    assert len(beside) == 2
    return json.dumps({**record, **dict.fromkeys(beside, "told beside")}).encode()
