# yours: tests of what you wrote; no upgrade touches this file
import numpy as np

from {{ cookiecutter.package_name }}.data import TARGET, labels, load
from {{ cookiecutter.package_name }}.model import build, evaluate


def test_labels_are_those_of_the_rows():
    assert labels()["label"].tolist() == load()[TARGET].tolist()


def test_a_perfect_answer_is_judged_better_than_another():
    truth = labels()["label"].to_numpy()
    perfect, other = evaluate(truth, truth), evaluate(truth, np.roll(truth, 1))
    assert perfect != other


def test_an_estimator_is_made_of_its_parameters():
    assert build({"max_iter": 7}).get_params()[f"{build({}).steps[-1][0]}__max_iter"] == 7
