# ours: kept current by mlops-maturity upgrade
"""The pipeline as a Prefect flow: each step is a task, each run stands in Prefect's API.

Flow and tasks are async: at the end of a sync flow, Prefect waits up to a second for its heartbeat,
and each sync task opens a connection of its own.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from typing import Any

from ..errors import InvalidSettings, OpsError
from ..settings import Settings, read_settings, root
from ..steps import Order, Step, Tell, run_step
from ..tracking.runs import begun
from ..wiring import model_source, steps
from .addresses import ADDRESS, Training, Unanswered, answering, prefect_address, prepare
from .pipeline import Pipeline

_API = prefect_address(read_settings(root()))
if _API is None:
    raise OpsError("no address of Prefect is known", f"set {ADDRESS}, or uv run ops services")
prepare(root(), _API)

from prefect import flow, task  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402

PAUSE = 1
_failures: list[Exception] = []
_done: list[Pipeline] = []
"""The work whose steps are all done, whether or not Prefect hears of it."""
_telling: list[Tell] = []
"""Who is told when a step is done; the last one counts."""


def _say(line: str) -> None:
    print(line, file=sys.stderr)


class StepFailed(Exception):
    """A step failed; the server is told which one, and no value of a row."""


async def _ran(step: Step[Pipeline], work: Pipeline, tell: Tell) -> Pipeline:
    try:
        return run_step(step, work, tell)
    except OSError:
        raise  # it may be tried again
    except Exception as error:
        tell(f"{step.name:<8}  failed: {error}")
        _failures.append(error)
        # Not `from error`: the server keeps how an exception came about, too.
        raise StepFailed(f"{step.name}: {type(error).__name__}") from None


@flow(name=f"{str(__package__).partition('.')[0]}-training", persist_result=False)
async def training(
    start: str | None = None,
    end: str | None = None,
    params: dict[str, Any] | None = None,
    known: str | None = None,
) -> Any:
    """Train on a window.

    Args:
        start: first moment; none for the first row.
        end: first moment after it; none for the last row.
        params: of the model, in the place of those in the settings.
        known: first moment at which a label is known too late; the end, without one.
    """
    _hear_interruptions()
    settings, tell = read_settings(), (_telling or [_say])[-1]
    with begun(settings, "training") as kept:
        order = Order(start, end, params or {}, known)
        work = Pipeline(settings, order, model_source(settings), run=kept)
        for step in steps():
            done = task(
                name=step.name,
                retries=step.retries,
                retry_delay_seconds=PAUSE,
                retry_condition_fn=_may_pass,
                cache_policy=NO_CACHE,
                persist_result=False,
            )(_ran)
            work = await done(step, work, tell)
    _done.append(work)
    return work


def recorded(api: str, order: Order, tell: Tell) -> tuple[Pipeline, bool]:
    """Run the flow here, recorded by the server at `api`.

    Returns:
        The work, and whether the server heard of its end.

    Raises:
        OpsError: a step failed, or the server did not answer and not all steps are done.
    """
    _telling.append(tell)
    try:
        with answering(api):
            asyncio.run(
                training(
                    start=order.start,
                    end=order.end,
                    params=dict(order.params),
                    known=order.known,
                )
            )
        return _done[-1], True
    except (StepFailed, Unanswered):
        if _failures:
            raise _failures[-1] from None
        if not _done:
            raise
        return _done[-1], False
    finally:
        _telling.pop()
        _failures.clear()
        _done.clear()


def due(settings: Settings, asked: Training) -> Any:
    """Training by the clock of the settings, as a deployment of Prefect.

    Raises:
        InvalidSettings: the clock cannot be read.
    """
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    try:
        schedule = Cron(asked.cron, timezone=asked.timezone or None)
    except ValueError as error:
        first = str(error).strip().splitlines()[-1]
        hint = "minute hour day month weekday, such as 0 3 * * 1; timezone such as Europe/Berlin"
        raise InvalidSettings(f"training.cron is {asked.cron!r}: {first}", hint) from None
    return training.to_deployment(
        name="schedule",
        description=asked.cron,
        schedule=schedule,
        entrypoint_type=EntrypointType.MODULE_PATH,
        concurrency_limit=1,
    )


def _hear_interruptions() -> None:
    """Ctrl-C ends a step at once: left to asyncio, it would wait for the end of all of them."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


async def _may_pass(task: Any, run: Any, state: Any) -> bool:
    """Whether another try may help: files and connections come back, bad input does not."""
    try:
        await state.aresult()
    except OSError:
        return True
    except Exception:
        return False
    return False
