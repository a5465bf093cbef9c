# ours: kept current by mlops-maturity upgrade
"""Answers to records: what the model predicts, by whichever way is shortest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from .direct import Answer
from .faults import INVALID, Unanswerable, Unpredictable
from .questions import Questions, to_array
from .ways import ByPosition, ask, by_position, frame

if TYPE_CHECKING:
    from ..model_file import Model
    from ..schema import Column

_SHORT = 12


@dataclass(frozen=True)
class Loaded:
    """A model that answers.

    Attributes:
        model: as it was loaded.
        version: name of the model: its number in a registry, or the beginning of its sha256.
        since: when it was loaded, in ISO 8601.
        by_position: the estimator that takes arrays; none where frames are needed.
    """

    model: Model
    version: str
    since: str
    by_position: ByPosition | None

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
    version = str(model.card.get("version") or model.card["sha256"][:_SHORT])
    return Loaded(model, version, since, by_position(model))


def answers(loaded: Loaded, questions: Questions) -> list[dict[str, Any]]:
    """One answer for each record: `prediction`, with `score` for two classes or `scores` by class.

    `key` comes back where it was sent; `unseen` names columns whose category is new to the model.

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
    for place, columns in questions.unseen.items():
        found[place]["unseen"] = columns
    return found


def _asked(loaded: Loaded, values: Sequence[tuple[Any, ...]]) -> Answer:
    try:
        found = _answered(loaded, values)
    except Unanswerable:
        raise
    except Exception as error:
        raise _refused(error, _culprit(loaded, values)) from error
    if found[0].dtype.kind == "f" and not (finite := np.isfinite(found[0])).all():
        place = int(finite.argmin()) + 1
        raise Unpredictable(INVALID, "the model's answer is no finite number", place)
    return found


def _culprit(loaded: Loaded, values: Sequence[tuple[Any, ...]]) -> int | None:
    """Number of the first record that fails alone, found by halves; none where none does."""
    first, last = 0, len(values)
    while last - first > 1:
        middle = (first + last) // 2
        if _fails(loaded, values[first:middle]):
            last = middle
        else:
            first = middle
    return first + 1 if _fails(loaded, values[first:last]) else None


def _fails(loaded: Loaded, values: Sequence[tuple[Any, ...]]) -> bool:
    try:
        _answered(loaded, values)
    except Exception:
        return True
    return False


def _refused(error: Exception, row: int | None) -> Unpredictable:
    first = str(error).partition("\n")[0][:200]
    return Unpredictable(INVALID, "the model cannot take it", row, detail=first)


def _answered(loaded: Loaded, values: Sequence[tuple[Any, ...]]) -> Answer:
    if loaded.by_position is not None:
        return loaded.by_position.ask(to_array(values, loaded.features))
    return ask(loaded.model.estimator, frame(values, loaded.features))
