# ours: kept current by mlops-maturity upgrade
"""How much change is usual, learnt of each column from windows that passed.

A window is held against two references. Beside its *recent* quiet windows, a column moves as much
as weeks and seasons make it move; beside the rows that the champion learnt from, as much as windows
of that time did. It has drifted where either change is beyond what was usual (mean and so many
standard deviations of the changes of past windows, and the largest of them), is no smaller than the
least that matters, and is not explained by chance (Holm's correction over the columns). A window in
which a column drifted teaches nothing about it: a fault that stays is no new habit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from ..drift import holm
from .change import Change, change, size
from .profile import Profile, Scale

if TYPE_CHECKING:
    from .options import Monitoring

FEWEST = 4
"""Windows from which what is usual can be learnt."""

MOST = 60
"""Windows that are remembered."""

RECENT, TRAINING = "recent windows", "training"


@dataclass(frozen=True)
class Habit:
    """What is known of one column.

    Attributes:
        recent: its counts in the last quiet windows.
        near: sizes of its changes beside the windows before.
        far: sizes of the changes of windows of the time of training, beside all of it.
    """

    recent: tuple[np.ndarray, ...] = ()
    near: tuple[float, ...] = ()
    far: tuple[float, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A column in a window.

    Attributes:
        name: of the column.
        kind: of the column.
        size: of the change that speaks loudest, from 0 to 1.
        threshold: of that change.
        p_value: of that change, corrected.
        drift: whether it is beyond.
        note: the change in words.
        missing: share of missing values.
        beside: which of the two references it is.
        near: size of the change beside recent windows; none where there are none yet.
        far: size of the change beside training.
    """

    name: str
    kind: str
    size: float
    threshold: float
    p_value: float
    drift: bool
    note: str
    missing: float
    beside: str
    near: float | None
    far: float


@dataclass(frozen=True)
class Memory:
    """What is known of all columns.

    Attributes:
        training: the profile of the rows that the champion learnt from.
        habits: of each column.
    """

    training: Profile
    habits: tuple[Habit, ...]


def begin(training: Profile, windows: Iterable[Profile], limits: Monitoring) -> Memory:
    """What windows of the time of training teach."""
    habits = [Habit() for _ in training.scales]
    for window in windows:
        for place, habit in enumerate(habits):
            scale, counts = window.scales[place], window.counts[place]
            near = size(scale, _sum(habit.recent), counts) if habit.recent else None
            far = size(scale, training.counts[place], counts)
            habits[place] = _learnt(habit, counts, near, far, limits)
    return Memory(training, tuple(habits))


def judge(memory: Memory, window: Profile, limits: Monitoring) -> tuple[Verdict, ...]:
    """Which columns drifted in a window that has rows."""
    columns = list(zip(window.scales, memory.habits, window.counts, strict=True))
    near = [
        change(scale, _sum(habit.recent), counts) if habit.recent else None
        for scale, habit, counts in columns
    ]
    far = [
        change(scale, learnt, counts)
        for (scale, _, counts), learnt in zip(columns, memory.training.counts, strict=True)
    ]
    chances = [holm([one.p_value if one else 1.0 for one in side]) for side in (near, far)]
    return tuple(
        _verdict(scale, habit, counts, (one, other), (p, q), limits)
        for (scale, habit, counts), one, other, p, q in zip(
            columns, near, far, *chances, strict=True
        )
    )


def learn(
    memory: Memory, window: Profile, verdicts: Sequence[Verdict], limits: Monitoring
) -> Memory:
    """What a window adds to what is known.

    Args:
        memory: before it.
        window: its profile.
        verdicts: what was found in it.
        limits: how many windows are recent.
    """
    habits = []
    for habit, counts, verdict in zip(memory.habits, window.counts, verdicts, strict=True):
        few = len(habit.far) < FEWEST
        if few or not verdict.drift:
            # What lies farther and farther from training is no habit of the time of training.
            far = verdict.far if few else None
            habit = _learnt(habit, counts, verdict.near, far, limits)
        habits.append(habit)
    return replace(memory, habits=tuple(habits))


def threshold(sizes: Sequence[float], limits: Monitoring, least: float) -> float:
    """The size beyond which a change is not usual.

    Args:
        sizes: of past changes.
        limits: how far beyond.
        least: size that matters; what is known of few windows is no reason to go below `effect`.
    """
    if len(sizes) < FEWEST:
        return max(least, limits.unknown)
    usual = float(np.mean(sizes) + limits.deviations * np.std(sizes, ddof=1))
    return max(least, usual, *sizes)


def _verdict(
    scale: Scale,
    habit: Habit,
    counts: np.ndarray,
    changes: tuple[Change | None, Change],
    chances: tuple[float, float],
    limits: Monitoring,
) -> Verdict:
    near, far = changes
    missing = float(counts[-1] / counts.sum())
    sides = [(far, threshold(habit.far, limits, limits.unknown), chances[1], TRAINING)]
    if near is not None:
        sides.insert(0, (near, threshold(habit.near, limits, limits.effect), chances[0], RECENT))

    def beyond(side: tuple[Change, float, float, str]) -> bool:
        return side[2] <= limits.significance and side[0].size >= side[1]

    one = next(filter(beyond, sides), sides[0])
    return Verdict(
        *(scale.name, scale.kind, one[0].size, one[1], one[2], beyond(one), one[0].note),
        *(missing, one[3], near.size if near else None, far.size),
    )


def _learnt(
    habit: Habit, counts: np.ndarray, near: float | None, far: float | None, limits: Monitoring
) -> Habit:
    """With one more window, and its two changes where they count."""
    nears = habit.near if near is None else (*habit.near, near)
    fars = habit.far if far is None else (*habit.far, far)
    return Habit((*habit.recent, counts)[-limits.recent :], nears[-MOST:], fars[-MOST:])


def _sum(counts: Sequence[np.ndarray]) -> np.ndarray:
    return reduce(add, counts)
