"""A small world for the service of level 3: a model that answers, requests, and its log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin

Part = Callable[[str], ModuleType]
FEATURES = [
    {"name": "x", "kind": "number", "nullable": False, "categories": []},
    {"name": "n", "kind": "integer", "nullable": True, "categories": []},
    {"name": "b", "kind": "boolean", "nullable": True, "categories": []},
    {"name": "c", "kind": "category", "nullable": True, "categories": ["red", "blue"]},
]
SETTINGS = """
[project]
task = "classification"
[data]
table = "t.csv"
target = "y"
key = "id"
schema = [
    { name = "id", kind = "text" }, { name = "x", kind = "number" },
    { name = "n", kind = "integer", nullable = true },
    { name = "b", kind = "boolean", nullable = true },
    { name = "c", kind = "category", nullable = true, categories = ["red", "blue"] },
    { name = "y", kind = "boolean" },
]
[metric]
name = "f1"
direction = "higher"
[train]
holdout = 0.2
seed = 0
[model]
[drift]
significance = 0.01
effect = 0.1
rows = 100
[files]
trusted = ["tests.templates.live_world.Sign"]
[registry]
poll = 0.1
[tracking]
uri = ""
[log]
folder = ""
sync = false
days = 90
[serving]
host = "127.0.0.1"
port = 8000
workers = 1
rows = 10
bytes = 5000
unseen = "answer"
grace = 1
"""
TRUSTED = ["tests.templates.live_world.Sign"]
CARD = {
    "features": FEATURES,
    "version": "1",
    "key": "id",
    "target": "y",
    "created": "2026-01-01T00:00:00+00:00",
}
BAD = -1.0
RECORD = {"id": "k1", "x": 2.0, "n": 3, "b": True, "c": "red"}


class Sign(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Says whether x lies above a bound; `fails` names a value that it cannot take."""

    def __init__(self, bound: float = 1.0, fails: float = BAD) -> None:
        self.bound, self.fails = bound, fails
        self.classes_ = np.array([False, True])

    def fit(self, table: Any, target: Any) -> Sign:
        return self

    def predict(self, table: Any) -> np.ndarray:
        return self.predict_proba(table)[:, 1] > 0.5

    def predict_proba(self, table: Any) -> np.ndarray:
        x = np.asarray(table["x"] if isinstance(table, pd.DataFrame) else table[:, 0], float)
        if (x == self.fails).any():
            raise ValueError("a value that it cannot take")
        second = 1 / (1 + np.exp(self.bound - x))
        return np.column_stack([1 - second, second])


@dataclass
class World:
    """A service in this process."""

    live: Part
    root: Path

    @property
    def records(self) -> list[dict[str, Any]]:
        """What the log holds."""
        found = self.live("predictions.segments")
        folder = self.root / ".state" / "predictions"
        return [json.loads(line) for one in found.segments(folder) for line in found.lines(one)]

    @property
    def notes(self) -> list[str]:
        """What `/health` of a service that was just begun says."""
        return [self.live("source_registry").FIRST]

    def put(self) -> None:
        """Put the file of version 1 where it is found."""
        files = self.live("model_file")
        files.put(self.root / "models" / "model.skops", *files.pack(Sign(), CARD, TRUSTED))

    def loaded(self, version: str = "1", **chosen: Any) -> Any:
        """A model that answers."""
        model = self.live("model_file").Model(
            Sign(**chosen), {**CARD, "version": version, "sha256": "0" * 64}
        )
        return self.live("serving.answering").load(model)

    def service(self, token: str | None = None) -> Any:
        """The service, with version 1."""
        options = self.live("serving.options")
        return self.live("serving.app").Service(
            self.live("settings").read_settings(), options.read_serving(), token
        )

    def challenged(self, service: Any, share: float = 0.5, version: int = 2, **chosen: Any) -> Any:
        """Begin a comparison in the process, as it looks once the registry told of one."""
        experiment = self.live("release.experiment").Experiment(
            "e1", version, 1, share, "salt", "2026-01-01T00:00:00+00:00"
        )
        found = self.live("serving.challenge").Challenger(
            experiment, self.loaded(str(version), **chosen)
        )
        service._desk.challenge._running = found
        return found


def ask(app: Any, *requests: dict[str, Any]) -> list[tuple[int, dict[str, str], bytes]]:
    """Ask all at the same time, so that they meet in one turn of the event loop."""

    async def one(
        path: str,
        body: Any = None,
        method: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        content = body if isinstance(body, bytes) else b"" if body is None else _encoded(body)
        given = {"content-type": "application/json", **(headers or {})}
        scope = {
            "type": "http",
            "method": method or ("GET" if body is None else "POST"),
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "http_version": "1.1",
            "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
            "client": ("127.0.0.1", 5),
            "server": ("127.0.0.1", 80),
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(one.get("body", b"") for one in sent[1:])

    async def run() -> list[tuple[int, dict[str, str], bytes]]:
        return list(await asyncio.gather(*(one(**request) for request in requests)))

    return asyncio.run(run())


def _encoded(body: Any) -> bytes:
    return json.dumps(body).encode()
