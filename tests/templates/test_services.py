"""Servers of the project: what one left behind is told from others', and no proxy is between."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.templates.batches import Part


@pytest.fixture
def sleeping(live: Part) -> Iterator[dict[str, int]]:
    """Processes of one session: ours, another project's, and one that nobody marked; by name."""
    mark = live("pipeline.processes").MARK
    with ExitStack() as stack:
        found: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("ours", "theirs", ""):
            more = {mark: name} if name else {}
            sleeps = subprocess.Popen(["sleep", "60"], env={**os.environ, **more})
            stack.callback(sleeps.wait)
            stack.callback(sleeps.kill)
            found[name] = sleeps
        yield {name: one.pid for name, one in found.items()}


def test_only_what_bears_the_mark_was_left_behind(live: Part, sleeping: dict[str, int]) -> None:
    """Also where the number of the process that was killed is somebody else's now."""
    part = live("pipeline.processes")
    one = part.Running("mlflow", "http://127.0.0.1:1", sleeping[""], 0.0, "ours")
    assert [left.pid for left in part.left_behind(one)] == [sleeping["ours"]]
    unmarked = part.Running("mlflow", "http://127.0.0.1:1", os.getpgid(0), 0.0)
    assert part.left_behind(unmarked) == []


@dataclass(frozen=True)
class Listener:
    """A little server; as a proxy, it is asked for whole addresses.

    Attributes:
        url: its address.
        heard: what was asked for.
    """

    url: str
    heard: list[str]


@contextmanager
def listening(status: int) -> Iterator[Listener]:
    heard: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Listener(f"http://127.0.0.1:{server.server_port}", heard)
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server() -> Iterator[Listener]:
    """Answers that all is well."""
    with listening(200) as found:
        yield found


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """The proxy that the environment names for whatever is asked; it reaches nobody."""
    with listening(502) as found:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, found.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, "")
        yield found


def test_no_proxy_hears_whether_a_server_of_this_machine_is_well(
    live: Part, server: Listener, proxy: Listener
) -> None:
    one = live("pipeline.processes").Running("prefect", server.url, os.getpid(), 0.0)
    assert live("pipeline.services")._healthy(one)
    assert (server.heard, proxy.heard) == (["/api/health"], [])


def ran(project: Path, code: str, *arguments: object) -> str:
    """What code of a project prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(project / "src")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


STARTED = """
import sys
from pathlib import Path
from live.ops.pipeline import processes, services
process = processes.process_of(services._started(Path(sys.argv[1]), "mlflow", 1))
while not (known := process.environ()):  # the system has not got it ready yet
    pass
print(known["no_proxy"])
processes.end_all([process])
"""
PREPARED = """
import sys
from pathlib import Path
from live.ops.pipeline.addresses import prepare
prepare(Path(sys.argv[1]), sys.argv[2])
import httpx
httpx.get(sys.argv[2])
"""


def test_a_server_of_this_machine_knows_that_no_proxy_reaches_it(
    live_project: Path, proxy: Listener, tmp_path: Path
) -> None:
    assert ran(live_project, STARTED, tmp_path) == "127.0.0.1,localhost"


def test_prefect_on_this_machine_is_asked_past_the_proxy(
    live_project: Path, server: Listener, proxy: Listener
) -> None:
    ran(live_project, PREPARED, live_project, server.url)
    assert (server.heard, proxy.heard) == (["/"], [])


def test_mlflow_on_this_machine_is_asked_past_the_proxy(
    live: Part, server: Listener, proxy: Listener, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPS_ALONE", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
    place = live("tracking.place")
    settings = live("settings").read_settings(project)
    with place.client(settings) as mlflow:
        mlflow.get_experiment("1")
    assert server.heard
    assert proxy.heard == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "127.0.0.1,localhost"),
        ("corp.example, localhost", "corp.example,localhost,127.0.0.1"),
        ("*", "*"),
    ],
)
def test_whom_no_proxy_names_already_stays(
    live: Part, monkeypatch: pytest.MonkeyPatch, given: str, told: str
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", given)
    assert live("tracking.opening").direct() == {"no_proxy": told, "NO_PROXY": told}


# They outlive who started them.
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_a_port_that_somebody_takes_meanwhile_is_given_up(
    live: Part, server: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are little servers here; the port of one is taken between the look and the start."""
    services, said = live("pipeline.services"), []
    taken = int(server.url.rpartition(":")[2])
    look = services._port

    def port(name: str, wanted: int, tell: Any) -> int:
        return taken if (name, wanted) == ("mlflow", 5080) else int(look(name, 0, tell))

    def words(_: Path, port: int) -> tuple[list[str], dict[str, str]]:
        return ["http.server", str(port), "--bind", services.HOST, "--directory", str(tmp_path)], {}

    for name, other in {"_port": port, "_mlflow": words, "_prefect": words}.items():
        monkeypatch.setattr(services, name, other)
    monkeypatch.setattr(services, "HEALTH", {"mlflow": "/", "prefect": "/"})
    found = services.start(tmp_path, services.Ports(5080, 4280), said.append)
    try:
        assert services.running(tmp_path) == found
        assert found["mlflow"].url != server.url
        assert any("mlflow was taken" in line for line in said)
    finally:
        assert services.stop(tmp_path) == ["mlflow", "prefect"]
