# ours: kept current by mlops-maturity upgrade
"""Train whenever the clock of the settings says so, recorded by Prefect."""

from __future__ import annotations

import argparse
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be given."""
    parser.add_argument("--cron", help="five fields; by default [training] cron in settings.toml")


def run(options: argparse.Namespace) -> int:
    """Wait and train until Ctrl-C; ends with 0."""
    from ..errors import InvalidSettings, OpsError
    from ..pipeline.addresses import CRON, check_clock, prefect_address, read_training
    from ..settings import read_settings

    settings = read_settings()
    asked = read_training(settings.root)
    cron = options.cron or asked.cron
    check_clock(cron, asked.timezone)
    api = prefect_address(settings)
    if api is None:
        raise OpsError("no Prefect server is known", "start one: uv run ops services")
    from ..pipeline.flow import answering, training  # it tells Prefect where it is: first of all

    # isort: split
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    try:
        schedule = Cron(cron, timezone=asked.timezone or None)
    except ValueError as error:
        first = str(error).strip().splitlines()[-1]
        raise InvalidSettings(f"training.cron is {cron!r}: {first}", CRON) from None
    print(f"training is due at: {cron}; Ctrl-C ends it", file=sys.stderr)
    with answering(api):
        training.serve(
            name="schedule",
            schedule=schedule,
            entrypoint_type=EntrypointType.MODULE_PATH,
            print_starting_message=False,
            limit=1,
        )
    return 0
