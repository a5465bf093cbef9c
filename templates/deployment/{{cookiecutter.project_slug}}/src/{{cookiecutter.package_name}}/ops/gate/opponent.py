# ours: kept current by mlops-maturity upgrade
"""What a candidate is held against: whatever answers now, or a dummy where nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import OpsError, UntrustedModel
from ..registry.versions import state
from ..rows import parse_moment
from ..training import answer, dummy, fit
from .improvement import Answers

if TYPE_CHECKING:
    import pandas as pd

    from ..rows import Rows
    from ..settings import Settings
    from ..source import ModelSource

DUMMY = "a dummy"


@dataclass(frozen=True)
class Opponent:
    """A model that has learnt from rows before a moment.

    Attributes:
        name: for people.
        estimator: fitted.
        columns: that it takes, in order.
        until: first moment after the rows that it learnt from; none for those of the candidate.
    """

    name: str
    estimator: Any
    columns: tuple[str, ...]
    until: Any = None

    def answers(self, features: pd.DataFrame) -> Answers:
        """What it says of rows."""
        return Answers(*answer(self.estimator, features[list(self.columns)]))


def opponent(settings: Settings, source: ModelSource, learnt: Rows) -> Opponent:
    """The champion, or the file that answers before a first release, or a dummy.

    Args:
        settings: of the project.
        source: where models come from.
        learnt: the rows that the candidate learnt from, for the dummy.

    Raises:
        OpsError: what answers cannot be loaded, or does not tell from which rows it learnt.
    """
    champion = state(settings).champion
    try:
        model = source.load()
    except UntrustedModel:
        if champion is not None or (settings.root / "models" / "model.json").exists():
            raise
        names = tuple(str(name) for name in learnt.features.columns)
        return Opponent(DUMMY, fit(dummy(settings.task), learnt), names)
    name = "the file in models/" if champion is None else f"version {champion}"
    if champion is not None and model.card.get("version") != str(champion):
        raise OpsError(f"{name} answers, and cannot be loaded")
    until = parse_moment(settings, (model.card.get("window") or {}).get("end"))
    if until is None:
        raise OpsError(f"{name} does not tell from which rows it learnt")
    return Opponent(name, model.estimator, tuple(one.name for one in model.features), until)
