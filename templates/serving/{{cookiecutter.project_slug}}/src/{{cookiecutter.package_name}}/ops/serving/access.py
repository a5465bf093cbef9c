# ours: kept current by mlops-maturity upgrade
"""The access log: one line of JSON on standard output for each request."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

TOLD = "ops.told"
"""Where in the scope the application puts what else the line tells."""

STDOUT = 1
LONGEST_ID, LONGEST_PATH = 128, 200
FAILED = 500
_encode = msgspec.json.Encoder().encode


def logged(application: Application) -> Application:
    """The application, with each answer named by an id and told in a line."""

    async def run(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        name, start, status = request_id(scope), time.perf_counter(), FAILED

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
            _write(scope, name, status, time.perf_counter() - start)

    return run


def request_id(scope: Scope) -> str:
    """What the sender calls the request, or a name of its own."""
    for header, value in scope["headers"]:
        if header == b"x-request-id":
            given = str(value.decode("latin-1"))
            if 0 < len(given) <= LONGEST_ID and given.isascii() and given.isprintable():
                return given
    return uuid.uuid4().hex


def _write(scope: Scope, name: str, status: int, seconds: float) -> None:
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
    line(told)


def line(told: dict[str, Any]) -> None:
    """Write a line, with the time."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    os.write(STDOUT, _encode({"time": time, **told}) + b"\n")
