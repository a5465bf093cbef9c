# ours: kept current by mlops-maturity upgrade
"""Show what the loop may do, how much of it is used, and whether it is stopped."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Print them; ends with 0, or with 1 where it may not train now."""
    from ..loop.approval import settled
    from ..loop.decision import DAY, MONTH, spent
    from ..loop.limits import read_limits
    from ..loop.stop import halted
    from ..loop.turns import memory, read
    from ..settings import read_settings

    settings, now = read_settings(), datetime.now(UTC)
    limits, events = read_limits(settings.root), read(settings)
    known = memory(events, settled(settings, memory(events).asked))
    stopped, used = halted(settings), spent(now, known, limits)
    frozen = next((one.text for one in limits.frozen if one.holds(now)), "")
    told = {
        "stopped": stopped,
        "frozen": frozen,
        "used_up": used,
        "trainings_in_a_day": sum(now - DAY < one for one in known.trainings),
        "trainings_in_30_days": sum(now - MONTH < one for one in known.trainings),
        "waiting_for_a_person": sorted(known.asked),
    }
    if options.format == "json":
        print(json.dumps({"schema_version": 1, "limits": asdict(limits), **told}, indent=2))
    else:
        for name, value in (*asdict(limits).items(), *told.items()):
            print(f"{name.replace('_', ' '):<22} {value if value not in ('', []) else '-'}")
    return 1 if stopped or frozen or used else 0
