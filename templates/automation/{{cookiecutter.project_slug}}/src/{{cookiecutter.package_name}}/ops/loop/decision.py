# ours: kept current by mlops-maturity upgrade
"""What the loop does next. Nothing is read or written, and every limit is held here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .limits import Limits

WAIT, TRAIN, COMPARE, PROMOTE, DROP, BACK, ASK, HALT = (
    *("wait", "train", "compare", "promote", "drop", "roll back", "ask", "halt"),
)
RELEASING = (COMPARE, PROMOTE)
PASSED = "it passed the gate"
DAY, MONTH = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True)
class Alarm:
    """Something that production shows.

    Attributes:
        id: the same for as long as it goes on.
        kind: such as `drift` or `performance`.
        said: in words, what changed and since when.
    """

    id: str
    kind: str
    said: str


@dataclass(frozen=True)
class Comparing:
    """The comparison that runs.

    Attributes:
        version: number of the challenger.
        verdict: `wait`, `promote` or `drop`.
        reason: in words.
        labels: of both versions.
        begun: when it began; what was asked before is of another comparison.
    """

    version: int
    verdict: str
    reason: str
    labels: int
    begun: datetime | None = None


@dataclass(frozen=True)
class Signals:
    """What is seen at one look.

    Attributes:
        champion: number of the version that answers.
        alarms: that go on.
        fresh: labelled rows that no training of the loop has seen, without those in quarantine.
        odd: batches of rows in quarantine, in words.
        comparing: the comparison that runs.
        unlearnt: how the world changed since the challenger learnt, in words.
        waiting: number of a version that passed its gate and meets nobody yet.
        harm: what the champion does to its users since its release, in words.
        approved: numbers of the versions that a person has approved.
        stopped: who or what stopped the loop, in words.
    """

    champion: int | None = None
    alarms: Sequence[Alarm] = ()
    fresh: int = 0
    odd: str = ""
    comparing: Comparing | None = None
    unlearnt: str = ""
    waiting: int | None = None
    harm: str = ""
    approved: frozenset[int] = frozenset()
    stopped: str = ""


@dataclass(frozen=True)
class Memory:
    """What the loop remembers of its own turns.

    Attributes:
        trainings: when trainings began, or were taken up again, oldest first.
        open: reason of a training that has begun and not ended.
        asked: since when versions wait for a person, by number.
    """

    trainings: Sequence[datetime] = ()
    open: str = ""
    asked: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What follows.

    Attributes:
        kind: one of the words above.
        reason: in words.
        version: that it is about.
    """

    kind: str
    reason: str
    version: int | None = None


def decide(now: datetime, signals: Signals, memory: Memory, limits: Limits) -> Step:
    """The one step that follows from what is seen and remembered.

    A stop comes before everything, harm before every limit, and a comparison that runs before
    another training.

    Args:
        now: aware.
        signals: what is seen.
        memory: what the loop has done.
        limits: what it may do.
    """
    comparing = signals.comparing
    if signals.stopped:
        if comparing:
            return Step(HALT, f"stopped: {signals.stopped}", comparing.version)
        return Step(WAIT, f"stopped: {signals.stopped}")
    if signals.harm:
        return Step(BACK, signals.harm, signals.champion)
    if comparing:
        return _held(now, _compared(now, comparing, signals, memory, limits), limits)
    if memory.open:
        # It began within the limits, and is only taken up again.
        return _held(now, Step(TRAIN, memory.open), limits)
    if signals.waiting is not None:
        return _held(now, _waited(now, signals.waiting, signals, memory, limits), limits)
    return _held(now, _training(now, signals, memory, limits), limits)


def _waited(now: datetime, version: int, signals: Signals, memory: Memory, limits: Limits) -> Step:
    """What follows for a version that passed its gate; the first one is compared with none."""
    if signals.champion is not None or not limits.approval or version in signals.approved:
        return Step(COMPARE, PASSED, version)
    if (since := memory.asked.get(version)) is not None:
        return _asked(now, version, since, limits)
    return Step(ASK, f"{PASSED}, and no version answers; a person approves it", version)


def _asked(now: datetime, version: int, since: datetime, limits: Limits) -> Step:
    """What follows for a version that a person was asked about."""
    hours = (now - since).total_seconds() / 3600
    if hours >= limits.expiry:
        return Step(DROP, f"nobody approved it in {limits.expiry:g} hours", version)
    return Step(WAIT, "it waits for a person", version)


def _compared(
    now: datetime, comparing: Comparing, signals: Signals, memory: Memory, limits: Limits
) -> Step:
    """What follows from a comparison."""
    version = comparing.version
    if comparing.verdict == DROP:
        return Step(DROP, comparing.reason, version)
    if comparing.verdict != PROMOTE:
        if changed := _changed(now, signals, memory, limits):
            return Step(DROP, f"{comparing.reason}, and the world changed: {changed}", version)
        return Step(WAIT, comparing.reason, version)
    if not comparing.labels:
        return Step(WAIT, "without labels nothing is promoted", version)
    if not limits.approval or version in signals.approved:
        return Step(PROMOTE, comparing.reason, version)
    since = memory.asked.get(version)
    if since is None or (comparing.begun is not None and since < comparing.begun):
        return Step(ASK, f"{comparing.reason}; a person approves it", version)
    return _asked(now, version, since, limits)


def _changed(now: datetime, signals: Signals, memory: Memory, limits: Limits) -> str:
    """What neither version has learnt, in words, where a training could begin for it."""
    if spent(now, memory, limits) or signals.fresh < limits.fresh or _frozen(now, limits):
        return ""
    return signals.unlearnt


def _training(now: datetime, signals: Signals, memory: Memory, limits: Limits) -> Step:
    """Whether a training begins."""
    if signals.champion is None:
        reason = "no version answers yet"
    elif signals.alarms:
        reason = "; ".join(alarm.said for alarm in signals.alarms)
    else:
        return Step(WAIT, "all is quiet")
    if held := spent(now, memory, limits):
        return Step(WAIT, f"{reason}; {held}")
    if signals.champion is not None and signals.fresh < limits.fresh:
        few = f"{signals.fresh:,} fresh labelled rows are too few, {limits.fresh:,} are wanted"
        return Step(WAIT, "; ".join(part for part in (reason, few, signals.odd) if part))
    return Step(TRAIN, reason)


def spent(now: datetime, memory: Memory, limits: Limits) -> str:
    """Which limit of trainings is used up, in words; nothing where none is."""
    if memory.trainings:
        left = memory.trainings[-1] + timedelta(hours=limits.cooldown) - now
        if left > timedelta(0):
            return f"it cools down for {left.total_seconds() / 3600:.1f} hours more"
    for span, most, name in ((DAY, limits.per_day, "day"), (MONTH, limits.per_month, "30 days")):
        begun = sum(now - span < one <= now for one in memory.trainings)
        if begun >= most:
            return f"{begun} trainings in a {name} are as many as may be".replace("a 30", "30")
    return ""


def _held(now: datetime, step: Step, limits: Limits) -> Step:
    """The step, or to wait where the time is frozen."""
    if step.kind not in (TRAIN, *RELEASING):
        return step
    frozen = _frozen(now, limits)
    return Step(WAIT, f"{step.reason}; frozen: {frozen}", step.version) if frozen else step


def _frozen(now: datetime, limits: Limits) -> str:
    """The time in which nothing moves, as the settings have it; nothing while it does."""
    return next((one.text for one in limits.frozen if one.holds(now)), "")
