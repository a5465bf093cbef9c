"""What is usual is learnt from windows that passed; what is beyond it is drift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

Part = Callable[[str], ModuleType]


@pytest.fixture
def limits(live: Part) -> Any:
    return live("monitoring.options").Monitoring(
        *(24.0, 100, 4, 4.0, 0.02, 0.1, 0.01, 2, 3, 100, 0.1, 0.05, False)
    )


def windows(
    live: Part, means: list[float], seed: int = 0, rows: int = 500
) -> tuple[Any, list[Any]]:
    """Profiles of windows of a number with these means, and of all of them."""
    part = live("monitoring.profile")
    chance = np.random.default_rng(0)
    tables = [pd.DataFrame({"x": chance.normal(mean, size=rows)}) for mean in means]
    scales = part.scales(tables[0], [live("schema").Column("x", "number")])
    return part.profile(tables, scales), [part.profile([one], scales) for one in tables]


def judged(live: Part, limits: Any, past: list[float], then: list[float]) -> list[Any]:
    part = live("monitoring.thresholds")
    _, found = windows(live, [*past, *then])
    memory = part.begin(sum(found[1 : len(past)], found[0]), found[: len(past)], limits)
    verdicts = []
    for window in found[len(past) :]:
        (verdict,) = part.judge(memory, window, limits)
        memory = part.learn(memory, window, (verdict,), limits)
        verdicts.append(verdict)
    return verdicts


def test_windows_as_they_always_were_are_quiet(live: Part, limits: Any) -> None:
    assert not any(one.drift for one in judged(live, limits, [0.0] * 12, [0.0] * 30))


def test_a_shift_is_drift_as_long_as_it_lasts_and_quiet_after_it(live: Part, limits: Any) -> None:
    found = judged(live, limits, [0.0] * 12, [0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0])
    assert [one.drift for one in found] == [False, *[True] * 6, False, False]
    assert found[1].name == "x"
    assert found[1].size > found[1].threshold


def test_a_column_that_always_moves_may_move(live: Part, limits: Any) -> None:
    restless = [0.0, 0.8, -0.6, 0.4, -0.9, 0.7, 0.1, -0.8, 0.9, -0.3, 0.6, -0.7]
    assert not any(one.drift for one in judged(live, limits, restless, [0.5, -0.5, 0.6]))
    assert judged(live, limits, [0.0] * 12, [0.5])[0].drift


def test_what_moves_slowly_is_found_beside_training(live: Part, limits: Any) -> None:
    found = judged(live, limits, [0.0] * 12, [step * 0.012 for step in range(45)])
    first = next(one for one in found if one.drift)
    assert first.beside == "training"
    assert not any(one.drift for one in found[:5])


def test_until_windows_taught_what_is_usual_only_great_changes_count(
    live: Part, limits: Any
) -> None:
    part = live("monitoring.thresholds")
    assert part.threshold([], limits, 0.02) == part.threshold([0.5] * 3, limits, 0.02) == 0.1
    assert part.threshold([0.01] * 4, limits, 0.02) == 0.02
    assert part.threshold([0.1, 0.2, 0.1, 0.2], limits, 0.02) > 0.3


def test_more_deviations_are_slower_to_call_drift(live: Part, limits: Any) -> None:
    sizes = [0.01, 0.03, 0.02, 0.05, 0.01]
    part = live("monitoring.thresholds")
    found = [part.threshold(sizes, replace(limits, deviations=d), 0.02) for d in (0.0, 2.0, 6.0)]
    assert found == sorted(found)
    assert found[0] == max(sizes)
