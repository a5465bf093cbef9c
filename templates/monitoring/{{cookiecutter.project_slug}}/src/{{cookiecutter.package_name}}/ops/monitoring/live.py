# ours: kept current by mlops-maturity upgrade
"""`ops drift --live`: the windows of the log against the world that the champion learnt from."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .alarm import DRIFT, QUIET, Alarm, alarm

if TYPE_CHECKING:
    from ..settings import Settings
    from .options import Monitoring
    from .series import Window

LAST = 10
CODES = {QUIET: 0, DRIFT: 1}
_TOO_FEW = 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--live", action="store_true", help="the predictions that were logged")
    parser.add_argument("--last", type=int, default=LAST, help=f"windows to show, {LAST}")
    parser.add_argument("--report", action="store_true", help="a page about the newest window")


def is_asked(options: argparse.Namespace) -> bool:
    """Whether this is what is asked for."""
    return bool(options.live)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Look at what is due and show the last windows; 0 is quiet, 1 an alarm, 3 too few rows."""
    from ..errors import Undecided
    from .alerts import seen
    from .options import read_monitoring
    from .series import windows
    from .watching import observe

    limits = read_monitoring(settings)
    observe(settings, datetime.now(UTC))
    every = windows(settings)
    if not every:
        raise Undecided("no window is over yet", "ask the service, and wait [monitoring] hours")
    same = [one for one in every if one.version == every[-1].version]
    found = alarm([seen(one, DRIFT) for one in same], limits.m, limits.k)
    shown = every[-options.last :] if options.last > 0 else []
    if options.format == "json":
        print(json.dumps(_json(found, shown), indent=2))
    else:
        _show(shown)
    if options.report:
        _report(settings, every)
    print(_said(found, limits), file=sys.stderr)
    return CODES.get(found.state, _TOO_FEW)


def _report(settings: Settings, every: Sequence[Window]) -> None:
    from ..errors import Undecided
    from ..wiring import model_source
    from .report import write_report

    judged = [one for one in every if one.columns]
    if not judged:
        raise Undecided("no window has rows enough for a report", "see [monitoring] rows")
    place = write_report(settings, model_source(settings).load(), judged[-1])
    print(f"the report is in {place}", file=sys.stderr)


def _json(found: Alarm, shown: Sequence[Window]) -> dict[str, object]:
    return {
        "schema_version": 1,
        "state": found.state,
        "since": dict(found.since),
        "windows": [asdict(one) for one in shown],
    }


def _show(shown: Sequence[Window]) -> None:
    print(f"{'window until':<17}  {'version':>7}  {'rows':>7}  {'state':<8}  what moved")
    for one in shown:
        every = (*one.columns, *((one.prediction,) if one.prediction else ()))
        moved = [f"{each.name} {each.size:.2f} ({each.note})" for each in every if each.drift]
        print(
            f"{one.end[:16]:<17}  {one.version:>7}  {one.rows:>7,}  {one.state:<8}  "
            f"{'; '.join(moved)}"
        )


def _said(found: Alarm, limits: Monitoring) -> str:
    rule = f"{limits.m} of {limits.k} windows"
    if found.state == DRIFT:
        told = ", ".join(f"{name} since {since[:16]}" for name, since in found.since)
        return f"\ndrift in {rule}: {told}"
    return f"\nno drift in {rule}" if found.state == QUIET else "\ntoo few rows to judge"
