"""What must be shown of a project that watches: nothing answered is lost, and a change is told."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.proofs.base import DRIFT, MODEL, SMALLEST_DISTANCE, expect
from generator.verify.service import Reply, Service
from generator.verify.settings import change
from generator.verify.verdict import Claim, Failed
from generator.verify.webhook import Webhook
from generator.verify.workspace import Workspace

__all__ = ["SETTINGS", "claims"]

SETTINGS = {"monitoring": {"reports": False, "m": 2, "k": 3, "labels": 100, "rows": 100}}
"""Of the copy: a report of a window takes longer than all that is proven of it."""

LOAD = 1.5
"""Seconds under load until the server is killed."""

SENDERS = 4
MOST = 40
"""Records in one request."""

SERIES = re.compile(r"^(\w+)\{(.*)\} (\S+)$", re.MULTILINE)
ALL = "100"


@dataclass
class Traffic:
    """Requests with ids of their own; what was acknowledged is kept."""

    service: Service
    records: list[dict[str, Any]]
    acknowledged: dict[str, tuple[list[dict[str, Any]], Reply]] = field(default_factory=dict)

    def send(self, request: str, records: list[dict[str, Any]]) -> None:
        """Ask once.

        Raises:
            OSError: the server is gone.
            Failed: it answered something else than predictions.
        """
        reply = self.service.predict(records, request)
        if reply.status != 200:
            raise Failed(f"{reply.status}: {str(reply.told)[:160]}")
        self.acknowledged[request] = (records, reply)

    def until_killed(self, sender: int) -> None:
        """Ask as long as somebody answers."""
        for number in range(10**9):
            first = (sender * 7 + number) % len(self.records)
            records = self.records[first : first + 1 + number % MOST]
            try:
                self.send(f"load-{sender}-{number}", records)
            except (OSError, Failed, http.client.HTTPException):
                return


class Trial:
    """The proofs of log, figures and windows."""

    def __init__(self, workspace: Workspace, context: ProjectContext) -> None:
        self.workspace, self.context = workspace, context

    def records(self) -> str:
        """What was acknowledged stands in the log, though the server was killed under load."""
        asked = self._probe("serving", "ask")
        log = self.workspace.scratch("log")
        change(self.workspace.project, {"log": {"folder": str(log)}})
        with Service(self.workspace) as service:
            traffic = Traffic(service, asked["records"])
            for number in range(3):
                traffic.send(f"first-{number}", asked["records"][: 1 + 100 * number])
            service.predict([{"no such column": 1}])
            self.counted = service.read("GET", "/metrics")[1].decode()
            self.asked = sum(len(records) for records, _ in traffic.acknowledged.values())
            senders = [
                threading.Thread(target=traffic.until_killed, args=(number,), daemon=True)
                for number in range(SENDERS)
            ]
            for one in senders:
                one.start()
            time.sleep(LOAD)
            service.kill()
            for one in senders:
                one.join()
        lines = [
            json.loads(line)
            for path in (log / "predictions").glob("*.jsonl")
            for line in path.read_bytes().splitlines()[: path.read_bytes().count(b"\n")]
        ]
        found = {one["id"]: one for one in lines}
        if len(found) != len(lines):
            raise Failed(f"{len(lines) - len(found)} records stand in the log twice")
        count = sum(
            self._held(found, request, *one) for request, one in traffic.acknowledged.items()
        )
        return f"{count:,} predictions of {len(traffic.acknowledged):,} requests, all on record"

    def _held(
        self,
        found: dict[str, Any],
        request: str,
        records: list[dict[str, Any]],
        reply: Reply,
    ) -> int:
        """Number of records of a request, each of which must stand in the log as answered."""
        for place, (record, answer) in enumerate(zip(records, reply.told["answers"], strict=True)):
            one = found.get(f"{request}/{place}")
            if one is None:
                raise Failed(f"record {place} of request {request} was answered, and is not there")
            version = answer.get("model_version", reply.told["model_version"])
            if (one["version"], one["prediction"]) != (version, answer["prediction"]):
                raise Failed(f"the log tells another version or prediction of {request}/{place}")
            if any(record.get(name) != value for name, value in one["features"].items()):
                raise Failed(f"the log tells other features of {request}/{place}")
            if one.get("key") != answer.get("key") or not one["features"]:
                raise Failed(f"the log lacks key or features of {request}/{place}")
        return len(records)

    def counts(self) -> str:
        """`/metrics` tells what was asked until then."""
        told = SERIES.findall(self.counted)
        predictions = sum(float(value) for name, _, value in told if name == PREDICTIONS)
        if predictions != self.asked:
            raise Failed(f"{self.asked} records were answered; /metrics tells {predictions:.0f}")
        for status, count in (("200", 3), ("422", 1)):
            wanted = f'route="/predict",status="{status}"'
            requests = sum(
                float(value) for name, named, value in told if name == REQUESTS and wanted in named
            )
            if requests != count:
                raise Failed(f"{count} requests ended with {status}; /metrics tells {requests:.0f}")
        return f"{self.asked} predictions, 4 requests"

    def watches(self) -> str:
        """Days as before raise no alert; a column that moved raises one, by name, at a webhook."""
        change(self.workspace.project, {"log": {"folder": str(self.workspace.scratch("live"))}})
        self.found = self._probe("monitoring", "live")
        expect(self.workspace.ops("labels", self.workspace.scratch("labels.parquet")), 0)
        with Webhook() as webhook:
            told = {"OPS_WEBHOOK": webhook.address}
            looked = self.workspace.ops("watch", "--once", **told)
            again = self.workspace.ops("drift", "--live", "--last", ALL, "--format", "json", **told)
        change(self.workspace.project, {"log": {"folder": ""}})
        try:
            self.windows = {one["end"]: one for one in json.loads(again.out)["windows"]}
        except (ValueError, KeyError, TypeError):
            raise Failed(f"drift --live told no windows: {again.last_line}") from None
        column, ends, moved = (self.found[name] for name in ("column", "ends", "moved"))
        if lacking := [end for end in ends if end not in self.windows]:
            raise Failed(f"no window up to {lacking[0]} was looked at: {looked.last_line}")
        posted = [one for one in webhook.posted if one["kind"] != "release"]
        self._told_once(posted)
        if (looked.code, again.code) != (DRIFT, DRIFT):
            raise Failed(f"watch ended with {looked.code}, drift with {again.code}, not with 1")
        return f"{moved} quiet windows, then {column}, told once: {posted[0]['said']}"

    def _told_once(self, posted: list[Any]) -> None:
        """The webhook was told of the column that moved, of nothing else, and not too early."""
        column, ends, moved = (self.found[name] for name in ("column", "ends", "moved"))
        told = [
            f"of {', '.join(one['columns'])} since {one['since']}, at the end of {one['when']}"
            for one in posted
        ]
        wanted = f"of {column} since {ends[moved]}, at the end of {ends[moved + 1]}"
        if told != [wanted] or not posted[0]["begun"]:
            times = f"{len(told)} times " if len(told) > 1 else ""
            raise Failed(
                f"the webhook was told {times}{'; '.join(told) or 'nothing'}; it is {wanted}"
            )

    def judges(self) -> str:
        """Labels give the metric of a window and what is thought of it; few give no verdict."""
        found = [self.windows[end] for end in self.found["ends"][: len(VERDICTS)]]
        counts = [one["labelled"] for one in found]
        if counts != self.found["labels"]:
            raise Failed(f"{self.found['labels']} labels came; the windows tell {counts}")
        verdicts = [one["performance"]["verdict"] for one in found]
        if verdicts != VERDICTS:
            raise Failed(f"the windows tell {', '.join(verdicts)}; it is {', '.join(VERDICTS)}")
        told, real = found[0]["performance"]["value"], self.found["figure"]
        if not abs(told - real) <= SMALLEST_DISTANCE * max(1.0, abs(real)):
            raise Failed(f"the window tells {told:.6g}; it is {real:.6g}")
        return f"{found[0]['performance']['metric']} {told:.4g}; {', '.join(verdicts)}"

    def _probe(self, name: str, verb: str) -> dict[str, Any]:
        model = [self.workspace.project / MODEL] if name == "monitoring" else []
        return probe(name, verb, self.workspace, self.context.package_name, *model)


PREDICTIONS, REQUESTS = "ops_predictions_total", "ops_requests_total"
VERDICTS = ["fine", "not enough labels", "worse"]


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    model = ("trains",)
    records = "what was acknowledged is on record, though the server was killed under load"
    yield Claim("records", records, trial.records, model)
    yield Claim("counts", "/metrics counts what was asked", trial.counts, ("records",))
    watches = "usual days raise no alert, a moved column raises one, at the webhook, by name"
    yield Claim("watches", watches, trial.watches, model)
    judges = "labels tell how good a window's answers were; too few tell nothing"
    yield Claim("judges live", judges, trial.judges, ("watches",))
