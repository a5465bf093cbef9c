# ours: kept current by mlops-maturity upgrade
"""Profiles of windows that passed: what they taught is learnt again from them at every turn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..files import write_whole
from .profile import Profile, read, written
from .series import Window, append, folder, lines
from .thresholds import Memory, begin, learn

if TYPE_CHECKING:
    from ..settings import Settings
    from .champion import Learnt
    from .options import Monitoring

_FILE = "profiles.jsonl"
MOST = 200
"""Profiles that are kept at least."""


@dataclass(frozen=True)
class Knowledge:
    """What is usual for a champion.

    Attributes:
        features: of the questions.
        answers: of its predictions.
    """

    features: Memory
    answers: Memory


def keep(settings: Settings, version: str, end: str, features: Profile, answers: Profile) -> None:
    """Keep the profiles of a window."""
    entry = {"version": version, "end": end, "features": written(features)}
    append(folder(settings) / _FILE, {**entry, "answers": written(answers)})


def knowledge(
    settings: Settings,
    learnt: Learnt,
    version: str,
    windows: Sequence[Window],
    limits: Monitoring,
) -> Knowledge:
    """What is usual for a version, from the time of its training and from windows since.

    Args:
        settings: of the project.
        learnt: what the version learnt from.
        version: its name.
        windows: of the series, oldest first.
        limits: of `[monitoring]`.
    """
    features = begin(learnt.features.whole, learnt.features.windows, limits)
    answers = begin(learnt.answers.whole, learnt.answers.windows, limits)
    path = folder(settings) / _FILE
    kept = list(lines(path))
    by_end = {str(one["end"]): one for one in kept if one.get("version") == version}
    for window in windows:
        told = by_end.get(window.end)
        if told is None or window.version != version or not window.columns:
            continue
        try:
            seen = read(told["features"], features.training.scales)
            given = read(told["answers"], answers.training.scales)
        except (KeyError, TypeError, ValueError):
            continue  # of other cells: the length of windows was changed
        if len(window.columns) == len(seen.scales):
            features = learn(features, seen, window.columns, limits)
        if window.prediction:
            answers = learn(answers, given, (window.prediction,), limits)
    if len(kept) > 2 * MOST:
        text = "".join(json.dumps(one) + "\n" for one in kept[-MOST:])
        write_whole(path, text.encode())
    return Knowledge(features, answers)
