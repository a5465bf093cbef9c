# ours: kept current by mlops-maturity upgrade
"""The processes of servers that were started here: which live, what they left, their end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

MARK = "OPS_SERVICE"
"""In the environment of a server and of all that it starts: whose they are."""

GRACE = 20.0
"""Seconds until a process that was asked to end is killed."""


@dataclass(frozen=True)
class Running:
    """A server that was started here.

    Attributes:
        name: `mlflow` or `prefect`.
        url: its address.
        pid: its process.
        created: when that began, so that another process of this number is not taken for it.
        mark: what `MARK` says in its environment.
    """

    name: str
    url: str
    pid: int
    created: float
    mark: str = ""


def process_of(one: Running) -> Any:
    """Its process, while that lives."""
    import psutil

    try:
        process = psutil.Process(one.pid)
        same = process.create_time() == one.created and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same else None


def left_behind(one: Running) -> list[Any]:
    """What a server started and did not end, for it was killed."""
    import psutil

    return [
        process
        for process in psutil.process_iter(["environ"])
        if one.mark
        and process.pid != one.pid
        # None where the process is another user's.
        and (process.info["environ"] or {}).get(MARK) == one.mark
    ]


def end_all(tree: Sequence[Any]) -> None:
    """End processes, by force those that do not."""
    import psutil

    for left in tree:
        with suppress(psutil.NoSuchProcess):
            left.terminate()
    for left in psutil.wait_procs(tree, timeout=GRACE)[1]:
        with suppress(psutil.NoSuchProcess):
            left.kill()
    psutil.wait_procs(tree, timeout=GRACE)


def listens(one: Running) -> bool:
    """Whether it is this server, and no other one, that has the port."""
    import psutil

    port = int(one.url.rpartition(":")[2])
    process = process_of(one)
    for part in [] if process is None else [process, *process.children(recursive=True)]:
        with suppress(psutil.Error):
            for connection in part.net_connections("tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return True
    return False
