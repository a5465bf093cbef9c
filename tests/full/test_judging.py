"""A fuzzer is worth something only if it can fail: each fault of a service is reported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.full.judging import HOST, Judge, fuzz
from tests.full.trials import JSON, Sender, bodies

pytestmark = pytest.mark.full
VALID = b'{"x": 1.5}'
CUT = VALID[:7]
ANSWERED, REFUSED = b'{"y": 2.5}', b'{"error": "no"}'
ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
ANSWER = {"type": "object", "properties": {"y": {"type": "number"}}, "required": ["y"]}
RECORD = {
    "type": "object",
    "properties": {"x": {"type": "number"}},
    "required": ["x"],
    "additionalProperties": False,
}


def content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {JSON: {"schema": schema}}}


RESPONSES = {"200": content(ANSWER), "400": content(ERROR)}
DESCRIBED = {
    "paths": {"/predict": {"post": {"requestBody": content(RECORD), "responses": RESPONSES}}},
    "components": {},
}


class Sound(BaseHTTPRequestHandler):
    """Answers as the description says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(*self.found(body))

    def found(self, body: bytes) -> tuple[int, str, bytes]:
        if Judge(DESCRIBED).accepts(body) is False:
            return 400, JSON, REFUSED
        return 200, JSON, ANSWERED

    def answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("X-Request-ID", "1")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


class Forgetful(Sound):
    """Hangs up on a cut body."""

    def found(self, body: bytes) -> tuple[int, str, bytes]:
        if body == CUT:
            raise ConnectionAbortedError
        return super().found(body)

    def handle(self) -> None:
        with suppress(ConnectionAbortedError):
            super().handle()


def faulty(answer: tuple[int, str, bytes]) -> type[Sound]:
    """A service with this answer to a cut body."""

    class Faulty(Sound):
        def found(self, body: bytes) -> tuple[int, str, bytes]:
            return answer if body == CUT else super().found(body)

    return Faulty


def spoilt() -> type[Sound]:
    """A service that answers otherwise once it has had a cut body."""

    class Spoilt(Sound):
        value = b"2.5"

        def found(self, body: bytes) -> tuple[int, str, bytes]:
            if body == CUT:
                Spoilt.value = b"3.5"
            status, kind, content = super().found(body)
            return status, kind, content.replace(b"2.5", self.value)

    return Spoilt


FAULTY = {
    "it fails": (faulty((500, JSON, REFUSED)), "500 is not documented"),
    "a status of its own": (faulty((418, JSON, REFUSED)), "418 is not documented"),
    "text": (faulty((400, "text/plain", REFUSED)), "400 comes as text/plain"),
    "half an answer": (faulty((400, JSON, REFUSED[:5])), "400 holds no JSON"),
    "another shape": (faulty((400, JSON, b"{}")), "400: 'error' is a required property"),
    "no number": (faulty((400, JSON, b'{"error": NaN}')), "400 holds no JSON"),
    "it takes everything": (faulty((200, JSON, ANSWERED)), "answered (200,) against"),
    "no answer": (Forgetful, "answered (), wanted one reply"),
    "it is spoilt": (spoilt(), "the valid request is then answered otherwise"),
}


@contextmanager
def listening(handler: type[Sound]) -> Iterator[int]:
    with ThreadingHTTPServer((HOST, 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def faults(handler: type[Sound]) -> list[str]:
    """What is found with the valid body cut at every place."""
    sender = Sender(VALID)
    trials = [trial for trial in bodies(sender) if trial.name.startswith(("valid", "cut at"))]
    assert CUT in {trial.body for trial in trials}
    with listening(handler) as port:
        return fuzz(port, DESCRIBED, sender, trials)


def test_a_sound_service_has_no_fault() -> None:
    assert faults(Sound) == []


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_at_one_body_is_reported(name: str) -> None:
    handler, said = FAULTY[name]
    found = faults(handler)
    assert found[0].startswith(f"cut at {len(CUT)}: {said}"), found
