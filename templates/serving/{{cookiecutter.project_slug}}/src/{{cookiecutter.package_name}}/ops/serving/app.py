# ours: kept current by mlops-maturity upgrade
"""The service as an ASGI application: predictions on a short way, everything else by Starlette."""

from __future__ import annotations

import asyncio
import hmac
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from uvicorn.config import STARTUP_FAILURE

from ..errors import OpsError
from ..settings import Settings, read_settings
from ..wiring import model_source
from .access import TOLD, logged
from .answering import Loaded, answers, load
from .faults import Unanswerable
from .openapi import describe
from .options import Serving, check_reach, read_serving, read_token
from .page import page
from .questions import Reader
from .version import about

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = b"application/json"
PATIENCE = 10
"""Seconds that a refused body may take to come."""

DISCARDED = 100_000_000
"""Most bytes of a refused body that are read, for its sender to see the answer."""
LONGEST_NAME = 100
"""Most characters of a column's name in the log; the sender may have made it up."""

BAD, UNAUTHORISED, TOO_LARGE, UNSUPPORTED = 400, 401, 413, 415
_FAILED = {"error": "the server failed; its log tells more"}
_encode = msgspec.json.Encoder().encode


class Service:
    """One process that answers."""

    def __init__(self, settings: Settings, serving: Serving, token: str | None) -> None:
        self.serving = serving
        self.loaded: Loaded = load(model_source(settings).load())
        self._reader = Reader(self.loaded.model, serving.rows, serving.unseen == "refuse")
        self._token = token and f"Bearer {token}".encode()
        self._described = describe(settings, self.loaded, serving, needs_token=token is not None)
        self._about = about(settings)
        self._others = Starlette(
            routes=[
                Route("/", partial(self._see, "docs")),
                Route("/health", self._health),
                Route("/version", self._version),
                Route("/openapi.json", self._openapi),
                Route("/docs", self._docs),
            ],
            exception_handlers={HTTPException: _told, Exception: _failed},  # type: ignore[dict-item]
        )
        self.app = logged(self._route)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/predict":
            await self._others(scope, receive, send)
            return
        if scope["method"] != "POST":
            await _reply(send, 405, _fault("predictions are asked by POST"), [(b"allow", b"POST")])
            return
        parts = _parts(receive)
        try:
            self._check(scope)
            questions = self._reader.read(await self._body(parts))
            found = answers(self.loaded, questions)
        except Unanswerable as error:
            scope[TOLD] = _refusal(error)
            more = [(b"www-authenticate", b"Bearer")] if error.status == UNAUTHORISED else []
            if error.__cause__ is not None:
                # It may be the model that is wrong, and not the record.
                traceback.print_exception(error.__cause__)
            await _reply(send, error.status, _fault(str(error), error), more, parts)
            return
        except Exception:
            traceback.print_exc()
            await _reply(send, 500, _FAILED, unread=parts)
            return
        version = self.loaded.version
        scope[TOLD] = {"model_version": version, "records": len(found)}
        if questions.unseen:
            scope[TOLD]["unseen"] = sorted(
                {name for row in questions.unseen.values() for name in row}
            )
        await _reply(send, 200, {"model_version": version, "answers": found})

    def _check(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        given = headers.get(b"authorization", b"")
        if self._token is not None and not hmac.compare_digest(given, self._token):
            raise Unanswerable(
                UNAUTHORISED, "the token is missing or wrong", hint="Authorization: Bearer TOKEN"
            )
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != JSON:
            raise Unanswerable(
                UNSUPPORTED, "the body is of another type", hint="Content-Type: application/json"
            )

    async def _body(self, parts: AsyncIterator[bytes]) -> bytes:
        kept, size = [], 0
        async for part in parts:
            size += len(part)
            if size > self.serving.bytes:
                raise Unanswerable(
                    TOO_LARGE, "the body is too large", hint=f"at most {self.serving.bytes} bytes"
                )
            kept.append(part)
        body = b"".join(kept)
        if not body.strip():
            raise Unanswerable(BAD, "the body is empty", hint="send a record, or an array of them")
        return body

    async def _health(self, request: Request) -> Response:
        model = {
            "version": self.loaded.version,
            "sha256": self.loaded.model.card["sha256"],
            "loaded_at": self.loaded.since,
        }
        return _json(200, {"alive": True, "model": model})

    async def _version(self, request: Request) -> Response:
        return _json(200, {**self._about, "model_version": self.loaded.version})

    async def _openapi(self, request: Request) -> Response:
        return _json(200, self._described)

    async def _docs(self, request: Request) -> Response:
        return HTMLResponse(page(self._described))

    async def _see(self, place: str, request: Request) -> Response:
        return Response(status_code=307, headers={"location": place})


def create() -> Any:
    """The application of this project, for the server in `server.py` that is told its name."""
    try:
        serving, token = read_serving(), read_token()
        check_reach(serving.host, token)
        return Service(read_settings(), serving, token).app
    except OpsError as error:
        print(f"error: {error}\n\nhint: {error.hint}", file=sys.stderr)
        raise SystemExit(STARTUP_FAILURE) from None


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes, to its end."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Unanswerable(BAD, "the body broke off")
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _fault(message: str, error: Unanswerable | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"error": message}
    if error is not None:
        more = {"row": error.row, "column": error.column, "hint": error.hint or None}
        found |= {name: value for name, value in more.items() if value is not None}
    return found


def _refusal(error: Unanswerable) -> dict[str, Any]:
    """What the log tells of it: no value, and no more of a name than helps."""
    column = error.column and error.column[:LONGEST_NAME]
    told = {"error": error.reason, "row": error.row, "column": column}
    return {name: value for name, value in told.items() if value is not None}


async def _reply(
    send: Send,
    status: int,
    told: Any,
    more: Iterable[tuple[bytes, bytes]] = (),
    unread: AsyncIterator[bytes] | None = None,
) -> None:
    body = _encode(told)
    headers = [(b"content-type", JSON), (b"content-length", b"%d" % len(body)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": unread is not None})
    # A connection that is closed before its body is read takes the answer with it; one whose body
    # has no end is closed all the same, by leaving the answer without its end.
    if unread is not None and await _discarded(unread):
        await send({"type": "http.response.body"})


async def _discarded(unread: AsyncIterator[bytes]) -> bool:
    """Read the rest of a body; whether it came to an end."""
    left = DISCARDED
    with suppress(Unanswerable, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            async for part in unread:
                if (left := left - len(part)) < 0:
                    return False
            return True
    return False


def _json(status: int, told: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(_encode(told), status, headers, media_type=JSON.decode())


async def _told(request: Request, error: HTTPException) -> Response:
    """What Starlette answers to a wrong address or method, as JSON."""
    headers = dict(error.headers or {})
    return _json(error.status_code, {"error": str(error.detail).lower()}, headers)


async def _failed(request: Request, error: Exception) -> Response:
    return _json(500, _FAILED)
