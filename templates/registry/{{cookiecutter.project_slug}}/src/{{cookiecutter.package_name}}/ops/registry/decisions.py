# ours: kept current by mlops-maturity upgrade
"""What was decided about a version, as a tag of it tells: the oldest entry first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ..tracking.place import PROJECT

if TYPE_CHECKING:
    from datetime import datetime

    from mlflow import MlflowClient

TAG = "decisions"
LONGEST = 4500
"""Characters that the tag of a version may hold, with room to spare."""

SAID = 300


@dataclass(frozen=True)
class Entry:
    """Something was decided.

    Attributes:
        when: in ISO 8601.
        kind: such as `checks`.
        said: in words.
    """

    when: str
    kind: str
    said: str


def decisions(tags: Mapping[str, str]) -> tuple[Entry, ...]:
    """The entries in the tags of a version."""
    try:
        return tuple(Entry(**entry) for entry in json.loads(tags.get(TAG, "[]")))
    except (TypeError, ValueError):
        return ()


def with_entry(tags: Mapping[str, str], kind: str, said: str, now: datetime) -> dict[str, str]:
    """The tags with one entry more; the oldest ones give way where it is full."""
    kept = [*decisions(tags), Entry(now.isoformat(timespec="seconds"), kind, said[:SAID])]
    while len(text := json.dumps([asdict(one) for one in kept])) > LONGEST:
        kept.pop(0)
    return {**tags, TAG: text}


def note(mlflow: MlflowClient, number: int, kind: str, said: str, now: datetime) -> None:
    """Write down what was decided about a version; what was the last to be said is said once."""
    tags = mlflow.get_model_version(PROJECT, str(number)).tags
    if (known := decisions(tags)) and (known[-1].kind, known[-1].said) == (kind, said[:SAID]):
        return
    told = with_entry(tags, kind, said, now)[TAG]
    mlflow.set_model_version_tag(PROJECT, str(number), TAG, told)
