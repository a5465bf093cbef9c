# ours: kept current by mlops-maturity upgrade
"""Two ways to run the steps: in this process, and as a flow that a Prefect server records."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..steps import Step, run_here
from ..tracking.place import address, is_own, shown
from ..tracking.runs import begun
from ..wiring import steps
from .addresses import prefect_address
from .pipeline import Pipeline
from .services import running

if TYPE_CHECKING:
    from ..settings import Settings
    from ..source import ModelSource
    from ..steps import Order, Tell

PAUSE = 1.0
"""Seconds before a step is tried again."""


def run(settings: Settings, order: Order, source: ModelSource, tell: Tell) -> Pipeline:
    """Train: recorded by Prefect where its address is known, else just here."""
    api = prefect_address(settings)
    if api is None:
        by = "Prefect did not record it (uv run ops services starts it)"
        return noted(in_process(settings, order, source, tell), by, settings)
    from .flow import recorded

    work, heard = recorded(api, order, tell)
    by = "recorded it" if heard else "no longer answered and did not hear of the end"
    return noted(work, f"Prefect at {shown(api)} {by}", settings)


def in_process(settings: Settings, order: Order, source: ModelSource, tell: Tell) -> Pipeline:
    """Run the steps here, without a server."""
    with begun(settings, "training") as kept:
        patiently = [replace(step, run=patient(step)) for step in steps()]
        work: Pipeline = run_here(patiently, Pipeline(settings, order, source, run=kept), tell)
        return work


def patient(step: Step[Pipeline]) -> Callable[[Pipeline], Pipeline]:
    """The step, tried again when a file or a connection fails."""

    def tried(work: Pipeline) -> Pipeline:
        for left in reversed(range(step.retries + 1)):
            try:
                return step.run(work)
            except OSError:
                if not left:
                    raise
                time.sleep(PAUSE)
        raise AssertionError  # the last try returns or raises

    return tried


def noted(work: Pipeline, by: str, settings: Settings) -> Pipeline:
    """The work, with where its run can be looked at, and by whom it was recorded."""
    page = running(settings.root).get("mlflow")
    place = page.url if page and is_own(settings) else shown(address(settings))
    where = f"run {work.kept.run_id} in MLflow at {place}"
    return replace(work, notes=(*work.notes, where, by))
