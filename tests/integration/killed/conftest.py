"""Commands of a project that are killed: what runs them, and what they leave."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.integration.conftest import Make
from tests.integration.warm import warm

# Imports once what costs time, and runs each command in a fork of itself, which has opened nothing.
# With a number, it ends itself as `kill -9` does before that write; after the last, it goes on.
RUNNER = """
import json, os, signal, sys
import mlflow.sklearn, pandera.pandas, skops.io, sklearn.ensemble
from mlflow import MlflowClient
from flights.ops import model_file
from flights.ops.cli import run
from flights.ops.pipeline import pipeline

def deadly(number):
    writes = iter(range(100))
    for place, name in (
        (MlflowClient, "set_registered_model_tag"),
        (MlflowClient, "set_registered_model_alias"),
        (MlflowClient, "delete_registered_model_alias"),
        (model_file, "write_whole"),
    ):
        def write(*words, honest=getattr(place, name), **more):
            if next(writes) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return honest(*words, **more)
        setattr(place, name, write)

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        if asked["write"] is not None:
            deadly(asked["write"])
        code = 0
        if asked["code"]:
            exec(asked["code"])
        else:
            code = run(asked["words"])
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
Ops = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(make: Make) -> Path:
    """A level-2 project on a thousand rows."""
    folder = make(2, "regression")
    table = folder / "data/flights.parquet"
    pd.read_parquet(table).tail(1000).to_parquet(table, index=False)
    return folder


@pytest.fixture
def ops(project: Path, tmp_path: Path) -> Iterator[Ops]:
    """Run a command of the project, in this interpreter's environment."""
    out, err = tmp_path / "out", tmp_path / "err"

    def run(
        *arguments: object, ends: int | None = 0, write: int | None = None, code: str = ""
    ) -> subprocess.CompletedProcess[str]:
        asked = {"words": [*map(str, arguments)], "write": write, "code": code}
        found = int(runner.ask(json.dumps({**asked, "out": str(out), "err": str(err)})))
        done = subprocess.CompletedProcess(asked["words"], found, out.read_text(), err.read_text())
        assert ends is None or found == ends, done.stderr
        return done

    with warm(project, RUNNER) as runner:
        yield run


def told(ops: Ops) -> tuple[int | None, list[int]]:
    """The champion, and the releases that happened."""
    found = json.loads(ops("releases", "--format", "json").stdout)
    champions = [one["version"] for one in found["versions"] if "champion" in one["alias"]]
    return (champions or [None])[0], [one["version"] for one in found["releases"]]
