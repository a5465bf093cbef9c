"""The gate's comparison: only what is surely better goes on, as a whole and in every part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.templates.gate import ROWS, Part, errors, fresh, limits


def evaluate(truth: np.ndarray, predictions: np.ndarray, scores: Any = None) -> dict[str, float]:
    return {"mae": float(np.abs(truth - predictions).mean())}


def metric(live: Part, direction: str = "lower") -> Any:
    return live("settings").Metric("mae", direction)


def asked(live: Part, check: str, one: Any, **changed: Any) -> Any:
    found = getattr(live("gate.beside"), check)
    (verdict,) = found(one, metric(live), evaluate, limits(live, **changed))
    return verdict


@pytest.mark.parametrize(("scale", "passed"), [(0.9, True), (1.0, False), (1.1, False)])
def test_only_a_version_that_is_surely_better_goes_on(
    live: Part, scale: float, passed: bool
) -> None:
    found = asked(live, "better", fresh(live, errors(scale, 1), errors(1.0, 2)))
    assert found.passed is passed
    assert "mae" in found.said


def test_a_negative_margin_lets_an_equal_one_go_on(live: Part) -> None:
    alike = errors(1.0, 1)
    assert not asked(live, "better", fresh(live, alike, alike)).passed
    assert asked(live, "better", fresh(live, alike, alike), margin=-0.01).passed


def test_too_few_fresh_rows_let_nothing_go_on(live: Part) -> None:
    found = asked(live, "better", fresh(live, errors(0.1, 1), errors(1.0, 2), count=199))
    assert (found.passed, "too few" in found.said) == (False, True)


@pytest.mark.parametrize(("count", "passed"), [(20, True), (19, False)])
def test_a_first_version_is_judged_on_what_a_small_table_has(
    live: Part, count: int, passed: bool
) -> None:
    few = replace(fresh(live, errors(0.1, 1), errors(1.0, 2), count), first=True)
    found = asked(live, "better", few)
    assert (found.passed, "too few" in found.said) == (passed, not passed)


def test_a_higher_figure_is_better_where_the_settings_say_so(live: Part) -> None:
    one = fresh(live, errors(2.0, 1), errors(1.0, 2))
    better = live("gate.beside").better
    (found,) = better(one, metric(live, "higher"), evaluate, limits(live))
    assert found.passed


def test_a_part_that_is_much_worse_is_named_though_the_whole_is_better(live: Part) -> None:
    ours, theirs = errors(0.5, 1), errors(1.0, 2)
    ours[1::4] *= 4
    one = fresh(live, ours, theirs)
    assert asked(live, "better", one).passed
    found = asked(live, "parts", one)
    assert (found.passed, found.said.startswith("carrier = UA")) == (False, True)
    assert asked(live, "parts", one, slices=["x"]).passed  # no value of it has enough rows


def test_a_part_that_chance_alone_makes_worse_is_no_reason(live: Part) -> None:
    refused = sum(
        not asked(live, "parts", fresh(live, errors(1.0, seed), errors(1.0, seed + 1000))).passed
        for seed in range(10)
    )
    assert refused == 0


def test_the_interval_holds_the_true_improvement(live: Part) -> None:
    improvement, answers = live("gate.improvement").improvement, live("gate.improvement").Answers
    held = 0
    for seed in range(60):
        ours, theirs = errors(0.9, seed)[:1000], errors(1.0, seed + 1000)[:1000]
        found = improvement(
            np.zeros(1000), answers(ours), answers(theirs), metric(live), evaluate, 0.95, 200
        )
        held += found.low < 0.1 < found.high
    assert held >= 52  # 57 of 60 are expected


def test_many_rows_are_drawn_in_part_and_the_interval_is_that_of_all(live: Part) -> None:
    improvement, answers = live("gate.improvement").improvement, live("gate.improvement").Answers
    chance = np.random.default_rng(0)
    ours, theirs = chance.normal(0, 0.9, 80_000), chance.normal(0, 1, 80_000)
    found = improvement(
        np.zeros(80_000), answers(ours), answers(theirs), metric(live), evaluate, 0.95, 200
    )
    deviation = np.sqrt((np.abs(ours).var() + np.abs(theirs).var()) / 80_000)
    usual = 2 * 1.96 * deviation / np.abs(theirs).mean()
    assert found.high - found.low == pytest.approx(usual, rel=0.25)


def test_a_figure_that_is_not_finite_refuses(live: Part) -> None:
    one = fresh(live, np.full(ROWS, np.nan), errors(1, 2))
    check = live("gate.beside").better
    gate = live("gate.verdict").judged(
        [("better", lambda: check(one, metric(live), evaluate, limits(live)))]
    )
    assert gate.failed == ("better",)
