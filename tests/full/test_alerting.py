"""From drift in live traffic to a message: Prometheus and Alertmanager with the shipped rules."""

from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.full import live
from tests.full.servers import HOST, free_port, started
from tests.integration.warm import environment, words

pytestmark = pytest.mark.full
PATIENCE, WINDOW = 90.0, 36.0
# Of a window that is so many seconds long, one that drifted is enough for an alarm.
SOON = {
    "hours = 24.0 # length": "hours = 0.01 # length",
    "m = 2 #": "m = 1 #",
    "k = 3 #": "k = 1 #",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = live.trained(tmp_path_factory.mktemp("alerting"))
    live.change(found, {**SOON, "reports = true": "reports = false"})
    return found


@pytest.mark.parametrize(
    "command",
    [
        ("promtool", "check", "config", "prometheus.yml"),
        ("promtool", "check", "rules", "rules.yml"),
        ("promtool", "test", "rules", "rules_test.yml"),
        ("amtool", "check-config", "alertmanager.yml"),
    ],
    ids=" ".join,
)
def test_their_own_checkers_find_no_fault(project: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        command, cwd=project / "monitoring", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_drift_and_a_service_that_is_gone_reach_whoever_is_told(
    project: Path, tmp_path: Path
) -> None:
    with receiver() as (told, webhook), ExitStack() as served:
        service = served.enter_context(live.serving(project, tmp_path / "served.log", {}))
        place = service.partition("//")[2]
        with watched(project, place, webhook, tmp_path):
            shifted(project, service)
            assert looked(project) == 1  # an alarm began
            drift = message(told, "Drift", column="distance")
            assert drift["annotations"]["summary"] == "distance drifted"
            assert "uv run ops drift --live" in drift["annotations"]["advice"]
            assert drift["labels"]["severity"] == "ticket"
            assert "ServiceDown" not in {one["labels"]["alertname"] for one in told}
            served.close()
            down = message(told, "ServiceDown", instance=place)
            assert down["annotations"]["summary"] == f"{place} gives no metrics"
            assert down["labels"]["severity"] == "page"


def shifted(project: Path, service: str) -> None:
    """Ask about flights that are all very far."""
    table = pd.read_parquet(project / "data/flights.parquet").dropna().tail(300)
    table = table.drop(columns=["flight_id", "time", "air_time", "late"]).assign(distance=9000.0)
    asked = urllib.request.Request(
        f"{service}/predict",
        table.to_json(orient="records").encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert len(json.load(answer)["answers"]) == len(table)


def looked(project: Path) -> int:
    """The code of a look at all windows, as soon as this one is over."""
    time.sleep(WINDOW - time.time() % WINDOW)
    done = subprocess.run(
        words("watch", "--once"),
        cwd=project,
        env=environment(project),
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode


@contextmanager
def watched(project: Path, service: str, webhook: int, folder: Path) -> Iterator[None]:
    """Prometheus and Alertmanager, set up as they ship, but that they are quick."""
    shipped = folder / "monitoring"
    shutil.copytree(project / "monitoring", shipped)
    scraper, alerter = (f"{HOST}:{free_port()}" for _ in range(2))
    soon = "scrape_interval: 1s\n  evaluation_interval: 1s"
    places = {"127.0.0.1:8000": service, "127.0.0.1:9093": alerter}
    changed(shipped / "prometheus.yml", {"scrape_interval: 15s": soon, **places})
    changed(shipped / "rules.yml", {"for: 1m": "for: 2s"})
    quick = {"group_wait: 10s": "group_wait: 1s", "127.0.0.1:9094": f"{HOST}:{webhook}"}
    changed(shipped / "alertmanager.yml", quick)
    alertmanager = [
        *("prometheus-alertmanager", f"--config.file={shipped / 'alertmanager.yml'}"),
        *(f"--storage.path={folder / 'alerts'}", f"--web.listen-address={alerter}"),
        "--cluster.listen-address=",
    ]
    prometheus = [
        *("prometheus", f"--config.file={shipped / 'prometheus.yml'}"),
        *(f"--storage.tsdb.path={folder / 'series'}", f"--web.listen-address={scraper}"),
    ]
    with (
        started(alertmanager, folder / "alerter.log", {}, f"http://{alerter}/-/ready"),
        started(prometheus, folder / "scraper.log", {}, f"http://{scraper}/-/ready"),
    ):
        yield


def changed(path: Path, texts: dict[str, str]) -> None:
    text = path.read_text()
    for old, new in texts.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text)


@contextmanager
def receiver() -> Iterator[tuple[list[dict[str, Any]], int]]:
    """Alerts that a webhook is sent, and the port that it listens at."""
    told: list[dict[str, Any]] = []

    class Webhook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.extend(json.loads(body)["alerts"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer((HOST, 0), Webhook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told, server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def message(told: list[dict[str, Any]], name: str, **labels: str) -> dict[str, Any]:
    """The alert of this name and these labels, as soon as it has come."""
    end, wanted = time.monotonic() + PATIENCE, {"alertname": name, **labels}
    while time.monotonic() < end:
        for one in told:
            if one["status"] == "firing" and wanted.items() <= one["labels"].items():
                return one
        time.sleep(0.2)
    raise AssertionError(f"no {wanted} among {told}")
