# ours: kept current by mlops-maturity upgrade
"""Ways to ask a model: by a frame, and by an array where that gives the same.

scikit-learn selects columns of frames by name, and a frame costs more than most models. A pipeline
that was fitted on a frame also takes an array in the same order: in the copy used here, names of
columns have become their places. And where the prediction is the most probable class, it need not
be asked for. Whether this gives the same is tried on rows made from the schema when the model is
loaded; if it does not, frames are used. Of linear models, what is left is a sum.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ..errors import InvalidTable
from ..schema import conform
from ..training import answer
from .direct import Answer, direct, told
from .faults import INVALID, Unanswerable
from .questions import to_array

if TYPE_CHECKING:
    from ..model_file import Model
    from ..schema import Column

_TRIED = 64
_ROUNDING = 1e-12
# Those of scikit-learn that predict the class with the highest probability, by their own code.
_MOST_PROBABLE = (
    *("ExtraTreesClassifier", "HistGradientBoostingClassifier", "LogisticRegression"),
    "RandomForestClassifier",
)


@dataclass(frozen=True)
class ByPosition:
    """An estimator that takes arrays, without the pipeline around it, which costs as much again.

    Attributes:
        before: the steps that come first, whose columns are places.
        estimator: the last step.
        classes: whose most probable one is the prediction; none where it is asked for.
        direct: answers without scikit-learn's checks, or none where these are needed.
    """

    before: tuple[Any, ...]
    estimator: Any
    classes: np.ndarray | None
    direct: Callable[[np.ndarray], Answer | None] = lambda table: None

    def ask(self, table: np.ndarray) -> Answer:
        """Answers to the rows of an array, shape (n, features)."""
        if (found := self.direct(table)) is not None:
            return found
        for step in self.before:
            table = step.transform(table)
        if self.classes is None:
            return ask(self.estimator, table)
        score = np.asarray(self.estimator.predict_proba(table))
        return self.classes[score.argmax(axis=1)], told(score)


def ask(estimator: Any, table: Any) -> Answer:
    """As `training.answer`, without its guard against warnings, which costs more than an answer."""
    predictions = np.asarray(estimator.predict(table))
    if not hasattr(estimator, "predict_proba"):
        return predictions, None
    score = np.asarray(estimator.predict_proba(table))
    return predictions, told(score)


def frame(values: Sequence[tuple[Any, ...]], features: Sequence[Column]) -> pd.DataFrame:
    """The values as `data.py` gives them.

    Raises:
        Unanswerable: a value cannot be read; names row and column.
    """
    table = pd.DataFrame(list(values), columns=[column.name for column in features], dtype=object)
    try:
        return conform(table, features)
    except InvalidTable as error:
        if error.place is None:
            raise Unanswerable(INVALID, str(error)) from None
        row, name = error.place
        place = [column.name for column in features].index(name)
        hint, shown = "such as 2013-10-01T08:00", repr(str(values[row - 1][place])[:40])
        kind = features[place].kind
        raise Unanswerable(INVALID, f"it is no {kind}", row, name, hint, shown) from None


def by_position(model: Model) -> ByPosition | None:
    """An estimator that takes arrays and answers as the model does, if there is one."""
    if any(column.kind == "time" for column in model.features):
        return None
    values = list(_made_up(model.features))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            candidate = _candidate(model.estimator)
            named = answer(model.estimator, frame(values, model.features))
            placed = candidate.ask(to_array(values, model.features))
        except Exception:
            return None
    same = _agree(named[0], placed[0]) and (
        named[1] is None or (placed[1] is not None and _agree(named[1], placed[1]))
    )
    return candidate if same else None


def _candidate(named: Any) -> ByPosition:
    estimator = copy.deepcopy(named)
    for part in _parts(estimator, set()):
        _forget_names(part)
    *before, last = _steps(estimator)
    classes = _classes(last)
    return ByPosition(tuple(before), last, classes, direct(before, last, classes))


def _steps(estimator: Any) -> list[Any]:
    """What answers one after the other: the steps of a pipeline of scikit-learn, else itself."""
    if type(estimator) is not Pipeline:
        return [estimator]
    inside = [step for _, step in estimator.steps if step not in (None, "passthrough")]
    return inside if inside and inside[-1] is estimator.steps[-1][1] else [estimator]


def _classes(last: Any) -> np.ndarray | None:
    ours = type(last).__module__.startswith("sklearn.")
    return last.classes_ if ours and type(last).__name__ in _MOST_PROBABLE else None


def _agree(some: np.ndarray, others: np.ndarray) -> bool:
    """Labels are equal; numbers, too, but for what sums in another order round otherwise."""
    if some.shape != others.shape or some.dtype.kind != "f":
        return np.array_equal(some, others)
    return np.allclose(some, others, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True)


def _forget_names(part: Any) -> None:
    """Select columns by place from now on."""
    names = list(vars(part).pop("feature_names_in_", ()))
    if hasattr(part, "transformers_"):
        part.transformers_ = [
            (name, inside, _places(columns, names)) for name, inside, columns in part.transformers_
        ]


def _places(columns: Any, names: list[str]) -> Any:
    if isinstance(columns, str):
        return names.index(columns)
    if len(columns) and all(isinstance(one, str) for one in columns):
        return [names.index(one) for one in columns]
    return columns


def _parts(holder: Any, seen: set[int]) -> Iterator[Any]:
    """The estimators inside an estimator, itself among them."""
    if id(holder) in seen:
        return
    seen.add(id(holder))
    if isinstance(holder, (list, tuple)):
        inside: list[Any] = list(holder)
    elif isinstance(holder, dict):
        inside = list(holder.values())
    elif hasattr(holder, "get_params") and hasattr(holder, "__dict__"):
        yield holder
        inside = list(vars(holder).values())
    else:
        return
    for one in inside:
        yield from _parts(one, seen)


def _made_up(features: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    """Records that fit the schema, of all sizes, with missing values where these may be."""
    chance = np.random.default_rng(0)
    for _ in range(_TRIED):
        yield tuple(_made_up_value(column, chance) for column in features)


def _made_up_value(column: Column, chance: np.random.Generator) -> Any:
    if column.nullable and chance.random() < 0.2:
        return None
    if column.kind == "boolean":
        return bool(chance.integers(2))
    if column.kind == "integer":
        return float(round(chance.normal() * 10 ** float(chance.integers(5))))
    if column.kind == "number":
        return float(chance.normal() * 10 ** float(chance.integers(-3, 5)))
    known = (*column.categories, "unheard of")
    return known[int(chance.integers(len(known)))]
