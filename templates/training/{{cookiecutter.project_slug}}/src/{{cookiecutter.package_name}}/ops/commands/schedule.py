# ours: kept current by mlops-maturity upgrade
"""Do whatever is due by the clock of the settings, recorded by Prefect."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from importlib import import_module


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument(
        "--cron", help="of training, five fields; by default [training] cron in settings.toml"
    )


def run(options: argparse.Namespace) -> int:
    """Wait and run what is due, training first of all, until Ctrl-C; ends with 0."""
    from ..errors import OpsError
    from ..pipeline.addresses import answering, check_clock, prefect_address, read_training
    from ..settings import read_settings

    settings = read_settings()
    asked = read_training(settings.root)
    asked = replace(asked, cron=options.cron or asked.cron)
    check_clock(asked.cron, asked.timezone)
    api = prefect_address(settings)
    if api is None:
        raise OpsError("no Prefect server is known", "start one: uv run ops services")
    from ..wiring import FLOWS

    ops = __package__.rpartition(".")[0]
    # They tell Prefect where it is: first of all.
    due = [import_module(f"{ops}.{name}").due(settings, asked) for name in FLOWS]

    # isort: split
    from prefect import serve

    for one in due:
        print(f"{one.flow_name} is due at: {one.description}", file=sys.stderr)
    print("Ctrl-C ends it", file=sys.stderr)
    with answering(api):
        serve(*due, print_starting_message=False, limit=len(due))
    return 0
