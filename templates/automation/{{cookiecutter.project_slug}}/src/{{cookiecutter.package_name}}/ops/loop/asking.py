# ours: kept current by mlops-maturity upgrade
"""Rows of the past, asked of the versions that answer then; answers and labels go on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..errors import OpsError
from ..predictions.labels import Label, entries
from ..predictions.labels import append as append_labels
from ..predictions.place import labels_folder, predictions_folder
from ..predictions.reading import records
from ..predictions.record import CHALLENGER, CHAMPION, Record, encoded
from ..predictions.segments import Log
from ..registry.versions import fetch
from ..release.experiment import running
from ..release.split import is_challenged
from ..rows import told_labels, typed_labels
from ..schema import conform
from ..training import answer
from ..wiring import model_source

if TYPE_CHECKING:
    import pandas as pd

    from ..settings import Settings

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of row 0, where there is no time column: row n comes n minutes later."""


def clock(settings: Settings, moment: Any) -> datetime:
    """A moment of the table as a time."""
    if settings.data.time:
        found: datetime = moment.to_pydatetime().replace(tzinfo=UTC)
        return found
    return BEGINNING + timedelta(minutes=int(moment))


class Asking:
    """Asks rows, once each, and keeps what was answered as a service does.

    Args:
        settings: of a world apart.
        first: first moment of the rows that are asked.
        last: first moment after them.
    """

    def __init__(self, settings: Settings, first: Any, last: Any) -> None:
        self._settings, self._first, self._last = settings, first, last
        self._log = Log(predictions_folder(settings))

    def ask(self, rows: pd.DataFrame, start: Any, end: Any) -> dict[Any, Record]:
        """Ask the rows of a window that were not asked yet.

        Returns:
            The records of all of them by the numbers of the rows.
        """
        span = (clock(self._settings, moment) for moment in (start, end))
        before = {record.id: record for record in records(self._settings, *span)}
        said = {number: before[f"{number}/0"] for number in rows.index if f"{number}/0" in before}
        rows = rows[~rows.index.isin(list(said))]
        if rows.empty:
            return said
        found = list(self._answered(rows))
        if self._settings.data.key is None:
            self._label(rows)
        # After the labels: rows whose answers are on record are passed over from then on.
        self._log.append(encoded(found))
        return said | dict(zip(rows.index, found, strict=True))

    def _answered(self, rows: pd.DataFrame) -> Iterator[Record]:
        champion = model_source(self._settings).load()
        ran = running(self._settings)
        key, time = self._settings.data.key, self._settings.data.time
        names = rows[key] if key else [f"{number}/0" for number in rows.index]
        challenged = [ran is not None and is_challenged(ran.salt, ran.share, one) for one in names]
        features = conform(rows, champion.features)
        ours = answer(champion.estimator, features)
        theirs = ours
        if ran is not None and any(challenged):
            theirs = answer(_loaded(self._settings, ran.version).estimator, features)
        classes = [str(one) for one in getattr(champion.estimator, "classes_", ())]
        plain = features.astype(object).where(features.notna(), None).to_dict("records")
        for place, number in enumerate(rows.index):
            other = challenged[place]
            predictions, scores = theirs if other else ours
            moment = clock(self._settings, rows[time].iloc[place] if time else number)
            yield Record(
                id=f"{number}/0",
                time=moment.isoformat(timespec="milliseconds"),
                version=str(ran.version) if other and ran else str(champion.card.get("version")),
                features=plain[place],
                prediction=_plain(predictions[place]),
                key=_plain(rows[key].iloc[place]) if key else None,
                **_scores(scores, place, classes),
                variant=CHALLENGER if other else CHAMPION,
                experiment=ran.id if ran else None,
            )

    def _label(self, rows: pd.DataFrame) -> None:
        """Labels of rows without a key, once each, by the names that their records will have."""
        told = told_labels(self._settings, self._first, self._last)
        told = told.loc[told.index.intersection(rows.index)]
        column = self._settings.data.column(self._settings.data.target)
        labels = typed_labels(told["label"], column)
        folder = labels_folder(self._settings)
        before = {one.key for one in entries(folder)}
        found = [
            Label(f"{number}/0", _plain(label), clock(self._settings, known).isoformat())
            for number, label, known in zip(told.index, labels, told["known"], strict=True)
        ]
        append_labels(folder, [one for one in found if one.key not in before])


def _loaded(settings: Settings, number: int) -> Any:
    from ..model_file import unpack

    content, card = fetch(settings, number)
    if not content:
        raise OpsError(f"version {number} is empty")
    return unpack(content, card, settings.trusted)


def _scores(scores: Any, place: int, classes: Sequence[str]) -> dict[str, Any]:
    """The probabilities of an answer as a record has them."""
    if scores is None:
        return {}
    if scores.ndim == 1:
        return {"score": float(scores[place])}
    return {"scores": dict(zip(classes, map(float, scores[place]), strict=True))}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
