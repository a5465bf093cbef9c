"""What must be shown of a project with a registry: release, service and way back follow it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.proofs.base import MODEL, SMALLEST_DISTANCE, expect
from generator.verify.service import Service
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import Workspace

__all__ = ["claims"]

PATIENCE = 60.0
PAUSE = 0.01
LINEAGE = ("data_sha256", "window", "sha256", "run_id", "who", "created", "until", "code_sha256")
STORE = ".state/mlflow.db"
REFUSED = 4
FAILING = {'{"better than a dummy": false}': "failed", "{}": "nobody knows"}


class Asking:
    """Asks a service all the time, and keeps which versions answered and what went wrong."""

    def __init__(self, service: Service, record: object, pause: float) -> None:
        """`pause` is in seconds, between two requests."""
        self._service, self._record, self._pause = service, record, pause
        self._end = threading.Event()
        self.versions: list[str] = []
        self.wrong: list[str] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Asking:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self._thread.join(timeout=PATIENCE)

    def _run(self) -> None:
        while not self._end.wait(self._pause):
            try:
                reply = self._service.predict(self._record)
            except (OSError, Failed) as error:
                self.wrong.append(str(error))
                continue
            if reply.status == 200:
                self.versions.append(reply.told["model_version"])
            else:
                self.wrong.append(f"{reply.status} {reply.told}")

    def wait(self, version: str) -> None:
        """Until this version answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.versions and self.versions[-1] == version:
                return
            time.sleep(0.1)
        last = self.versions[-1] if self.versions else "none"
        raise Failed(
            f"after {PATIENCE:.0f} s the server answers with version {last}, not {version}"
        )


class Trial:
    """The proofs of versions and releases."""

    def __init__(self, workspace: Workspace, context: ProjectContext) -> None:
        self.workspace, self.context = workspace, context

    def registers(self) -> str:
        """Another training is another version; the champion stays, and lineage is told."""
        before = self._state()
        expect(self.workspace.ops("train", "--end", self._cut()), 0)
        after = self._state()
        added = set(after["versions"]) - set(before["versions"])
        if len(added) != 1:
            raise Failed(f"training again made {len(added)} versions")
        if after["aliases"].get("champion") != before["aliases"].get("champion"):
            raise Failed("training moved the alias champion")
        self.new, self.old = added.pop(), after["aliases"]["champion"]
        self.tags = tags = after["versions"][self.new]
        if lacking := [name for name in LINEAGE if not tags.get(name)]:
            raise Failed(f"version {self.new} does not tell {', '.join(lacking)}")
        return f"version {self.new} beside champion {self.old}"

    def promotes(self) -> str:
        """A server takes over what is promoted and what is rolled back, and drops no request."""
        old = self.old
        asked = probe("serving", "ask", self.workspace, self.context.package_name)
        record = asked["records"][0]
        with Service(self.workspace) as service, Asking(service, record, PAUSE) as asking:
            asking.wait(old)
            expect(self.workspace.ops("promote", self.new, "--yes", "--reason", "proof"), 0)
            if (told := self._state()["aliases"].get("champion")) != self.new:
                raise Failed(f"after promote the alias champion names {told}, not {self.new}")
            asking.wait(self.new)
            self._compare(service, asked)
            expect(self.workspace.ops("rollback", "--yes"), 0)
            if (told := self._state()["aliases"].get("champion")) != old:
                raise Failed(f"after rollback the alias champion names {told}, not {old}")
            asking.wait(old)
        if asking.wrong:
            raise Failed(f"{len(asking.wrong)} requests went wrong: {asking.wrong[0][:160]}")
        self._told(old)
        return f"{old}, {self.new}, {old}: {len(asking.versions)} requests, none dropped"

    def _told(self, old: str) -> None:
        answer = expect(self.workspace.ops("releases", "--format", "json"), 0)
        releases = json.loads(answer.out)["releases"]
        numbers = [str(one["version"]) for one in releases]
        if numbers[-3:] != [old, self.new, old] or releases[-2]["reason"] != "proof":
            raise Failed(f"`ops releases` tells {', '.join(numbers)}")

    def _compare(self, service: Service, asked: dict[str, Any]) -> None:
        """Answers of the version that took over are those of its file."""
        reply = service.predict(asked["records"])
        place = self.workspace.scratch("answered.json")
        place.write_text(json.dumps(reply.told["answers"]), encoding="utf-8")
        model = self.workspace.project / MODEL
        found = probe("serving", "judge", self.workspace, self.context.package_name, model)
        if not found["distance"] <= SMALLEST_DISTANCE:
            raise Failed(f"answers are off the promoted model by up to {found['distance']:.3g}")

    def survives(self) -> str:
        """Without MLflow, a server starts with the model that it has, and says so."""
        store = self.workspace.project / STORE
        kept = store.read_bytes()
        store.write_bytes(b"no database")
        try:
            with Service(self.workspace) as service:
                told = service.ask("GET", "/health").told
                service.end()
        finally:
            store.write_bytes(kept)
        if not any("MLflow" in note for note in told.get("notes", [])):
            raise Failed(f"/health does not say that MLflow is down: {str(told)[:160]}")
        return str(told["notes"][-1])[:120]

    def guards(self) -> str:
        """A version whose file was changed in the store is not released."""
        run = self.tags["run_id"]
        places = list((self.workspace.project / ".state/artifacts").glob(f"{run}/**/model.skops"))
        if not places:
            raise Failed("the store holds no model file of the run")
        for place in places:
            place.write_bytes(place.read_bytes() + b"\0")
        answer = self.workspace.ops("promote", self.new, "--yes")
        for place in places:
            place.write_bytes(place.read_bytes()[:-1])
        if answer.code == 0:
            raise Failed("a version whose file was changed was released")
        for told, what in FAILING.items():
            self.workspace.scratch("checks").write_text(told, encoding="utf-8")
            self._probe("check")
            answer = self.workspace.ops("promote", self.new, "--yes")
            if answer.code != REFUSED:
                raise Failed(f"a version whose checks {what} was released, or: {answer.last_line}")
        return answer.last_line

    def _cut(self) -> str:
        card = json.loads((self.workspace.project / MODEL).with_suffix(".json").read_text())
        end = card["holdout"]["end"]
        if not end:
            raise Failed("the card tells no end of the holdout")
        return str(end)

    def _state(self) -> dict[str, Any]:
        return self._probe("state")

    def _probe(self, verb: str) -> dict[str, Any]:
        return probe("registry", verb, self.workspace, self.context.package_name)


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    versions = ("registers",)
    registers = "training again is another version with its lineage, and releases nothing"
    yield Claim("registers", registers, trial.registers, ("trains",))
    promotes = "a server follows promote and rollback, and drops no request"
    yield Claim("promotes", promotes, trial.promotes, versions)
    survives = "without MLflow a server starts with the model it has, and says so"
    yield Claim("survives", survives, trial.survives, ("trains",))
    yield Claim(
        "guards versions",
        "a version that was changed, or did not pass, is not released",
        trial.guards,
        versions,
    )
