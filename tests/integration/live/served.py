"""A served project of level 3: what it answers, notes and has on record."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.integration.live.load import HOST, ask
from tests.integration.warm import run

READ = """
import json
from flights.ops.predictions.reading import records
from flights.ops.settings import read_settings
for one in records(read_settings()):
    print(json.dumps([one.id, one.time, one.prediction]))
"""


@dataclass(frozen=True)
class Served:
    """A service that runs.

    Attributes:
        project: it serves.
        port: it listens at.
        log: what it says.
    """

    project: Path
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def notes(self) -> str:
        """What its health tells a person."""
        with urllib.request.urlopen(f"{self.address}/health", timeout=60) as answer:
            return "; ".join(json.load(answer)["notes"])

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        with urllib.request.urlopen(f"{self.address}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    @property
    def process(self) -> psutil.Process:
        """That listens at the port."""
        children = psutil.Process().children(recursive=True)
        return next(one for one in children if str(self.port) in one.cmdline())


def logged(project: Path) -> dict[str, float]:
    """What the log says was answered, by the id of the request; each record is there once."""
    lines = [json.loads(line) for line in run(project, [sys.executable, "-c", READ]).splitlines()]
    found = {name.removesuffix("/0"): prediction for name, _, prediction in lines}
    assert len(found) == len(lines)
    return found


def asked(served: Served, rows: list[dict[str, Any]]) -> str:
    """The version that answers."""
    status, _, told = ask(served.port, {**rows[0], "flight_id": 1})
    assert status == 200
    return str(told["model_version"])


def until(is_true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.05)
