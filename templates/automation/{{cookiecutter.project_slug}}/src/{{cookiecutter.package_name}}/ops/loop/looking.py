# ours: kept current by mlops-maturity upgrade
"""What `ops watch` looks at here: windows alone. Prefect is told of drift, and starts the loop."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..monitoring.series import alerts
from ..pipeline.addresses import prefect_address, prepare
from ..release.watching import Event, Look, observed
from ..tracking.place import PROJECT

if TYPE_CHECKING:
    from datetime import datetime

    from ..settings import Settings

DETECTED, RESOURCE = "mlops.drift.detected", f"mlops.model.{PROJECT}"


def look(settings: Settings, now: datetime) -> Iterator[Event]:
    """Look at the windows that are over, and tell Prefect of what began."""
    before = len(list(alerts(settings)))
    yield from observed(settings, now)
    begun = [one for one in list(alerts(settings))[before:] if one.begun]
    if begun and (api := prefect_address(settings)):
        tell(settings, api, "; ".join(one.said for one in begun))


def tell(settings: Settings, api: str, said: str) -> None:
    """Emit the event that starts the loop at once; where nobody hears it, it is due soon."""
    prepare(settings.root, api)
    from prefect.events import emit_event
    from prefect.events.worker import EventsWorker

    resource = {"prefect.resource.id": RESOURCE, "prefect.resource.name": PROJECT}
    if emit_event(event=DETECTED, resource=resource, payload={"said": said}) is None:
        print("Prefect was not told: it takes no events", file=sys.stderr)
    EventsWorker.drain_all(timeout=10)


LOOKS: tuple[tuple[str, Look], ...] = (("windows", look),)
