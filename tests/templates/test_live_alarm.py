"""Alarms: of several windows, not of one; told once, and told when they end."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

Part = Callable[[str], ModuleType]
M, K = 2, 3


def windows(live: Part, shown: str) -> list[Any]:
    """A window for each sign: a letter is a column that drifted, `.` is quiet, `?` has few rows."""
    window = live("monitoring.alarm").Window
    return [
        window(f"day {day}", () if sign in ".?" else tuple(sign.split("+")), sign != "?")
        for day, sign in enumerate(shown.split(), 1)
    ]


@pytest.mark.parametrize(
    ("shown", "state", "columns"),
    [
        (". . .", "quiet", ()),
        (". . a", "quiet", ()),
        ("a . a", "drift", ("a",)),
        ("a b a", "drift", ("a",)),
        ("a b .", "quiet", ()),
        ("a+b . a+b", "drift", ("a", "b")),
        ("a a . .", "quiet", ()),
        ("? ? ?", "few rows", ()),
        (". . ?", "few rows", ()),
        ("a a ?", "drift", ("a",)),
    ],
)
def test_a_column_drifts_that_did_so_in_two_of_three_windows(
    live: Part, shown: str, state: str, columns: tuple[str, ...]
) -> None:
    found = live("monitoring.alarm").alarm(windows(live, shown), M, K)
    assert (found.state, found.columns) == (state, columns)


def test_no_window_at_all_is_no_quiet(live: Part) -> None:
    assert live("monitoring.alarm").alarm([], M, K).state == "few rows"


def test_since_is_the_first_window_that_showed_it(live: Part) -> None:
    found = live("monitoring.alarm").alarm(windows(live, ". . a . a"), M, K)
    assert found.since == (("a", "day 3"),)


def test_a_drift_that_goes_on_is_told_once_and_its_end_once(live: Part) -> None:
    whole = windows(live, ". a a a . ? a . . .")
    news = live("monitoring.alarm").news
    told = {place: news(whole[:place], M, K) for place in range(1, len(whole) + 1)}
    assert {place: one.begun for place, one in told.items() if one.begun} == {
        3: (("a", "day 2"),),
    }
    assert {place: one.ended for place, one in told.items() if one.ended} == {8: ("a",)}


@given(st.lists(st.sampled_from([".", "a", "b", "a+b", "?"]), min_size=1, max_size=20))
def test_what_began_ends_before_it_begins_again(live: Part, signs: list[str]) -> None:
    whole, open_ = windows(live, " ".join(signs)), set()
    for place in range(1, len(whole) + 1):
        told = live("monitoring.alarm").news(whole[:place], M, K)
        for name, _ in told.begun:
            assert name not in open_
            open_.add(name)
        for name in told.ended:
            open_.remove(name)
        assert open_ == set(live("monitoring.alarm").alarm(whole[:place], M, K).columns)
