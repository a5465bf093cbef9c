# ours: kept current by mlops-maturity upgrade
"""`GET /metrics` for Prometheus: requests, predictions, models and their drift.

With several workers each counts in files that whoever is asked adds up, so that all tell the same,
and what a worker counted that has died stays counted. Labels take few values: addresses that are
known, statuses of HTTP, versions that were loaded.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..settings import Settings
from ..tracking.place import state
from .exchange import encode, fault
from .faults import Unanswerable
from .gauges import Gauges, Models
from .openapi import DENIED, FAULT, response
from .server import SHARED

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from .app import Service
    from .current import Now
    from .exchange import Scope


class Desk(Protocol):
    """What is told of here."""

    settings: Settings
    metrics: Metrics
    needs_token: bool

    def models(self, now: Now) -> Models:
        """The models that answer, by variant."""


OTHER = "other"
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds that tell requests apart."""
_REQUEST, _VERSION = ("route", "status", "version"), ("version", "variant")


class Metrics:
    """What one process counts."""

    def __init__(self) -> None:
        self._shared = os.environ.get(SHARED)
        if self._shared:  # it is looked for when the library is imported
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = self._shared
        from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

        # They are a series more for each, which only OpenMetrics knows.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._own = own = CollectorRegistry()
        self._requests = Counter("ops_requests", "Requests answered", _REQUEST, registry=own)
        self._seconds = Histogram(
            *("ops_request_duration_seconds", "Time until the answer", _REQUEST),
            registry=own,
            buckets=BUCKETS,
        )
        self._predictions = Counter(
            *("ops_predictions", "Records answered", _VERSION), registry=own
        )
        self._failures = Counter(
            *("ops_prediction_failures", "Records that the model could not answer", _VERSION),
            registry=own,
        )
        self._unrecorded = Counter(
            *("ops_unrecorded_predictions", "Records that the log did not take"), registry=own
        )
        self._feedback = Counter("ops_feedback_labels", "Labels that came", registry=own)
        # To find the child of a metric by its labels takes longer than to count with it.
        self._by_request: dict[tuple[str, int, str], tuple[Any, Any]] = {}
        self._routes: dict[Any, str] = {}

    def answered(self, scope: Scope, status: int, version: str, seconds: float) -> None:
        """A request was answered; the version is empty where none answered it."""
        key = (self._route(scope), status, version)
        found = self._by_request.get(key)
        if found is None:
            found = (self._requests.labels(*key), self._seconds.labels(*key))
            self._by_request[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def predicted(self, version: str, variant: str, count: int) -> None:
        """Records were answered."""
        self._predictions.labels(version, variant).inc(count)

    def failed(self, version: str, variant: str, count: int) -> None:
        """Records could not be answered by a model."""
        self._failures.labels(version, variant).inc(count)

    def unrecorded(self, count: int) -> None:
        """Records could not be written."""
        self._unrecorded.inc(count)

    def labelled(self, count: int) -> None:
        """Labels came."""
        self._feedback.inc(count)

    def text(self, gauges: Gauges, accepted: str) -> tuple[bytes, str]:
        """All that is known, of all workers, in a format that is accepted, and its content type."""
        from prometheus_client import CollectorRegistry, exposition
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        if self._shared:
            MultiProcessCollector(registry, self._shared)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._own)
        registry.register(gauges)
        encode, kind = exposition.choose_encoder(accepted)
        return encode(registry), kind

    def _route(self, scope: Scope) -> str:
        """The address as it is described, whatever stands in its places."""
        endpoint = scope.get("endpoint")
        if endpoint is None:
            return "/predict" if scope["path"] == "/predict" else OTHER
        place = (endpoint, *scope["path_params"])
        if place not in self._routes:
            known = scope["app"].routes
            self._routes |= {(one.endpoint, *one.param_convertors): one.path for one in known}
        return self._routes.get(place, OTHER)


def routes(service: Service, desk: Desk) -> Sequence[BaseRoute]:
    """The address; where a token is set, who scrapes bears it as everybody does."""
    windows = state(desk.settings.root) / "monitoring" / "windows.jsonl"

    async def metrics(request: Request) -> Response:
        try:
            service.check_token(request.scope)
        except Unanswerable as error:
            headers = {"www-authenticate": "Bearer"}
            told = encode(fault(str(error), error))
            return Response(told, error.status, headers, media_type="application/json")
        gauges = Gauges(desk.models(service.current.now), windows)
        text, kind = desk.metrics.text(gauges, request.headers.get("accept", ""))
        return Response(text, headers={"content-type": kind})

    return (Route("/metrics", metrics),)


def paths(now: Now, desk: Desk) -> Mapping[str, Any]:
    """The address by OpenAPI."""
    text = {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}}}}
    found: dict[str, Any] = {"summary": "Metrics for Prometheus", "responses": {"200": text}}
    if desk.needs_token:
        found["responses"]["401"] = response(DENIED, FAULT)
        found["security"] = [{"token": []}]
    return {"/metrics": {"get": found}}
