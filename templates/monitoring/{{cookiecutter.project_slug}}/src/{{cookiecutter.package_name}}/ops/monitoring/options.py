# ours: kept current by mlops-maturity upgrade
"""When a window is judged and what counts as drift: `[monitoring]` in `settings.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InvalidSettings
from ..settings import read_part, within

if TYPE_CHECKING:
    from ..settings import Settings


@dataclass(frozen=True)
class Monitoring:
    """The table `[monitoring]`.

    Attributes:
        hours: length of a window.
        rows: fewest rows of a window that can be judged.
        recent: quiet windows that the next one is held against.
        deviations: standard deviations beyond the usual change.
        effect: least change beside recent windows that matters, from 0 to 1.
        unknown: least change that matters beside training, and until windows taught what is usual.
        significance: highest p-value, corrected for the number of columns.
        m: windows, of the last `k`, in which a column must drift to raise an alarm.
        k: windows that count.
        labels: fewest labels of a window that judge the champion's metric.
        worse: share of the card's figure by which it must surely be worse.
        failed: highest share of failed answers, and of unseen categories.
        reports: whether a report is made of a window that drifted.
    """

    hours: float
    rows: int
    recent: int
    deviations: float
    effect: float
    unknown: float
    significance: float
    m: int
    k: int
    labels: int
    worse: float
    failed: float
    reports: bool


def read_monitoring(settings: Settings) -> Monitoring:
    """The table `[monitoring]`.

    Raises:
        InvalidSettings: names the key and what is allowed there.
    """
    found = read_part(Monitoring, "monitoring", settings.root)
    within("monitoring.hours", found.hours, 0.001, 24 * 366)
    within("monitoring.rows", found.rows, 10, 10**9)
    within("monitoring.recent", found.recent, 1, 60)
    within("monitoring.deviations", found.deviations, 0.0, 100.0)
    within("monitoring.effect", found.effect, 0.0, 1.0)
    within("monitoring.unknown", found.unknown, 0.0, 1.0)
    within("monitoring.significance", found.significance, 1e-12, 0.5)
    within("monitoring.k", found.k, 1, 60)
    within("monitoring.labels", found.labels, 20, 10**9)
    within("monitoring.worse", found.worse, 0.0, 100.0)
    within("monitoring.failed", found.failed, 0.0, 1.0)
    if not 1 <= found.m <= found.k:
        raise InvalidSettings(f"monitoring.m is {found.m}", f"of the last k, which is {found.k}")
    return found
