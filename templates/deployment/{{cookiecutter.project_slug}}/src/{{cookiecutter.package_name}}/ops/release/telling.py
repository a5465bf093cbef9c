# ours: kept current by mlops-maturity upgrade
"""What became of versions without a person, told as drift is: to log, file and webhook, once each.

What there is to tell follows from the registry alone: the releases, and what stands on versions
whose comparison has ended. So what a killed process did not tell is told at the next look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ..monitoring.alerts import spread
from ..monitoring.seen import RELEASE
from ..monitoring.series import Alert, one_turn
from ..registry.versions import state, versions
from .decision import DROP
from .experiment import TAG, read

if TYPE_CHECKING:
    from ..registry.history import Release
    from ..registry.versions import State, Version
    from ..settings import Settings

LATEST = timedelta(days=7)
"""What is older is no news, such as to a machine that has never told anything."""

_BY_ITSELF = "the "
"""So begins the name of whatever acts without a person; no user of a machine is called that."""

_BACK = "see why: uv run ops releases; mend the data or the model, then: uv run ops train"
_ON = "nothing; back to the version before: uv run ops rollback"
_DROPPED = "nothing, the champion stays; see it: uv run ops experiment"
_PASSED_OVER = "see it: uv run ops experiment; a person may release it: uv run ops promote"


def tell_releases(settings: Settings, now: datetime) -> None:
    """Tell what became of versions and was not told yet; safe to repeat.

    Raises:
        Unreachable: MLflow does not answer.
    """
    found = list(due(state(settings), versions(settings), now))
    with one_turn(settings):
        spread(settings, found)


def due(there: State, known: Iterable[Version], now: datetime) -> Iterator[Alert]:
    """What the registry tells, oldest first.

    Args:
        there: what the registry says now.
        known: all versions.
        now: aware.
    """
    found = [*_releases(there.releases), *_ends(there, known)]
    for alert in sorted(found, key=lambda one: _moment(one.when)):
        if now - _moment(alert.when) <= LATEST:
            yield alert


def _releases(releases: Sequence[Release]) -> Iterator[Alert]:
    """Versions that began to answer, or do so again."""
    for place, one in enumerate(releases):
        if not one.who.startswith(_BY_ITSELF):
            continue
        if not one.back or one.after is None:
            instead = f" in the place of version {one.after}" if one.after else ""
            said = f"version {one.version} answers{instead}, by {one.who}: {one.reason}"
            yield _alert(one.when, one.version, one.when, said, _ON)
            continue
        before = (other.when for other in reversed(releases[:place]) if other.version == one.after)
        said = f"version {one.after} was taken back by {one.who}, version {one.version} answers"
        since = next(before, one.when)
        yield _alert(one.when, one.after, since, f"{said} again: {one.reason}", _BACK)


def _ends(there: State, known: Iterable[Version]) -> Iterator[Alert]:
    """Versions that meet nobody any more; those that won a comparison are among the releases."""
    runs = read(there)
    for version in known:
        told = version.told(TAG)
        if told.get("outcome") != DROP or (runs and told.get("id") == runs.id):
            continue
        never = not told.get("id")
        what = "is passed over" if never else "meets nobody any more"
        said = f"version {version.number} {what}: {told.get('reason', '')}"
        advice = f"{_PASSED_OVER} {version.number}" if never else _DROPPED
        when = str(told.get("until", ""))
        yield _alert(when, version.number, str(told.get("since", when)), said, advice)


def _alert(when: str, version: int, since: str, said: str, advice: str) -> Alert:
    return Alert(when, RELEASE, True, (f"version {version}",), since, said, advice)


def _moment(text: str) -> datetime:
    """A moment; one that cannot be read is long ago."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
