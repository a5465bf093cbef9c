# ours: kept current by mlops-maturity upgrade
"""Stop the loop at its next decision; --off lets it act again."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--reason", default="stopped by a person", help="stands in the record")
    parser.add_argument("--off", action="store_true", help="let it act again")


def run(options: argparse.Namespace) -> int:
    """Stop, or let it act again; ends with 0."""
    from ..loop.stop import VARIABLE, go_on, halted, stop
    from ..settings import read_settings

    settings = read_settings()
    if options.off:
        was_there = go_on(settings)
        print("it may act again" if was_there else "it was not stopped", file=sys.stderr)
        if still := halted(settings):
            print(f"note: {still}, so it stays stopped", file=sys.stderr)
        return 0
    place = stop(settings, datetime.now(UTC), options.reason)
    print(f"stopped: {place}", file=sys.stderr)
    print("a comparison that runs ends at the next look of the loop", file=sys.stderr)
    print(f"where this folder is not shared, set {VARIABLE}=1", file=sys.stderr)
    print("to go on: uv run ops stop --off", file=sys.stderr)
    return 0
