# ours: kept current by mlops-maturity upgrade
"""A person's word for a version, as a tag of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from ..errors import Refused
from ..registry.decisions import note
from ..registry.versions import state, version, versions
from ..release.decision import DROP
from ..release.experiment import TAG as ENDED
from ..release.experiment import read
from ..release.waiting import waiting
from ..tracking.origin import who
from ..tracking.place import PROJECT, client

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..registry.versions import Version
    from ..settings import Settings

TAG, KIND = "approved", "approval"
_moment = datetime.fromisoformat


def approve(settings: Settings, number: int, now: datetime, reason: str) -> Version:
    """Approve a version; it is released once its comparison says so, and not before.

    Raises:
        NoSuchVersion: there is none.
        Refused: its checks failed, it answers already, or the loop would not go on with it.
    """
    found = version(settings, number)
    if found.failed:
        raise Refused(
            f"version {number} did not pass: {', '.join(found.failed)}", "nothing was done"
        )
    if state(settings).champion == number:
        raise Refused(f"version {number} answers already", "nothing was done")
    if settled(settings, {number}):
        raise Refused(
            f"version {number} neither waits nor is compared: the loop would not go on with it",
            f"release it: uv run ops promote {number}",
        )
    told = {"who": who(), "when": now.isoformat(timespec="seconds"), "reason": reason}
    with client(settings) as mlflow:
        mlflow.set_model_version_tag(PROJECT, str(number), TAG, json.dumps(told))
        note(mlflow, number, KIND, f"by {told['who']}: {reason}", now)
    return found


def approved(found: Version) -> bool:
    """Whether a person has approved it since it was last dropped."""
    told, ended = found.told(TAG), found.told(ENDED)
    if not told.get("who"):
        return False
    # That one is released stands on it before it is done, which may have to be done again.
    is_dropped = ended.get("outcome") == DROP
    return not is_dropped or _moment(told["when"]) > _moment(ended["until"])


def settled(settings: Settings, numbers: Collection[int]) -> frozenset[int]:
    """Which of these versions neither wait nor are compared: they had their turn, whoever ended it.

    Raises:
        Unreachable: MLflow does not answer; it is asked only where there are any.
    """
    if not numbers:
        return frozenset()
    there = state(settings)
    ran = read(there)
    waits = {one.number for one in versions(settings) if waiting([one], there)}
    return frozenset(numbers) - waits - ({ran.version} if ran else set())
