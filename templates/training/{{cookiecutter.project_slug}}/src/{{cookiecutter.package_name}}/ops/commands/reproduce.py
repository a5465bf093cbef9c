# ours: kept current by mlops-maturity upgrade
"""Train a registered version again from its commit, rows and seed, and compare."""

from __future__ import annotations

import argparse
import json
import math
import sys

from ..errors import OpsError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("version", type=int, help="its number")
    parser.add_argument(
        "--tolerance", type=float, default=1e-6, help="largest relative difference of a metric"
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Train again and compare; ends with 1 where a metric differs by more than the tolerance."""
    from ..pipeline.reproduction import reproduce
    from ..settings import read_settings

    if not 0 <= options.tolerance < math.inf:
        raise OpsError(f"--tolerance is {options.tolerance}", "a share of 0 or more, such as 1e-6")
    found = reproduce(read_settings(), options.version, lambda text: print(text, file=sys.stderr))
    same = found.agrees(options.tolerance)
    if options.format == "json":
        told = {"rows_same": found.rows_same, "then": found.then, "again": found.again}
        print(json.dumps({"schema_version": 1, "reproduced": same, **told}, indent=2))
    else:
        print(f"{'metric':<12} {'then':>14} {'again':>14}")
        for name, value in found.then.items():
            print(f"{name:<12} {value:>14.8g} {found.again.get(name, float('nan')):>14.8g}")
        print(f"rows         {'the same' if found.rows_same else 'NOT those of then'}")
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    if same:
        print(f"reproduced, to {options.tolerance:g}", file=sys.stderr)
        return 0
    print(f"not reproduced, to {options.tolerance:g}", file=sys.stderr)
    if found.alike:
        print(
            "\nhint: does build() in model.py give params['random_state'] to all that draws?",
            file=sys.stderr,
        )
    return 1
