# ours: kept current by mlops-maturity upgrade
"""How two versions are compared on live traffic: `[experiment]` in `settings.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..settings import read_part, within


@dataclass(frozen=True)
class Limits:
    """The table `[experiment]`.

    Attributes:
        share: of the keys that meet the challenger; 0 where what passed the gate answers at once.
        alpha: chance that either version is wrongly called better, at any time.
        margin: share of the champion's loss by which the challenger's must surely be lower.
        fewest: labels of each version before a difference counts.
        most: labels of both after which the champion stays where no difference was found.
        days: after which the champion stays likewise.
        errors: share of failed, or of slow, answers that a version may have above the other's.
        latency: milliseconds above which an answer is slow.
        shift: standard deviations by which the mean prediction may differ.
    """

    share: float
    alpha: float
    margin: float
    fewest: int
    most: int
    days: float
    errors: float
    latency: float
    shift: float


def read_experiment(folder: Path | None = None) -> Limits:
    """The table `[experiment]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Limits, "experiment", folder)
    within("experiment.share", found.share, 0.0, 0.5)
    within("experiment.alpha", found.alpha, 1e-6, 0.5)
    within("experiment.margin", found.margin, 0.0, 1.0)
    within("experiment.fewest", found.fewest, 30, 10**9)
    within("experiment.most", found.most, 2 * found.fewest, 10**9)
    within("experiment.days", found.days, 0.001, 3650)
    within("experiment.errors", found.errors, 0.001, 1.0)
    within("experiment.latency", found.latency, 0.01, 600_000)
    within("experiment.shift", found.shift, 0.01, 100.0)
    return found
