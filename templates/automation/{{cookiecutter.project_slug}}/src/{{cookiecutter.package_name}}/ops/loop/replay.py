# ours: kept current by mlops-maturity upgrade
"""The loop over rows of the past, window by window, with a clock of its own.

In each window its rows are asked, in the order of time, of the versions that answer then; labels
arrive when `labels()` in `data.py` says that they were known; then the loop looks. Everything but
the clock is as it is live: log, registry, gate, comparison, record. A replay that was ended goes on
in the window where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InvalidTable, OpsError
from ..monitoring.series import append, lines
from ..predictions.labels import Label
from ..predictions.labels import append as append_labels
from ..predictions.place import labels_folder, predictions_folder
from ..predictions.reading import records
from ..predictions.record import CHALLENGER, CHAMPION, Record, encoded
from ..predictions.segments import Log
from ..registry.versions import fetch
from ..release.experiment import running
from ..release.split import is_challenged
from ..rows import loaded, parse_moment, show_moment, told_labels, typed_labels
from ..schema import conform
from ..tracking.place import state
from ..training import answer
from ..wiring import model_source
from .decision import WAIT
from .tick import tick

if TYPE_CHECKING:
    import pandas as pd

    from ..settings import Settings

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of row 0, where there is no time column: row n comes n minutes later."""

MOST = 4
"""Steps that one window may bring about."""

Operate = Callable[["Settings", datetime, str], Iterable[tuple[str, str]]]
"""What is done at the end of a window: takes the moment as a time and as the table has it."""


@dataclass(frozen=True)
class Window:
    """A window that was replayed.

    Attributes:
        start: its first moment, as the table has it.
        end: first moment after it.
        rows: that were asked.
        champion: version that answered at its end.
        metrics: of all that was answered, once every label is known.
        steps: of the loop at its end: kind and reason.
    """

    start: str
    end: str
    rows: int
    champion: str
    metrics: dict[str, float]
    steps: tuple[tuple[str, str], ...]


class Replay:
    """One replay.

    Args:
        settings: of a world apart.
        start: first moment of the rows that are asked; those before it are learnt from.
        end: first moment after the last window.
        hours: length of a window; of rows, where there is no time column.
        operate: what is done at the end of each window, and before the first one.
    """

    def __init__(
        self, settings: Settings, start: str, end: str, hours: float, operate: Operate | None = None
    ) -> None:
        self.settings, self._operate = settings, operate or looping
        self._first, self._last = parse_moment(settings, start), parse_moment(settings, end)
        if self._first >= self._last:
            raise InvalidTable(f"{start} is not before {end}", "--from comes first")
        self._length: Any = timedelta(hours=hours) if settings.data.time else int(hours)
        self._log = Log(predictions_folder(settings))

    def run(self) -> Iterator[Window]:
        """Go through the windows that were not replayed yet, one after the other."""
        known = list(done(self.settings))
        moment = parse_moment(self.settings, known[-1].end) if known else self._first
        if not known:
            self._looked(self._first)
        while moment < self._last:
            end = min(moment + self._length, self._last)
            window = self._window(moment, end)
            append(_place(self.settings), asdict(window))
            yield window
            moment = end

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return loaded(self.settings, self._first, self._last)

    @cached_property
    def _truth(self) -> pd.Series[Any]:
        """The label of each key, or number of a row, whenever it became known."""
        return told_labels(self.settings, self._first, self._last)["label"]

    def _window(self, start: Any, end: Any) -> Window:
        time = self.settings.data.time
        clock = self._rows[time] if time else self._rows.index.to_series()
        rows = self._rows[((clock >= start) & (clock < end)).to_numpy()]
        said = self._asked(rows, start, end)
        steps = self._looked(end)
        champion = str(model_source(self.settings).load().card.get("version"))
        return Window(
            show_moment(start),
            show_moment(end),
            len(rows),
            champion,
            self._judged(rows, said),
            steps,
        )

    def _looked(self, moment: Any) -> tuple[tuple[str, str], ...]:
        return tuple(self._operate(self.settings, self.clock(moment), show_moment(moment)))

    def clock(self, moment: Any) -> datetime:
        """A moment of the table as a time."""
        if self.settings.data.time:
            found: datetime = moment.to_pydatetime().replace(tzinfo=UTC)
            return found
        return BEGINNING + timedelta(minutes=int(moment))

    def _asked(self, rows: pd.DataFrame, start: Any, end: Any) -> dict[Any, Record]:
        """Ask the rows that were not asked yet; gives the records by the numbers of the rows."""
        before = {
            record.id: record
            for record in records(self.settings, self.clock(start), self.clock(end))
        }
        said = {number: before[f"{number}/0"] for number in rows.index if f"{number}/0" in before}
        rows = rows[~rows.index.isin(list(said))]
        if rows.empty:
            return said
        found = list(self._answered(rows))
        self._log.append(encoded(found))
        if self.settings.data.key is None:
            self._label(rows)
        return said | dict(zip(rows.index, found, strict=True))

    def _answered(self, rows: pd.DataFrame) -> Iterator[Record]:
        champion = model_source(self.settings).load()
        ran = running(self.settings)
        key, time = self.settings.data.key, self.settings.data.time
        names = rows[key] if key else [f"{number}/0" for number in rows.index]
        challenged = [ran is not None and is_challenged(ran.salt, ran.share, one) for one in names]
        features = conform(rows, champion.features)
        ours = answer(champion.estimator, features)
        theirs = ours
        if ran is not None and any(challenged):
            theirs = answer(_loaded(self.settings, ran.version).estimator, features)
        classes = [str(one) for one in getattr(champion.estimator, "classes_", ())]
        plain = features.astype(object).where(features.notna(), None).to_dict("records")
        for place, number in enumerate(rows.index):
            other = challenged[place]
            predictions, scores = theirs if other else ours
            moment = self.clock(rows[time].iloc[place] if time else number)
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
        """Labels of rows without a key, by the names that their records have."""
        told = told_labels(self.settings, self._first, self._last)
        told = told.loc[told.index.intersection(rows.index)]
        column = self.settings.data.column(self.settings.data.target)
        labels = typed_labels(told["label"], column)
        entries = [
            Label(f"{number}/0", _plain(label), self.clock(known).isoformat())
            for number, label, known in zip(told.index, labels, told["known"], strict=True)
        ]
        append_labels(labels_folder(self.settings), entries)

    def _judged(self, rows: pd.DataFrame, said: dict[Any, Record]) -> dict[str, float]:
        """What `evaluate` says of the answers."""
        from ...model import evaluate

        key = self.settings.data.key
        names = rows[key] if key else rows.index.to_series()
        there = rows.index[names.isin(self._truth.index).to_numpy()]
        if not len(there):
            return {}
        truth = self._truth.loc[names.loc[there]].set_axis(there)
        labels = typed_labels(truth, self.settings.data.column(self.settings.data.target))
        try:
            answers = [said[number] for number in there]
            predictions = np.array([one.prediction for one in answers])
            found = evaluate(labels.to_numpy(), predictions, _told(answers))
        except ValueError:
            return {}
        return {name: float(value) for name, value in found.items()}


def looping(settings: Settings, now: datetime, until: str) -> Iterator[tuple[str, str]]:
    """Let the loop look until nothing follows any more."""
    for _ in range(MOST):
        step = tick(settings, now, until)
        yield step.kind, step.reason
        if step.kind == WAIT:
            break


def done(settings: Settings) -> Sequence[Window]:
    """The windows that were replayed."""
    return [
        Window(**{**one, "steps": tuple(map(tuple, one["steps"]))})
        for one in lines(_place(settings))
    ]


def _place(settings: Settings) -> Any:
    return state(settings.root) / "windows.jsonl"


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


def _told(answers: Sequence[Record]) -> Any:
    """The probabilities of answers as `evaluate` takes them; none where one has none."""
    if all(one.score is not None for one in answers):
        return np.array([one.score for one in answers])
    if all(one.scores for one in answers):
        return np.array([list((one.scores or {}).values()) for one in answers])
    return None


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
