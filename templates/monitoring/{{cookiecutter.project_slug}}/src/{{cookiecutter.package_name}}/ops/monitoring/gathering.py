# ours: kept current by mlops-maturity upgrade
"""Gather the overview: windows, alerts, traffic, versions, decisions.

What cannot be read is told in it; it never keeps the rest from being told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ..errors import OpsError
from .overview import (
    ALARM,
    CALM,
    DECISION,
    RELEASE,
    TRAINED,
    Comparison,
    Event,
    Open,
    Overview,
    Registry,
    moment,
)
from .seen import RELEASE as HAPPENED
from .seen import Alert, alerts, windows
from .traffic import Traffic, traffic

if TYPE_CHECKING:
    from ..settings import Settings

NEWEST_WINDOWS = 60
T = TypeVar("T")

Story = Callable[["Settings", Registry], Iterable[Event]]
"""Turns that a layer adds to the time line."""

Compared = Callable[["Settings", Registry], "Comparison | None"]


def ask_registry(settings: Settings) -> Registry:
    """What the registry says now, or why it says nothing."""
    from ..registry.versions import state, versions

    try:
        return Registry(state(settings), tuple(versions(settings)))
    except OpsError as error:
        return Registry(trouble=str(error))
    except Exception as error:  # a database that another program holds, such as
        return Registry(trouble=f"{type(error).__name__} while asking MLflow")


def gather(
    settings: Settings,
    now: datetime,
    answers: str,
    registry: Registry,
    compared: Compared,
    stories: Sequence[Story] = (),
) -> Overview:
    """The overview.

    Args:
        settings: of the project.
        now: moment that it is about.
        answers: name of the version that answers.
        registry: what it said.
        compared: gives the comparison that runs.
        stories: what layers add to the time line.
    """
    troubles: list[str] = []

    def asked(part: Callable[[], T], otherwise: T) -> T:
        try:
            return part()
        except (OpsError, OSError) as error:
            troubles.append(str(error))
            return otherwise

    told = alerts(settings)
    still = still_open(told)
    known = {id(one.alert) for one in still}
    happened = [*_released(registry), *_alarms(told)]
    for story in stories:
        happened += asked(partial(story, settings, registry), ())
    return Overview(
        now=now,
        project=settings.root.name,
        answers=answers,
        windows=tuple(windows(settings)[-NEWEST_WINDOWS:]),
        open=tuple(still[::-1]),
        past=tuple(one for one in told[::-1] if id(one) not in known),
        traffic=asked(partial(traffic, settings, now), Traffic()),
        registry=registry,
        comparison=asked(partial(compared, settings, registry), None),
        events=tuple(sorted(happened, key=lambda one: one.when, reverse=True)),
        troubles=tuple(troubles),
    )


def still_open(told: Sequence[Alert]) -> list[Open]:
    """Alerts that began and have not ended, oldest first."""
    found: dict[tuple[str, str], Alert] = {}
    for alert in told:
        if alert.kind == HAPPENED:
            continue
        for column in alert.columns or ("",):
            if alert.begun:
                found.setdefault((alert.kind, column), alert)
            elif column:
                found.pop((alert.kind, column), None)
            else:  # all of this kind has ended
                found = {key: one for key, one in found.items() if key[0] != alert.kind}
    return [
        Open(alert, tuple(column for (_, column), one in found.items() if one is alert and column))
        for alert in told
        if any(one is alert for one in found.values())
    ]


def _released(registry: Registry) -> list[Event]:
    from ..registry.decisions import decisions

    found = []
    for one in registry.state.releases if registry.state else ():
        said = f"Version {one.version} answers, by {one.who}: {one.reason}"
        found.append((one.when, RELEASE, said, one.version))
    for version in registry.versions:
        number = version.number
        failed = f", but did not pass: {', '.join(version.failed)}" if version.failed else ""
        said = f"Version {number} was registered{failed}"
        found.append((version.tags.get("created", ""), TRAINED, said, number))
        for entry in decisions(version.tags):
            said = f"Version {number}, {entry.kind}: {entry.said}"
            found.append((entry.when, DECISION, said, number))
    return [
        Event(at, kind, said, number)
        for when, kind, said, number in found
        if (at := moment(when)) is not None
    ]


def _alarms(told: Sequence[Alert]) -> list[Event]:
    return [
        Event(at, ALARM if one.begun else CALM, one.said)
        for one in told  # what happened to a version stands among the decisions
        if one.kind != HAPPENED and (at := moment(one.when)) is not None
    ]
