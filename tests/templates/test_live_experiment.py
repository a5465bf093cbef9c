"""Two versions on live traffic: who is asked, and what follows from their answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

Part = Callable[[str], ModuleType]
finite = st.floats(-1e6, 1e6)


def limits(live: Part, **changed: Any) -> Any:
    usual = {"share": 0.2, "alpha": 0.05, "margin": 0.0, "fewest": 100, "most": 20_000}
    return live("release.limits").Limits(
        **{**usual, "days": 14.0, "errors": 0.05, "latency": 50.0, "shift": 1.0, **changed}
    )


def arm(live: Part, values: Any) -> Any:
    return live("release.sequential").Arm.of(np.asarray(values, "float64"))


def side(live: Part, losses: Any, **more: Any) -> Any:
    return live("release.decision").Side(losses=arm(live, losses), **more)


def test_the_same_key_falls_at_the_same_place_however_it_is_written(live: Part) -> None:
    place = live("release.split").place
    assert place("salt", 5) == place("salt", "5") == place("salt", 5.0)
    assert place("salt", 5) != place("salt", 5.5)


def test_keys_fall_evenly(live: Part) -> None:
    place = live("release.split").place
    found = np.array([place("a salt", key) for key in range(100_000)])
    counts = np.bincount((found * 100).astype(int), minlength=100)
    chi_square = ((counts - 1000) ** 2 / 1000).sum()
    assert chi_square < 149.4  # 99.9 % quantile at 99 degrees of freedom
    assert 0 <= found.min() < found.max() < 1


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5])
def test_the_share_of_keys_is_the_one_that_is_asked_for(live: Part, share: float) -> None:
    met = sum(live("release.split").is_challenged("s", share, key) for key in range(50_000))
    assert abs(met - 50_000 * share) < 4 * math.sqrt(50_000 * share * (1 - share))


def test_another_salt_chooses_other_keys(live: Part) -> None:
    chosen = live("release.split").is_challenged
    one, other = (
        np.array([chosen(salt, 0.5, key) for key in range(20_000)]) for salt in ("one", "other")
    )
    assert abs((one == other).mean() - 0.5) < 0.02


@given(st.lists(finite, max_size=30), st.lists(finite, max_size=30))
def test_two_groups_are_told_as_one(live: Part, left: list[float], right: list[float]) -> None:
    both, whole = arm(live, left) + arm(live, right), arm(live, [*left, *right])
    assert both.count == whole.count
    assert math.isclose(both.mean, whole.mean, rel_tol=1e-9, abs_tol=1e-6)
    assert math.isclose(both.squares, whole.squares, rel_tol=1e-6, abs_tol=1e-3)


def test_an_interval_says_nothing_before_there_are_values(live: Part) -> None:
    between = live("release.sequential").interval
    assert between(arm(live, []), arm(live, [1.0, 2.0]), 0.05) == (-math.inf, math.inf)


def test_an_interval_holds_the_true_difference_and_narrows(live: Part) -> None:
    chance = np.random.default_rng(0)
    one, other = chance.normal(1, 1, 40_000), chance.normal(1.5, 2, 10_000)
    between = live("release.sequential").interval
    widths = []
    for share in (0.01, 0.1, 1.0):
        some, others = one[: int(40_000 * share)], other[: int(10_000 * share)]
        low, high = between(arm(live, some), arm(live, others), 0.05)
        assert low < 0.5 < high
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_the_interval_is_never_narrower_than_that_of_one_look(live: Part) -> None:
    chance = np.random.default_rng(1)
    some, others = (arm(live, chance.normal(size=count)) for count in (800, 200))
    low, high = live("release.sequential").interval(some, others, 0.05)
    once = 1.96 * math.sqrt(some.variance / 800 + others.variance / 200)
    assert (high - low) / 2 > once


@pytest.mark.parametrize(
    ("task", "metric", "expected"),
    [
        ("regression", "mae", [1.0, 2.0]),
        ("regression", "rmse", [1.0, 4.0]),
        ("classification", "accuracy", [1.0, 1.0]),
    ],
)
def test_what_an_answer_costs(live: Part, task: str, metric: str, expected: list[float]) -> None:
    found = live("release.sequential").losses(task, metric, np.array([1, 5]), np.array([2, 3]))
    assert found.tolist() == expected


def test_the_logarithmic_loss_of_a_sure_error_is_finite(live: Part) -> None:
    found = live("release.sequential").losses(
        "classification", "log_loss", np.array([1, 1]), np.array([1, 0]), np.array([1.0, 0.0])
    )
    assert found[0] == 0
    assert 1 < found[1] < 100


def test_failures_within_what_is_allowed_are_no_excess(live: Part) -> None:
    excess = live("release.sequential").excess
    assert excess(5, 100, 0.05) < 20
    assert excess(0, 0, 0.05) == pytest.approx(1)
    assert excess(20, 100, 0.05) > 20
    assert excess(100_000, 100_000, 0.05) > 20


def test_an_excess_is_rarely_found_where_there_is_none_though_it_is_looked_for_always(
    live: Part,
) -> None:
    chance = np.random.default_rng(2)
    excess, found = live("release.sequential").excess, 0
    for _ in range(300):
        failed = np.cumsum(chance.random(300) < 0.05)
        found += any(excess(int(one), place, 0.05) >= 20 for place, one in enumerate(failed, 1))
    assert found / 300 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


def test_a_better_challenger_is_promoted_and_a_worse_one_dropped(live: Part) -> None:
    chance = np.random.default_rng(3)
    decide = live("release.decision").decide
    usual, better = np.abs(chance.normal(10, 3, 4000)), np.abs(chance.normal(8, 3, 1000))
    found = decide(side(live, usual), side(live, better), limits(live), 1.0)
    assert (found.kind, "surely lower" in found.reason) == ("promote", True)
    found = decide(side(live, better), side(live, usual), limits(live), 1.0)
    assert (found.kind, "surely higher" in found.reason) == ("drop", True)
    assert found.figures["champion_labels"] == 1000


def test_few_labels_decide_nothing(live: Part) -> None:
    found = live("release.decision").decide(
        side(live, np.full(4000, 10.0)), side(live, np.full(99, 1.0)), limits(live), 1.0
    )
    assert found.kind == "wait"


def test_a_margin_asks_for_more_than_a_difference(live: Part) -> None:
    chance = np.random.default_rng(4)
    usual, better = side(live, chance.normal(10, 1, 9000)), side(live, chance.normal(9, 1, 9000))
    decide = live("release.decision").decide
    assert decide(usual, better, limits(live, margin=0.05, most=10**6), 1.0).kind == "promote"
    assert decide(usual, better, limits(live, margin=0.2, most=10**6), 1.0).kind == "wait"


@pytest.mark.parametrize(("changed", "days"), [({"most": 400}, 1.0), ({}, 15.0)])
def test_where_no_difference_is_found_in_time_the_champion_stays(
    live: Part, changed: dict[str, Any], days: float
) -> None:
    alike = np.tile([9.0, 11.0], 200)
    found = live("release.decision").decide(
        side(live, alike), side(live, alike), limits(live, **changed), days
    )
    assert (found.kind, "no difference" in found.reason) == ("drop", True)


def test_a_challenger_that_fails_is_dropped_without_a_label(live: Part) -> None:
    found = live("release.decision").decide(
        side(live, [], asked=1000, failed=2), side(live, [], asked=60, failed=30), limits(live), 0.1
    )
    assert found.kind == "drop"
    assert "30 of 60 answers failed" in found.reason


def test_failures_that_both_have_are_no_fault_of_the_challenger(live: Part) -> None:
    found = live("release.decision").decide(
        side(live, [], asked=1000, failed=100),
        side(live, [], asked=250, failed=26),
        limits(live),
        0.1,
    )
    assert found.kind == "wait"


def test_a_challenger_that_answers_otherwise_altogether_is_dropped(live: Part) -> None:
    chance = np.random.default_rng(5)
    usual, odd = chance.normal(100, 10, 2000), chance.normal(150, 10, 500)
    found = live("release.decision").decide(
        side(live, [], predictions=arm(live, usual)),
        side(live, [], predictions=arm(live, odd)),
        limits(live),
        0.1,
    )
    assert found.kind == "drop"
    assert "150" in found.reason


SHARES = {"share": 0.6, "alpha": 0, "margin": -0.1, "fewest": 29, "days": 0, "errors": 0}


@pytest.mark.parametrize("name", [*SHARES, "most", "shift"])
def test_a_limit_out_of_bounds_is_named(live: Part, name: str, tmp_path: Any) -> None:
    from dataclasses import asdict

    values = {**asdict(limits(live)), name: {**SHARES, "most": 199, "shift": 0}[name]}
    lines = "\n".join(f"{key} = {value}" for key, value in values.items())
    (tmp_path / "settings.toml").write_text(f"[experiment]\n{lines}\n")
    with pytest.raises(live("errors").InvalidSettings, match=f"experiment.{name}"):
        live("release.limits").read_experiment(tmp_path)
