# ours: kept current by mlops-maturity upgrade
"""The loop as a Prefect flow: due every so often, and at once when drift is told."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..pipeline import flow as pipeline_flow  # it tells Prefect where it is: first of all
from ..settings import read_settings
from ..tracking.place import PROJECT
from .lease import held
from .limits import read_limits
from .looking import MOST
from .telling import DETECTED, RESOURCE
from .tick import tick

# isort: split
from prefect import flow

if TYPE_CHECKING:
    from ..pipeline.addresses import Training
    from ..settings import Settings

__all__ = ["due", "looping", "pipeline_flow"]


@flow(name=f"{PROJECT}-loop", persist_result=False)
async def looping(reason: str = "it is due") -> list[str]:
    """Take the steps that follow; what was done stands in the result and in the log."""
    settings, told = read_settings(), [reason]
    with held(settings, read_limits(settings.root).lease) as lease:
        for _ in range(MOST):
            step = tick(settings, datetime.now(UTC), renew=lease.renew)
            told.append(f"{step.kind}: {step.reason}")
            print(told[-1], file=sys.stderr)
            if step.kind == "wait":
                break
    return told


def due(settings: Settings, asked: Training) -> Any:
    """Looking every so often, and when drift is told, as a deployment of Prefect.

    Raises:
        InvalidSettings: `automation.every` is out of its limits.
    """
    from prefect.events import DeploymentEventTrigger
    from prefect.schedules import Interval
    from prefect.types.entrypoint import EntrypointType

    every = read_limits(settings.root).every
    return looping.to_deployment(
        name="loop",
        description=f"every {every:g} s, and at once when drift is told",
        schedule=Interval(timedelta(seconds=every)),
        triggers=[
            DeploymentEventTrigger(
                name=f"{PROJECT}: drift",
                expect={DETECTED},
                match={"prefect.resource.id": RESOURCE},
                parameters={"reason": "drift was told"},
            )
        ],
        entrypoint_type=EntrypointType.MODULE_PATH,
        concurrency_limit=1,
    )
