# ours: kept current by mlops-maturity upgrade
"""How the comparison that runs stands, and what became of earlier ones: for the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..monitoring.overview import COMPARISON, Comparison, Event, moment
from .decision import PROMOTE
from .experiment import TAG, read
from .limits import read_experiment
from .looks import looks

if TYPE_CHECKING:
    from datetime import datetime

    from ..monitoring.overview import Registry
    from ..settings import Settings
    from .limits import Limits


def comparison(settings: Settings, registry: Registry) -> Comparison | None:
    """The comparison that runs, as the registry tells."""
    found = read(registry.state) if registry.state else None
    since = moment(found.since) if found else None
    if found is None or since is None:
        return None
    return Comparison(
        version=found.version,
        against=found.against,
        share=found.share,
        since=since,
        looks=looks(settings, found.id),
        ends=_ends(read_experiment(settings.root), since),
    )


def happened(settings: Settings, registry: Registry) -> Iterator[Event]:
    """When comparisons began, and how they ended."""
    running = read(registry.state) if registry.state else None
    if running and (since := moment(running.since)):
        yield _begun(since, running.version, running.against)
    for version in registry.versions:
        told = version.told(TAG)
        # What stands there of one that still runs is a note of somebody who did not come to an end.
        if not told or (running and told.get("id") == running.id):
            continue
        if since := moment(str(told.get("since"))):
            yield _begun(since, version.number, told.get("against"))
        if until := moment(str(told.get("until"))):
            ended = "found better" if told.get("outcome") == PROMOTE else "dropped"
            said = f"Version {version.number} was {ended}: {told.get('reason')}"
            yield Event(until, COMPARISON, said, version.number)


def _begun(since: datetime, version: int, against: Any) -> Event:
    said = f"Version {version} meets traffic beside version {against}"
    return Event(since, COMPARISON, said, version)


def _ends(limits: Limits, since: datetime) -> tuple[str, ...]:
    last = since + timedelta(days=limits.days)
    lower = f"by {limits.margin:.0%} of the champion's" if limits.margin else ""
    return (
        f"Released when its loss is surely lower {lower}".rstrip()
        + f", by {limits.fewest:,} labels of each at least.",
        "Dropped when its loss is surely higher, it fails more often, or its answers are others.",
        f"Dropped without a difference at {limits.most:,} labels, or on {last.day} {last:%B}.",
    )
