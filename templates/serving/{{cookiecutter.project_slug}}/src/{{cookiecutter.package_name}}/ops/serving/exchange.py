# ours: kept current by mlops-maturity upgrade
"""The body of a request as it comes, and the reply to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any

import msgspec

from .faults import MALFORMED, Unanswerable

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

encode = msgspec.json.Encoder().encode


async def parts_of(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes, to its end.

    Raises:
        Unanswerable: it broke off.
    """
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Unanswerable(MALFORMED, "the body broke off")
        yield message.get("body", b"")
        more = message.get("more_body", False)


def fault(message: str, error: Unanswerable | None = None) -> dict[str, Any]:
    """What the sender is told of an error."""
    found: dict[str, Any] = {"error": message}
    if error is not None:
        more = {"row": error.row, "column": error.column, "hint": error.hint or None}
        found |= {name: value for name, value in more.items() if value is not None}
    return found


def refusal(error: Unanswerable) -> dict[str, Any]:
    """What the log tells of it: no value, and no more of a name than helps."""
    column = error.column and error.column[:LONGEST_NAME]
    told = {"error": error.reason, "row": error.row, "column": column}
    return {name: value for name, value in told.items() if value is not None}


async def reply(
    send: Send,
    status: int,
    told: Any,
    more: Iterable[tuple[bytes, bytes]] = (),
    unread: AsyncIterator[bytes] | None = None,
) -> None:
    """Send a whole reply; of a body that was refused, the rest is read."""
    body = encode(told)
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
