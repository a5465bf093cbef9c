"""What must be shown of a closed loop: it improves production by itself, and knows when not to."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.proofs.base import expect
from generator.verify.settings import change
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import PROJECT_BIN, Workspace

__all__ = ["claims"]

TRAIN, COMPARE, PROMOTE = "train", "compare", "promote"
SHORT: Mapping[str, Mapping[str, Any]] = {
    "monitoring": {"rows": 20, "labels": 20, "m": 1, "k": 1, "reports": False},
    "gate": {"margin": 0.0, "rows": 20, "tests": "", "resamples": 100, "slice_rows": 1000},
    "experiment": {"share": 0.5, "fewest": 30, "shift": 100.0, "most": 1500},
    "automation": {"per_day": 1000, "per_month": 1000, "share": 0.5},
}
"""Of the copy: fewer rows and labels; the gate's margin is every project's."""

CLEAR = 0.8
"""Share of the loss after the change that may be left once another version answers."""

BATCHES = 4
"""Batches in a window, so that the holdout of the first version holds enough of them."""

FRESH = 0.7
"""Share of the rows of a window that are enough to train."""

PAUSE = 2
"""Windows from one training to the next where none can succeed: without it, each would train."""

LONGEST_COOLDOWN = 8760.0
"""Hours: the most that `automation.cooldown` may be."""

STOPPED, REFUSED = 1, 4
PATIENCE = 120.0
"""Seconds until a loop holds its lease."""


class Trial:
    """The proofs of one loop, on rows of the project's own with another rule from a moment on."""

    def __init__(self, workspace: Workspace, context: ProjectContext) -> None:
        self.workspace, self.context = workspace, context
        self.settings = workspace.project / "settings.toml"

    def turns(self) -> str:
        """The world changes: alarm, training, gate, comparison and release follow by themselves."""
        world, windows = self._replayed("shift")
        if "said" in world:
            return f"{world['said']}: not tried"
        place: Any = str if world["timed"] else int
        after = [one for one in windows if place(one["end"]) > place(world["change"])]
        _, met, released = _turn(after)
        before, now = _cost(after[: met + 1]), _cost(after[released + 1 :])
        if not now <= CLEAR * before:
            raise Failed(f"an answer cost {before:.4g} after the change, and {now:.4g} at the end")
        return f"{world['column']} counts otherwise: {before:.4g} an answer, {now:.4g} at the end"

    def refuses(self) -> str:
        """Labels follow no rule any more: it trains, and the gate refuses what it trained."""
        world, windows = self._replayed("permute", PAUSE)
        if "said" in world:
            return f"{world['said']}: not tried"
        first = windows[0]["champion"]
        events = [json.loads(line) for line in self._record().splitlines()]
        trained = [one for one in events if one["kind"] == TRAIN and one["phase"] == "done"]
        none = [one["evidence"] for one in trained[1:] if one["version"] is None]
        refused = [one["failed"] for one in none if one.get("failed")]
        if not refused:
            raise Failed(f"labels follow no rule, and nothing was refused: {_told(windows)}")
        if windows[-1]["champion"] != first:
            raise Failed(f"version {windows[-1]['champion']} answers, which learnt from no rule")
        return f"{len(refused)} refused: {', '.join(refused[0])}"

    def stops(self) -> str:
        """Stopped, it does nothing but end what runs."""
        with self._stopped():
            self.workspace.ops("loop", "--once")
            answer = self.workspace.ops("loop", "--once")
            told = self.workspace.ops("limits", "--format", "json")
        if answer.code != 0 or "stopped" not in answer.out:
            raise Failed(f"stopped, the loop says: {answer.out.strip()[:160] or answer.last_line}")
        if told.code != STOPPED or "proof" not in json.loads(told.out)["stopped"]:
            raise Failed(f"`ops limits` does not tell the stop: {told.out[:160]}")
        return answer.out.strip()[:120]

    def alone(self) -> str:
        """While a loop acts, no other one does; once that is killed, the next one may."""
        lease = self.workspace.project / ".state/loop/lease.json"
        with self._stopped(), tempfile.TemporaryFile() as out:
            words = [f"{PROJECT_BIN}/ops", "loop", "--every", "3600"]
            process = self.workspace.start(words, {}, out, out)
            try:
                until = time.monotonic() + PATIENCE
                while not lease.exists() and process.poll() is None and time.monotonic() < until:
                    time.sleep(0.1)
                if not lease.exists():
                    raise Failed("`ops loop` holds no lease")
                other = self.workspace.ops("loop", "--once")
            finally:
                process.kill()
                process.wait()
            following = self.workspace.ops("loop", "--once")
        if other.code != REFUSED:
            raise Failed(f"two loops act at once: {other.out.strip()[:160] or other.last_line}")
        expect(following, 0)
        return other.last_line

    @contextmanager
    def _stopped(self) -> Iterator[None]:
        expect(self.workspace.ops("stop", "--reason", "proof"), 0)
        try:
            yield
        finally:
            expect(self.workspace.ops("stop", "--off"), 0)

    def _replayed(self, verb: str, pause: int = 0) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Replay the loop on rows of another world, with a pause of windows after each training.

        The table is the owner's again afterwards.
        """
        text = self.settings.read_text(encoding="utf-8")
        table = self.workspace.project / self._read()["data"]["table"]
        kept = self.workspace.scratch(f"owners{table.suffix}")
        shutil.copy2(table, kept)
        try:
            package = self.context.package_name
            world = probe("automation", verb, self.workspace, package)
            if "said" in world:
                return world, []
            hours = world["length"] if world["timed"] else world["length"] / 60
            batch = {"monitoring": {**SHORT["monitoring"], "hours": hours}}
            fresh = int(FRESH * world["asked"])
            loop = {**SHORT["automation"], "batch": hours / BATCHES, "fresh": fresh}
            loop["cooldown"] = min(pause * hours, LONGEST_COOLDOWN)
            change(self.workspace.project, {**SHORT, **batch, "automation": loop})
            words = ["replay", "--fresh", "--from", world["start"], "--to", world["end"]]
            answer = self.workspace.ops(*words, "--every", str(world["length"]), "--format", "json")
            return world, json.loads(expect(answer, 0).out)["windows"]
        finally:
            table.unlink()
            shutil.copy2(kept, table)
            self.settings.write_text(text, encoding="utf-8")

    def _read(self) -> dict[str, Any]:
        return tomllib.loads(self.settings.read_text(encoding="utf-8"))

    def _record(self) -> str:
        place = self.workspace.project / ".state/replay/.state/loop/turns.jsonl"
        return place.read_text(encoding="utf-8")


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    turns = "when the world changes, it trains, compares and releases by itself, and recovers"
    yield Claim("turns", turns, trial.turns, ("reads",))
    refuses = "what follows no rule is trained, refused, and never answers"
    yield Claim("refuses to learn", refuses, trial.refuses, ("reads",))
    yield Claim("stops", "stopped, the loop does nothing", trial.stops, ("trains",))
    yield Claim("one at a time", "two loops do not act at once", trial.alone, ("trains",))


def _turn(windows: list[dict[str, Any]]) -> list[int]:
    """Places of the windows with the steps of the first whole turn."""
    found = []
    rest = iter([(place, kind) for place, one in enumerate(windows) for kind, _ in one["steps"]])
    for wanted in (TRAIN, COMPARE, PROMOTE):
        place = next((place for place, kind in rest if kind == wanted), None)
        if place is None:
            raise Failed(f"the world changed, and no {wanted} followed: {_told(windows)}")
        found.append(place)
    return found


def _cost(windows: list[dict[str, Any]]) -> float:
    """What an answer cost on average, by window."""
    found = [one["loss"] for one in windows if one["loss"] is not None]
    if not found:
        raise Failed("a version was released with the last window, and was asked nothing")
    return float(sum(found) / len(found))


def _told(windows: list[dict[str, Any]]) -> str:
    steps = [f"{kind}: {reason}" for one in windows for kind, reason in one["steps"]]
    return "; ".join(dict.fromkeys(steps))[:300]
