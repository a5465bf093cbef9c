# ours: kept current by mlops-maturity upgrade
"""`POST /invocations` and `GET /ping`, as a server of MLflow answers them.

A body holds a table under `dataframe_split` or `dataframe_records`. As MLflow holds it against the
signature of a model, whose numbers are all doubles: columns come in any order, those that no model
takes are left out, whole numbers count as doubles and NaN is missing. What `settings.toml` promises
beyond a signature holds here, too: no value is missing where none may be, whole numbers are whole,
and a text is no number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .address import Address, in_one_line
from .app import UNAUTHORISED, Service
from .desk import Answered
from .exchange import encode
from .faults import INVALID, MALFORMED, Unanswerable
from .openapi import example, post, response
from .questions import Questions, beside_features

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from ..schema import Column
    from .current import Now
    from .live import LiveDesk

SPLIT, RECORDS = "dataframe_split", "dataframe_records"
_OTHER_FORMS = ("instances", "inputs")
_WANTED = f"an object with one of {SPLIT} and {RECORDS}"
_PING = "Is it alive?"
_FAULT = {
    "type": "object",
    "properties": {"error_code": {"type": "string"}, "message": {"type": "string"}},
    "required": ["error_code", "message"],
}

_FAULTS = {
    "400": "The body is no JSON, no table, or does not fit the model.",
    "413": "Too many records or bytes.",
    "415": "The body is of another type than application/json.",
}


def routes(service: Service, desk: LiveDesk) -> Sequence[BaseRoute]:
    """The addresses."""
    address = Address(service, lambda scope: (_read, _told), _refusal)
    return (Route("/invocations", address, methods=["POST"]), Route("/ping", _ping))


def paths(now: Now, desk: LiveDesk) -> Mapping[str, Any]:
    """The addresses by OpenAPI."""
    shown = example(now.loaded.features)
    predictions = {"type": "array", "items": {"type": ["number", "string", "boolean"]}}
    answer = {"type": "object", "properties": {"predictions": predictions}}
    invocations = post(
        "Answer a table, as MLflow does",
        "invocations",
        (_body(now, desk), {SPLIT: {"columns": [*shown], "data": [[*shown.values()]]}}),
        response("A prediction for each row.", {**answer, "required": ["predictions"]}),
        {status: response(text, _FAULT) for status, text in _FAULTS.items()},
        desk.needs_token,
    )
    ping = {"description": _PING, "content": {"text/plain": {"schema": {"type": "string"}}}}
    return {
        "/invocations": {"post": invocations},
        "/ping": {"get": {"summary": _PING, "responses": {"200": ping}}},
    }


def _body(now: Now, desk: LiveDesk) -> dict[str, Any]:
    """The schema of a body; columns may come in another order, and others are left out."""
    columns = {one.name: one for one in now.loaded.features}
    told = now.described["components"]["schemas"]["Record"]["properties"]
    values = {
        name: {"enum": [True, False, 0, 1, *([None] if one.nullable else [])]}
        if one.kind == "boolean"
        else told[name]
        for name, one in columns.items()
    }
    rows = {"type": "array", "minItems": 1, "maxItems": desk.serving.rows}
    width = {"minItems": len(columns), "maxItems": len(columns)}
    row = {"type": "array", "prefixItems": [*values.values()], **width}
    split = {
        "type": "object",
        "properties": {
            "columns": {"const": [*columns]},
            "index": {"type": "null"},
            "data": {**rows, "items": row},
        },
        "required": ["columns", "data"],
        "additionalProperties": False,
    }
    record = {"type": "object", "properties": values, "required": [*columns]}
    forms = {SPLIT: split, RECORDS: {**rows, "items": record}}
    return {
        "type": "object",
        "properties": forms,
        "oneOf": [{"required": [name]} for name in forms],
    }


async def _ping(request: Request) -> Response:
    return Response("\n", media_type="text/plain")


def _read(now: Now, body: bytes) -> Questions:
    try:
        found = _decoded(body)
        if not isinstance(found, dict):
            raise _unlike("the body is no object")
        told = [one for one in (SPLIT, RECORDS, *_OTHER_FORMS) if one in found]
        if len(told) != 1 or told[0] in _OTHER_FORMS:
            raise _unlike(f"the body has the fields {', '.join(map(str, found))[:200] or '-'}")
        rows = (_split if told[0] == SPLIT else _records)(found[told[0]])
    except RecursionError:
        raise _unlike("it is nested too deeply") from None
    return now.reader.read(encode(_conformed(now, rows)))


def _decoded(body: bytes) -> Any:
    """What JSON says, and Python's JSON, which has NaN."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        pass
    try:
        found = json.loads(body, parse_constant=lambda name: None if name == "NaN" else float(name))
        encode(found)  # half of a character is none
        return found
    except (ValueError, UnicodeDecodeError) as error:
        raise Unanswerable(MALFORMED, f"the body is no JSON: {error}", hint=_WANTED) from None


def _records(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _unlike(f"{RECORDS} is no array of objects")
    return found


def _split(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, dict) or not {"data"} <= set(found) <= {"columns", "data", "index"}:
        raise _unlike(f"{SPLIT} is no object with columns and data")
    columns, data = found.get("columns"), found["data"]
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise _unlike("columns is no array of names")
    if not isinstance(data, list) or not all(isinstance(row, list) for row in data):
        raise _unlike("data is no array of rows")
    if any(len(row) != len(columns) for row in data):
        raise _unlike("a row has not as many values as there are columns")
    index = found.get("index")
    if index is not None and (not isinstance(index, list) or len(index) != len(data)):
        raise _unlike("index has not as many entries as there are rows")
    return [dict(zip(columns, row, strict=True)) for row in data]


def _conformed(now: Now, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as records of `/predict`, with the key where one was sent."""
    features = now.loaded.features
    known = set().union(*rows)
    told = [column for column in features if column.name in known]
    found = [{one.name: _as(one, row.get(one.name)) for one in told} for row in rows]
    for name in beside_features(now.loaded.model):
        for record, row in zip(found, rows, strict=True):
            if isinstance(row.get(name), (str, int, float)) and not isinstance(row[name], bool):
                record[name] = row[name]
    lacking = next((one.name for one in features if one.name not in known), None)
    if lacking is not None and rows:
        raise Unanswerable(INVALID, "the column is missing", None, lacking)
    return found


def _as(column: Column, value: Any) -> Any:
    """A value as `/predict` takes it, of what a signature of MLflow calls a double."""
    if column.kind == "boolean" and isinstance(value, (int, float)):
        return bool(value) if value in (0, 1) else value
    if not isinstance(value, float) or math.isfinite(value):
        return value
    if math.isinf(value):
        raise Unanswerable(INVALID, "a number is infinite", None, column.name)
    return None


def _told(found: Answered) -> dict[str, Any]:
    return {"predictions": [one["prediction"] for one in found.answers]}


def _refusal(error: Unanswerable) -> tuple[int, dict[str, Any]]:
    status = MALFORMED if error.status == INVALID else error.status
    code = "UNAUTHENTICATED" if status == UNAUTHORISED else "BAD_REQUEST"
    return status, {"error_code": code, "message": in_one_line(error)}


def _unlike(said: str) -> Unanswerable:
    return Unanswerable(INVALID, said, hint=_WANTED)
