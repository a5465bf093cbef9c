# ours: kept current by mlops-maturity upgrade
"""`POST /feedback`: what turned out to be true, by the key of the record that was asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from starlette.routing import Route

from ..predictions.labels import Label, append
from ..predictions.place import labels_folder, read_log
from ..predictions.record import as_text
from ..settings import Settings
from .access import TOLD
from .app import UNAUTHORISED, Service, check_type
from .exchange import Receive, Scope, Send, fault, parts_of, refusal, reply
from .faults import INVALID, MALFORMED, TOO_LARGE, Unanswerable, in_words
from .openapi import FAULT, FAULTS, post, response
from .questions import WHOLE
from .talk import say

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from ..schema import Column
    from .current import Now
    from .metrics import Metrics
    from .options import Serving

UNAVAILABLE = 503
_KINDS = {"number": "number", "integer": "whole number", "boolean": "boolean"}
_FAULTS = {**FAULTS, "503": "The labels could not be written; send them again."}


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """A label as it is sent."""

    key: str | int | float
    label: Any


class Desk(Protocol):
    """Who takes labels."""

    settings: Settings
    serving: Serving
    metrics: Metrics
    needs_token: bool


_decode = msgspec.json.Decoder(list[Sent] | Sent).decode


class Feedback:
    """The address, as an application of its own."""

    def __init__(self, service: Service, desk: Desk) -> None:
        self._service, self._desk = service, desk
        self._column = desk.settings.data.column(desk.settings.data.target)
        self._folder = labels_folder(desk.settings)
        self._sync = read_log(desk.settings).sync

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the labels of a request."""
        parts = parts_of(receive)
        try:
            count = await self._taken(scope, parts)
        except Unanswerable as error:
            scope[TOLD] = refusal(error)
            more = [(b"www-authenticate", b"Bearer")] if error.status == UNAUTHORISED else []
            await reply(send, error.status, fault(str(error), error), more, parts)
            return
        scope[TOLD] = {"labels": count}
        await reply(send, 200, {"labels": count})

    async def _taken(self, scope: Scope, parts: AsyncIterator[bytes]) -> int:
        self._service.check_token(scope)
        check_type(scope)
        labels = _read(await self._service.body(parts), self._desk.serving.rows)
        for row, one in enumerate(labels, 1):
            check(one.label, self._column, row)
        known = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            entries = [Label(as_text(one.key), one.label, known) for one in labels]
            append(self._folder, entries, self._sync)
        except OSError as error:
            say(f"labels are not recorded: {error}")
            raise Unanswerable(
                UNAVAILABLE, "the labels could not be written", hint="send them again later"
            ) from None
        self._desk.metrics.labelled(len(labels))
        return len(labels)


def routes(service: Service, desk: Desk) -> Sequence[BaseRoute]:
    """The address."""
    return (Route("/feedback", Feedback(service, desk), methods=["POST"]),)


def paths(now: Now, desk: Desk) -> Mapping[str, Any]:
    """The address by OpenAPI."""
    column = desk.settings.data.column(desk.settings.data.target)
    one = {
        "type": "object",
        "properties": {
            "key": {"type": ["string", "number"], "description": "Of the record; its id without."},
            "label": _schema(column),
        },
        "required": ["key", "label"],
        "additionalProperties": False,
    }
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": desk.serving.rows}
    number = {"type": "object", "properties": {"labels": {"type": "integer"}}}
    shown = {"boolean": True, "integer": 1, "number": 1.5}.get(column.kind, "text")
    feedback = post(
        "Tell what turned out to be true",
        "feedback",
        ({"anyOf": [one, many]}, [{"key": "a", "label": shown}]),
        response("The number of labels that were taken.", {**number, "required": ["labels"]}),
        {status: response(text, FAULT) for status, text in _FAULTS.items()},
        desk.needs_token,
    )
    return {"/feedback": {"post": feedback}}


def check(label: Any, column: Column, row: int) -> None:
    """Refuse a label that is not of the target's kind.

    Raises:
        Unanswerable: names the row.
    """
    kind = column.kind
    if kind == "boolean":
        fits = isinstance(label, bool)
    elif kind in _KINDS:
        fits = isinstance(label, (int, float)) and not isinstance(label, bool)
        if fits and kind == "integer":
            fits = label % 1 == 0 and abs(label) <= WHOLE
    else:
        fits = isinstance(label, str)
    if not fits:
        raise Unanswerable(INVALID, f"the label is no {_KINDS.get(kind, 'text')}", row, "label")


def _read(body: bytes, most: int) -> list[Sent]:
    try:
        found = _decode(body)
    except msgspec.ValidationError as error:
        wanted = "an object with key and label, or an array of them"
        raise Unanswerable(INVALID, in_words(str(error)), hint=wanted) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unanswerable(MALFORMED, f"the body is no JSON: {error}") from None
    labels = found if isinstance(found, list) else [found]
    if not labels:
        raise Unanswerable(INVALID, "there is no label", hint="send at least one")
    if len(labels) > most:
        raise Unanswerable(TOO_LARGE, f"{len(labels)} labels are too many", hint=f"at most {most}")
    return labels


def _schema(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"type": column.kind if column.kind in _KINDS else "string"}
    return found | ({"minimum": -WHOLE, "maximum": WHOLE} if column.kind == "integer" else {})
