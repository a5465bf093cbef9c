# ours: kept current by mlops-maturity upgrade
"""The Open Inference Protocol, version 2, in JSON: one tensor for each column.

An addition: without this file the service is the same, but for its addresses below `/v2`. Tensors
have the shape [n] or [n, 1], and null where a value is missing that may be. Binary tensors are not
taken; a client that asks for such an answer gets JSON, as the protocol lets a server do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .address import Address, in_one_line
from .app import Read, Service
from .desk import Answered
from .exchange import Scope, encode
from .faults import INVALID, MALFORMED, Unanswerable
from .openapi import example, get, post, response
from .questions import Questions, beside_features
from .tensors import KEY, Asked, asked, output, outputs, records, taken
from .version import PROJECT, project_version

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from .address import Told
    from .current import Now
    from .live import LiveDesk

NOT_FOUND = 404
BINARY = b"inference-header-content-length"
"""The header of requests that hold binary tensors."""

_PLACES = ("/v2/models/{model}", "/v2/models/{model}/versions/{version}")
_OBJECT = {"type": "object"}
_FAULT = {**_OBJECT, "properties": {"error": {"type": "string"}}, "required": ["error"]}
_FAULTS = {
    "400": "The body is no JSON, no request, or does not fit the model.",
    "404": "There is no such model, or this version of it does not answer.",
    "413": "Too many records or bytes.",
    "415": "The body is of another type than application/json.",
}


class Inference:
    """One request, from its body to the body of its reply."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._now: Now | None = None
        self._asked: Asked | None = None

    def read(self, now: Now, body: bytes) -> Questions:
        """The questions in a body.

        Raises:
            Unanswerable: it is no request of the protocol, or does not fit the model.
        """
        _check_model(now, self._scope["path_params"])
        if any(name == BINARY for name, _ in self._scope["headers"]):
            raise Unanswerable(INVALID, "binary tensors are not taken", hint="send data as JSON")
        found = asked(body)
        known = outputs(now.loaded.model)
        for one in found.outputs or ():
            if one.name not in known:
                said = f"there is no output {one.name[:40]!r}"
                raise Unanswerable(INVALID, said, hint=f"there are: {', '.join(known)}")
        self._now, self._asked = now, found
        return now.reader.read(encode(records(now.loaded.model, found.inputs)))

    def told(self, found: Answered) -> dict[str, Any]:
        """The body of the reply."""
        assert self._now is not None and self._asked is not None
        wanted = [one.name for one in self._asked.outputs or ()]
        named = {"model_name": PROJECT, "model_version": found.version}
        if self._asked.id is not None:
            named["id"] = self._asked.id
        known = outputs(self._now.loaded.model)
        told = [output(name, known[name][0], found.answers) for name in (wanted or known)]
        return {**named, "outputs": told}


def routes(service: Service, desk: LiveDesk) -> Sequence[BaseRoute]:
    """The addresses."""

    def form(scope: Scope) -> tuple[Read, Told]:
        one = Inference(scope)
        return one.read, one.told

    def told(request: Request, found: Any) -> Response:
        try:
            _check_model(service.current.now, request.path_params)
        except Unanswerable as error:
            return _json({"error": in_one_line(error)}, error.status)
        return _json(found)

    async def about(request: Request) -> Response:
        return _json({"name": PROJECT, "version": project_version(), "extensions": []})

    async def live(request: Request) -> Response:
        return _json({"live": True})

    async def ready(request: Request) -> Response:
        return _json({"ready": True})

    async def model(request: Request) -> Response:
        return told(request, _metadata(service.current.now))

    async def model_ready(request: Request) -> Response:
        return told(request, {"name": PROJECT, "ready": True})

    infer = Address(service, form, _refusal, untyped=True)
    found = [
        Route("/v2", about),
        Route("/v2/health/live", live),
        Route("/v2/health/ready", ready),
    ]
    for place in _PLACES:
        found += [Route(place, model), Route(f"{place}/ready", model_ready)]
        found.append(Route(f"{place}/infer", infer, methods=["POST"]))
    return found


def paths(now: Now, desk: LiveDesk) -> Mapping[str, Any]:
    """The addresses by OpenAPI."""
    found: dict[str, Any] = {
        "/v2": {"get": get("What serves here?", _OBJECT)},
        "/v2/health/live": {"get": get("Does it live?", _OBJECT)},
        "/v2/health/ready": {"get": get("Does a model answer?", _OBJECT)},
    }
    for number, place in enumerate(_PLACES):
        named = [("model", PROJECT), ("version", now.loaded.version)][: number + 1]
        parameters = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "example": value,
            }
            for name, value in named
        ]
        for path, operation in {
            place: {"get": get("Inputs and outputs of the model", _OBJECT)},
            f"{place}/ready": {"get": get("Does this model answer?", _OBJECT)},
            f"{place}/infer": {"post": _infer(now, desk, number)},
        }.items():
            told = next(iter(operation.values()))
            told["parameters"] = parameters
            told["responses"]["404"] = response(_FAULTS["404"], _FAULT)
            found[path] = operation
    return found


def _infer(now: Now, desk: LiveDesk, number: int) -> dict[str, Any]:
    text = {"type": "string"}
    features = now.loaded.features
    beside = beside_features(now.loaded.model)
    kinds = {name for one in features for name in taken(one)} | {*(KEY if beside else ())}
    names = [*(one.name for one in features), *beside]
    items = _tensor({"enum": sorted(kinds)}, {"enum": names})
    tensors = {"type": "array", "items": items, "minItems": len(features), "maxItems": len(names)}
    named = {"id": {"type": ["string", "null"]}, "inputs": tensors}
    told = {
        **_OBJECT,
        "properties": {
            **dict.fromkeys(("model_name", "model_version", "id"), text),
            "outputs": {"type": "array", "items": _tensor(text, text)},
        },
        "required": ["model_name", "model_version", "outputs"],
    }
    values = example(features)
    inputs = [
        {"name": one.name, "shape": [1], "datatype": taken(one)[0], "data": [values[one.name]]}
        for one in features
    ]
    return post(
        "Answer tensors, by the Open Inference Protocol",
        f"infer{number or ''}",
        ({**_OBJECT, "properties": named, "required": ["inputs"]}, {"inputs": inputs}),
        response("Outputs, in the order of the records.", told),
        {status: response(text_of, _FAULT) for status, text_of in _FAULTS.items()},
        desk.needs_token,
    )


def _tensor(datatype: dict[str, Any], name: dict[str, Any]) -> dict[str, Any]:
    fields = {
        "name": name,
        "shape": {"type": "array", "items": {"type": "integer"}},
        "datatype": datatype,
        "data": {"type": "array"},
    }
    return {**_OBJECT, "properties": fields, "required": [*fields]}


def _check_model(now: Now, named: Mapping[str, Any]) -> None:
    if named["model"] != PROJECT:
        raise Unanswerable(NOT_FOUND, "there is no such model", hint=f"it is called {PROJECT}")
    version = now.loaded.version
    if named.get("version", version) != version:
        raise Unanswerable(NOT_FOUND, "this version does not answer", hint=f"{version} does")


def _metadata(now: Now) -> dict[str, Any]:
    return {
        "name": PROJECT,
        "versions": [now.loaded.version],
        "platform": "scikit-learn",
        "inputs": [
            {"name": one.name, "datatype": taken(one)[0], "shape": [-1]}
            for one in now.loaded.features
        ],
        "outputs": [
            {"name": name, "datatype": datatype, "shape": shape}
            for name, (datatype, shape) in outputs(now.loaded.model).items()
        ],
    }


def _refusal(error: Unanswerable) -> tuple[int, dict[str, Any]]:
    status = MALFORMED if error.status == INVALID else error.status
    return status, {"error": in_one_line(error)}


def _json(told: Any, status: int = 200) -> Response:
    return Response(encode(told), status, media_type="application/json")
