"""What must be shown of a training pipeline: it checks its rows, is recorded, is reproduced."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.proofs.base import BAD_INPUT, expect
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import PROJECT_BIN, Workspace

__all__ = ["claims"]

PATIENCE = 120.0
STEPS = ("extract", "validate", "train", "evaluate", "register")


class Trial:
    """The proofs of one pipeline."""

    def __init__(self, workspace: Workspace, context: ProjectContext) -> None:
        self.workspace, self.context = workspace, context

    def validates(self) -> str:
        """A broken table stops the run with a report, and changes nothing."""
        before = self._releases()
        broken = self._probe("break")
        try:
            answer = self.workspace.ops("train")
        finally:
            self._probe("mend")
        if answer.code != BAD_INPUT:
            raise Failed(f"on a broken table train ended with {answer.code}: {answer.last_line}")
        for word in (*broken["columns"], *broken["checks"]):
            if word not in answer.err:
                raise Failed(f"the report does not name {word!r}: {answer.last_line}")
        if self._releases() != before:
            raise Failed("the run was stopped, and yet changed versions or aliases")
        return f"{', '.join(broken['columns'])}: {', '.join(broken['checks'])}: stopped"

    def orchestrates(self) -> str:
        """The same command, with servers up, is a flow run in Prefect's API."""
        address = self._address("mlflow", "prefect")
        try:
            expect(self.workspace.ops("train"), 0)
            runs = _ask(f"{address['prefect']}/api/flow_runs/filter", {})
            tasks = _ask(f"{address['prefect']}/api/task_runs/filter", {})
            cron = self._cron(address["prefect"])
            named = f"/api/2.0/mlflow/registered-models/get?name={self.context.package_name}"
            model = _ask(f"{address['mlflow']}{named}")["registered_model"]
        finally:
            ended = self.workspace.ops("services", "--stop")
        states = [run["state_type"] for run in runs]
        if states != ["COMPLETED"]:
            raise Failed(f"Prefect tells of flow runs: {', '.join(states) or 'none'}")
        done = {task["name"].rpartition("-")[0] for task in tasks}
        if lacking := [step for step in STEPS if step not in done]:
            raise Failed(f"Prefect tells of no task {', '.join(lacking)}")
        if not cron:
            raise Failed("while `ops schedule` waits, Prefect tells no cron")
        if not model.get("aliases"):
            raise Failed("MLflow's server tells no alias of the model")
        expect(ended, 0)
        return f"{len(done)} tasks of a flow, {runs[0]['name']}; due at {cron}"

    def _cron(self, prefect: str) -> str:
        """When Prefect says that training is due, while `ops schedule` waits."""
        words = [str(self.workspace.project / PROJECT_BIN / "ops"), "schedule"]
        end = time.monotonic() + PATIENCE
        with tempfile.TemporaryFile() as talk:
            waiting = self.workspace.start(words, {}, talk, talk)
            try:
                while waiting.poll() is None and time.monotonic() < end:
                    for one in _ask(f"{prefect}/api/deployments/filter", {}):
                        for due in one.get("schedules", []):
                            if cron := due["schedule"].get("cron"):
                                return str(cron)
                    time.sleep(0.3)
                return ""
            finally:
                # Not Ctrl-C, which is ignored where a shell runs this in the background.
                runs = _children(waiting.pid)
                waiting.terminate()
                self._gone(waiting)
                for left in runs:  # what was due just then
                    with suppress(psutil.NoSuchProcess):
                        left.kill()

    def _gone(self, waiting: subprocess.Popen[bytes]) -> None:
        """Wait for its end."""
        try:
            waiting.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failed(f"`ops schedule` did not end within {PATIENCE:.0f} s of SIGTERM") from None

    def keeps_to_itself(self) -> str:
        """A run that fails tells Prefect which step, and no value of a row."""
        address = self._address("prefect")
        secret = self._probe("betray")["value"]
        try:
            answer = self.workspace.ops("train")
            runs = _ask(f"{address['prefect']}/api/flow_runs/filter", {})
            tasks = _ask(f"{address['prefect']}/api/task_runs/filter", {})
            logs = _ask(f"{address['prefect']}/api/logs/filter", {})
        finally:
            self._probe("mend")
            self.workspace.ops("services", "--stop")
        if answer.code != BAD_INPUT or secret not in answer.err:
            raise Failed(f"a value that does not fit is not told: {answer.last_line}")
        if "FAILED" not in [run["state_type"] for run in runs]:
            raise Failed("Prefect tells of no run that failed")
        for what, told in (("runs", runs), ("tasks", tasks), ("logs", logs)):
            if secret in json.dumps(told):
                raise Failed(f"Prefect was told a value of a row, in its {what}")
        return "the step and the kind of error, and no value"

    def reproduces(self) -> str:
        """A version, trained again from what it tells, has the same metric."""
        versions = self._releases()["versions"]
        number = next(one["version"] for one in versions if one["window"] and one["sha256"])
        answer = expect(self.workspace.ops("reproduce", str(number), "--format", "json"), 0)
        found = json.loads(answer.out)
        if not (found["reproduced"] and found["then"] == found["again"]):
            raise Failed(f"then {found['then']}, again {found['again']}")
        return f"version {number}: {', '.join(f'{k} {v:.6g}' for k, v in found['again'].items())}"

    def _address(self, *names: str) -> dict[str, str]:
        answer = expect(self.workspace.ops("services", "--format", "json"), 0)
        found: dict[str, str] = json.loads(answer.out)
        if lacking := [name for name in names if name not in found]:
            raise Failed(f"`ops services` started no {', '.join(lacking)}")
        return found

    def _releases(self) -> dict[str, Any]:
        answer = expect(self.workspace.ops("releases", "--format", "json"), 0)
        found: dict[str, Any] = json.loads(answer.out)
        return found

    def _probe(self, verb: str) -> dict[str, Any]:
        return probe("training", verb, self.workspace, self.context.package_name)


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    model = ("trains",)
    stops = "a broken table stops training with a report, and the registry stays as it was"
    yield Claim("validates", stops, trial.validates, model)
    flow = "with servers up, training is a flow run in Prefect's API"
    yield Claim("orchestrates", flow, trial.orchestrates, model)
    secret = "a run that fails tells Prefect no value of a row"
    yield Claim("keeps rows to itself", secret, trial.keeps_to_itself, ("orchestrates",))
    again = "a version trained again from its lineage has the same metric"
    yield Claim("reproduces", again, trial.reproduces, model)


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _ask(url: str, body: object = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)
