# ours: kept current by mlops-maturity upgrade
"""What the loop sees at one look: alarms, fresh rows, comparison, harm, people, the stop."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from ..monitoring.alerts import DRIFT, PERFORMANCE
from ..monitoring.gathering import still_open
from ..monitoring.seen import alerts
from ..registry.history import last
from ..registry.versions import state, versions
from ..release.experiment import running
from ..release.guard import harmful
from ..release.judging import standing
from ..release.waiting import waiting
from ..rows import parse_moment
from ..tracking.place import Unreachable
from .approval import approved
from .asking import clock
from .batches import Fresh, doubted
from .decision import Alarm, Comparing, Signals
from .stop import halted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..monitoring.seen import Alert
    from ..registry.versions import State, Version
    from ..release.guard import Return
    from ..release.judging import Standing
    from ..settings import Settings
    from .limits import Limits


class Look:
    """What is seen at one moment; what is found on the way is kept for the step that follows.

    Attributes:
        signals: for the decision.
        harm: version that harms, and the one to go back to.
        standing: of the comparison that runs.
        since: when the oldest alarm began, in ISO 8601.
        start: first moment of rows that tell of the world as it is since then.
        until: first moment after the rows that exist now; none for all that there are.
        trouble: why no row could be looked at, in words; the loop does what it can without.
    """

    def __init__(
        self, settings: Settings, now: datetime, until: str | None, limits: Limits
    ) -> None:
        self.harm: Return | None = None
        self.standing: Standing | None = None
        self.since, self.start, self.until, self.trouble = "", None, until, ""
        if said := halted(settings):  # nothing that may fail keeps it from being stopped
            ran = running(settings)
            comparing = Comparing(ran.version, "", "", 0) if ran else None
            self.signals = Signals(stopped=said, comparing=comparing)
            return
        there, known = state(settings), versions(settings)
        self.harm = harmful(settings, now)
        self.standing = None if self.harm else standing(settings, now)
        told = alarming(settings, there)
        fresh = Fresh() if self.harm else self._fresh(settings, known, until, limits)
        alarms = [Alarm(f"{one.kind} {one.since}", one.kind, one.said) for one in told]
        changed = ""
        if fresh.changed is not None and there.champion is not None:
            changed = f"{fresh.why}, since {fresh.changed}"
            alarms.append(Alarm(f"{PERFORMANCE} {fresh.changed}", PERFORMANCE, changed))
        began = [_moment(alert.since) for alert in told]
        if fresh.changed is not None:
            changed_at = parse_moment(settings, fresh.changed)
            began.append(clock(settings, changed_at) if settings.data.time else now)
        self.since = min(began).isoformat() if began else ""
        self.start = fresh.changed
        found = waiting(known, there)
        self.signals = Signals(
            champion=there.champion,
            alarms=alarms,
            fresh=fresh.rows,
            odd=fresh.said,
            comparing=_comparing(self.standing),
            unlearnt=changed if self._is_after_the_challenger(settings, known) else "",
            waiting=found.number if found else None,
            harm=self.harm.reason if self.harm else "",
            approved=frozenset(one.number for one in known if approved(one)),
        )

    def _fresh(
        self, settings: Settings, known: Sequence[Version], until: str | None, limits: Limits
    ) -> Fresh:
        try:
            return doubted(settings, seen_until(settings, known), until, limits)
        except Unreachable:  # the loop cannot do without MLflow either
            raise
        except Exception as error:  # rows are read by the owner's code, from wherever they are
            self.trouble = f"rows: {error}"
            return Fresh()

    def _is_after_the_challenger(self, settings: Settings, known: Sequence[Version]) -> bool:
        """Whether the world changed after all rows that the challenger learnt from."""
        if self.standing is None or self.start is None:
            return False
        number = self.standing.experiment.version
        until = seen_until(settings, [one for one in known if one.number == number])
        changed = parse_moment(settings, self.start)
        return until is not None and bool(changed >= parse_moment(settings, until))


def alarming(settings: Settings, there: State) -> list[Alert]:
    """Alarms that go on; what another version showed says nothing of the one that answers."""
    now = last(there.releases, there.champion or 0)

    def is_of_it(alert: Alert) -> bool:
        if now is None:
            return True
        return alert.version == str(now.version) if alert.version else alert.when > now.when

    return [
        one.alert
        for one in still_open(alerts(settings))
        if one.alert.kind in (DRIFT, PERFORMANCE) and is_of_it(one.alert)
    ]


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def seen_until(settings: Settings, known: Sequence[Version]) -> str | None:
    """First moment after all rows that a version has seen, wherever it was trained."""
    moment = partial(parse_moment, settings)
    # A window may end long after its rows; no label is known before its row.
    told = [
        min(one.tags["until"], one.tags.get("known_until") or one.tags["until"], key=moment)
        for one in known
        if one.tags.get("until")
    ]
    return max(told, key=moment, default=None)


def _comparing(found: Standing | None) -> Comparing | None:
    if found is None:
        return None
    labels = found.champion.losses.count + found.challenger.losses.count
    ran, decision = found.experiment, found.decision
    return Comparing(ran.version, decision.kind, decision.reason, labels, ran.begun)
