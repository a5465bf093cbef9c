"""What Prometheus is told: by one process, and by several of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.templates.live_world import BAD, RECORD, World, ask

WINDOW = {
    "start": "2026-01-01T00:00:00+00:00",
    "end": "2026-01-02T00:00:00+00:00",
    "version": "1",
    "rows": 50,
    "labelled": 20,
    "state": "drift",
    "columns": [{"name": "x", "kind": "number", "size": 0.4, "threshold": 0.1, "drift": True}],
    "prediction": {"name": "prediction", "size": 0.05, "threshold": 0.1, "drift": False},
    "quality": {"failed": 0, "unseen": 0, "missing": 0.25},
    "performance": {"metric": "f1", "value": 0.5, "low": None, "verdict": "worse", "labels": 20},
}
# Counts requests in a process of its own, and is killed with all that it did not give back.
WORKER = """
import os, signal, sys
from live.ops.serving.metrics import Metrics
metrics = Metrics()
for number in range(int(sys.argv[1])):
    metrics.answered({"path": "/predict"}, 200, "1", 0.002)
    metrics.predicted("1", "champion", 3)
os.kill(os.getpid(), signal.SIGKILL)
"""
TELLER = """
from pathlib import Path
from live.ops.serving.gauges import Gauges
from live.ops.serving.metrics import Metrics
print(Metrics().text(Gauges({}, Path("/nowhere")), "")[0].decode())
"""


def scraped(service: Any) -> dict[tuple[str, ...], float]:
    status, headers, body = ask(service.app, {"path": "/metrics"})[0]
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=")
    return parsed(body.decode())


def parsed(text: str) -> dict[tuple[str, ...], float]:
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_requests_are_counted_by_route_status_and_version(world: World) -> None:
    service = world.service()
    good = {"path": "/predict", "body": [RECORD, RECORD]}
    bad = {"path": "/predict", "body": {**RECORD, "x": BAD}}
    others = ("/health", "/nowhere", "/also/nowhere", "/v2/models/one", "/v2/models/two")
    ask(service.app, good, good, bad, *({"path": path} for path in others))
    found = scraped(service)
    assert found["ops_requests_total", "/predict", "200", "1"] == 2
    assert found["ops_requests_total", "/predict", "422", ""] == 1
    assert found["ops_requests_total", "/health", "200", ""] == 1
    assert found["ops_requests_total", "other", "404", ""] == 2
    assert found["ops_requests_total", "/v2/models/{model}", "404", ""] == 2
    assert found["ops_request_duration_seconds_count", "/predict", "200", "1"] == 2
    assert found["ops_predictions_total", "champion", "1"] == 4
    assert found["ops_prediction_failures_total", "champion", "1"] == 1
    assert found["ops_unrecorded_predictions_total",] == 0


def test_both_versions_of_a_comparison_are_told_apart(world: World) -> None:
    service = world.service()
    world.challenged(service, 1.0)
    ask(service.app, {"path": "/predict", "body": [RECORD, RECORD]})
    found = scraped(service)
    assert found["ops_predictions_total", "challenger", "2"] == 2
    assert [key[2:] for key in found if key[0] == "ops_model_info"] == [
        ("champion", "1"),
        ("challenger", "2"),
    ]
    assert found["ops_model_age_seconds", "champion", "1"] > 0


def test_labels_are_counted(world: World) -> None:
    service = world.service()
    ask(service.app, {"path": "/feedback", "body": [{"key": "a", "label": True}] * 3})
    assert scraped(service)["ops_feedback_labels_total",] == 3


def test_drift_is_that_of_the_last_whole_window(world: World) -> None:
    service = world.service()
    assert not [key for key in scraped(service) if key[0].startswith(("ops_drift", "ops_window"))]
    path = world.root / ".state" / "monitoring" / "windows.jsonl"
    path.parent.mkdir(parents=True)
    padding = "x" * 200_000
    lines = [{"version": "0", "padding": padding}, {**WINDOW, "padding": padding}]
    path.write_text("\n".join(map(json.dumps, lines)) + '\n{"torn": ')
    found = scraped(service)
    assert found["ops_drift_effect", "x", "1"] == 0.4
    assert found["ops_drift_threshold", "x", "1"] == 0.1
    assert found["ops_drift_detected", "x", "1"] == 1
    assert found["ops_drift_detected", "prediction", "1"] == 0
    assert found["ops_window_rows", "1"] == 50
    assert found["ops_window_missing_ratio", "1"] == 0.25
    assert found["ops_performance_value", "f1", "1"] == 0.5
    assert found["ops_performance_verdict", "worse", "1"] == 1
    assert found["ops_performance_verdict", "fine", "1"] == 0
    assert ("ops_performance_low", "f1", "1") not in found


@pytest.mark.parametrize("text", ["", "\n", "no json\n", "[]\n", '{"columns": null}\n', "{}\n"])
def test_a_series_that_tells_nothing_breaks_no_scrape(world: World, text: str) -> None:
    path = world.root / ".state" / "monitoring" / "windows.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    scraped(world.service())


def test_a_scraper_that_speaks_openmetrics_gets_it(world: World) -> None:
    headers = {"accept": "application/openmetrics-text;version=1.0.0"}
    _, told, body = ask(world.service().app, {"path": "/metrics", "headers": headers})[0]
    assert told["content-type"].startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


def test_workers_are_added_up_also_those_that_were_killed(
    live_project: Path, tmp_path: Path
) -> None:
    environment = {"PYTHONPATH": str(live_project / "src"), "OPS_SHARED": str(tmp_path)}
    for count in (5, 7):
        subprocess.run([sys.executable, "-c", WORKER, str(count)], env=environment, check=False)
    told = subprocess.run(
        [sys.executable, "-c", TELLER], env=environment, check=True, capture_output=True, text=True
    )
    found = parsed(told.stdout)
    assert found["ops_requests_total", "/predict", "200", "1"] == 12
    assert found["ops_predictions_total", "champion", "1"] == 36
    assert found["ops_request_duration_seconds_bucket", "0.0025", "/predict", "200", "1"] == 12
