"""A service of a project, started on a port of its own and asked over loopback."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from generator.verify.verdict import Failed
from generator.verify.workspace import PROJECT_BIN, Workspace

__all__ = ["Reply", "Service"]

HOST = "127.0.0.1"
PATIENCE = 120.0
"""Seconds until the first answer, and until the end."""

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP: its status, and what its JSON holds."""

    status: int
    told: Any


class Service:
    """`ops serve` of the copy, from its first answer to its end.

    Args:
        workspace: the copy.
        ops: how `ops` is called there.
        more: of the environment.
    """

    def __init__(
        self,
        workspace: Workspace,
        ops: Sequence[str | Path] = (f"{PROJECT_BIN}/ops",),
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.port = _free_port()
        with ExitStack() as stack:
            # Files, not pipes: nobody reads while the service runs.
            self._out: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
            self._err: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
            self._files = stack.pop_all()
        words = [*map(str, ops), "serve", "--port", str(self.port)]
        self._process = workspace.start(words, more or {}, self._out, self._err)

    def __enter__(self) -> Self:
        start = time.monotonic()
        while self._process.poll() is None and time.monotonic() - start < PATIENCE:
            try:
                if self.ask("GET", "/health").status == 200:
                    return self
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        said = self.last_line
        self.__exit__(None, None, None)
        raise Failed(f"`ops serve` gave no answer: {said}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._files.close()

    @property
    def last_line(self) -> str:
        """The last line that it said, for a person."""
        said = [line for line in self.talk if line.strip() and not line.startswith("hint:")]
        return said[-1].strip() if said else "(nothing said)"

    @property
    def log(self) -> list[str]:
        """The lines on its standard output."""
        return _text(self._out).splitlines()

    @property
    def talk(self) -> list[str]:
        """The lines on its standard error."""
        return _text(self._err).splitlines()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] = JSON,
    ) -> Reply:
        """Ask, and read the whole answer.

        Raises:
            OSError: nobody listens, or the connection broke.
            Failed: the answer is no JSON.
        """
        status, content = self.read(method, path, body, headers)
        try:
            return Reply(status, json.loads(content))
        except ValueError:
            raise Failed(f"{method} {path} answered {status} without JSON") from None

    def read(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] = JSON,
    ) -> tuple[int, bytes]:
        """Ask; the status and the bytes of the answer.

        Raises:
            OSError: nobody listens, or the connection broke.
        """
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def predict(self, records: object, request: str = "") -> Reply:
        """Ask for predictions; `request` is the id of the request, where one is given."""
        headers = {**JSON, "X-Request-ID": request} if request else JSON
        return self.ask("POST", "/predict", json.dumps(records).encode(), headers)

    def kill(self) -> None:
        """End it as nothing can that it could hear of."""
        self._process.kill()
        self._process.wait()

    def end(self) -> tuple[int, float]:
        """Ask it to end; the exit code, and the seconds that it took."""
        start = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failed(f"it did not end within {PATIENCE:.0f} s of SIGTERM") from None
        return code, time.monotonic() - start


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")
