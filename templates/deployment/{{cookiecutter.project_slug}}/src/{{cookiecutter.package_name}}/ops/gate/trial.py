# ours: kept current by mlops-maturity upgrade
"""One candidate before the gate: the checks, and what they ask for."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..model_file import Model, load, put
from ..training import answer, split
from .behaviour import direction, invariance
from .beside import Fresh, better, parts
from .cost import latency, size
from .improvement import Answers
from .opponent import opponent
from .own import NAME as OWN
from .own import own_tests
from .served import ASKED, serves
from .verdict import Check, Gate, Verdict, judged

if TYPE_CHECKING:
    import pandas as pd

    from ..pipeline.pipeline import Pipeline
    from ..rows import Rows
    from .limits import Limits

MOST_ROWS = 2000
"""Rows whose values the tests of behaviour change."""


@dataclass(frozen=True)
class Trial:
    """A candidate before the gate.

    Attributes:
        work: the run so far, its model packed.
        limits: of the gate.
        folder: where its files lie as a service finds them.
    """

    work: Pipeline
    limits: Limits
    folder: Path

    @cached_property
    def model(self) -> Model:
        """The candidate as a service loads it: read, and held against its digest."""
        return load(self.path, self.work.settings.trusted)

    @property
    def path(self) -> Path:
        """Its model file."""
        return self.folder / "model.skops"

    @cached_property
    def held_out(self) -> Rows:
        """Rows that it has not learnt from."""
        return self.work.newer

    @cached_property
    def fresh(self) -> Fresh:
        """Rows that neither it nor the other has learnt from, and what both say of them."""
        work = self.work
        assert work.rows is not None
        learnt, newer, _ = split(work.rows, work.settings.train.holdout)
        other = opponent(work.settings, work.source, learnt)
        rows = newer if other.until is None else newer.part(newer.clock >= other.until)
        if not len(rows):
            nothing = Answers(np.empty(0))
            return Fresh(rows.features, np.empty(0), nothing, nothing, other.name)
        theirs, ours = other.answers(rows.features), self.ours(rows.features)
        truth, first = rows.labels.to_numpy(), other.until is None
        return Fresh(rows.features, truth, ours, theirs, other.name, first)

    def ours(self, features: pd.DataFrame) -> Answers:
        """What the fitted estimator says of rows."""
        assert self.work.trained is not None
        return Answers(*answer(self.work.trained.estimator, features))

    def figures(self, features: pd.DataFrame) -> np.ndarray:
        """A number for each row: the prediction, the score of the second class, or the class."""
        assert self.work.trained is not None
        found = self.ours(features)
        if found.scores is not None and found.scores.ndim == 1:
            return found.scores
        if self.work.settings.task == "regression":
            return found.predictions
        return np.searchsorted(self.work.trained.estimator.classes_, found.predictions) * 1.0

    def better(self) -> Iterator[Verdict]:
        """Beside what answers now."""
        from ...model import evaluate

        yield from better(self.fresh, self.work.settings.metric, evaluate, self.limits)

    def parts(self) -> Iterator[Verdict]:
        """Beside what answers now, in each part of the rows."""
        from ...model import evaluate

        yield from parts(self.fresh, self.work.settings.metric, evaluate, self.limits)

    def behaviour(self) -> Iterator[Verdict]:
        """What happens where one value of a row is another."""
        rows = self.held_out.features.tail(MOST_ROWS)
        yield from invariance(
            self.figures, rows, self.limits.invariant, self.work.settings.train.seed
        )
        yield from direction(self.figures, rows, self.limits.directions)

    def cost(self) -> Iterator[Verdict]:
        """Time and size."""
        yield from latency(self.model, self.held_out.features, self.limits)
        yield from size(self.work.content, self.limits)

    def serves(self) -> Iterator[Verdict]:
        """From a body of JSON to answers."""
        rows = self.held_out.features.tail(ASKED)
        yield from serves(self.model, rows, self.ours(rows))


def tried(work: Pipeline, limits: Limits) -> Gate:
    """What the gate says of the candidate of a run."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trial = Trial(work, limits, Path(folder))
        put(trial.path, work.content, work.card)
        checks: list[tuple[str, Check]] = [
            ("better", trial.better),
            ("no part is worse", trial.parts),
            ("serves", trial.serves),
        ]
        if limits.invariant or limits.directions:
            checks.append(("behaviour", trial.behaviour))
        # They run meanwhile; time is taken once nothing else runs.
        with own_tests(work.settings.root, trial.path, limits) as own:
            return judged([*checks, (OWN, own), ("cost", trial.cost)])
