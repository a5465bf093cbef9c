# ours: kept current by mlops-maturity upgrade
"""Look after what goes on by itself: comparison, way back, windows; until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..release.watching import Event


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--once", action="store_true", help="look once, and end")
    parser.add_argument(
        "--every", type=float, help="seconds between two looks, instead of [watch] every"
    )


def run(options: argparse.Namespace) -> int:
    """Look, and tell what was done.

    Ends with 0 when interrupted; with `--once`, 1 where a version was taken back or an alarm began,
    2 where a part could not do its work.
    """
    from ..release.watching import read_watch, turn
    from ..settings import read_settings, within

    settings = read_settings()
    if options.once:
        events = list(turn(settings, datetime.now(UTC)))
        if not events:
            print("all is quiet", file=sys.stderr)
        return _told(events)
    every = read_watch(settings.root).every if options.every is None else options.every
    within("--every", every, 1, 86_400)
    print(f"looking every {every:g} s; Ctrl-C ends it", file=sys.stderr)
    try:
        while True:
            _told(turn(settings, datetime.now(UTC)))
            time.sleep(every)
    except KeyboardInterrupt:
        return 0


def _told(events: Iterable[Event]) -> int:
    """Print what happened, with its moment; what does not work is talk."""
    code = 0
    for event in events:
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        print(
            f"{moment}  {event.said}", file=sys.stderr if event.broken else sys.stdout, flush=True
        )
        code = 1 if event.grave else code or (2 if event.broken else 0)
    return code
