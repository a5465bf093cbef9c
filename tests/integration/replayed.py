"""A project of level 4 whose replay can be killed before each of its writes, and compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.warm import Warm

# Each run is a fork, which ends itself as `kill -9` does before the write with a number, and tells
# how many writes there were. Versions are told by what they predict: files hold addresses, too.
RUNNER = """
import hashlib, json, os, signal, sys
import mlflow.sklearn, numpy as np, pandera.pandas, skops.io, sklearn.ensemble, matplotlib.figure
from mlflow import MlflowClient

def counted(place, names, number, made):
    for name in names:
        def write(*words, honest=getattr(place, name), **more):
            if len(made) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            made.append(honest)
            return honest(*words, **more)
        setattr(place, name, write)

def replayed(settings, asked):
    made, number = [], asked["write"]
    from flights.ops import files
    counted(files, ["write_whole"], number, made)
    from flights.ops.predictions.segments import Log
    counted(Log, ["write"], number, made)
    from flights.ops.monitoring import series
    counted(series, ["append", "add_alert"], number, made)
    from flights.ops.loop import turns
    counted(turns, ["append"], number, made)
    counted(MlflowClient, [
        "create_run", "log_batch", "log_artifacts", "log_text", "set_terminated",
        "create_model_version", "set_model_version_tag", "set_registered_model_tag",
        "set_registered_model_alias", "delete_registered_model_alias",
    ], number, made)
    from flights.ops.loop.replay import Replay
    for window in Replay(settings, asked["start"], asked["end"], 24).run():
        if asked["one"]:
            break
    return len(made)

def told(settings):
    from flights import data
    from flights.ops.model_file import unpack
    from flights.ops.registry.versions import fetch, state, versions
    from flights.ops.schema import conform
    rows, found = data.load().tail(500), []
    for one in versions(settings):
        content, card = fetch(settings, one.number)
        model = unpack(content, card, settings.trusted)
        said = model.estimator.predict(conform(rows, model.features))
        digest = hashlib.sha256(np.round(said, 6).tobytes()).hexdigest()
        learnt = [card["window"]["start"], card["holdout"]["end"], one.tags.get("left_out", "[]")]
        outcome = one.told("experiment").get("outcome")
        found.append([one.number, digest, one.metrics, outcome, not one.failed, learnt])
    return [state(settings).champion, len(state(settings).releases), found]

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number in (1, 2):
            os.dup2(log, number)
        from flights.ops.loop.world import made
        from flights.ops.settings import read_settings
        settings = read_settings(made(read_settings().root, False))
        said = replayed(settings, asked) if asked["what"] == "replay" else told(settings)
        with open(asked["out"], "w") as file:
            json.dump(said, file)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Replayed:
    """A replay of a project, in one world apart.

    Attributes:
        project: its folder.
        scratch: for what its runs say.
        runner: the process whose forks run.
        span: first and last day.
    """

    project: Path
    scratch: Path
    runner: Warm
    span: tuple[str, str]

    @property
    def world(self) -> Path:
        """The folder of the world apart."""
        return self.project / ".state/replay"

    @property
    def log(self) -> str:
        """What the newest run has printed."""
        return (self.scratch / "log").read_text()

    def run(self, *, one: bool, write: int = -1, kill: Callable[[int], None] | None = None) -> int:
        """Go on by one window, or to the end; returns how it ended.

        Args:
            one: whether one window is enough.
            write: number of the write before which it kills itself, from 0.
            kill: what is done to its process meanwhile.
        """
        start, end = self.span
        asked = {"what": "replay", "one": one, "write": write, "start": start, "end": end}
        return self._fork(asked, kill)

    @property
    def writes(self) -> int:
        """Number of writes of the newest run, which nobody killed."""
        return int(self._said())

    def trains_again(self) -> bool:
        """Whether a training is on its way that was ended before."""
        path = self.world / ".state/loop/turns.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return bool(lines) and '"phase": "again"' in lines[-1]

    def told(self) -> dict[str, Any]:
        """What there is to compare, numbers to nine places.

        What is done stands in the record; a step that was killed begins once more.
        """
        state = self.world / ".state"
        assert self._fork({"what": "told"}) == 0, self.log
        lines = (state / "loop/turns.jsonl").read_text().splitlines()
        record = [
            (one["turn"], one["kind"], one["version"])
            for one in map(json.loads, lines)
            if one["phase"] in ("done", "failed")
        ]
        windows = [json.loads(one) for one in (state / "windows.jsonl").read_text().splitlines()]
        found = {"windows": windows, "record": [*dict.fromkeys(record)], "registry": self._said()}
        return dict(_rounded(found))

    def _said(self) -> Any:
        return json.loads((self.scratch / "out").read_text())

    def _fork(self, asked: dict[str, Any], kill: Callable[[int], None] | None = None) -> int:
        places = {name: str(self.scratch / name) for name in ("log", "out")}
        child = int(self.runner.ask(json.dumps(asked | places)))
        if kill is not None:
            kill(child)
        return int(self.runner.more())


def _rounded(told: Any) -> Any:
    if isinstance(told, float):
        return float(f"{told:.9g}")
    if isinstance(told, dict):
        return {name: _rounded(value) for name, value in told.items()}
    return [_rounded(one) for one in told] if isinstance(told, list | tuple) else told
