# ours: kept current by mlops-maturity upgrade
"""How the comparison that runs stands, for the page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..monitoring.overview import Comparison, moment
from .experiment import read
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


def _ends(limits: Limits, since: datetime) -> tuple[str, ...]:
    last = since + timedelta(days=limits.days)
    lower = f"by {limits.margin:.0%} of the champion's" if limits.margin else ""
    return (
        f"Released when its loss is surely lower {lower}".rstrip()
        + f", by {limits.fewest:,} labels of each at least.",
        "Dropped when its loss is surely higher, or it fails, lags or differs too much.",
        f"Dropped without a difference at {limits.most:,} labels, or on {last.day} {last:%B}.",
    )
