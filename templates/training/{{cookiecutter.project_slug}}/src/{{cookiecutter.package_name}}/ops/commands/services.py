# ours: kept current by mlops-maturity upgrade
"""Start MLflow and Prefect on this machine; --stop ends them."""

from __future__ import annotations

import argparse
import json
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--stop", action="store_true", help="end both")
    what.add_argument("--status", action="store_true", help="do they run? ends with 1 if not")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(options: argparse.Namespace) -> int:
    """Start, end or look; ends with 0, or with 1 where --status finds less than both."""
    from ..pipeline.services import read_ports, running, start, stop
    from ..settings import read_settings
    from ..tracking.place import make_ready

    settings, talk = read_settings(), sys.stderr
    root = settings.root
    if options.stop:
        ended = stop(root)
        print(f"ended: {', '.join(ended)}" if ended else "none was running", file=talk)
        return 0
    ports = read_ports(root)
    if not options.status:
        make_ready(settings)
    found = (
        running(root) if options.status else start(root, ports, lambda text: print(text, file=talk))
    )
    if options.format == "json":
        print(json.dumps({name: one.url for name, one in found.items()}, indent=2))
    for name in ("mlflow", "prefect"):
        if options.format == "text":
            print(f"{name:<8} {found[name].url if name in found else 'does not run'}")
    if options.status:
        return 0 if len(found) == 2 else 1
    print("from now on Prefect records what `uv run ops train` does", file=talk)
    print("to end them: uv run ops services --stop", file=talk)
    return 0
