# ours: kept current by mlops-maturity upgrade
"""The log, window by window: profiles of what was asked and answered, and labels that came.

Questions of all versions count, answers and labels only of the champion's. A label counts in the
window in which both it and the answer were there, so that late ones count, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..predictions.labels import joined
from ..predictions.reading import frames
from .champion import shown
from .profile import Profile, Scale, profile

if TYPE_CHECKING:
    import pandas as pd

    from ..model_file import Model
    from ..schema import Column
    from ..settings import Settings

Spans = tuple[datetime, timedelta, datetime, datetime]
"""A moment that begins a window, the length of windows, and between what they are wanted."""

_KEPT = ("__label", "__prediction", "__score", "__scores")


@dataclass
class Collected:
    """What lies in one window.

    Attributes:
        features: profile of the questions.
        answers: profile of the champion's answers.
        labelled: its answers whose label came, as `labels.joined` gives them.
        coverage: share of all that it was asked so far whose label is known.
        failed: answers that failed.
        unseen: records with a category that training did not know.
        missing: share of values that were missing.
    """

    features: Profile
    answers: Profile
    labelled: pd.DataFrame
    coverage: float = 0.0
    failed: int = 0
    unseen: int = 0
    missing: float = 0.0


def collect(
    settings: Settings,
    champion: Model,
    version: str,
    spans: Spans,
    cells: tuple[tuple[Scale, ...], tuple[Scale, ...]],
    told: pd.DataFrame,
) -> Iterator[tuple[datetime, Collected]]:
    """Every window that holds something, and the last one in any case, oldest first.

    Args:
        settings: of the project.
        champion: that answers now.
        version: its name in the log.
        spans: which windows.
        cells: scales of the features and of the answers.
        told: labels, as `labels.known` gives them.
    """
    import pandas as pd

    origin, length, since, end = spans
    found: dict[int, Collected] = {}

    def at(number: int) -> Collected:
        if number not in found:
            nothing = [profile([], one) for one in cells]
            found[number] = Collected(nothing[0], nothing[1], pd.DataFrame(columns=list(_KEPT)))
        return found[number]

    columns = {**_by_name(settings.data.features), **_by_name(champion.features)}
    for part in frames(settings, list(columns.values()), since, end):
        for number, rows in part.groupby(_numbers(part["__time"], origin, length)):
            _add(settings, at(int(number)), rows, cells, champion, version)
    coverage = _labels(settings, version, spans, told, at)
    at((end - origin) // length - 1)
    for number in sorted(found):
        found[number].coverage = coverage(number)
        yield origin + number * length, found[number]


def _add(
    settings: Settings,
    here: Collected,
    rows: pd.DataFrame,
    cells: tuple[tuple[Scale, ...], tuple[Scale, ...]],
    champion: Model,
    version: str,
) -> None:
    """Add records to what their window holds."""
    features = rows[[scale.name for scale in cells[0]]]
    before = here.missing * here.features.rows
    here.features += profile([features], cells[0])
    here.missing = (before + float(features.isna().mean(axis=1).sum())) / here.features.rows
    here.failed += int(rows["__error"].notna().sum())
    here.unseen += int(_unseen(rows, champion).sum())
    given = rows[(rows["__version"] == version) & rows["__prediction"].notna()]
    here.answers += profile([shown(settings, given["__prediction"])], cells[1])


def _labels(settings: Settings, version: str, spans: Spans, told: pd.DataFrame, at: Any) -> Any:
    """Add labels to the windows in which they came; returns the coverage up to a window."""
    import pandas as pd

    origin, length, since, end = spans
    asked: Counter[int] = Counter()
    known: Counter[int] = Counter()
    for part in frames(settings, (), None, end):
        ours = part[(part["__version"] == version) & part["__prediction"].notna()]
        asked.update(_numbers(ours["__time"], origin, length).tolist())
        pairs = joined(ours, told)
        came = pairs["__known"].where(pairs["__known"] > pairs["__time"], pairs["__time"])
        pairs, came = pairs[came < end], came[came < end]
        numbers = _numbers(came, origin, length)
        known.update(numbers.tolist())
        for number, rows in pairs[came >= since].groupby(numbers[came >= since]):
            here = at(int(number))
            parts = [one for one in (here.labelled, rows[list(_KEPT)]) if len(one)]
            here.labelled = pd.concat(parts)

    def coverage(number: int) -> float:
        return _until(known, number) / max(1, _until(asked, number))

    return coverage


def _until(counts: Mapping[int, int], number: int) -> int:
    return sum(count for place, count in counts.items() if place <= number)


def _numbers(times: pd.Series[Any], origin: datetime, length: timedelta) -> pd.Series[Any]:
    return (times - origin) // length


def _unseen(rows: pd.DataFrame, champion: Model) -> pd.Series[bool]:
    """Where a category is none of those that training knew."""
    import pandas as pd

    found = pd.Series(False, index=rows.index)
    for column in champion.features:
        if column.categories:
            values = rows[column.name]
            found |= values.notna() & ~values.isin(column.categories)
    return found


def _by_name(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {column.name: column for column in columns}
