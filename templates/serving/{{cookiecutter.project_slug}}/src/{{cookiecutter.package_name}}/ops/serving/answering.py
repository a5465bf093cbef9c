# ours: kept current by mlops-maturity upgrade
"""Answers to records: by position in an array where that gives the same, else by a frame.

scikit-learn selects columns of frames by name, and a frame costs more than most models. A pipeline
that was fitted on a frame also takes an array in the same order: in the copy used here, names of
columns have become their places. Whether both ways agree is tried on rows made from the schema when
the model is loaded; if they do not, frames are used.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ..errors import InvalidTable
from ..schema import conform
from ..training import answer
from .questions import INVALID, Questions, Unanswerable, to_array

if TYPE_CHECKING:
    from ..model_file import Model
    from ..schema import Column

_TRIED = 64
_SHORT = 12
_PLACE = "row 1, "


@dataclass(frozen=True)
class Loaded:
    """A model that answers.

    Attributes:
        model: as it was loaded.
        version: short name of the model, the beginning of its sha256.
        since: when it was loaded, in ISO 8601.
        by_position: the estimator that takes arrays; none where frames are needed.
    """

    model: Model
    version: str
    since: str
    by_position: Any | None

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns that it takes, in order."""
        return self.model.features


def load(model: Model) -> Loaded:
    """Make a model ready to answer in this thread, with a first answer behind it."""
    # Threads that meet for each tree of a model take longer over one row than the row does; with
    # other work on the machine, a hundred times as long. Whoever has cores starts workers.
    threadpool_limits(1)
    since = datetime.now(UTC).isoformat(timespec="seconds")
    version = str(model.card["sha256"])[:_SHORT]
    return Loaded(model, version, since, _by_position(model))


def answers(loaded: Loaded, questions: Questions) -> list[dict[str, Any]]:
    """One answer for each record: `prediction`, with `score` for two classes or `scores` by class.

    Raises:
        Unanswerable: the model cannot take a record; names it.
    """
    predictions, score = _asked(loaded, questions.values)
    found: list[dict[str, Any]] = [{"prediction": one} for one in predictions.tolist()]
    if score is not None and score.ndim == 1:
        for told, one in zip(found, score.tolist(), strict=True):
            told["score"] = one
    elif score is not None:
        names = [str(name) for name in loaded.model.estimator.classes_]
        for told, row in zip(found, score.tolist(), strict=True):
            told["scores"] = dict(zip(names, row, strict=True))
    if questions.keys is not None:
        for told, key in zip(found, questions.keys, strict=True):
            told["key"] = key
    return found


def _asked(
    loaded: Loaded, values: Sequence[tuple[Any, ...]]
) -> tuple[np.ndarray, np.ndarray | None]:
    try:
        found = _answered(loaded, values)
    except Unanswerable:
        raise
    except Exception as error:
        # Of many records one may be the culprit: it alone is to be named.
        for number, row in enumerate(values if len(values) > 1 else (), 1):
            _ask_one(loaded, row, number)
        raise _refused(error, 1 if len(values) == 1 else None) from None
    if found[0].dtype.kind == "f" and not (finite := np.isfinite(found[0])).all():
        place = int(finite.argmin()) + 1
        raise Unanswerable(INVALID, "the model's answer is no finite number", place)
    return found


def _ask_one(loaded: Loaded, row: tuple[Any, ...], number: int) -> None:
    try:
        _answered(loaded, [row])
    except Unanswerable as error:
        raise Unanswerable(error.status, str(error), number, error.column, error.hint) from None
    except Exception as error:
        raise _refused(error, number) from None


def _refused(error: Exception, row: int | None) -> Unanswerable:
    first = str(error).partition("\n")[0][:200]
    return Unanswerable(INVALID, f"the model cannot take it: {first}", row)


def _answered(
    loaded: Loaded, values: Sequence[tuple[Any, ...]]
) -> tuple[np.ndarray, np.ndarray | None]:
    if loaded.by_position is not None:
        return _ask(loaded.by_position, to_array(values, loaded.features))
    return _ask(loaded.model.estimator, _frame(values, loaded.features))


def _ask(estimator: Any, table: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """As `training.answer`, without its guard against warnings, which costs more than an answer."""
    predictions = np.asarray(estimator.predict(table))
    if not hasattr(estimator, "predict_proba"):
        return predictions, None
    score = np.asarray(estimator.predict_proba(table))
    return predictions, score[:, 1] if score.shape[1] == 2 else score


def _frame(values: Sequence[tuple[Any, ...]], features: Sequence[Column]) -> pd.DataFrame:
    table = pd.DataFrame(list(values), columns=[column.name for column in features], dtype=object)
    try:
        return conform(table, features)
    except InvalidTable as error:
        raise _misfit(error, values, features) from None


def _misfit(
    error: InvalidTable, values: Sequence[tuple[Any, ...]], features: Sequence[Column]
) -> Unanswerable:
    """The same, with the record and column found again: only times can be wrong at this point."""
    for number, row in enumerate(values, 1):
        for column, value in zip(features, row, strict=True):
            try:
                conform(pd.DataFrame({column.name: [value]}, dtype=object), [column])
            except InvalidTable as cause:
                text = str(cause).rpartition("the value ")[2]
                return Unanswerable(INVALID, text, number, column.name, "such as 2013-10-01T08:00")
    return Unanswerable(INVALID, str(error))


def _by_position(model: Model) -> Any | None:
    """An estimator that takes arrays and answers as the model does, if there is one."""
    if any(column.kind == "time" for column in model.features):
        return None
    candidate = copy.deepcopy(model.estimator)
    for part in _parts(candidate, set()):
        _forget_names(part)
    values = list(_made_up(model.features))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            named = answer(model.estimator, _frame(values, model.features))
            placed = _ask(candidate, to_array(values, model.features))
        except Exception:
            return None
    same = np.array_equal(named[0], placed[0]) and (
        named[1] is None or (placed[1] is not None and np.array_equal(named[1], placed[1]))
    )
    return candidate if same else None


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
