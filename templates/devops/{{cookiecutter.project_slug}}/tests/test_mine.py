# yours: tests of what you wrote; no upgrade touches this file
import tomllib
from pathlib import Path

import numpy as np
from pandas.testing import assert_series_equal

from {{ cookiecutter.package_name }}.data import TARGET, labels, load
from {{ cookiecutter.package_name }}.model import build, evaluate

PARAMS = tomllib.loads(Path("settings.toml").read_text(encoding="utf-8")).get("model", {})


def test_labels_are_those_of_the_rows():
    assert_series_equal(labels()["label"], load()[TARGET], check_names=False)


def test_a_perfect_answer_is_not_judged_as_another():
    truth = labels()["label"].dropna().to_numpy()
    assert evaluate(truth, truth) != evaluate(truth, np.roll(truth, 1))


def test_every_build_is_a_fresh_estimator():
    assert build(PARAMS) is not build(PARAMS)
