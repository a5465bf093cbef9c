"""Alarms in ordinary windows, and shifts that are found, by ours and by Evidently's methods.

A shift is put into one column of the last windows, k of them, and counts as found when that column
raises an alarm: drift in m of k windows. Evidently's default methods, chosen by its own rule, give
a score for each column; one limit for all of them is tuned until as many of the ordinary windows of
the second half raise an alarm as with ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.drift.tables import Table

SHIFTS = (0.25, 0.5, 1.0)
SWAP = "swap"
M, K = 2, 3
STARTS = 6

Part = Callable[[str], Any]


@dataclass(frozen=True)
class Quality:
    """Figures of one way on one table.

    Attributes:
        way: its name.
        alarms: share of ordinary windows that raise an alarm.
        power: share of shifts that are found, by size, over all columns and beginnings.
        by_column: the same for each column and size.
    """

    way: str
    alarms: float
    power: Mapping[Any, float]
    by_column: Mapping[tuple[str, Any], float]


def ours(table: Table, part: Part) -> Quality:
    """The thresholds of a generated project, with its settings."""
    thresholds, profiles = part("monitoring.thresholds"), part("monitoring.profile")
    column, limits = part("schema").Column, _limits(part, table)
    columns = [column(name, "number", True) for name in table.numbers]
    columns += [column(name, "category", True) for name in table.categories]
    scales = profiles.scales(pd.concat(table.windows[: table.half]), columns)
    found = [profiles.profile([rows], scales) for rows in table.windows]
    training = sum(found[1 : table.half], found[0])
    memory = thresholds.begin(training, found[: table.half], limits)
    memories, drifts = [], []
    for window in found[table.half :]:
        memories.append(memory)
        verdicts = thresholds.judge(memory, window, limits)
        memory = thresholds.learn(memory, window, verdicts, limits)
        drifts.append({one.name for one in verdicts if one.drift})

    def detected(place: int, name: str, shift: Any) -> bool:
        at = [scale.name for scale in scales].index(name)
        known, count = memories[place - table.half], 0
        for number in range(place, place + K):
            changed = scales[at].count(shifted(table, number, name, shift)[name])
            counts = [*found[number].counts[:at], changed, *found[number].counts[at + 1 :]]
            window = replace(found[number], counts=tuple(counts))
            verdicts = thresholds.judge(known, window, limits)
            known = thresholds.learn(known, window, verdicts, limits)
            count += verdicts[at].drift
        return count >= M

    return _quality("ours", table, _alarms(drifts), detected)


def evidently(table: Table, beside: str, alarms: float) -> Quality:
    """Its default methods with one limit, tuned to at most this share of alarms.

    Args:
        table: the windows.
        beside: `training`, the first half; or `recent`, the windows before.
        alarms: share of ordinary windows.
    """
    first = pd.concat(table.windows[: table.half])

    def reference(place: int) -> pd.DataFrame:
        if beside == "training":
            return first
        return pd.concat(table.windows[place - table.recent : place])

    names = [*table.numbers, *table.categories]
    scores = []
    for place in range(table.half, len(table.windows)):
        before = reference(place)
        scores.append({name: _score(table, name, before, table.windows[place]) for name in names})

    def drifts(limit: float) -> list[set[str]]:
        return [{name for name, score in one.items() if score >= limit} for one in scores]

    candidates = sorted({score for one in scores for score in one.values()})
    low, high = 0, len(candidates)
    while low < high:  # the lowest limit with no more alarms
        middle = (low + high) // 2
        if _alarms(drifts(candidates[middle])) <= alarms:
            high = middle
        else:
            low = middle + 1
    limit = float(np.nextafter(candidates[low - 1], np.inf)) if low else 0.0

    def detected(place: int, name: str, shift: Any) -> bool:
        before = reference(place)  # as if it knew when the shift began
        count = 0
        for number in range(place, place + K):
            rows = shifted(table, number, name, shift)
            count += _score(table, name, before, rows) >= limit
        return count >= M

    return _quality(f"Evidently beside {beside}", table, _alarms(drifts(limit)), detected)


def shifted(table: Table, place: int, name: str, shift: Any) -> pd.DataFrame:
    """A window in which a column is another: a number higher, a category under another name."""
    rows = table.windows[place]
    if shift == SWAP:
        top = table.windows[0][name].value_counts().index[0]
        return rows.assign(**{name: rows[name].where(rows[name] != top, "elsewhere")})
    return rows.assign(**{name: rows[name] + shift * table.spreads[name]})


def _quality(
    way: str, table: Table, alarms: float, detected: Callable[[int, str, Any], bool]
) -> Quality:
    last = len(table.windows) - K
    starts = sorted({*np.linspace(table.half, last, STARTS).astype(int).tolist()})
    cases = [(name, shift) for name in table.numbers for shift in SHIFTS]
    cases += [(name, SWAP) for name in table.categories]
    found = {
        (name, shift): float(np.mean([detected(start, name, shift) for start in starts]))
        for name, shift in cases
    }
    power = {
        shift: float(np.mean([share for (_, one), share in found.items() if one == shift]))
        for shift in (*SHIFTS, SWAP)
    }
    return Quality(way, alarms, power, found)


def _alarms(drifts: Sequence[set[str]]) -> float:
    """Share of windows that raise an alarm."""
    raised = 0
    for place in range(len(drifts)):
        last = drifts[max(0, place + 1 - K) : place + 1]
        names = set().union(*last)
        raised += any(sum(name in one for one in last) >= M for name in names)
    return raised / len(drifts)


def _limits(part: Part, table: Table) -> Any:
    limits = part("monitoring.options").read_monitoring(part("settings").read_settings())
    return replace(limits, recent=table.recent, m=M, k=K)


def _score(table: Table, name: str, before: pd.DataFrame, rows: pd.DataFrame) -> float:
    """A score that rises with drift, by the method that Evidently takes by default."""
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType

    kind = ColumnType.Numerical if name in table.numbers else ColumnType.Categorical
    one, other = before[name].dropna(), rows[name].dropna()
    test = get_stattest(one, other, kind, None)
    score = float(test(one, other, kind, None).drift_score)
    return 1 - score if "p_value" in test.display_name or "p_value" in test.name else score
