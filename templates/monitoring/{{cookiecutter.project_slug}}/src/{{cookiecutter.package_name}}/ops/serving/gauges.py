# ours: kept current by mlops-maturity upgrade
"""Gauges of `/metrics`: the models that answer, and the last window that monitoring looked at."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client import Metric

    from .answering import Loaded

Models = Mapping[str, "Loaded"]
"""The models that answer, by variant."""

_BLOCK = 65_536
_VERDICTS = ("fine", "worse", "not enough labels")
_COLUMN = ("column", "version")


class Gauges:
    """Looked up whenever somebody asks."""

    def __init__(self, models: Models, windows: Path) -> None:
        """`windows` is the file with the series of windows."""
        self._models, self._windows = models, windows

    def collect(self) -> Iterator[Metric]:
        """All gauges; of drift none as long as no window was looked at."""
        yield from _of_models(self._models)
        window = last_window(self._windows)
        if window is not None:
            yield from _of_window(window)
            alerts = self._windows.with_name("alerts.jsonl")
            yield _alarms(alerts, str(window.get("version", "")))


def last_window(path: Path) -> dict[str, Any] | None:
    """The last whole line of the series; none where there is none."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            text = b""
            while end and text.rstrip(b"\n").count(b"\n") < 2:
                start = max(0, end - _BLOCK)
                file.seek(start)
                text, end = file.read(end - start) + text, start
    except OSError:
        return None
    for line in reversed(text.split(b"\n")[:-1]):  # what has no end is still being written
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return None


def _alarms(path: Path, version: str) -> Metric:
    """Columns whose drift was told and is not over yet."""
    from prometheus_client.core import GaugeMetricFamily

    found = GaugeMetricFamily("ops_drift_alarm", "Whether its alert is not over", labels=_COLUMN)
    told: dict[str, bool] = {}
    try:
        for line in path.read_bytes().splitlines():
            with suppress(ValueError, KeyError, TypeError):
                alert = json.loads(line)
                if alert["kind"] == "drift":
                    told |= dict.fromkeys(alert["columns"], bool(alert["begun"]))
    except OSError:
        return found
    for column, begun in told.items():
        found.add_metric([column, version], float(begun))
    return found


def _of_models(models: Models) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    named = ("version", "variant")
    info = GaugeMetricFamily("ops_model_info", "Models that answer", labels=[*named, "sha256"])
    age = GaugeMetricFamily("ops_model_age_seconds", "Time since the training", labels=named)
    for variant, loaded in models.items():
        card = loaded.model.card
        info.add_metric([loaded.version, variant, card["sha256"]], 1)
        trained = _moment(card.get("created"))
        if trained is not None:
            gone = (datetime.now(UTC) - trained).total_seconds()
            age.add_metric([loaded.version, variant], gone)
    yield info
    yield age


def _of_window(window: Mapping[str, Any]) -> Iterator[Metric]:
    version = str(window.get("version", ""))
    columns = [*(window.get("columns") or ()), *_named(window.get("prediction"), "prediction")]
    yield _by_column("ops_drift_effect", "Distance from training", columns, "size", version)
    yield _by_column(
        *("ops_drift_threshold", "Distance that counts as drift", columns, "threshold", version)
    )
    yield _by_column("ops_drift_detected", "Whether it is drift", columns, "drift", version)
    yield _single("ops_window_rows", "Rows of the last window", window.get("rows"), version)
    yield _single("ops_window_labels", "Labels of its rows", window.get("labelled"), version)
    end = _moment(window.get("end"))
    moment = None if end is None else end.timestamp()
    yield _single("ops_window_end_timestamp_seconds", "End of the last window", moment, version)
    quality = window.get("quality") or {}
    yield _single("ops_window_missing_ratio", "Missing values", quality.get("missing"), version)
    yield from _of_performance(window.get("performance") or {}, version)


def _of_performance(performance: Mapping[str, Any], version: str) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    metric = str(performance.get("metric", ""))
    share = performance.get("coverage")
    yield _single("ops_label_coverage_ratio", "Answers whose label is known", share, version)
    for name in ("value", "low", "high", "reference"):
        text = f"Performance in the last window: {name}"
        found = GaugeMetricFamily(f"ops_performance_{name}", text, labels=["metric", "version"])
        value = _number(performance.get(name))
        if value is not None:
            found.add_metric([metric, version], value)
        yield found
    worse = GaugeMetricFamily(
        "ops_performance_verdict", "What is thought of it", labels=["verdict", "version"]
    )
    for verdict in _VERDICTS if performance else ():
        worse.add_metric([verdict, version], float(performance.get("verdict") == verdict))
    yield worse


def _named(found: Any, name: str) -> Sequence[Any]:
    return [{**found, "name": name}] if isinstance(found, dict) else []


def _by_column(
    name: str, text: str, columns: Sequence[Mapping[str, Any]], field: str, version: str
) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    found = GaugeMetricFamily(name, text, labels=_COLUMN)
    for column in columns:
        value = _number(column.get(field))
        if value is not None:
            found.add_metric([str(column["name"]), version], value)
    return found


def _single(name: str, text: str, value: Any, version: str) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    found = GaugeMetricFamily(name, text, labels=["version"])
    if (number := _number(value)) is not None:
        found.add_metric([version], number)
    return found


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (bool, int, float)) else None


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
