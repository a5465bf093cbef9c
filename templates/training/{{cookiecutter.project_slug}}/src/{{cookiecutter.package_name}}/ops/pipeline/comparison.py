# ours: kept current by mlops-maturity upgrade
"""The candidate beside the champion: figures on the same rows, and how far the rows have moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..errors import NoModel, OpsError, UntrustedModel
from ..registry.versions import state
from ..rows import joined, loaded, parse_moment, told_labels
from ..training import judge

if TYPE_CHECKING:
    from ..rows import Rows
    from ..settings import Settings
    from ..source import ModelSource


@dataclass(frozen=True)
class Beside:
    """The champion on the rows that judge the candidate.

    Attributes:
        card: of the champion; empty where none answers.
        metrics: its figures on these rows; empty where it cannot answer them.
        notes: why it could not.
    """

    card: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def beside_champion(settings: Settings, source: ModelSource, rows: Rows) -> Beside:
    """The champion, judged on `rows`; one that cannot answer them is told and stops nothing."""
    try:
        champion = source.load()
    except NoModel:
        return Beside()
    except UntrustedModel as error:
        return Beside(notes=(f"what answers now cannot be loaded: {error}",))
    if champion.card.get("version") != str(state(settings).champion):
        return Beside()  # a file that lies in models/: it is no version of this registry
    names = [column.name for column in champion.features]
    number = champion.card["version"]
    try:
        if lacking := [name for name in names if name not in rows.features]:
            raise OpsError(f"it asks for {', '.join(lacking)}")
        found = judge(champion.estimator, replace(rows, features=rows.features[names]))
    except Exception as error:  # an estimator of other columns or versions may raise anything
        first = str(error).partition("\n")[0]
        note = f"version {number}, which answers now, cannot answer these rows: {first}"
        return Beside(champion.card, {}, (note,))
    return Beside(champion.card, found)


def drift_from_champion(
    settings: Settings, card: Mapping[str, Any], rows: Rows
) -> tuple[dict[str, float], tuple[str, ...]]:
    """How far the rows after those that the champion learnt from have moved, as figures.

    Returns:
        `drift_columns`, the number of columns that drifted, and `drift_<column>`, the size of each
        change from 0 to 1; and, where it cannot be told, a note that says why.
    """
    from ..drift import compare

    if not card:
        return {}, ()
    try:
        start, end = (parse_moment(settings, card["window"][side]) for side in ("start", "end"))
        before = loaded(settings, start, end)
        if before.empty:
            raise OpsError("its rows are no longer in the table")
        learnt = joined(settings, before, told_labels(settings, start, end), end)
        later = rows.part(rows.clock >= end)
        found = compare(learnt.features, later.features, settings.data.features, settings.drift)
    except OpsError as error:
        return {}, (f"drift since version {card['version']} cannot be told: {error}",)
    sizes = {f"drift_{one.name}": one.effect for one in found.columns}
    return {"drift_columns": float(len(found.drifted)), **sizes}, ()
