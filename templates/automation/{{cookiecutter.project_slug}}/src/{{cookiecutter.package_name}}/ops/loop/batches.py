# ours: kept current by mlops-maturity upgrade
"""Batches of rows in time: which are as usual, and which are odd and wait in quarantine.

A batch is odd where it has many times the usual rows, a column that varies has one value in it, or
the champion is wrong in it as it never is. What is odd in one batch is a fault of the data; what is
odd in several in a row, up to the newest one, is the world. So is what is less than odd and goes on
for longer: deviations beyond the first one add up, as in a cumulative sum (Page: Continuous
inspection schemes, 1954), but no batch counts by more than its part of the limit. Since the world
changed, a batch is odd that is unlike the others of that time, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import NoLabels, NoModel
from ..rows import labelled_rows, parse_moment, show_moment
from ..wiring import model_source
from .losing import FEWEST, Lost, lost
from .shapes import Shapes, Usual, shapes

if TYPE_CHECKING:
    import pandas as pd

    from ..rows import Rows
    from ..settings import Settings
    from .limits import Limits

VARIES = 0.95
"""Share of the usual batches in which a column has several values, where it varies."""

MOSTLY = 0.5
"""The same among batches since the world changed, of which there are few."""

ALLOWED = 1.0
"""Deviations by which a batch may be worse than usual, however long that goes on."""


@dataclass(frozen=True)
class Fresh:
    """Labelled rows that no training has seen.

    Attributes:
        rows: number of them, without those in quarantine and those before the world changed.
        said: of the batches in quarantine, in words.
        changed: first moment of the odd batches that count as the world's; none where none do.
        why: what is odd since then.
    """

    rows: int = 0
    said: str = ""
    changed: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Sorted:
    """Batches of rows, told apart.

    Attributes:
        odd: whether each row lies in a batch that is in quarantine, shape (n,).
        why: what is odd, by the first moment of the batch.
        changed: first moment of the odd batches that count as the world's.
        since: what is odd in the first of these.
        batches: numbers of the batches in quarantine, in the order of `why`.
    """

    odd: np.ndarray
    why: dict[str, str]
    changed: str | None = None
    since: str = ""
    batches: np.ndarray = field(default_factory=lambda: np.empty(0, dtype="int64"))


def doubted(settings: Settings, seen: str | None, until: str | None, limits: Limits) -> Fresh:
    """What fresh rows there are.

    Args:
        settings: of the project.
        seen: first moment after the rows of the last training.
        until: first moment after the rows, and at which a label is known too late.
        limits: what is odd.

    Raises:
        InvalidTable: the seam gives something that does not fit the settings.
    """
    end = parse_moment(settings, until)
    try:
        rows = labelled_rows(settings, None, end, end)
    except NoLabels:
        return Fresh()
    found = sort(settings, rows, limits)
    fresh = np.ones(len(rows), dtype=bool)
    if seen is not None:
        fresh = (rows.clock >= parse_moment(settings, seen)).to_numpy()
    if found.changed is not None:
        fresh &= (rows.clock >= parse_moment(settings, found.changed)).to_numpy()
    said = "; ".join(f"{start}: {why}" for start, why in found.why.items())
    told = f"in quarantine: {said}" if said else ""
    return Fresh(int((fresh & ~found.odd).sum()), told, found.changed, found.since)


def sort(settings: Settings, rows: Rows, limits: Limits) -> Sorted:
    """Tell batches apart; those that the champion learnt from say what is usual."""
    numbers = batch_of(settings, rows.clock, limits)
    names, first, places = np.unique(numbers, return_index=True, return_inverse=True)
    learnt, judged, later = _known(settings, rows)
    seen = shapes(rows.features, places, len(names))
    known = shapes(rows.features[learnt], places[learnt], len(names))
    found = lost(settings, rows, places, judged, later)
    usual = Usual(known, limits.volume, VARIES, _around(limits))
    shaped = [usual.doubt(seen, place) for place in range(len(names))]
    reasons = [
        why or (said if deviations > limits.loss else "")
        for why, deviations, said in zip(shaped, found.deviations, found.said, strict=True)
    ]
    news = np.bincount(places, ~learnt | judged, len(names)) > 0
    turned, last = _turned(reasons, found, news, limits)
    world = last < len(reasons)
    since = _since(shaped, seen, found, last, limits) if world else []
    between = [""] * (last - turned)
    odd = {place: why for place, why in enumerate([*reasons[:turned], *between, *since]) if why}
    starts = [show_moment(rows.clock.iloc[place]) for place in first]
    return Sorted(
        np.isin(places, list(odd)),
        {starts[place]: why for place, why in odd.items()},
        starts[last] if world else None,
        reasons[last] or found.said[last] if world else "",
        names[list(odd)],
    )


def _since(shaped: list[str], seen: Shapes, found: Lost, last: int, limits: Limits) -> list[str]:
    """What is odd in each batch since the world changed at the place `last`.

    The others since then say what is usual; what is odd in several, up to the newest one, is not.
    """
    beside = Usual(seen.since(last), limits.volume, MOSTLY, _around(limits))
    losses = found.since(last)
    reasons, told = [], seen.sizes[last:] >= FEWEST
    for place, deviations in enumerate(losses.deviations):
        why = beside.doubt(seen, last + place) if shaped[last + place] else ""
        # Beyond or below: labels that are flipped back are what the champion has learnt.
        reasons.append(why or (losses.said[place] if abs(deviations) > limits.loss else ""))
    usual = [place for place, why in enumerate(reasons) if told[place] and not why]
    newest = usual[-1] + 1 if usual else 0
    if told[newest:].sum() < limits.confirm:
        return reasons
    return [*reasons[:newest], *[""] * (len(reasons) - newest)]


def _turned(reasons: list[str], found: Lost, news: np.ndarray, limits: Limits) -> tuple[int, int]:
    """Places where the world changed, and where it last did; the number of batches if nowhere.

    A batch that is odd counts by its whole part of the limit, one with too few rows by nothing;
    what is over is forgotten as fast as it came. What the champion has learnt is no change: only
    batches of `news` count, shape (batches,).
    """
    most = limits.loss / limits.confirm
    first, count, total = len(reasons), 0, 0.0
    for place, why in enumerate(reasons):
        over = most if why else min(found.deviations[place] - ALLOWED, most)
        if np.isnan(over) or not news[place]:
            continue
        total = min(total + over, limits.loss + most)
        if total <= 0:
            first, count, total = len(reasons), 0, 0.0
            continue
        first, count = min(first, place), count + (over > 0)
    is_world = count >= limits.confirm and total >= limits.loss - 1e-9
    if not is_world:
        return len(reasons), len(reasons)
    return first, _newest_change(found.deviations, first, limits)


def _newest_change(deviations: np.ndarray, first: int, limits: Limits) -> int:
    """Where the world became as it is: from `first` on, it may have become worse once more.

    It did where the means before and after differ by as much as a batch must to be odd.
    """
    while True:
        after = deviations[first:]
        gains = [
            _gain(after[:place], after[place:], limits.confirm)
            for place in range(1, len(after) - limits.confirm + 1)
        ]
        if not gains or max(gains) < limits.loss:
            return first
        first += 1 + int(np.argmax(gains))


def _gain(before: np.ndarray, after: np.ndarray, confirm: int) -> float:
    """Deviations by which the mean of `after` is above that of `before`.

    Nothing, unless `confirm` of `after` are above the middle between both: fewer may be a fault.
    """
    before, after = before[~np.isnan(before)], after[~np.isnan(after)]
    if not len(before) or not len(after):
        return 0.0
    rise = after.mean() - before.mean()
    if (after > before.mean() + rise / 2).sum() < confirm:
        return 0.0
    return float(rise / (1 / len(before) + 1 / len(after)) ** 0.5)


def _around(limits: Limits) -> int:
    """Batches of a week, which has its good and its bad days; at least as many as it has days."""
    return max(7, ceil(7 * 24 / limits.batch))


def batch_of(settings: Settings, clock: pd.Series[Any], limits: Limits) -> np.ndarray:
    """Number of the batch of each row; without a time column, a hundred rows are one."""
    if not settings.data.time:
        return np.asarray(clock.to_numpy() // 100)
    length = int(limits.batch * 3600 * 1e9)
    return np.asarray(clock.to_numpy().astype("datetime64[ns]").astype("int64") // length)


def _known(settings: Settings, rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which rows the champion learnt from, which were held out then, and which came later."""
    everything = np.ones(len(rows), dtype=bool)
    try:
        card = model_source(settings).load().card
    except NoModel:
        return everything, everything, ~everything
    end = parse_moment(settings, card["window"].get("end"))
    if end is None:  # it was handed over without its rows
        return everything, everything, ~everything
    held = parse_moment(settings, (card.get("holdout") or {}).get("end"))
    learnt = (rows.clock < end).to_numpy()
    later = ~learnt & ((rows.clock >= held).to_numpy() if held is not None else False)
    return learnt, ~learnt & ~later, later
