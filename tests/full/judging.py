"""What comes back over a socket, held against the description of the service."""

from __future__ import annotations

import http.client
import io
import json
import math
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.full.trials import JSON, Sender, Trial

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds until a service that says nothing counts as stuck."""

FORMATS = FormatChecker(formats=())


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP."""

    status: int
    kind: str
    name: str | None
    content: bytes


class Unclear(Exception):
    """The description does not say whether such a body is right."""


class Received(io.BytesIO):
    """All that came, in place of a socket; several replies are read from it."""

    def makefile(self, mode: str) -> Received:
        return self

    def close(self) -> None:
        """Stay open: whoever has read one reply closes its source."""


class Judge:
    """Knows from the OpenAPI what may be asked and answered at /predict."""

    def __init__(self, described: dict[str, Any]) -> None:
        operation = described["paths"]["/predict"]["post"]
        parts = {"components": described["components"]}
        asked = operation["requestBody"]["content"][JSON]["schema"]
        self._asked = Draft202012Validator({**asked, **parts}, format_checker=FORMATS)
        self._answered = {
            int(status): Draft202012Validator({**one["content"][JSON]["schema"], **parts})
            for status, one in operation["responses"].items()
        }

    def faults(self, trial: Trial, replies: list[Reply]) -> Iterator[str]:
        """What is wrong with the replies to one trial."""
        statuses = tuple(reply.status for reply in replies)
        if trial.wanted is not None and statuses != trial.wanted:
            yield f"answered {statuses}, wanted {trial.wanted}"
        if trial.body is not None and len(replies) != 1:
            yield f"answered {statuses}, wanted one reply"
        elif trial.body is not None and self.accepts(trial.body) not in (None, statuses == (200,)):
            yield f"answered {statuses} against the description: {replies[0].content!r:.200}"
        if trial.is_broken and 200 in statuses:
            yield "a prediction for a broken request"
        for reply in replies:
            if not (trial.is_broken and (reply.status, reply.kind) == (400, "text/plain")):
                yield from self._misfits(reply)

    def accepts(self, body: bytes) -> bool | None:
        """Whether the description takes this body; none where it leaves that open."""
        try:
            return bool(self._asked.is_valid(strict(body)))
        except (ValueError, RecursionError):
            return False
        except Unclear:
            return None

    def _misfits(self, reply: Reply) -> Iterator[str]:
        schema = self._answered.get(reply.status)
        if schema is None:
            yield f"{reply.status} is not documented: {reply.content!r:.200}"
            return
        if reply.kind != JSON:
            yield f"{reply.status} comes as {reply.kind}"
        if not reply.name:
            yield f"{reply.status} comes without an id"
        try:
            error = next(schema.iter_errors(strict(reply.content)), None)
        except (ValueError, Unclear):
            yield f"{reply.status} holds no JSON: {reply.content!r:.200}"
        else:
            if error is not None:
                yield f"{reply.status}: {error.message:.200}"


def strict(text: bytes) -> Any:
    """What JSON holds: UTF-8 without byte order mark, numbers that a float can hold.

    Raises:
        ValueError: it is none.
        Unclear: a name stands twice.
    """
    found = json.loads(
        text.decode("utf-8"),
        parse_constant=_none,
        parse_float=_finite,
        object_pairs_hook=_once,
    )
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    return found


@FORMATS.checks("double", raises=OverflowError)
def _is_double(value: object) -> bool:
    return not isinstance(value, int) or math.isfinite(float(value))


def _none(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number that a float can hold")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unclear
    return found


def exchange(port: int, trial: Trial) -> list[Reply]:
    """Send, and read replies until the server hangs up.

    Raises:
        OSError: nobody listens, the connection broke, or the server says nothing and stays.
        http.client.HTTPException: what came is no HTTP.
    """
    parts = []
    with socket.create_connection((HOST, port), timeout=PATIENCE) as connection:
        connection.sendall(trial.sent)
        if trial.hangs_up:
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            parts.append(part)
    return list(_replies(b"".join(parts)))


def _replies(came: bytes) -> Iterator[Reply]:
    received = Received(came)
    while received.tell() < len(came):
        response = http.client.HTTPResponse(received, method="POST")  # type: ignore[arg-type]
        response.begin()
        content, name = response.read(), response.headers["x-request-id"]
        yield Reply(response.status, response.headers.get_content_type(), name, content)


def fuzz(
    port: int, described: dict[str, Any], sender: Sender, trials: Iterable[Trial]
) -> list[str]:
    """Try everything, with the valid request after each; returns what was wrong, by trial."""
    judge, found = Judge(described), []
    good = Trial("valid", sender.request(sender.valid), sender.valid)
    before = [reply.content for reply in exchange(port, good)]
    for trial in trials:
        try:
            replies = exchange(port, trial)
            found += [f"{trial.name}: {fault}" for fault in judge.faults(trial, replies)]
            after = [reply.content for reply in exchange(port, good)]
        except (OSError, http.client.HTTPException) as error:
            found.append(f"{trial.name}: {error!r}")
            continue
        if after != before:
            found.append(f"{trial.name}: the valid request is then answered otherwise: {after}")
    return found
