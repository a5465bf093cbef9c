"""What must be shown of a training pipeline: it checks its rows, is recorded, is reproduced."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.proofs.base import BAD_INPUT, expect
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import Workspace

__all__ = ["claims"]

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
        for word in (*broken["columns"], broken["check"]):
            if word not in answer.err:
                raise Failed(f"the report does not name {word!r}: {answer.last_line}")
        if self._releases() != before:
            raise Failed("the run was stopped, and yet changed versions or aliases")
        return f"{broken['check']} in {', '.join(broken['columns'])}: stopped"

    def orchestrates(self) -> str:
        """The same command, with servers up, is a flow run in Prefect's API."""
        address = self._address("mlflow", "prefect")
        try:
            expect(self.workspace.ops("train"), 0)
            runs = _ask(f"{address['prefect']}/api/flow_runs/filter", {})
            tasks = _ask(f"{address['prefect']}/api/task_runs/filter", {})
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
        if not model.get("aliases"):
            raise Failed("MLflow's server tells no alias of the model")
        expect(ended, 0)
        return f"{len(done)} tasks of a flow, {runs[0]['name']}"

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
    again = "a version trained again from its lineage has the same metric"
    yield Claim("reproduces", again, trial.reproduces, model)


def _ask(url: str, body: object = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)
