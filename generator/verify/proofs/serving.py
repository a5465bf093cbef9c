"""What must be shown of a project that serves: answers over HTTP, and a handover that looks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.proofs.base import MODEL, SMALLEST_DISTANCE, digest, expect
from generator.verify.service import JSON, Service
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import Workspace

__all__ = ["claims"]

SINGLE = 20
# An address for documentation (RFC 5737), which no machine has: nothing is opened even where the
# guard is gone.
NOWHERE = "192.0.2.1"
MALFORMED: tuple[tuple[str, bytes, str, int], ...] = (
    ("an empty body", b"", "application/json", 400),
    ("blanks", b" \n", "application/json", 400),
    ("a cut body", b"[{", "application/json", 400),
    ("bytes", b"\xff\xfe\x00", "application/json", 400),
    ("NaN", b"NaN", "application/json", 400),
    ("a number", b"3", "application/json", 422),
    ("null", b"null", "application/json", 422),
    ("no record", b"[]", "application/json", 422),
    ("a list of numbers", b"[1, 2]", "application/json", 422),
    ("a hundred thousand brackets", b"[" * 100_000, "application/json", 422),
    ("another content type", b"a,b\n1,2\n", "text/csv", 415),
    ("eight megabytes", b" " * 8_000_000, "application/json", 413),
)


@dataclass
class Trial:
    """The proofs of one service; what an earlier one found out, a later one may use."""

    workspace: Workspace
    context: ProjectContext
    asked: dict[str, Any] = field(default_factory=dict)

    def probe(self, verb: str, *arguments: Path) -> dict[str, Any]:
        """Run the probe in the project's environment."""
        package = self.context.package_name
        return probe("serving", verb, self.workspace, package, *arguments)

    def listens(self) -> str:
        """It answers, and says which model it has."""
        self.asked = self.probe("ask")
        self.service = self.workspace.open.enter_context(Service(self.workspace))
        model = self.service.ask("GET", "/health").told.get("model", {})
        wanted = digest(self.workspace.project / MODEL)
        if model.get("sha256") != wanted:
            raise Failed(f"/health tells sha256 {model.get('sha256')}; the file has {wanted}")
        if not model.get("version") or not model.get("loaded_at"):
            raise Failed(f"/health tells of the model only: {', '.join(model)}")
        self.version = model["version"]
        told = self.service.ask("GET", "/version").told.get("model_version")
        if told != self.version:
            raise Failed(f"/version tells model {told}, /health {self.version}")
        return f"model {self.version}"

    def answers(self) -> str:
        """Many records at once and single ones are answered as the model file does."""
        records = self.asked["records"]
        many = self._predicted(records)
        alone = [self._predicted(one)[0] for one in records[:SINGLE]]
        self._compare(many, "many at once")
        self._compare([*alone, *many[SINGLE:]], "one by one")
        if key := self.asked["key"]:
            wanted = [one[key] for one in records]
            if [one.get("key") for one in many] != wanted:
                raise Failed("the answers do not carry the keys of the records")
        return f"{len(records)} records at once and {len(alone)} one by one"

    def _predicted(self, body: object) -> list[dict[str, Any]]:
        reply = self.service.predict(body)
        if reply.status != 200:
            raise Failed(f"{reply.status}: {str(reply.told)[:200]}")
        if reply.told.get("model_version") != self.version:
            raise Failed(
                f"a reply tells model {reply.told.get('model_version')}, /health {self.version}"
            )
        answers: list[dict[str, Any]] = reply.told["answers"]
        return answers

    def _compare(self, answers: list[dict[str, Any]], how: str) -> None:
        place = self.workspace.scratch("answered.json")
        place.write_text(json.dumps(answers), encoding="utf-8")
        if len(answers) != len(self.asked["records"]):
            raise Failed(f"{len(answers)} answers to {len(self.asked['records'])} records, {how}")
        found = self.probe("judge", self.workspace.project / MODEL)
        if not found["distance"] <= SMALLEST_DISTANCE:
            far = found["distance"]
            raise Failed(f"{how}, answers are off the model's own predictions by up to {far:.3g}")
        if not found["varies"]:
            raise Failed(f"{how}, all answers are the same")

    def refuses(self) -> str:
        """What does not fit is refused with the right status, and names row and column."""
        for what, body, kind, status in MALFORMED:
            reply = self.service.ask("POST", "/predict", body, {**JSON, "Content-Type": kind})
            if reply.status != status or "error" not in reply.told:
                raise Failed(f"{what}: {reply.status} {str(reply.told)[:100]}, wanted {status}")
        for one in self.asked["bad"]:
            reply = self.service.predict(one["body"])
            named = (reply.told.get("row"), reply.told.get("column"))
            if reply.status != 422 or named != (one["row"], one["column"]):
                raise Failed(f"{one['what']}: {reply.status} {str(reply.told)[:160]}")
        return f"{len(MALFORMED) + len(self.asked['bad'])} bad requests"

    def ends(self) -> str:
        """Asked to end, it ends; every request stands in the log."""
        code, seconds = self.service.end()
        if code != 0:
            raise Failed(f"it ended with {code}: {self.service.last_line}")
        try:
            lines = [json.loads(line) for line in self.service.log]
            statuses = {line["status"] for line in lines if line["path"] == "/predict"}
        except (ValueError, KeyError, TypeError):
            raise Failed("the log on standard output is no JSON, line by line") from None
        if not {200, 422} <= statuses:
            raise Failed(f"the log tells predictions with status {sorted(statuses)} only")
        return f"in {seconds:.1f} s; {len(lines)} lines of log"

    def keeps_to_itself(self) -> str:
        """Where others can reach it, it does not start without a token."""
        answer = self.workspace.ops("serve", "--host", NOWHERE)
        if answer.code != 4:
            raise Failed(f"without a token it ended with {answer.code}: {answer.last_line}")
        return answer.last_line

    def hands_over(self) -> str:
        """A model that is what its card says is taken, a changed one is not."""
        model = self.workspace.project / MODEL
        given = self.workspace.scratch("given/model.skops")
        given.parent.mkdir(parents=True, exist_ok=True)
        for suffix in (".skops", ".json"):
            shutil.copy2(model.with_suffix(suffix), given.with_suffix(suffix))
        expect(self.workspace.ops("handover", given), 0)
        before = digest(model)
        given.write_bytes(given.read_bytes() + b"\0")
        answer = self.workspace.ops("handover", given)
        if answer.code != 1 or digest(model) != before:
            raise Failed(f"a changed model file was taken over, or ended with {answer.code}")
        return answer.last_line


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    model, service = ("trains",), ("listens",)
    yield Claim("listens", "a server starts and tells its model", trial.listens, model)
    answers = "answers over HTTP equal the model's own to 1e-9"
    yield Claim("answers", answers, trial.answers, service)
    refuses = "bad requests are refused and name row and column"
    yield Claim("refuses online", refuses, trial.refuses, service)
    yield Claim("ends online", "asked to end, it ends, and its log is JSON", trial.ends, service)
    alone = "others are not served without a token"
    yield Claim("keeps to itself", alone, trial.keeps_to_itself, model)
    hands = "a model file is taken over after checks only"
    yield Claim("hands over", hands, trial.hands_over, model)
