# ours: kept current by mlops-maturity upgrade
"""Which Prefect records the runs, and when they are due."""

from __future__ import annotations

import logging
import os
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import InvalidSettings, OpsError
from ..settings import read_part
from ..tracking.opening import direct
from ..tracking.place import ALONE, shown, state
from .services import running

if TYPE_CHECKING:
    from ..settings import Settings

ADDRESS = "PREFECT_API_URL"
FIELDS, CLOCK = 5, frozenset(f"{string.ascii_letters}{string.digits} */,-#?")
CRON = "minute hour day month weekday, such as 0 3 * * 1"


class Unanswered(OpsError):
    """Prefect's server does not answer."""


@dataclass(frozen=True)
class Training:
    """The table `[training]`.

    Attributes:
        prefect: address of the API of a Prefect server; nothing for the local one, if it runs.
        cron: when training is due, as five fields.
        timezone: of the fields.
    """

    prefect: str
    cron: str
    timezone: str


def read_training(root: Path) -> Training:
    """The table `[training]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Training, "training", root)
    check_clock(found.cron, found.timezone)
    return found


def check_clock(cron: str, timezone: str) -> None:
    """Refuse what is no clock, as far as can be told without Prefect.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    if len(cron.split()) != FIELDS or not set(cron) <= CLOCK:
        raise InvalidSettings(f"training.cron is {cron!r}", CRON)
    try:
        ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidSettings(
            f"training.timezone is {timezone!r}", "such as Europe/Berlin, or UTC"
        ) from None


def prefect_address(settings: Settings) -> str | None:
    """The address of Prefect's API: environment, settings, or the server that runs here."""
    if not os.environ.get(ALONE):
        given = os.environ.get(ADDRESS) or read_training(settings.root).prefect
        if given:
            return given
    local = running(settings.root).get("prefect")
    return f"{local.url}/api" if local else None


def prepare(root: Path, api: str) -> None:
    """Tell Prefect where it is, before it is imported: it reads its settings once."""
    known = {ADDRESS: api, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    os.environ.update({**known, **direct()})
    local = running(root).get("prefect")
    if local is not None and api == f"{local.url}/api":  # elsewhere, a profile may hold the key
        os.environ["PREFECT_HOME"] = str(state(root) / "prefect")
    # What goes wrong is told by the command, in words; Prefect's page has the rest.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_INTERNAL_LEVEL", "CRITICAL")
    logging.raiseExceptions = False  # what its handler cannot send would reach the terminal


@contextmanager
def answering(api: str) -> Iterator[None]:
    """A server that does not answer is told in words.

    Raises:
        Unanswered: it does not answer.
    """
    import httpx

    try:
        yield
    except (RuntimeError, httpx.HTTPError) as error:
        if isinstance(error, RuntimeError) and "reach API" not in str(error):
            raise
        raise Unanswered(
            f"Prefect at {shown(api)} does not answer",
            f"is {ADDRESS} right, and does the server run? see [training] in settings.toml",
        ) from None
