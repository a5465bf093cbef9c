"""Servers as processes: started, asked, stopped and continued, ended with all their children."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.serving.load import Failed

START_WITHIN = 120.0
END_WITHIN = 10.0
TAIL = 30


@dataclass(frozen=True)
class Kind:
    """A way to serve the model.

    Attributes:
        name: as it stands in the tables.
        command: that starts it at a port.
        path: where predictions are asked.
        body: what asks for rows of values, given the names of their columns.
        predictions: those of an answer.
        folder: where it is started.
        environment: beyond that of this process.
    """

    name: str
    command: Callable[[int], list[str | Path]]
    path: str
    body: Callable[[list[str], list[list[float]]], Any]
    predictions: Callable[[Any], list[Any]]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Server:
    """One running server, with everything that it started."""

    def __init__(self, kind: Kind, log: Path) -> None:
        self.kind, self.log, self.port = kind, log, free_port()
        self.url = f"http://127.0.0.1:{self.port}{kind.path}"
        self.started = time.perf_counter()
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                kind.command(self.port),
                cwd=kind.folder,
                env=os.environ | kind.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def first_answer(self, body: bytes, right: list[Any]) -> float:
        """Seconds from the start to the first right answer."""
        while (took := time.perf_counter() - self.started) < START_WITHIN:
            if self._process.poll() is not None:
                raise Failed(self.told("ended before it answered"))
            with suppress(OSError, http.client.HTTPException):
                status, text = self._ask(body)
                # Some listen before their model is loaded.
                if status == 200:
                    self._check(status, text, right)
                    return time.perf_counter() - self.started
            time.sleep(0.02)
        raise Failed(self.told(f"no answer after {took:.0f} s"))

    def answer(self, body: bytes, right: list[Any]) -> bytes:
        """The body of an answer, whose predictions are right."""
        try:
            status, text = self._ask(body)
        except (OSError, http.client.HTTPException) as error:
            raise Failed(self.told(f"does not answer: {error}")) from None
        self._check(status, text, right)
        return text

    def pause(self) -> None:
        """Take the processors from it."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Give them back."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """End it and all that it started, by force if need be."""
        family = self._family()
        self._signal(signal.SIGTERM, family)
        self._signal(signal.SIGCONT, family)
        _, alive = psutil.wait_procs(family, END_WITHIN)
        self._signal(signal.SIGKILL, alive)
        self._process.wait()

    def told(self, what: str) -> str:
        """What went wrong, with the end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()[-TAIL:]
        return "\n".join([f"{self.kind.name}: {what}; its log ends with", *lines])

    def _ask(self, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", self.kind.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _check(self, status: int, text: bytes, right: list[Any]) -> None:
        if status != 200:
            raise Failed(self.told(f"answered {status} {text[:500]!r}"))
        found = self.kind.predictions(json.loads(text))
        if found != right:
            raise Failed(self.told(f"{len(found)} predictions, not the {len(right)} right ones"))

    def _family(self) -> list[psutil.Process]:
        """Its process, and those below it and those in its group that lost their parent."""
        found = set()
        with suppress(psutil.NoSuchProcess):
            top = psutil.Process(self._process.pid)
            found = {top, *top.children(recursive=True)}
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                if os.getpgid(process.pid) == self._process.pid:
                    found.add(process)
        return list(found)

    def _signal(self, number: int, family: list[psutil.Process] | None = None) -> None:
        for process in self._family() if family is None else family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)


def free_port() -> int:
    """A port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
