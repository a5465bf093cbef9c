# ours: kept current by mlops-maturity upgrade
"""MLflow's and Prefect's servers of this project on this machine, with their state inside it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

from ..errors import OpsError
from ..files import write_whole
from ..settings import read_part, within
from ..tracking.opening import ENVIRONMENT, direct
from ..tracking.place import ALONE, ARTIFACTS, DATABASE, state
from .processes import MARK, Running, end_all, left_behind, listens, process_of

HOST = "127.0.0.1"
FILE = "services.json"
PATIENCE = 180.0
LEASES = "prefect.server.concurrency.lease_storage.filesystem"
TAKEN = "ddress already in use"
HEALTH = {"mlflow": "/health", "prefect": "/api/health"}


class PortTaken(OpsError):
    """Somebody took the port before the server did."""


@dataclass(frozen=True)
class Ports:
    """The table `[services]`: ports of the two; 0 for any free one."""

    mlflow: int
    prefect: int


def read_ports(root: Path) -> Ports:
    """The table `[services]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Ports, "services", root)
    for name, port in asdict(found).items():
        within(f"services.{name}", port, 0, 65535)
    return found


def running(root: Path) -> dict[str, Running]:
    """Those that were started here and are still there."""
    return {one.name: one for one in _told(root) if process_of(one) is not None}


def _told(root: Path) -> list[Running]:
    """Those that were started here."""
    path = state(root) / FILE
    try:
        return [Running(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, TypeError, ValueError):
        return []


def start(root: Path, ports: Ports, tell: Callable[[str], None]) -> dict[str, Running]:
    """Start what does not run, both at once, and wait until they answer.

    Raises:
        OpsError: one of them did not come up; then none is left running.
    """
    with _alone(root):
        found = running(root)
        for one in _told(root):
            if one.name not in found:
                end_all(left_behind(one))
        try:
            for name, port in asdict(ports).items():
                if name not in found:
                    _begin(root, found, name, _port(name, port, tell))
            for name in asdict(ports):
                try:
                    _wait(root, found[name], tell)
                except PortTaken:
                    tell(f"the port of {name} was taken just now; it gets another one")
                    _begin(root, found, name, _port(name, 0, tell))
                    _wait(root, found[name], tell)
        except BaseException:
            _stop(root, found)
            raise
        return found


def stop(root: Path) -> list[str]:
    """End what was started here; returns the names."""
    with _alone(root):
        found = {one.name: one for one in _told(root) if process_of(one) or left_behind(one)}
        _stop(root, found)
        return list(found)


def _stop(root: Path, found: Mapping[str, Running]) -> None:
    tree = []
    for one in found.values():
        if (process := process_of(one)) is not None:
            tree += [*process.children(recursive=True), process]
        tree += [left for left in left_behind(one) if left not in tree]
    end_all(tree)
    (state(root) / FILE).unlink(missing_ok=True)


def _begin(root: Path, found: dict[str, Running], name: str, port: int) -> None:
    found[name] = _started(root, name, port)
    told = json.dumps([asdict(one) for one in found.values()], indent=2)
    write_whole(state(root) / FILE, told.encode())


def _started(root: Path, name: str, port: int) -> Running:
    import psutil

    words, more = (_mlflow if name == "mlflow" else _prefect)(root, port)
    outside = ("MLFLOW_", "PREFECT_", "_MLFLOW")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(outside)}
    log = _log(root, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=root,
            env={**kept, **direct(), **more, MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    created = psutil.Process(process.pid).create_time()
    return Running(name, f"http://{HOST}:{port}", process.pid, created, mark)


def _mlflow(root: Path, port: int) -> tuple[list[str], dict[str, str]]:
    place = state(root)
    words = ["mlflow", "server", "--host", HOST, "--port", str(port), "--workers", "1"]
    words += ["--backend-store-uri", f"sqlite:///{place / DATABASE}"]
    words += ["--default-artifact-root", (place / ARTIFACTS).as_uri()]
    # Its runner of jobs serves what is not used here.
    return words, {**ENVIRONMENT, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


def _prefect(root: Path, port: int) -> tuple[list[str], dict[str, str]]:
    api = f"http://{HOST}:{port}/api"
    return ["prefect", "server", "start", "--host", HOST, "--port", str(port)], {
        "PREFECT_HOME": str(state(root) / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_UI_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # A run that was cut off holds its place until its lease ends: after a restart, too.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": LEASES,
        "DO_NOT_TRACK": "1",
    }


def _wait(root: Path, one: Running, tell: Callable[[str], None]) -> None:
    end, told = time.monotonic() + PATIENCE, False
    while time.monotonic() < end:
        if process_of(one) is None:
            said = _said(root, one.name)
            kind = PortTaken if any(TAKEN in line for line in said) else OpsError
            raise kind(f"{one.name} ended: {said[-1]}", _hint(root, one.name))
        if listens(one) and _healthy(one):
            return
        if not told:
            tell(f"waiting for {one.name} …")
            told = True
        time.sleep(0.2)
    raise OpsError(f"{one.name} gave no answer in {PATIENCE:.0f} s", _hint(root, one.name))


def _healthy(one: Running) -> bool:
    past_proxies = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with past_proxies.open(f"{one.url}{HEALTH[one.name]}", timeout=5):
            return True
    except OSError:
        return False


def _port(name: str, wanted: int, tell: Callable[[str], None]) -> int:
    # Tests and proofs of several projects may start theirs at once.
    for port in (0 if os.environ.get(ALONE) else wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                tell(f"port {port} is taken; {name} gets another one")
                continue
            return int(probe.getsockname()[1])
    raise OpsError("no port is free")


def _log(root: Path, name: str) -> Path:
    return state(root) / "logs" / f"{name}.log"


def _said(root: Path, name: str) -> list[str]:
    lines = _log(root, name).read_text(encoding="utf-8", errors="replace").split("\n")
    return [line.strip() for line in lines if line.strip()] or ["it said nothing"]


def _hint(root: Path, name: str) -> str:
    return f"see {_log(root, name)}"


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One process at a time starts or ends them."""
    state(root).mkdir(parents=True, exist_ok=True)
    with (state(root) / "services.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield
