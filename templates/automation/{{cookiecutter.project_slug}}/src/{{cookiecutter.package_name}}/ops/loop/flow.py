# ours: kept current by mlops-maturity upgrade
"""The loop as a Prefect flow: due every so often, and at once when drift is told."""

from __future__ import annotations

import asyncio
import sys
from contextvars import Context
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import OpsError
from ..release.flow import pipeline_flow, regular  # it tells Prefect where it is: first of all
from ..settings import read_settings
from ..tracking.place import PROJECT
from .lease import held
from .limits import limits_or_held, read_limits
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
    """Take the steps that follow; what was done stands in the result and in the log.

    Raises:
        OpsError: a part could not do its work, such as a source of rows that is down.
    """
    settings, told = read_settings(), [reason]
    trouble: tuple[str, ...] = ()
    with held(settings, limits_or_held(settings.root)[0].lease) as lease:
        for _ in range(MOST):
            # Apart from this flow and its event loop: training is a flow, too.
            now = partial(datetime.now, UTC)
            look = partial(tick, settings, now(), renew=lease.renew, clock=now)
            step = await asyncio.to_thread(Context().run, look)
            trouble = step.trouble
            told.append(f"{step.kind}: {step.reason}")
            print(told[-1], file=sys.stderr)
            if step.kind == "wait":
                break
    if trouble:
        raise OpsError("; ".join(trouble), "the loop did what it could without")
    return told


def due(settings: Settings, asked: Training) -> Any:
    """Looking every so often, and when drift is told, as a deployment of Prefect.

    Raises:
        InvalidSettings: `automation.every` is out of its limits.
    """
    from prefect.events import DeploymentEventTrigger

    every = read_limits(settings.root).every
    drift = DeploymentEventTrigger(
        name=f"{PROJECT}: drift",
        expect={DETECTED},
        match={"prefect.resource.id": RESOURCE},
        parameters={"reason": "drift was told"},
    )
    said = f"every {every:g} s, and at once when drift is told"
    return regular(looping, "loop", every, said, triggers=[drift])
