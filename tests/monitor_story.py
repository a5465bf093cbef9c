"""A month of a service that lives, as its monitoring tells it: made up, and the same each time.

Quiet weeks; a sensor that breaks, so that `humid` drifts, answers get worse, both are told and end;
a version that learnt from it, compared and released; another one that is being compared now.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

DAYS = 30
BROKEN, RELEASED, SECOND = range(10, 16), 19, 27
SECOND_VERSION = 5
THRESHOLDS = {
    **{"carrier": 0.07, "origin": 0.05, "dest": 0.11, "distance": 0.09, "weekday": 0.16},
    **{"hour": 0.06, "temp": 0.31, "humid": 0.18, "wind_speed": 0.2, "precip": 0.08},
    **{"visib": 0.09, "pressure": 0.28},
}
# In a project that holds one version: more of them, and what happened to them.
REGISTER = """
import json, sys
from {name}.ops.registry.versions import CHALLENGER, CHAMPION, register, version
from {name}.ops.settings import read_settings
from {name}.ops.tracking.place import PROJECT, client

told, settings = json.load(sys.stdin), read_settings()
first = version(settings, 1)
for number, tags in told["versions"].items():
    if number != "1":
        register(settings, first.run_id, "", {{**first.tags, **tags}})
with client(settings) as mlflow:
    for name, value in told["tags"].items():
        mlflow.set_registered_model_tag(PROJECT, name, value)
    mlflow.set_registered_model_alias(PROJECT, CHAMPION, str(told["champion"]))
    mlflow.set_registered_model_alias(PROJECT, CHALLENGER, str(max(map(int, told["versions"]))))
"""
COMPARISON, ROWS, EXPECTED = "5d1f0c2a", 4200, 8.1


@dataclass(frozen=True)
class Story:
    """A month that ends at this moment."""

    now: datetime

    def day(self, number: float) -> datetime:
        """The beginning of a day, from 0."""
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=DAYS - number)

    def when(self, number: float) -> str:
        """The same, in ISO 8601."""
        return self.day(number).isoformat(timespec="seconds")

    def windows(self) -> Iterator[dict[str, Any]]:
        """One for each day."""
        chance = random.Random(7)
        for day in range(DAYS):
            weekend = self.day(day).weekday() >= 5
            rows = int(ROWS * (0.72 if weekend else 1.0) * chance.uniform(0.93, 1.07))
            version = 3 if day < RELEASED else 4
            beside = {16: 0.2, 17: 0.2, 18: 0.2, 27: 0.2, 28: 0.2, 29: 0.2}.get(day, 0.0)
            columns = [_column(chance, name, day) for name in THRESHOLDS]
            other = round(rows * beside)
            counts = {str(version): rows - other, str(version + 1): other}
            yield {
                **{"start": self.when(day), "end": self.when(day + 1)},
                **{"version": str(version), "rows": rows},
                "state": "drift" if any(one["drift"] for one in columns) else "quiet",
                "columns": columns,
                "prediction": _predictions(chance, day),
                "quality": _quality(chance, day, rows),
                "performance": _performance(chance, day, rows),
                "versions": {name: count for name, count in counts.items() if count},
            }

    def alerts(self) -> Iterator[dict[str, Any]]:
        """What a person was told."""
        drift = "humid drifted in 2 of the last 3 windows: mean 0.41 where 0.59 is usual"
        worse = "mae is 10.4, surely above the 8.1 that version 3 was released with"
        yield {
            **{"when": self.when(12), "kind": "drift", "begun": True, "columns": ["humid"]},
            **{"since": self.when(10), "said": drift},
            "advice": "see where humid comes from; if it stays so: uv run ops train",
        }
        yield {
            **{"when": self.when(13), "kind": "performance", "begun": True, "columns": []},
            **{"since": self.when(11), "said": worse, "advice": "train on newer rows"},
        }
        told = {"drift": "humid is quiet again", "performance": "mae is as expected again"}
        for number, (kind, said) in enumerate(told.items()):
            yield {
                **{"when": self.when(18 + 2 * number), "kind": kind, "begun": False},
                **{"columns": ["humid"] if kind == "drift" else [], "since": self.when(18)},
                **{"said": said, "advice": ""},
            }

    def looks(self) -> Iterator[dict[str, Any]]:
        """At the comparison that runs."""
        labels = 24.0
        chance, error = random.Random(3), 0.9
        while labels < 2300:
            error = 0.86 * error + chance.gauss(0, 0.12)
            other = round(labels * 0.2)
            middle = -0.55 + error * (40 / labels) ** 0.35
            radius = 62 / labels**0.5 * (1 + 2 / labels**0.5)
            bounded = other > 8
            yield {
                **{"when": self.when(SECOND), "experiment": COMPARISON},
                "said": f"{labels:,.0f} labels tell no difference yet",
                **{"champion_labels": round(labels) - other, "challenger_labels": other},
                **{"champion_loss": 8.2, "challenger_loss": 8.2 + middle},
                "low": middle - radius if bounded else None,
                "high": middle + radius if bounded else None,
            }
            labels *= 1.13

    def releases(self) -> list[dict[str, Any]]:
        """As the registry keeps them."""
        better = "its loss is surely lower, by 2,310 labels"
        return [
            _release(3, self.when(-12.4), "ana", "promoted by a person", 1),
            _release(4, self.when(RELEASED + 0.38), "the comparison", better, 3),
        ]

    def experiment(self) -> dict[str, Any]:
        """The comparison that runs, as the registry keeps it."""
        more = {"share": 0.2, "salt": "00", "since": self.when(SECOND + 0.3)}
        return {"id": COMPARISON, "version": 5, "against": 4, **more}

    def decided(self, number: int, day: float) -> list[dict[str, str]]:
        """What was decided about a version."""
        passed = "passed: 3.1 % better on 2,000 fresh rows, interval 1.2 to 5.0 %"
        failed = "failed: no better than version 1 on 2,000 fresh rows"
        told = [(day, "gate", failed if number == 2 else passed)]
        if number > 3:
            meets = f"20% of the keys meet it, the others version {number - 1}"
            told.append((day + 0.1, "comparison", meets))
        if number == 4:
            better = "it is better, its loss is surely lower, by 2,310 labels"
            told.append((RELEASED + 0.37, "comparison", better))
        return [{"when": self.when(at), "kind": kind, "said": said} for at, kind, said in told]

    def registered(self) -> dict[str, Any]:
        """What the registry is told: by number, what differs from the first version; its tags."""
        created = {1: -40.0, 2: -26.0, 3: -12.7, 4: 16.15, SECOND_VERSION: SECOND + 0.15}
        versions: dict[int, dict[str, str]] = {}
        for number, day in created.items():
            start, end = self.day(day - 320), self.day(day)
            window = {"start": start.isoformat(), "end": end.isoformat()}
            mae = round(9.1 - 0.27 * number, 2)
            versions[number] = {
                "created": self.when(day),
                "window": json.dumps(window),
                "metrics": json.dumps({"mae": mae, "rmse": round(1.6 * mae, 1)}),
                "decisions": json.dumps(self.decided(number, day + 0.05)),
                "git_commit": f"{number * 0x9E3779B97F4A7C15 % 2**64:x}",
            }
        tags = {
            "releases": json.dumps(self.releases()),
            "experiment": json.dumps(self.experiment()),
        }
        return {"versions": versions, "tags": tags, "champion": 4}

    def records(self) -> Iterator[dict[str, Any]]:
        """Predictions of the last hour."""
        chance = random.Random(1)
        for number in range(1, 190):
            at = self.now - timedelta(seconds=19 * number)
            other = chance.random() < 0.2
            yield {
                **{"id": f"{number}/0", "time": at.isoformat(), "version": "5" if other else "4"},
                **{"features": {}, "prediction": 120.5, "key": number},
                **{"variant": "challenger" if other else "champion", "experiment": COMPARISON},
                "ms": round(chance.lognormvariate(0.7, 0.3), 2),
            }

    def write(self, project: Path, until: float = DAYS) -> None:
        """All that lies in files, into a project, as it lay at the beginning of a day."""
        state = project / ".state"
        end = self.when(until)
        windows = (one for one in self.windows() if one["end"] <= end)
        _lines(state / "monitoring/windows.jsonl", windows)
        told = (one for one in self.alerts() if one["when"] <= end)
        _lines(state / "monitoring/alerts.jsonl", told)
        _lines(state / "release/looks.jsonl", self.looks())
        _lines(state / "predictions/20260101T000000000000-1-00.jsonl", self.records())


def _column(chance: random.Random, name: str, day: int) -> dict[str, Any]:
    threshold = THRESHOLDS[name]
    size = threshold * chance.uniform(0.18, 0.75)
    note = ""
    if name == "humid" and day in BROKEN:
        size, note = threshold * chance.uniform(1.2, 1.55), "mean 0.41, usually 0.59"
    if name == "wind_speed" and day == 5:
        size, note = threshold * 1.18, "mean 17.2, usually 10.5"
    drift = size > threshold
    return {
        **{"name": name, "kind": "number", "size": size, "threshold": threshold},
        **{"p_value": 0.0001 if drift else 0.4, "drift": drift, "note": note, "missing": 0.0},
    }


def _predictions(chance: random.Random, day: int) -> dict[str, Any]:
    size = 0.12 * (chance.uniform(0.9, 1.15) if day in BROKEN else chance.uniform(0.2, 0.6))
    return {
        **{"name": "prediction", "kind": "number", "size": size, "threshold": 0.12},
        **{"p_value": 0.4, "drift": False, "note": "", "missing": 0.0},
    }


def _quality(chance: random.Random, day: int, rows: int) -> dict[str, Any]:
    failed = int(rows * 0.001 * chance.random()) + (19 if day == 22 else 0)
    unseen = chance.choice([0, 0, 0, 0, 1, 2, 3])
    missing = 0.012 * chance.uniform(0.8, 1.2) + (0.03 if day in BROKEN else 0)
    return {"failed": failed, "unseen": unseen, "missing": missing}


def _performance(chance: random.Random, day: int, rows: int) -> dict[str, Any]:
    worse = 11 <= day <= 16
    value = (10.3 if worse else 8.0 if day < RELEASED else 7.7) + chance.gauss(0, 0.22)
    coverage = {DAYS - 1: 0.004, DAYS - 2: 0.19, DAYS - 3: 0.46}.get(day, chance.uniform(0.6, 0.7))
    labels = int(rows * coverage)
    radius = 26 / labels**0.5
    known = labels > 100
    return {
        **{"metric": "mae", "value": value, "low": value - radius, "high": value + radius},
        **{"reference": EXPECTED if day < RELEASED else 7.8, "labels": labels},
        "coverage": coverage,
        "verdict": ("worse" if worse else "fine") if known else "not enough labels",
    }


def _release(version: int, when: str, who: str, reason: str, previous: int) -> dict[str, Any]:
    return {"version": version, "when": when, "who": who, "reason": reason, "previous": previous}


def _lines(path: Path, told: Iterator[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in told), encoding="utf-8")
