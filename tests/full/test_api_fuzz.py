"""The service of a generated project, asked by a fuzzer that knows its OpenAPI, and by worse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psutil
import pytest

from generator.verify.environment import prepare
from generator.verify.proofs.base import MODEL
from generator.verify.service import Service
from generator.verify.workspace import Workspace, copy_project
from tests.full.broken_http import broken, odd
from tests.full.judging import HOST, fuzz
from tests.full.trials import LARGE, Sender, Trial, bodies, kinds
from tests.integration.conftest import Make

pytestmark = pytest.mark.full
PREDICT = ("POST", "/predict")
TOKEN = "a token of a test"
# Limits that a fuzzer can reach.
LIMITS = {"rows = 1000 ": "rows = 5 ", "bytes = 5_000_000 ": "bytes = 1_000_000 "}
CONFIG = """
# 413 answers an array with more records than maxItems allows; schemathesis expects another status.
[checks]
negative_data_rejection.expected-statuses = [400, 401, 405, 413, 415, 422]
"""


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
            place = workspace.project / "settings.toml"
            text = place.read_text(encoding="utf-8")
            for old, new in world.settings.items():
                assert text.count(old) == 1, old
                text = text.replace(old, new)
            place.write_text(text, encoding="utf-8")
            prepare(workspace, environments)
            for command in ("data", "train"):
                answer = workspace.ops(command)
                assert answer.code == 0, answer.err
    return folder


def example(described: dict[str, Any]) -> bytes:
    """The example of the description, with a key."""
    operation = described["paths"]["/predict"]["post"]
    (record,) = operation["requestBody"]["content"]["application/json"]["example"]
    names = described["components"]["schemas"]["Record"]["properties"]
    (key,) = set(names) - set(record)
    return json.dumps({**record, key: "a key"}).encode()


@pytest.mark.skipif(find_spec("schemathesis") is None, reason="needs the dependency group full")
def test_it_is_what_its_openapi_says(served: Served, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    base = f"http://{HOST}:{served.service.port}"
    program = str(Path(sys.executable).parent / "schemathesis")
    headers = [word for header in served.sender.headers for word in ("--header", header)]
    options = ["--checks", "all", "--seed", "1", "--max-examples", "300", "--continue-on-failure"]
    done = subprocess.run(
        [program, "run", f"{base}/openapi.json", "--url", base, *options, *headers],
        cwd=tmp_path,
        env={**os.environ, "NO_PROXY": HOST, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 3" in done.stdout


def test_bodies_of_every_kind_get_a_documented_answer(served: Served) -> None:
    before = served.listeners()
    assert served.fuzzed(bodies, kinds) == []
    assert served.listeners() == before != []


def test_odd_http_is_answered_and_broken_http_is_no_danger(served: Served) -> None:
    before = served.listeners()
    assert served.fuzzed(odd, broken) == []
    assert served.listeners() == before != []


@pytest.mark.parametrize("served", ["guarded"], indirect=True)
def test_without_the_token_even_much_is_answered(served: Served) -> None:
    stranger = Sender(served.sender.valid)
    sent = {"a record": stranger.request(stranger.valid), "much": stranger.request(LARGE)}
    trials = [Trial(name, request, wanted=(401,)) for name, request in sent.items()]
    port, described = served.service.port, served.described
    assert fuzz(port, described, served.sender, trials) == []


def test_the_log_holds_a_line_for_each_request_and_no_traceback(served: Served) -> None:
    served.fuzzed(kinds, broken)
    lines = [json.loads(line) for line in served.service.log]
    documented = served.described["paths"]["/predict"]["post"]["responses"]
    asked = {line["status"] for line in lines if (line["method"], line["path"]) == PREDICT}
    assert asked <= set(map(int, documented))
    assert [line for line in served.service.talk if "Traceback" in line or "ERROR" in line] == []
