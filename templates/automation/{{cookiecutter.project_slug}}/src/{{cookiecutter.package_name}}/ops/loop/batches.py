# ours: kept current by mlops-maturity upgrade
"""Batches of rows in time: which are as usual, and which are odd and wait in quarantine.

A batch is odd where it has many times the usual rows, a column that varies has one value in it, or
the champion is wrong in it as it never is. What is odd in one batch is a fault of the data; what is
odd in several in a row, up to the newest one, is the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InvalidTable, NoModel, OpsError
from ..release.sequential import losses
from ..rows import labelled_rows, parse_moment, show_moment
from ..training import answer
from ..wiring import model_source

if TYPE_CHECKING:
    import pandas as pd

    from ..rows import Rows
    from ..settings import Settings
    from .limits import Limits

FEWEST = 20
"""Rows of a batch that can be told to be odd."""

VARIES = 0.95
"""Share of the usual batches in which a column has several values, where it varies."""

SPREAD = 1.4826
"""Standard deviations in a median absolute deviation, for normal noise (Rousseeuw, Croux, 1993)."""


@dataclass(frozen=True)
class Fresh:
    """Labelled rows that no training has seen.

    Attributes:
        rows: number of them, without those in quarantine.
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
    """

    odd: np.ndarray
    why: dict[str, str]
    changed: str | None = None
    since: str = ""


def doubted(settings: Settings, seen: str | None, until: str | None, limits: Limits) -> Fresh:
    """What fresh rows there are.

    Args:
        settings: of the project.
        seen: first moment after the rows of the last training.
        until: first moment after the rows, and at which a label is known too late.
        limits: what is odd.
    """
    end = parse_moment(settings, until)
    try:
        rows = labelled_rows(settings, None, end, end)
    except InvalidTable:
        return Fresh()
    found = sort(settings, rows, limits)
    fresh = np.ones(len(rows), dtype=bool)
    if seen is not None:
        fresh = (rows.clock >= parse_moment(settings, seen)).to_numpy()
    said = "; ".join(f"{start}: {why}" for start, why in found.why.items())
    told = f"in quarantine: {said}" if said else ""
    return Fresh(int((fresh & ~found.odd).sum()), told, found.changed, found.since)


def sort(settings: Settings, rows: Rows, limits: Limits) -> Sorted:
    """Tell batches apart; those that the champion learnt from say what is usual."""
    numbers = batch_of(settings, rows.clock, limits)
    learnt, judged = _known(settings, rows)
    names, first = np.unique(numbers, return_index=True)
    reasons = [_shape(rows.features, numbers, name, learnt, limits) for name in names]
    lost = _loss(settings, rows)
    if lost is not None:
        _add_losses(reasons, names, numbers, lost, judged, limits)
    last = len(reasons)
    while last and reasons[last - 1]:
        last -= 1
    run = len(reasons) - last
    world = run >= limits.confirm
    kept = reasons[:last] if world else reasons
    odd = {name: why for name, why in zip(names, kept, strict=False) if why}
    starts = {
        name: show_moment(rows.clock.iloc[place]) for name, place in zip(names, first, strict=True)
    }
    return Sorted(
        np.isin(numbers, list(odd)),
        {starts[name]: why for name, why in odd.items()},
        starts[names[last]] if world else None,
        reasons[last] if world else "",
    )


def batch_of(settings: Settings, clock: pd.Series[Any], limits: Limits) -> np.ndarray:
    """Number of the batch of each row; without a time column, a hundred rows are one."""
    if not settings.data.time:
        return np.asarray(clock.to_numpy() // 100)
    length = int(limits.batch * 3600 * 1e9)
    return np.asarray(clock.to_numpy().astype("datetime64[ns]").astype("int64") // length)


def _known(settings: Settings, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Which rows the champion learnt from, and which were held out then."""
    everything = np.ones(len(rows), dtype=bool)
    try:
        card = model_source(settings).load().card
    except NoModel:
        return everything, everything
    end = parse_moment(settings, card["window"]["end"])
    held = parse_moment(settings, (card.get("holdout") or {}).get("end"))
    clock = rows.clock
    learnt = (clock < end).to_numpy()
    judged = (clock >= end) & ((clock < held) if held is not None else True)
    return learnt, np.asarray(judged)


def _shape(
    features: pd.DataFrame, numbers: np.ndarray, name: Any, learnt: np.ndarray, limits: Limits
) -> str:
    """What is odd about the shape of a batch, in words."""
    inside = numbers == name
    count = int(inside.sum())
    usual = numbers[learnt & ~inside]
    if count < FEWEST or not len(usual):
        return ""
    sizes = np.unique(usual, return_counts=True)[1]
    typical = float(np.median(sizes))
    if count > limits.volume * typical:
        return f"{count:,} rows, where {typical:,.0f} are usual"
    for column in features.columns:
        values = features[column]
        if values[inside].nunique(dropna=False) > 1:
            continue
        several = values[learnt & ~inside].groupby(usual).nunique(dropna=False)
        if (several[sizes >= min(FEWEST, sizes.max())] > 1).mean() >= VARIES:
            return f"{column} has one value"
    return ""


def _loss(settings: Settings, rows: Rows) -> np.ndarray | None:
    """What the champion's answers cost, row by row; none where it cannot answer."""
    try:
        champion = model_source(settings).load()
        names = [column.name for column in champion.features]
        predictions, _ = answer(champion.estimator, rows.features[names])
    except (KeyError, OpsError, TypeError, ValueError):
        return None
    return losses(settings.task, settings.metric.name, rows.labels.to_numpy(), predictions)


def _add_losses(
    reasons: list[str],
    names: np.ndarray,
    numbers: np.ndarray,
    lost: np.ndarray,
    judged: np.ndarray,
    limits: Limits,
) -> None:
    """Name the batches in which the champion is wrong as it was in none that judged it."""
    usual = lost[judged]
    if len(usual) < FEWEST:
        return
    _, groups = np.unique(numbers[judged], return_inverse=True)
    sizes = np.bincount(groups)
    means = (np.bincount(groups, usual) / sizes)[sizes >= min(FEWEST, sizes.max())]
    middle = float(np.median(means))
    spread = SPREAD * float(np.median(np.abs(means - middle)))
    for place, name in enumerate(names):
        inside = numbers == name
        count = int(inside.sum())
        if count < FEWEST or reasons[place]:
            continue
        chance = float(usual.std()) / count**0.5
        mean = float(lost[inside].mean())
        if mean > middle + limits.loss * max(spread, chance):
            reasons[place] = f"the champion loses {mean:.4g} a row, where {middle:.4g} is usual"
