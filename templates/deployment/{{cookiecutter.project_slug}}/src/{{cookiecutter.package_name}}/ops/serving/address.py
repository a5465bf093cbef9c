# ours: kept current by mlops-maturity upgrade
"""An address that answers as `/predict` does, in the form of another protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .app import UNAUTHORISED, Read, Service
from .desk import Answered
from .exchange import Receive, Scope, Send, parts_of, reply
from .faults import Unanswerable

Told = Callable[[Answered], Any]
"""Makes the body of a reply of the answers."""


@dataclass(frozen=True, eq=False)
class Address:
    """One address, as an application of its own.

    Attributes:
        service: that answers.
        form: for each request, what reads its body and what makes the reply.
        refusal: status and body for what cannot be answered.
        untyped: whether a body that does not tell its type counts as JSON.
    """

    service: Service
    form: Callable[[Scope], tuple[Read, Told]]
    refusal: Callable[[Unanswerable], tuple[int, Any]]
    untyped: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        parts = parts_of(receive)
        read, told = self.form(scope)
        try:
            found = await self.service.answered(scope, parts, read, self.untyped)
        except Unanswerable as error:
            status, body = self.refusal(error)
            more = [(b"www-authenticate", b"Bearer")] if status == UNAUTHORISED else []
            await reply(send, status, body, more, parts)
            return
        await reply(send, 200, told(found))


def in_one_line(error: Unanswerable) -> str:
    """What is wrong, and where, for protocols that have one text for it."""
    place = [f"row {error.row}"] if error.row else []
    place += [f"column {error.column!r}"] if error.column else []
    said = ": ".join(filter(None, [", ".join(place), str(error)]))
    return f"{said}; {error.hint}" if error.hint else said
