# ours: kept current by mlops-maturity upgrade
"""The service as an ASGI application: predictions on a short way, everything else by Starlette."""

from __future__ import annotations

import gc
import hmac
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from uvicorn.config import STARTUP_FAILURE

from ..errors import OpsError
from ..settings import Settings, read_settings
from ..wiring import desk
from .access import NAME, TOLD, logged
from .current import Current, Now
from .desk import Answered, Desk
from .exchange import JSON, Receive, Scope, Send, encode, fault, parts_of, refusal, reply
from .faults import Unanswerable
from .options import Serving, check_reach, read_serving, read_token
from .page import page
from .questions import Questions
from .talk import trace
from .version import about

BAD, UNAUTHORISED, TOO_LARGE, UNSUPPORTED = 400, 401, 413, 415
_FAILED = {"error": "the server failed; its log tells more"}
Read = Callable[[Now, bytes], Questions]


class Service:
    """One process that answers."""

    def __init__(self, settings: Settings, serving: Serving, token: str | None) -> None:
        self.serving = serving
        self.current = Current(settings, serving, needs_token=token is not None)
        self._token = token and f"Bearer {token}".encode()
        self._about = about(settings)
        self._desk: Desk = desk(settings, serving)
        self._others = Starlette(
            routes=[
                Route("/", partial(self._see, "docs")),
                Route("/health", self._health),
                Route("/version", self._version),
                Route("/openapi.json", self._openapi),
                Route("/docs", self._docs),
                *self._desk.routes(self),
            ],
            exception_handlers={HTTPException: _told, Exception: _failed},  # type: ignore[dict-item]
            lifespan=self._lifespan,
        )
        self.app = logged(self._route, self._desk.seen)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/predict":
            await self._others(scope, receive, send)
            return
        if scope["method"] != "POST":
            await reply(send, 405, fault("predictions are asked by POST"), [(b"allow", b"POST")])
            return
        parts = parts_of(receive)
        try:
            found = await self.answered(scope, parts, _records)
        except Unanswerable as error:
            more = [(b"www-authenticate", b"Bearer")] if error.status == UNAUTHORISED else []
            await reply(send, error.status, fault(str(error), error), more, parts)
            return
        except Exception as error:
            trace(error)
            await reply(send, 500, _FAILED, unread=parts)
            return
        await reply(send, 200, {"model_version": found.version, "answers": found.answers})

    async def answered(
        self, scope: Scope, parts: AsyncIterator[bytes], read: Read, untyped: bool = False
    ) -> Answered:
        """Answers to a request whose body `read` understands; the log is told of it.

        Args:
            scope: of the request.
            parts: its body.
            read: makes questions of it.
            untyped: whether a body that does not tell its type counts as JSON.

        Raises:
            Unanswerable: it bears no token, is of another type, or a record does not fit.
        """
        try:
            self.check_token(scope)
            check_type(scope, untyped)
            body = await self.body(parts)
            now = self.current.now
            questions = read(now, body)
            found = await self._desk.answer(now, questions, scope[NAME])
        except Unanswerable as error:
            scope[TOLD] = refusal(error)
            if error.__cause__ is not None:
                # It may be the model that is wrong, and not the record.
                trace(error.__cause__)
            raise
        scope[TOLD] = {"model_version": found.version, "records": len(found.answers)}
        if questions.unseen:
            scope[TOLD]["unseen"] = sorted(
                {name for row in questions.unseen.values() for name in row}
            )
        return found

    def check_token(self, scope: Scope) -> None:
        """Refuse a request without the token, where one is wanted.

        Raises:
            Unanswerable: it is missing or wrong.
        """
        if self._token is None:
            return
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, self._token):
            raise Unanswerable(
                UNAUTHORISED, "the token is missing or wrong", hint="Authorization: Bearer TOKEN"
            )

    async def body(self, parts: AsyncIterator[bytes]) -> bytes:
        """The whole body.

        Raises:
            Unanswerable: it is empty, too large, or broke off.
        """
        kept, size = [], 0
        async for part in parts:
            size += len(part)
            if size > self.serving.bytes:
                raise Unanswerable(
                    TOO_LARGE, "the body is too large", hint=f"at most {self.serving.bytes} bytes"
                )
            kept.append(part)
        found = b"".join(kept)
        if not found.strip():
            raise Unanswerable(BAD, "the body is empty", hint="send a record, or an array of them")
        return found

    @asynccontextmanager
    async def _lifespan(self, app: object) -> AsyncIterator[None]:
        async with self.current.lifespan(), self._desk.lifespan():
            yield

    async def _health(self, request: Request) -> Response:
        loaded = self.current.now.loaded
        model = {
            "version": loaded.version,
            "sha256": loaded.model.card["sha256"],
            "loaded_at": loaded.since,
        }
        notes = [*self.current.notes, *self._desk.notes(self.current.now)]
        return _json(200, {"alive": True, "model": model, "notes": notes})

    async def _version(self, request: Request) -> Response:
        return _json(200, {**self._about, "model_version": self.current.now.loaded.version})

    async def _openapi(self, request: Request) -> Response:
        return _json(200, self._desk.described(self.current.now))

    async def _docs(self, request: Request) -> Response:
        return HTMLResponse(page(self._desk.described(self.current.now)))

    async def _see(self, place: str, request: Request) -> Response:
        return Response(status_code=307, headers={"location": place})


def create() -> Any:
    """The application of this project, for the server in `server.py` that is told its name."""
    try:
        serving, token = read_serving(), read_token()
        check_reach(serving.host, token)
        service = Service(read_settings(), serving, token)
    except OpsError as error:
        print(f"error: {error}\n\nhint: {error.hint}", file=sys.stderr)
        raise SystemExit(STARTUP_FAILURE) from None
    # What was loaded stays: to look through all of it again and again would hold up requests.
    gc.collect()
    gc.freeze()
    return service.app


def _records(now: Now, body: bytes) -> Questions:
    return now.reader.read(body)


def check_type(scope: Scope, untyped: bool = False) -> None:
    """Refuse a body that is no JSON by its own account.

    Raises:
        Unanswerable: it is of another type.
    """
    kind = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != JSON and not (untyped and not kind):
        raise Unanswerable(
            UNSUPPORTED, "the body is of another type", hint="Content-Type: application/json"
        )


def _json(status: int, told: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(encode(told), status, headers, media_type=JSON.decode())


async def _told(request: Request, error: HTTPException) -> Response:
    """What Starlette answers to a wrong address or method, as JSON."""
    headers = dict(error.headers or {})
    return _json(error.status_code, {"error": str(error.detail).lower()}, headers)


async def _failed(request: Request, error: Exception) -> Response:
    return _json(500, _FAILED)
