# ours: kept current by mlops-maturity upgrade
"""From windows that drifted to what a person is told: not every window, and nothing twice.

One window in which a column drifted may be a holiday. A column raises an alarm when it drifted in
`m` of the last `k` windows that could be judged, and is told once, until it is quiet again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

QUIET, DRIFT, UNDECIDED = "quiet", "drift", "few rows"


@dataclass(frozen=True)
class Window:
    """What one window showed.

    Attributes:
        end: first moment after it, in ISO 8601.
        drifted: names of the columns that drifted in it.
        judged: whether it had rows enough to tell.
    """

    end: str
    drifted: tuple[str, ...] = ()
    judged: bool = True


@dataclass(frozen=True)
class Alarm:
    """What the windows say together.

    Attributes:
        state: `quiet`, `drift` or `few rows`.
        since: by column, the end of the first window of those that raised the alarm.
    """

    state: str
    since: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that raise it."""
        return tuple(name for name, _ in self.since)


@dataclass(frozen=True)
class News:
    """What a person is told.

    Attributes:
        begun: columns that drift from now on, with the end of the first window that showed it.
        ended: columns that drifted and are quiet again.
    """

    begun: tuple[tuple[str, str], ...]
    ended: tuple[str, ...]


def alarm(windows: Sequence[Window], m: int, k: int) -> Alarm:
    """What the last windows say.

    Args:
        windows: oldest first.
        m: of the last `k` windows, in which a column must have drifted.
        k: number of windows that count, of those that could be judged.
    """
    counted = [one for one in windows if one.judged][-k:]
    names = {name: None for one in counted for name in one.drifted}
    since = []
    for name in names:
        ends = [one.end for one in counted if name in one.drifted]
        if len(ends) >= m:
            since.append((name, ends[0]))
    if since:
        return Alarm(DRIFT, tuple(since))
    # Without a window that could be judged, silence would pass for quiet.
    return Alarm(QUIET if counted and windows[-1].judged else UNDECIDED)


def news(windows: Sequence[Window], m: int, k: int) -> News:
    """What the newest window changed, beside all windows before it.

    Args:
        windows: oldest first.
        m: as for `alarm`.
        k: as for `alarm`.
    """
    now, before = alarm(windows, m, k), alarm(windows[:-1], m, k)
    return News(
        tuple(one for one in now.since if one[0] not in before.columns),
        tuple(name for name in before.columns if name not in now.columns),
    )
