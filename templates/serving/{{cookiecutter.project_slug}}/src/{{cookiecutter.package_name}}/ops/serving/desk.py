# ours: kept current by mlops-maturity upgrade
"""The desk: who answers the questions of a request. Here it is the model, at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .access import Scope
from .answering import answers
from .questions import Questions

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from .app import Service
    from .current import Now


@dataclass(frozen=True)
class Answered:
    """The answers to a request.

    Attributes:
        version: of the model that answered.
        answers: one for each record, in the same order.
    """

    version: str
    answers: list[dict[str, Any]]


class Desk(Protocol):
    """Answers requests, and may have addresses of its own."""

    def routes(self, service: Service) -> Sequence[BaseRoute]:
        """Addresses beside those of the service."""

    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """What goes on as long as the service lives."""

    def described(self, now: Now) -> dict[str, Any]:
        """The service with these addresses, by OpenAPI."""

    def notes(self, now: Now) -> Sequence[str]:
        """What a person should know of how requests are answered."""

    async def answer(self, now: Now, questions: Questions, request: str) -> Answered:
        """The answers to the request with this id.

        Raises:
            Unanswerable: a record cannot be answered; names it.
        """

    def seen(self, scope: Scope, status: int, seconds: float) -> None:
        """Take note of a request that was answered."""


class PlainDesk:
    """The model answers, one request after the other."""

    def routes(self, service: Service) -> Sequence[BaseRoute]:
        """None."""
        return ()

    def lifespan(self) -> AbstractAsyncContextManager[None]:
        """Nothing goes on."""
        return nullcontext()

    def described(self, now: Now) -> dict[str, Any]:
        """As the service is without a desk."""
        return now.described

    def notes(self, now: Now) -> Sequence[str]:
        """None."""
        return ()

    async def answer(self, now: Now, questions: Questions, request: str) -> Answered:
        """The answers of the model."""
        return Answered(now.loaded.version, answers(now.loaded, questions))

    def seen(self, scope: Scope, status: int, seconds: float) -> None:
        """The line in the log is all."""
