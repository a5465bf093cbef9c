# ours: kept current by mlops-maturity upgrade
"""Looking after what goes on by itself, as a Prefect flow: `ops schedule` runs it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..pipeline import flow as pipeline_flow  # it tells Prefect where it is: first of all
from ..settings import read_settings
from ..tracking.place import PROJECT
from .watching import read_watch, turn

# isort: split
from prefect import flow

if TYPE_CHECKING:
    from ..pipeline.addresses import Training
    from ..settings import Settings

__all__ = ["due", "pipeline_flow", "regular", "watching"]


@flow(name=f"{PROJECT}-watching", persist_result=False)
async def watching() -> list[str]:
    """Look once; what was done stands in the result and in the log."""
    told = [event.said for event in turn(read_settings(), datetime.now(UTC))]
    for said in told:
        print(said, file=sys.stderr)
    return told


def due(settings: Settings, asked: Training) -> Any:
    """Looking every so often, as a deployment of Prefect.

    Raises:
        InvalidSettings: `watch.every` is out of its limits.
    """
    every = read_watch(settings.root).every
    return regular(watching, "watch", every, f"every {every:g} s")


def regular(what: Any, name: str, every: float, description: str, **more: Any) -> Any:
    """A flow that runs every so many seconds, once at a time, as a deployment of Prefect."""
    from prefect.schedules import Interval
    from prefect.types.entrypoint import EntrypointType

    return what.to_deployment(
        name=name,
        description=description,
        schedule=Interval(timedelta(seconds=every)),
        entrypoint_type=EntrypointType.MODULE_PATH,
        concurrency_limit=1,
        **more,
    )
