"""Which task follows from the target, and which target or task cannot be."""

from __future__ import annotations

import pytest

from generator.context import Task
from generator.table import Wish
from tests.generator.table.place import ROWS, Place, X, Y, kinds


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([f"{number}.25" for number in range(ROWS)], "regression"),
        ([str(number % 30) for number in range(ROWS)], "regression"),
        ([str(number % 4) for number in range(ROWS)], "classification"),
        (["0.0" if number % 2 else "1.0" for number in range(ROWS)], "classification"),
        ([["true", "false"][number % 2] for number in range(ROWS)], "classification"),
        (Y, "classification"),
        (["1"] * 3 + ["2"] * 40 + ["3"] * 17, "regression"),
    ],
)
def test_the_task_follows_from_the_target(place: Place, values: list[str], task: str) -> None:
    found = place.look({"x": X, "y": values})
    assert found.task == task
    metric = ("mae", "lower") if task == "regression" else ("f1", "higher")
    assert (found.table.metric, found.table.direction) == metric
    if task == "classification":
        assert kinds(found)["y"][0] in {"integer", "boolean", "category"}


@pytest.mark.parametrize(
    ("values", "task", "said"),
    [
        (Y, "regression", "holds no numbers"),
        (X, "classification", "holds fractions"),
        ([str(number) for number in range(ROWS)], "classification", "60 classes, more than 50"),
    ],
)
def test_a_task_that_does_not_fit_is_refused(
    place: Place, values: list[str], task: Task, said: str
) -> None:
    assert said in place.refused({"x": range(ROWS), "z": X, "y": values}, Wish("y", task=task))


def test_a_task_that_fits_is_taken(place: Place) -> None:
    numbers = [str(number % 4) for number in range(ROWS)]
    assert place.look({"x": X, "y": numbers}, Wish("y", task="regression")).task == "regression"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["a"] * ROWS, "the same value in every row"),
        ([f"w{number}" for number in range(ROWS)], "text that never repeats"),
        ([f"w{number % 51}" for number in range(ROWS)], "51 classes, more than 50"),
        ([*Y[:40], *[""] * 20], "only 40 rows have a value"),
        ([*Y[:-1], "rare"], "a class of column 'y' has 1 row,"),
        ([f"2013-01-{number % 28 + 1:02}" for number in range(ROWS)], "holds times"),
    ],
)
def test_a_target_that_cannot_be_learnt_is_refused(
    place: Place, values: list[str], said: str
) -> None:
    assert said in place.refused({"x": X, "y": values})


def test_missing_labels_are_counted(place: Place) -> None:
    found = place.look({"x": X, "y": ["", *Y[1:]]})
    assert kinds(found)["y"] == ("category", True)
    assert "1 rows have no value in 'y'; nothing learns from them" in found.remarks
