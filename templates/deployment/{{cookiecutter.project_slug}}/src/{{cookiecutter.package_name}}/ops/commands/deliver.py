# ours: kept current by mlops-maturity upgrade
"""Bring a version that passed to production: the same file, to another MLflow."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("version", type=int, nargs="?", help="its number; by default the newest")
    parser.add_argument("--to", metavar="URI", help="instead of [deployment] production")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Deliver; ends with 0."""
    from ..errors import OpsError
    from ..registry.versions import versions
    from ..release.delivery import deliver, production
    from ..settings import read_settings
    from ..tracking.place import shown

    settings, number = read_settings(), options.version
    if number is None:
        if not (known := versions(settings)):
            raise OpsError("there is no version yet", "train one: uv run ops train")
        number = known[-1].number
    to = production(settings, options.to)
    found = deliver(settings, number, to, datetime.now(UTC))
    if options.format == "json":
        told = {"version": number, "delivered": found.version, "again": found.again}
        told["said"] = found.taken.said if found.taken else None
        print(json.dumps({"schema_version": 1, **told}, indent=2))
    before = "had arrived before, as" if found.again else "is"
    print(f"version {number} {before} version {found.version} at {shown(to)}", file=sys.stderr)
    if found.taken:
        print(f"there, {found.taken.said}", file=sys.stderr)
    return 0
