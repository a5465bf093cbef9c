"""What the gate asks of a version by itself: behaviour, size, latency, the project's own tests."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from tests.templates.gate import Part, errors, fresh, limits


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
