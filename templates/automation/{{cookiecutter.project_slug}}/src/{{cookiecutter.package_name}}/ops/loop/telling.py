# ours: kept current by mlops-maturity upgrade
"""Alarms that began, told to Prefect: its automation starts the loop at once, wherever it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..pipeline.addresses import prefect_address, prepare
from ..tracking.place import PROJECT

if TYPE_CHECKING:
    from ..monitoring.series import Alert
    from ..settings import Settings

DETECTED, RESOURCE = "mlops.drift.detected", f"mlops.model.{PROJECT}"


def hear(settings: Settings, begun: Sequence[Alert]) -> None:
    """Emit an event, where a Prefect server is known; if nobody hears it, the loop is due soon."""
    api = prefect_address(settings)
    if api is None:
        return
    prepare(settings.root, api)
    from prefect.events import emit_event
    from prefect.events.worker import EventsWorker

    resource = {"prefect.resource.id": RESOURCE, "prefect.resource.name": PROJECT}
    said = "; ".join(one.said for one in begun)
    if emit_event(event=DETECTED, resource=resource, payload={"said": said}) is None:
        print("Prefect was not told: it takes no events", file=sys.stderr)
    EventsWorker.drain_all(timeout=10)
