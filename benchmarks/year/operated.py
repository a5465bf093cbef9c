"""A project, operated for a year as its level says. Runs in a process of its own.

    python -m benchmarks.year.operated PACKAGE LEVEL START END HOURS    in the folder of its world

Leaves `year.json` there: each window, and what it cost. The project is one of level 4, which holds
the code of all levels; what differs is who presses which button:

0, 1  one model, trained by a person before the year and never again
2     on the first window of each month a person trains, and promotes where the same rows say so
3     the same trainings by the clock; the gate, the comparison on traffic and the guard decide
4     the loop: alarms start training, within its limits
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

Part = Callable[[str], ModuleType]
Told = tuple[str, str]


@dataclass
class Operator:
    """Whoever runs the project.

    Attributes:
        part: gives a module of the project.
        level: as which it is run.
        actions: of people.
        trainings: that were run.
        seconds: that they took.
    """

    part: Part
    level: int
    actions: int = 0
    trainings: int = 0
    seconds: float = 0.0
    month: int = field(default=0)

    def __call__(self, settings: Any, now: datetime, until: str) -> Iterator[Told]:
        """What is done at the end of a window."""
        if self.level == 4:
            yield from self.part("loop.replay").looping(settings, now, until)
            return
        first, due = not self.month, now.month != self.month
        self.month = now.month
        if first or (due and self.level > 1):
            yield from self._trained(settings, now, until)
        if self.level == 3 and not first:
            for event in self.part("release.watching").turn(settings, now):
                if not event.said.startswith("window"):
                    yield "watch", event.said

    def _trained(self, settings: Any, now: datetime, until: str) -> Iterator[Told]:
        order = self.part("steps").Order(None, until, {}, until, now.isoformat())
        self.actions += self.level < 3
        work = self.train(settings, order, lambda line: None)
        yield "train", work.said
        if self.level == 3:
            return
        versions = self.part("registry.versions")
        champion = versions.state(settings).champion
        number = int(work.card["version"])
        name, sign = settings.metric.name, 1 if settings.metric.direction == "higher" else -1
        beside = work.beside.get(f"version {champion}", {})
        if name in beside and sign * (work.card["metrics"][name] - beside[name]) <= 0:
            return
        self.actions += 1
        self.part("registry.release").promote(settings, number, champion, "on the calendar", now)
        yield "promote", f"version {number}"

    def train(self, settings: Any, order: Any, tell: Callable[[str], None]) -> Any:
        """Train, and count it."""
        start = time.perf_counter()
        try:
            runner = self.part("pipeline.runner")
            return runner.run(settings, order, self.part("wiring").model_source(settings), tell)
        finally:
            self.trainings += 1
            self.seconds += time.perf_counter() - start


def main(package: str, level: int, start: str, end: str, hours: float) -> None:
    """Replay the year, and leave what came of it."""

    def part(name: str) -> ModuleType:
        return importlib.import_module(f"{package}.ops.{name}")

    settings = part("settings").read_settings()
    operator = Operator(part, level)
    steps = {
        3: lambda: part("release.steps").STEPS,
        4: lambda: part("loop.steps").STEPS,
    }.get(level, lambda: part("pipeline.pipeline").STEPS)
    part("pipeline.runner").steps = steps
    part("loop.taking").train = operator.train
    replay = part("loop.replay").Replay(settings, start, end, hours, operator)
    began = time.perf_counter()
    windows = []
    for window in replay.run():
        windows.append(asdict(window))
        print(level, window.end, window.metrics.get(settings.metric.name), window.steps, flush=True)
    told = {
        "level": level,
        "metric": settings.metric.name,
        "windows": windows,
        "actions": operator.actions,
        "trainings": operator.trainings,
        "training_seconds": operator.seconds,
        "seconds": time.perf_counter() - began,
        "alerts": [asdict(one) for one in part("monitoring.series").alerts(settings)],
        "releases": [asdict(one) for one in part("registry.versions").state(settings).releases],
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    (Path(settings.root) / "year.json").write_text(json.dumps(told, indent=2), encoding="utf-8")


if __name__ == "__main__":
    named, at, since, until_, length = sys.argv[1:]
    main(named, int(at), since, until_, float(length))
