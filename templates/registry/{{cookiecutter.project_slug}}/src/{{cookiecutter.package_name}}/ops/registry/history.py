# ours: kept current by mlops-maturity upgrade
"""Releases, as one tag of the registered model tells them.

The alias `champion` says which version answers; the tag says who released it, when, why, and which
version answered before. A release writes the tag first and moves the alias second: until the alias
moves, the champion is the one of before, and the last entry did not happen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

TAG = "releases"
LONGEST = 5000
"""Characters that the tag of a registered model may hold."""

REASON = 200


@dataclass(frozen=True)
class Release:
    """A version began to answer.

    Attributes:
        version: its number.
        when: in ISO 8601.
        who: released it.
        reason: in words.
        previous: the version to go back to; none where there was none.
        after: the version that answered until then.
        back: whether it answered before, and was gone back to.
    """

    version: int
    when: str
    who: str
    reason: str = ""
    previous: int | None = None
    after: int | None = None
    back: bool = False


def read(tags: Mapping[str, str], champion: int | None) -> tuple[Release, ...]:
    """The releases that happened, oldest first."""
    try:
        found = [Release(**entry) for entry in json.loads(tags.get(TAG, "[]"))]
    except (TypeError, ValueError):
        return ()
    # Somebody may have moved the alias in MLflow: then the last entry did happen.
    if found and found[-1].version != champion and found[-1].after == champion:
        found.pop()
    return tuple(found)


def last(releases: Sequence[Release], version: int) -> Release | None:
    """The newest release of a version."""
    return next((one for one in reversed(releases) if one.version == version), None)


def taken_back(releases: Sequence[Release]) -> set[int]:
    """Versions after which an earlier one answered again, and that were not released since."""
    found: set[int] = set()
    for release in releases:
        found.discard(release.version)
        if release.back and release.after is not None:
            found.add(release.after)
    return found


def promoted(
    releases: Sequence[Release],
    version: int,
    champion: int | None,
    who: str,
    reason: str,
    now: datetime,
) -> str:
    """The tag once `version` answers in the place of `champion`."""
    entry = Release(version, _shown(now), who, reason[:REASON], champion, champion)
    return _written([*releases, entry])


def rolled_back(
    releases: Sequence[Release],
    version: int,
    champion: int | None,
    who: str,
    reason: str,
    now: datetime,
) -> str:
    """The tag once `version`, which answered before, answers again: what it came after stays so."""
    before = last(releases, version)
    previous = before.previous if before else None
    entry = Release(version, _shown(now), who, reason[:REASON], previous, champion, back=True)
    return _written([*releases, entry])


def _written(releases: Sequence[Release]) -> str:
    """The newest releases that fit; old ones lose their reason before one is left out."""
    kept = [{name: told for name, told in asdict(one).items() if told} for one in releases]
    while len(text := json.dumps(kept, ensure_ascii=False, separators=(",", ":"))) > LONGEST:
        explained = next((one for one in kept if "reason" in one), None)
        if explained is None:
            kept.pop(0)
        else:
            del explained["reason"]
    return text


def _shown(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
