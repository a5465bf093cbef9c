# ours: kept current by mlops-maturity upgrade
"""The access log: one line of JSON on standard output for each request."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from .talk import write

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]
Seen = Callable[[Scope, int, float], None]
"""Takes a request, its status and its seconds, when it was answered."""

TOLD, NAME = "ops.told", "ops.request"
"""Where in the scope the application puts what else the line tells, and finds the request's id."""

LONGEST_ID, LONGEST_PATH = 128, 200
FAILED = 500
_encode = msgspec.json.Encoder().encode


class Lines:
    """Lines on standard output: those of one turn of the event loop by one write at its end."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, line: bytes) -> None:
        """Have a line written."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(line)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        write(b"\n".join([*waiting, b""]))


def logged(application: Application, seen: Seen) -> Application:
    """The application, with each answer named by an id and told in a line, and to `seen`."""
    lines = Lines()

    async def run(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        name, start, status = request_id(scope), time.perf_counter(), FAILED
        scope[NAME] = name

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", name.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await application(scope, receive, sent)
        finally:
            seconds = time.perf_counter() - start
            lines.write(_line(scope, name, status, seconds))
            seen(scope, status, seconds)

    return run


def request_id(scope: Scope) -> str:
    """What the sender calls the request, or a name of its own."""
    for header, value in scope["headers"]:
        if header == b"x-request-id":
            given = str(value.decode("latin-1"))
            if 0 < len(given) <= LONGEST_ID and given.isascii() and given.isprintable():
                return given
    return uuid.uuid4().hex


def _line(scope: Scope, name: str, status: int, seconds: float) -> bytes:
    client = scope.get("client")
    told = {
        "method": scope["method"],
        "path": scope["path"][:LONGEST_PATH],
        "status": status,
        "ms": round(seconds * 1000, 2),
        "request_id": name,
        "client": client[0] if client else None,
        **scope.get(TOLD, {}),
    }
    return _encoded(told)


def line(told: dict[str, Any]) -> None:
    """Write a line, with the time."""
    write(_encoded(told) + b"\n")


def _encoded(told: dict[str, Any]) -> bytes:
    return _encode({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **told})
