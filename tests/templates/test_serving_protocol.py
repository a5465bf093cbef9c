"""Replies over a real connection: one write for each, whatever uvicorn does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn

from tests.templates.conftest import Part

HOST = "127.0.0.1"
ASK = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n%s\r\nhi"
Ask = Callable[[bytes], tuple[bytes, list[int]]]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Tells the body back, in two parts."""
    body = (await receive()).get("body", b"")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b"!"})


@pytest.fixture
def ask(part: Part) -> Ask:
    """Send bytes to a server with our protocol; what came back, and the size of each write."""

    def ask(sent: bytes) -> tuple[bytes, list[int]]:
        writes: list[int] = []

        class Seen(part("serving.protocol").Protocol):  # type: ignore[misc]
            def connection_made(self, transport: Any) -> None:
                super().connection_made(transport)
                self.transport._transport = Counted(self.transport._transport, writes)

        return asyncio.run(_asked(Seen, sent)), writes

    return ask


class Counted:
    """A transport that counts its writes."""

    def __init__(self, inner: Any, writes: list[int]) -> None:
        self._inner, self._writes = inner, writes

    def write(self, content: bytes) -> None:
        self._writes.append(len(content))
        self._inner.write(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


async def _asked(protocol: type, sent: bytes) -> bytes:
    listening = socket.create_server((HOST, 0))
    config = uvicorn.Config(application, http=protocol, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([listening]))
    reader, writer = await asyncio.open_connection(HOST, listening.getsockname()[1])
    writer.write(sent)
    async with asyncio.timeout(10):
        found = await reader.read()
    writer.close()
    server.should_exit = True
    await serving
    return found


def test_a_reply_in_three_parts_is_one_write(ask: Ask) -> None:
    found, writes = ask(ASK % b"Connection: close\r\n")
    assert found.startswith(b"HTTP/1.1 200 OK\r\n")
    assert found.endswith(b"2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n")
    assert writes == [len(found)]


def test_requests_in_a_row_are_answered_in_order_over_one_connection(ask: Ask) -> None:
    last = ASK.replace(b"hi", b"yo") % b"Connection: close\r\n"
    found, _ = ask(ASK % b"" + last)
    assert found.count(b"HTTP/1.1 200 OK") == 2
    assert found.index(b"hi") < found.index(b"yo")


def test_who_waits_for_a_word_before_the_body_gets_it(ask: Ask) -> None:
    found, _ = ask(ASK % b"Expect: 100-continue\r\nConnection: close\r\n")
    assert found.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_what_is_no_http_is_told_so(ask: Ask) -> None:
    found, writes = ask(b"\x00\x01\r\n\r\n")
    assert found.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert len(writes) == 1
