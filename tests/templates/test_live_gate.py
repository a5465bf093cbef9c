"""The gate: a version goes on only where every check could be made and was passed."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

Part = Callable[[str], ModuleType]
ROWS = 4000


def limits(live: Part, **changed: Any) -> Any:
    usual: dict[str, Any] = {
        **{"margin": 0.0, "confidence": 0.95, "resamples": 200, "rows": 200, "slices": []},
        **{"slice_rows": 100, "slice_loss": 0.1, "invariant": [], "directions": {}},
        **{"latency": 50.0, "size": 200.0, "tests": "", "seconds": 60.0},
    }
    return live("gate.limits").Limits(**{**usual, **changed})


def evaluate(truth: np.ndarray, predictions: np.ndarray, scores: Any = None) -> dict[str, float]:
    return {"mae": float(np.abs(truth - predictions).mean())}


def metric(live: Part, direction: str = "lower") -> Any:
    return live("settings").Metric("mae", direction)


def fresh(live: Part, ours: np.ndarray, theirs: np.ndarray, count: int = ROWS) -> Any:
    """Rows whose truth is 0, so that answers are errors, with a carrier each."""
    answers = live("gate.improvement").Answers
    features = pd.DataFrame(
        {"carrier": np.array(["AA", "UA", "WN", "DL"] * ROWS)[:ROWS], "x": np.arange(ROWS) / 1.0}
    )
    return live("gate.beside").Fresh(
        features.head(count), np.zeros(count), answers(ours[:count]), answers(theirs[:count]), "it"
    )


def errors(scale: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, scale, ROWS)


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


def predict(rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(rows["x"] * 2.0 + (rows["carrier"] == "UA") * 5.0)


def test_a_column_that_must_not_matter_does_not_or_is_named(live: Part) -> None:
    rows = fresh(live, errors(1, 1), errors(1, 2)).features.assign(idle=1.0)
    rows["idle"] = np.arange(len(rows)) / 7
    found = list(live("gate.behaviour").invariance(predict, rows, ["idle", "carrier"], 0))
    assert [(one.name, one.passed) for one in found] == [
        ("invariance: idle", True),
        ("invariance: carrier", False),
    ]


@pytest.mark.parametrize(("way", "passed"), [("up", True), ("down", False)])
def test_a_higher_value_moves_the_answer_one_way(live: Part, way: str, passed: bool) -> None:
    rows = fresh(live, errors(1, 1), errors(1, 2)).features
    (found,) = live("gate.behaviour").direction(predict, rows, {"x": way})
    assert found.passed is passed


def test_a_file_that_is_too_large_is_refused(live: Part) -> None:
    (found,) = live("gate.cost").size(b"x" * 2_000_000, limits(live, size=1.0))
    assert not found.passed


class Slow(LinearRegression):  # type: ignore[misc]
    """Takes its time."""

    def predict(self, table: Any) -> np.ndarray:
        time.sleep(0.005)
        return np.asarray(super().predict(table))


@pytest.mark.parametrize(
    ("estimator", "most", "passed"), [(LinearRegression(), 10_000, True), (Slow(), 1, False)]
)
def test_a_version_that_answers_slowly_is_refused(
    live: Part, estimator: Any, most: float, passed: bool
) -> None:
    rows = pd.DataFrame({"x": np.arange(50.0), "y": [*[None] * 2, *range(48)]}).astype("float64")
    features = [
        {"name": name, "kind": "number", "nullable": name == "y", "categories": []} for name in "xy"
    ]
    fitted = make_pipeline(SimpleImputer(), estimator).fit(rows, rows["x"])
    model = live("model_file").Model(fitted, {"features": features, "version": "1"})
    (found,) = live("gate.cost").latency(model, rows, limits(live, latency=most))
    assert found.passed is passed


def broken() -> Iterator[Any]:
    raise RuntimeError("no such luck")


def test_a_check_that_breaks_or_says_nothing_has_failed(live: Part) -> None:
    verdict = live("gate.verdict")
    passed = verdict.Verdict("good", True, "fine")
    gate = verdict.judged(
        [("good", lambda: [passed]), ("broken", broken), ("silent", lambda: iter(()))]
    )
    assert gate.failed == ("broken", "silent")
    assert not gate.passed
    assert "no such luck" in gate.verdicts[1].said
    assert not verdict.judged([]).passed
    assert verdict.judged([("good", lambda: [passed])]).passed


def test_a_figure_that_is_not_finite_refuses(live: Part) -> None:
    one = fresh(live, np.full(ROWS, np.nan), errors(1, 2))
    check = live("gate.beside").better
    gate = live("gate.verdict").judged(
        [("better", lambda: check(one, metric(live), evaluate, limits(live)))]
    )
    assert gate.failed == ("better",)


@pytest.mark.parametrize("count", [1, 30, 300])
def test_what_a_gate_says_fits_a_tag(live: Part, count: int) -> None:
    verdict = live("gate.verdict")
    gate = verdict.Gate(
        tuple(verdict.Verdict(f"check {place}", False, "x" * 400) for place in range(count))
    )
    tag = gate.to_tag()
    assert len(tag) <= 5000
    if count < 300:
        assert [one["name"] for one in json.loads(tag)][-1] == f"check {count - 1}"


WRONG: dict[str, Any] = {
    **{"margin": 2, "confidence": 1, "resamples": 10, "rows": 5, "slice_rows": 5},
    **{
        "slice_loss": -1,
        "latency": 0,
        "size": 0,
        "seconds": 0,
        "slices": ["no such"],
        "invariant": "carrier",
    },
    "directions": {"carrier": "up"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_setting_of_the_gate_out_of_bounds_is_named(
    live: Part, name: str, tmp_path: Path
) -> None:
    source = Path(live("settings").__file__).parents[3] / "settings.toml"
    before, mark, after = source.read_text().partition("[gate]")
    told = '{ carrier = "up" }' if name == "directions" else json.dumps(WRONG[name])
    after = re.sub(rf"(?m)^{name} = .*$", f"{name} = {told}", after, count=1)
    (tmp_path / "settings.toml").write_text(before + mark + after)
    settings = live("settings").read_settings(tmp_path)
    with pytest.raises(live("errors").InvalidSettings, match=f"gate.{name}"):
        live("gate.limits").read_gate(settings)


def test_own_tests_that_take_too_long_fail_and_leave_nothing_running(
    live: Part, tmp_path: Path
) -> None:
    text = (
        "import subprocess, sys, time\n\n\ndef test_it():\n"
        "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"    open({str(tmp_path / 'begun')!r}, 'w').close()\n    time.sleep(60)\n"
    )
    (tmp_path / "test_slow.py").write_text(text)
    given = limits(live, tests="test_slow.py", seconds=20.0)
    with live("gate.own").own_tests(tmp_path, tmp_path / "model.skops", given):
        while not (tmp_path / "begun").exists():
            time.sleep(0.1)
        hurried = limits(live, tests="test_slow.py", seconds=1.0)
    with live("gate.own").own_tests(tmp_path, tmp_path / "model.skops", hurried) as check:
        (verdict,) = check()
    assert (verdict.passed, verdict.said) == (False, "test_slow.py took more than 1 s")
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(tmp_path) not in found.stdout
