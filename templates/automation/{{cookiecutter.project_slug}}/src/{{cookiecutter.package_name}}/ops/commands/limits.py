# ours: kept current by mlops-maturity upgrade
"""Show what the loop may do, how much of it is used, and whether it is stopped."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime

UNITS = {
    **dict.fromkeys(("every", "lease"), "s"),
    **dict.fromkeys(("cooldown", "expiry", "batch"), "h"),
    **dict.fromkeys(("per_day", "per_month"), "trainings"),
    **{"fresh": "labelled rows", "share": "of the keys", "confirm": "batches"},
    **{"volume": "times the usual rows", "loss": "usual deviations"},
}


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
        print("what it may do")
        for name, value in asdict(limits).items():
            print(f"  {name.replace('_', ' '):<22} {_shown(value)} {UNITS.get(name, '')}".rstrip())
        print("what is left of it now")
        for name, value in told.items():
            print(f"  {name.replace('_', ' '):<22} {_shown(value)}")
    return 1 if stopped or frozen or used else 0


def _shown(value: object) -> str:
    if value in ("", []):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
