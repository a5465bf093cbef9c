# ours: kept current by mlops-maturity upgrade
"""GET /monitor: the page on how things are, for whoever knows the token.

A browser sends no bearer token. So the page asks for it once and sets a cookie, which holds the
moment of its end and a seal over it, made with the token: never the token itself.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ..monitoring.gathering import Story, ask_registry, gather
from ..monitoring.overview import Registry
from ..monitoring.page.page import POLICY, login, page
from ..release.standing import comparison
from ..wiring import STORY
from .app import UNAUTHORISED
from .faults import Unanswerable
from .options import read_token

if TYPE_CHECKING:
    from starlette.requests import Request

    from ..settings import Settings
    from .app import Service
    from .current import Now
    from .live import LiveDesk

T = TypeVar("T")
PLACE, COOKIE = "/monitor", "monitor"
SESSION = 12 * 3600
"""Seconds until the token is asked for again."""

FRESH, PATIENCE = 5.0, 2.0
"""Seconds that an answer of the registry is kept for, and that a page waits for one."""

_LARGEST = 4096
_SEE_OTHER, _TOO_LARGE = 303, 413
_GUARDS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def routes(service: Service, desk: LiveDesk) -> list[Route]:
    """The page, and the form that opens it."""
    monitor = Monitor(service, desk.settings, read_token())
    return [Route(PLACE, monitor.answer, methods=["GET", "POST"])]


def paths(now: Now, desk: LiveDesk) -> dict[str, Any]:
    """The same, by OpenAPI."""
    form = {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}}
    shown = {"text/html": {"schema": {"type": "string"}}}
    wrong = {"description": "the form that asks for the token", "content": shown}
    return {
        PLACE: {
            "get": {
                "summary": "A page on how things are",
                "operationId": "monitor",
                "responses": {"200": {"description": "the page", "content": shown}, "401": wrong},
            },
            "post": {
                "summary": "Open that page with the token",
                "operationId": "open_monitor",
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}},
                "responses": {
                    "303": {"description": "the token is right: see the page"},
                    "401": wrong,
                    "413": wrong,
                },
            },
        }
    }


class Monitor:
    """Shows the page; all that may be slow goes on in threads, once for all who look."""

    def __init__(self, service: Service, settings: Settings, token: str | None) -> None:
        self._service, self._settings, self._token = service, settings, token
        self._registry = Kept(lambda: ask_registry(settings), FRESH)
        self._page = Kept(self._made, 1.0)

    async def answer(self, request: Request) -> Response:
        """What was asked for."""
        return await (self.enter if request.method == "POST" else self.look)(request)

    async def look(self, request: Request) -> Response:
        """The page, or the form that asks for the token."""
        if not self._may(request):
            return _html(login(self._settings.root.name, wrong=False), UNAUTHORISED)
        await self._registry.value(PATIENCE)
        return _html(await self._page.value() or "")

    async def enter(self, request: Request) -> Response:
        """Take a token, and lead back to the page with a cookie."""
        content = b""
        async for part in request.stream():
            content += part
            if len(content) > _LARGEST:
                return _html(login(self._settings.root.name, wrong=True), _TOO_LARGE)
        given = parse_qs(content.decode("latin-1")).get("token", [""])[0].strip()
        if self._token is None or not hmac.compare_digest(given.encode(), self._token.encode()):
            return _html(login(self._settings.root.name, wrong=True), UNAUTHORISED)
        answer = Response(status_code=_SEE_OTHER, headers={"location": "monitor", **_GUARDS})
        until = int(time.time()) + SESSION
        answer.set_cookie(
            *(COOKIE, f"{until}.{seal(self._token, until)}", SESSION),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return answer

    def _may(self, request: Request) -> bool:
        if self._token is None:
            return True
        until, _, given = request.cookies.get(COOKIE, "").partition(".")
        # Digits alone: a number may be written in many ways, and the seal is over one of them.
        if until.isascii() and until.isdigit() and len(until) < 12 and int(until) > time.time():
            wanted = seal(self._token, int(until))
            if hmac.compare_digest(given.encode(), wanted.encode()):
                return True
        try:
            self._service.check_token(request.scope)
        except Unanswerable:
            return False
        return True

    def _made(self) -> str:
        registry = self._registry.newest or Registry(trouble="MLflow has not answered yet")
        answers = self._service.current.now.loaded.version
        told = gather(
            *(self._settings, datetime.now(UTC), answers, registry, comparison), _stories()
        )
        return page(told)


class Kept(Generic[T]):
    """What a slow function gives, kept for a while; it is never run twice at a time."""

    def __init__(self, make: Callable[[], T], seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._made = 0.0
        self._task: asyncio.Task[None] | None = None
        self.newest: T | None = None

    async def value(self, patience: float | None = None) -> T | None:
        """The newest value; after `patience` seconds, what there was before."""
        if self._task is None and time.monotonic() - self._made >= self._seconds:
            self._task = asyncio.create_task(self._renew())
        if (task := self._task) is not None:
            done, _ = await asyncio.wait({task}, timeout=patience)
            if done:
                task.result()
        return self.newest

    async def _renew(self) -> None:
        try:
            self.newest = await asyncio.to_thread(self._make)
            self._made = time.monotonic()
        finally:
            self._task = None


def seal(token: str, until: int) -> str:
    """What a session that ends at that second is known by."""
    return hmac.new(token.encode(), f"session until {until}".encode(), "sha256").hexdigest()


def _stories() -> list[Story]:
    ops = str(__package__).rpartition(".")[0]
    return [import_module(f"{ops}.{name}").happened for name in STORY]


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, _GUARDS)
