# ours: kept current by mlops-maturity upgrade
"""What the loop may do: `[automation]` in `settings.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidSettings
from ..release.limits import read_experiment
from ..settings import read_part, within
from .freeze import Freeze, parse


@dataclass(frozen=True)
class Limits:
    """The table `[automation]`.

    Attributes:
        every: seconds between two looks.
        cooldown: hours after the beginning of a training until the next one may begin.
        per_day: most trainings within 24 hours.
        per_month: most trainings within 30 days.
        fresh: fewest labelled rows that no training of the loop has seen yet.
        share: highest share of the keys that a challenger may meet.
        freeze: times in which the loop trains and releases nothing, such as
            `fri 16:00..mon 08:00`, or `2026-12-24..2027-01-02`; in UTC.
        approval: whether a person approves each release.
        expiry: hours until a version that waits for approval is dropped.
        lease: seconds for which one loop alone may act.
        confirm: batches in a row that must look alike until what is odd about them counts as the
            world's and not as a fault of the data.
        volume: times the usual number of rows that a batch may have.
        loss: times the usual loss of the champion that a batch may have.
        batch: hours of rows that are looked at together.
    """

    every: int
    cooldown: float
    per_day: int
    per_month: int
    fresh: int
    share: float
    freeze: Sequence[str]
    approval: bool
    expiry: float
    lease: int
    confirm: int
    volume: float
    loss: float
    batch: float

    @property
    def frozen(self) -> tuple[Freeze, ...]:
        """The times of `freeze`."""
        return tuple(map(parse, self.freeze))


HELD = Limits(
    every=300,
    cooldown=8760.0,
    per_day=0,
    per_month=0,
    fresh=10**9,
    share=0.001,
    freeze=(),
    approval=True,
    expiry=8760.0,
    lease=600,
    confirm=1000,
    volume=1e6,
    loss=1e6,
    batch=24.0,
)
"""What holds while nobody knows what may be done: next to nothing."""


def limits_or_held(root: Path) -> tuple[Limits, str]:
    """The table `[automation]`; where it is wrong, `HELD`, and what is wrong, in words.

    So a wrong setting keeps nothing from being stopped, or from going back.
    """
    try:
        return read_limits(root), ""
    except InvalidSettings as error:
        return HELD, f"{error}: {error.hint}"


def read_limits(root: Path) -> Limits:
    """The table `[automation]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Limits, "automation", root)
    within("automation.every", found.every, 1, 86_400)
    within("automation.cooldown", found.cooldown, 0, 8760)
    within("automation.per_day", found.per_day, 0, 1000)
    within("automation.per_month", found.per_month, 0, 30_000)
    within("automation.fresh", found.fresh, 1, 10**9)
    within("automation.share", found.share, 0.001, 0.5)
    within("automation.expiry", found.expiry, 0.01, 8760)
    within("automation.lease", found.lease, 5, 86_400)
    within("automation.confirm", found.confirm, 2, 1000)
    within("automation.volume", found.volume, 1.5, 10**6)
    within("automation.loss", found.loss, 1.1, 10**6)
    within("automation.batch", found.batch, 0.001, 8760)
    if not isinstance(found.freeze, list):
        raise InvalidSettings("automation.freeze is no list", 'such as ["fri 16:00..mon 08:00"]')
    _ = found.frozen  # what cannot be read is told now, and not at Christmas
    if found.approval and not read_experiment(root).share:
        raise InvalidSettings(
            "automation.approval is given after a comparison, and experiment.share is 0",
            "a share above 0, or approval = false",
        )
    return found
