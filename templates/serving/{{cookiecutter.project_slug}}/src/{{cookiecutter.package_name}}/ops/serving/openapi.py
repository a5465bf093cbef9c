# ours: kept current by mlops-maturity upgrade
"""The description of the service by OpenAPI 3.1, made from the columns of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .questions import WHOLE, beside_features
from .version import PROJECT, project_version

if TYPE_CHECKING:
    from ..schema import Column
    from ..settings import Settings
    from .answering import Loaded
    from .options import Serving

DENIED = "The token is missing or wrong."
FAULTS = {
    "400": "The body is empty or no JSON.",
    "413": "Too many records or bytes.",
    "415": "The body is of another type than application/json.",
    "422": "A record does not fit; row and column are named.",
}


def describe(
    settings: Settings, loaded: Loaded, serving: Serving, needs_token: bool
) -> dict[str, Any]:
    """The whole description, as it is sent."""
    record = _record(loaded, serving)
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": PROJECT,
            "version": project_version(),
            "description": f"Predicts {settings.data.target} ({settings.task}).",
        },
        "paths": {
            "/predict": {"post": _predict(loaded, serving, record, needs_token)},
            "/health": {"get": get("Is it alive, and with which model?", _HEALTH)},
            "/version": {"get": get("What runs here?", {"type": "object"})},
        },
        "components": {"schemas": {"Record": record, "Answer": _answer(settings, loaded)}},
    }
    if needs_token:
        found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return found


def _predict(
    loaded: Loaded, serving: Serving, record: dict[str, Any], needs_token: bool
) -> dict[str, Any]:
    one = {"$ref": "#/components/schemas/Record"}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": serving.rows}
    answers = {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}}
    told = {
        "type": "object",
        "properties": {"model_version": {"type": "string"}, "answers": answers},
        "required": ["model_version", "answers"],
    }
    return post(
        "Answer one record or many",
        "predict",
        ({"anyOf": [one, many]}, [example(loaded.features)]),
        response("An answer for each record, in the same order.", told),
        {status: response(text, FAULT) for status, text in FAULTS.items()},
        needs_token,
    )


def post(
    summary: str,
    name: str,
    body: tuple[dict[str, Any], Any],
    answer: dict[str, Any],
    faults: dict[str, Any],
    needs_token: bool,
) -> dict[str, Any]:
    """An operation that takes a body, given its schema and an example; faults look alike."""
    schema, shown = body
    content = {"application/json": {"schema": schema, "example": shown}}
    found: dict[str, Any] = {
        "summary": summary,
        "operationId": name,
        "requestBody": {"required": True, "content": content},
        "responses": {"200": answer, **faults},
    }
    if needs_token:
        found["responses"]["401"] = {**faults["413"], "description": DENIED}
        found["security"] = [{"token": []}]
    return found


def get(summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An operation that only tells."""
    return {"summary": summary, "responses": {"200": response(summary, schema)}}


def response(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A reply in JSON."""
    return {
        "description": text,
        "headers": {"X-Request-ID": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}},
    }


def _record(loaded: Loaded, serving: Serving) -> dict[str, Any]:
    refuse = serving.unseen == "refuse"
    properties = {column.name: _column(column, refuse) for column in loaded.features}
    meant = {
        loaded.model.card.get("key"): "What you call the record; it comes back with the answer.",
        loaded.model.card.get("time"): "The moment of the record; the model does not see it.",
    }
    for name in beside_features(loaded.model):
        properties[name] = {"type": ["string", "number", "null"], "description": meant[name]}
    return {
        "type": "object",
        "properties": properties,
        "required": [column.name for column in loaded.features if not column.nullable],
        "additionalProperties": False,
    }


def _column(column: Column, refuse_unseen: bool) -> dict[str, Any]:
    kind = column.kind if column.kind in ("number", "integer", "boolean") else "string"
    found: dict[str, Any] = {"type": [kind, "null"] if column.nullable else kind}
    if kind == "number":
        found["format"] = "double"
    if kind == "integer":
        found |= {"minimum": -int(WHOLE), "maximum": int(WHOLE)}
    if column.kind == "time":
        found["format"] = "date-time"
    if column.categories and refuse_unseen:
        found["enum"] = [*column.categories, *([None] if column.nullable else [])]
    elif column.categories:
        found["examples"] = list(column.categories[:3])
    return found


def _answer(settings: Settings, loaded: Loaded) -> dict[str, Any]:
    properties: dict[str, Any] = {"prediction": {"type": ["number", "string", "boolean"]}}
    required = ["prediction"]
    if settings.task == "classification" and hasattr(loaded.model.estimator, "predict_proba"):
        share = {"type": "number", "minimum": 0, "maximum": 1}
        if len(loaded.model.estimator.classes_) == 2:
            name, second = "score", f"Probability of {loaded.model.estimator.classes_[1]}."
            properties[name] = {**share, "description": second}
        else:
            name = "scores"
            properties[name] = {"type": "object", "additionalProperties": share}
        required.append(name)
    if loaded.model.card.get("key") is not None:
        properties["key"] = {"type": ["string", "number", "null"]}
    properties["unseen"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Columns whose category the model does not know; only where there are some.",
    }
    return {"type": "object", "properties": properties, "required": required}


def example(features: Sequence[Column]) -> dict[str, Any]:
    """A record that fits."""
    plain = {"number": 1.5, "integer": 1, "boolean": True, "time": "2013-10-01T08:00:00Z"}
    return {
        column.name: column.categories[0] if column.categories else plain.get(column.kind, "text")
        for column in features
    }


FAULT = {
    "type": "object",
    "properties": {
        "error": {"type": "string"},
        "row": {"type": "integer", "minimum": 1},
        "column": {"type": "string"},
        "hint": {"type": "string"},
    },
    "required": ["error"],
}
_HEALTH = {
    "type": "object",
    "properties": {
        "alive": {"const": True},
        "model": {
            "type": "object",
            "properties": {
                "version": {"type": "string"},
                "sha256": {"type": "string"},
                "loaded_at": {"type": "string", "format": "date-time"},
            },
            "required": ["version", "sha256", "loaded_at"],
        },
        "notes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["alive", "model"],
}
