"""Prometheus, as it comes, scrapes the service."""

from __future__ import annotations

import json
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.full.clients.both import Both, ask, records
from tests.full.servers import HOST, free_port, started

pytestmark = pytest.mark.full


def test_prometheus_scrapes_it(both: Both, tmp_path: Path) -> None:
    body = json.dumps(records(both.rows)).encode()
    assert ask(both.ours, body)[0] == 200
    with prometheus(both.ours, tmp_path) as address:
        wanted = {
            'up{job="flights"}': 1.0,
            'ops_requests_total{route="/invocations", status="200", version="1"}': 1.0,
            'ops_model_info{variant="champion", version="1"}': 1.0,
            'ops_request_duration_seconds_count{route="/invocations", status="200"}': 1.0,
        }
        for query, least in wanted.items():
            assert value(address, query) >= least, query


@contextmanager
def prometheus(scraped: str, folder: Path) -> Iterator[str]:
    """A server of Prometheus that scrapes an address each second; gives its own."""
    target = scraped.partition("//")[2]
    config = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "flights", "static_configs": [{"targets": [target]}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML, too
    address = f"{HOST}:{free_port()}"
    command = [
        *("prometheus", f"--config.file={folder / 'prometheus.yml'}"),
        *(f"--storage.tsdb.path={folder / 'series'}", f"--web.listen-address={address}"),
    ]
    with started(command, folder / "prometheus.log", {}, f"http://{address}/-/ready"):
        yield f"http://{address}"


def value(prometheus: str, query: str, within: float = 30.0) -> float:
    """The value of a series, as soon as there is one."""
    path = f"/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = ask(prometheus, None, path=path)[1]["data"]["result"]
        if found:
            return float(found[0]["value"][1])
        time.sleep(0.3)
    raise AssertionError(f"no series for {query}")
