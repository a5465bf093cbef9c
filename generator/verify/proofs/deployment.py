"""What must be shown of release without a person: the better version answers, and no other."""

from __future__ import annotations

import json
import math
import time
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from generator.context import ProjectContext
from generator.verify.broken import BREAKS, BUNCH, WORSE
from generator.verify.probing import probe
from generator.verify.proofs.base import DRIFT, expect
from generator.verify.proofs.registry import PATIENCE, Asking
from generator.verify.service import Service
from generator.verify.settings import Changes, change
from generator.verify.verdict import Claim, Failed
from generator.verify.webhook import Webhook
from generator.verify.workspace import Answer, Workspace

__all__ = ["SETTINGS", "claims"]

SHARE = 0.5
SETTINGS = {
    # What an earlier level trains twice is no better the second time.
    "gate": {
        **{"margin": -1.0, "rows": 20, "resamples": 100, "slice_loss": 100.0, "tests": ""},
        **{"latency": 600_000.0, "size": 1_000_000.0},
    },
    # Time and mean of answers tell of the machine and of the rows that were drawn.
    "experiment": {"share": SHARE, "fewest": 100, "latency": 600_000.0, "shift": 100.0},
    "registry": {"poll": 0.5},
}
"""Of the copy, until a proof asks for more."""

PAUSE = 0.05
TOGETHER = 400
"""Records, and labels, in one request."""

DEVIATIONS = 4.0
OWN = "tests/test_of_verify.py"
PASSED = '{"better than a dummy": true}'


class Trial:
    """The proofs of gate, comparison and way back, in the order of one story."""

    def __init__(self, workspace: Workspace, context: ProjectContext) -> None:
        self.workspace, self.context = workspace, context
        self.model = workspace.project / "src" / context.package_name / "model.py"
        self.asked: dict[str, Any] = {}
        self.times = 0

    def gate_refuses(self) -> str:
        """A worse model is refused by the command, kept as failed, and does not answer."""
        before = self._state()
        text = (self.workspace.project / "settings.toml").read_text(encoding="utf-8")
        trusted = tomllib.loads(text).get("files", {}).get("trusted", [])
        changes: Changes = {"gate": {"margin": 0.0}, "files": {"trusted": [*trusted, BUNCH]}}
        change(self.workspace.project, changes)
        kept = self.model.read_text(encoding="utf-8")
        self.model.write_text(kept + WORSE[self.context.task], encoding="utf-8")
        answer = self.workspace.ops("train")
        self.model.write_text(kept, encoding="utf-8")
        self.worse, failed = self._refused(before, answer)
        self.champion = str(before["aliases"]["champion"])
        beside = f"better than version {self.champion}"
        if beside not in failed:
            raise Failed(f"version {self.worse} did not pass: {', '.join(failed)}; not: {beside}")
        return f"version {self.worse}, not {beside}"

    def drops(self) -> str:
        """A worse version meets its share of the keys, the same ones each time, and is dropped."""
        self.asked = self._probe("ask")
        # Somebody has overruled the gate.
        self.workspace.scratch("checks").write_text(PASSED, encoding="utf-8")
        probe("registry", "check", self.workspace, self.context.package_name)
        self.workspace.ops("experiment", "--stop")
        started = ("experiment", "--start", self.worse, "--share", str(SHARE))
        expect(self.workspace.ops(*started), 0)
        self.service = self.workspace.open.enter_context(Service(self.workspace))
        asking = Asking(self.service, self.asked["records"][0], PAUSE)
        self.asking = self.workspace.open.enter_context(asking)
        met = self._compared(self.worse)
        expect(self.workspace.ops("watch", "--once"), 0)
        # A service follows later: what it answers now may be what it did before.
        if (answers := self._state()["aliases"]["champion"]) != self.champion:
            raise Failed(f"version {answers} answers, not {self.champion}")
        self._forgotten(self.worse)
        if self.asking.versions[-1] != self.champion:
            raise Failed(f"version {self.asking.versions[-1]} answers, not {self.champion}")
        return f"{met}; version {self.worse} meets nobody any more"

    def gate_closes(self) -> str:
        """A check that breaks, and a test of the owner's that fails, refuse a better model."""
        expect(self.workspace.ops("promote", self.worse, "--yes", "--reason", "proof"), 0)
        before = self._state()
        kept = self.model.read_text(encoding="utf-8")
        self.model.write_text(kept + BREAKS, encoding="utf-8")
        answer = self._trained("def test_it():\n    assert False\n")
        self.model.write_text(kept, encoding="utf-8")
        number, failed = self._refused(before, answer)
        if lacking := {"better", "own tests"} - set(failed):
            raise Failed(f"version {number} was not refused for: {', '.join(sorted(lacking))}")
        return f"version {number} did not pass: {', '.join(failed)}"

    def releases(self) -> str:
        """A better version passes the gate, meets a share, and is released once labels came."""
        self.asking.wait(self.worse)
        expect(self._trained("def test_it():\n    assert True\n"), 0)
        self.better = str(max(map(int, self._state()["versions"])))
        if self.asking.versions[-1] != self.worse:
            raise Failed(f"version {self.asking.versions[-1]} answers before labels came")
        met = self._compared(self.better)
        expect(self.workspace.ops("watch", "--once"), 0)
        self.asking.wait(self.better)
        return f"{met}; version {self.better} answers in the place of {self.worse}"

    def goes_back(self) -> str:
        """Answers that fail after a release take it back, which a webhook is told, once."""
        self.workspace.scratch("version").write_text(self.better, encoding="utf-8")
        self._probe("fail")
        with Webhook() as webhook:
            expect(self.workspace.ops("watch", "--once", OPS_WEBHOOK=webhook.address), DRIFT)
            self.workspace.ops("watch", "--once", OPS_WEBHOOK=webhook.address)
        self._forgotten(self.better)
        told = [one["said"] for one in webhook.posted if "taken back" in one["said"]]
        if len(told) != 1 or f"version {self.better}" not in told[0]:
            said = "; ".join(told) or "nothing"
            raise Failed(f"version {self.better} was taken back; the webhook was told: {said}")
        self.asking.wait(self.worse)
        if self.asking.wrong:
            wrong = self.asking.wrong
            raise Failed(f"{len(wrong)} requests went wrong: {wrong[0][:160]}")
        answered = len(self.asking.versions)
        return f"version {self.worse} again; {answered} requests meanwhile, none dropped"

    def _trained(self, test: str) -> Answer:
        """What training says, with this test of the owner's."""
        place = self.workspace.project / OWN
        place.write_text(test, encoding="utf-8")
        change(self.workspace.project, {"gate": {"tests": OWN}})
        answer = self.workspace.ops("train")
        place.unlink()
        return answer

    def _refused(self, before: dict[str, Any], answer: Answer) -> tuple[str, list[str]]:
        """The version that training made, and the checks that it did not pass."""
        after = self._state()
        if after["aliases"].get("champion") != before["aliases"].get("champion"):
            raise Failed("what did not pass answers")
        added = set(after["versions"]) - set(before["versions"])
        if answer.code != 1 or len(added) != 1:
            ended = f"training ended with {answer.code}, and registered {len(added)} versions"
            raise Failed(f"{ended}: {answer.last_line}")
        number = added.pop()
        checks = json.loads(after["versions"][number].get("checks", "{}"))
        return number, [name for name, passed in checks.items() if passed is not True]

    def _compared(self, challenger: str) -> str:
        """Let a version meet its share, twice the same keys; then tell what was true."""
        self.times += 1
        keys = [f"key-{self.times}-{place}" for place in range(len(self.asked["records"]))]
        end = time.monotonic() + PATIENCE
        while challenger not in self._answers([f"warm-{self.times}-{n}" for n in range(20)]):
            if time.monotonic() > end:
                raise Failed(f"version {challenger} meets nobody")
        first, again = self._answers(keys), self._answers(keys)
        if moved := sum(one != other for one, other in zip(first, again, strict=True)):
            raise Failed(f"{moved} of {len(keys)} keys met another version, asked again")
        share = first.count(challenger) / len(keys)
        if abs(share - SHARE) > DEVIATIONS * math.sqrt(SHARE * (1 - SHARE) / len(keys)):
            raise Failed(f"version {challenger} met {share:.0%} of the keys, not {SHARE:.0%}")
        self._label(keys)
        return f"version {challenger} met {share:.0%} of {len(keys)} keys, twice the same"

    def _answers(self, keys: Sequence[str]) -> list[str]:
        """The version that answered each key."""
        name, records = self.asked["key"], self.asked["records"]
        told: list[str] = []
        if name is None:  # the id of the request is what a version is chosen by
            for key, record in zip(keys, records, strict=False):
                told += self._versions([record], key)
            return told
        for first in range(0, len(keys), TOGETHER):
            part = zip(keys[first : first + TOGETHER], records[first:], strict=False)
            told += self._versions([{**record, name: key} for key, record in part], "")
        return told

    def _versions(self, records: list[dict[str, Any]], request: str) -> list[str]:
        reply = self.service.predict(records, request)
        if reply.status != 200:
            raise Failed(f"{reply.status}: {str(reply.told)[:160]}")
        usual = reply.told["model_version"]
        return [one.get("model_version", usual) for one in reply.told["answers"]]

    def _label(self, keys: Sequence[str]) -> None:
        """Tell what was true of each key, by the service."""
        suffix = "" if self.asked["key"] else "/0"
        labels = self.asked["labels"]
        told = [{"key": key + suffix, "label": one} for key, one in zip(keys, labels, strict=True)]
        for first in range(0, len(told), TOGETHER):
            body = json.dumps(told[first : first + TOGETHER]).encode()
            reply = self.service.ask("POST", "/feedback", body)
            if reply.status != 200:
                raise Failed(f"POST /feedback answered {reply.status}: {str(reply.told)[:160]}")

    def _forgotten(self, version: str) -> None:
        """Wait until no key meets this version."""
        end = time.monotonic() + PATIENCE
        while version in self._answers([f"after-{self.times}-{n}" for n in range(100)]):
            if time.monotonic() > end:
                raise Failed(f"version {version} still answers a share of the keys")

    def _state(self) -> dict[str, Any]:
        return probe("registry", "state", self.workspace, self.context.package_name)

    def _probe(self, verb: str) -> dict[str, Any]:
        return probe("deployment", verb, self.workspace, self.context.package_name)


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    refuses = "the gate refuses a worse model, and the champion stays"
    yield Claim("gate refuses", refuses, trial.gate_refuses, ("trains",))
    drops = "a worse version meets a share of the keys, always the same, and is dropped by labels"
    yield Claim("drops", drops, trial.drops, ("gate refuses",))
    closes = "a check that breaks, or a test that fails, refuses a better model"
    yield Claim("gate closes", closes, trial.gate_closes, ("drops",))
    releases = "a better version is compared on live traffic and released without a person"
    yield Claim("releases by itself", releases, trial.releases, ("gate closes",))
    back = "answers that fail after a release take it back, and no request was dropped"
    yield Claim("goes back", back, trial.goes_back, ("releases by itself",))
