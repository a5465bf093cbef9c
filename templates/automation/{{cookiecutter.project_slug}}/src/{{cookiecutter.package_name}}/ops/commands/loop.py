# ours: kept current by mlops-maturity upgrade
"""Let production improve itself, within limits, until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..loop.lease import Lease
    from ..loop.tick import Ticked
    from ..settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--once", action="store_true", help="take one step, and end")
    parser.add_argument("--every", type=float, help="seconds between two looks")


def run(options: argparse.Namespace) -> int:
    """Look and act; with `--once`, ends with 0 where nothing is to be done, 1 where a step was
    taken, 2 where a part could not do its work, and 3 where a person must decide.
    """
    from ..loop.lease import held
    from ..loop.limits import limits_or_held
    from ..settings import read_settings, within

    settings = read_settings()
    limits, _ = limits_or_held(settings.root)
    every = limits.every if options.every is None else options.every
    within("--every", every, 1, 86_400)
    with held(settings, limits.lease) as lease:
        if options.once:
            step = _look(settings, lease)
            _tell(step)
            return 2 if step.trouble else {"wait": 0, "ask": 3}.get(step.kind, 1)
        print(f"looking every {every:g} s; Ctrl-C ends it", file=sys.stderr)
        return _go_on(settings, lease, every)


def _go_on(settings: Settings, lease: Lease, every: float) -> int:
    from ..errors import Refused

    told = ""
    while True:
        try:
            step = _look(settings, lease)
            said = f"{step.kind} {step.reason} {step.trouble}"
            if said != told:
                _tell(step)
            told = said
            if step.kind != "wait":
                continue  # what follows from it need not wait
        except KeyboardInterrupt:
            return 0
        except Exception as error:  # such as an MLflow or a source of rows that is down
            if isinstance(error, Refused):
                lease.renew()  # somebody acted meanwhile; where it was another loop, this one ends
            told = ""
            _report(error)
        try:
            time.sleep(every)
        except KeyboardInterrupt:
            return 0


def _report(error: Exception) -> None:
    """What went wrong at one look; the next one tries again."""
    from ..errors import OpsError

    if not isinstance(error, OpsError):
        traceback.print_exception(error)
    print(f"error: {error}", file=sys.stderr)


def _look(settings: Settings, lease: Lease) -> Ticked:
    from ..loop.tick import tick

    now = partial(datetime.now, UTC)
    return tick(settings, now(), renew=lease.renew, clock=now)


def _tell(step: Ticked) -> None:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    about = f" version {step.version}" if step.version is not None else ""
    print(f"{moment}  {step.kind}{about}: {step.reason}", flush=True)
    for said in step.trouble:
        print(f"error: {said}", file=sys.stderr)
