# ours: kept current by mlops-maturity upgrade
"""The loop over rows of the past, window by window, with a clock of its own.

In each window its rows are asked, in the order of time, of the versions that answer then; labels
arrive when `labels()` in `data.py` says that they were known; then the loop looks. Everything but
the clock is as it is live: log, registry, gate, comparison, record. A replay that was ended goes on
in the window where it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InvalidTable, NoModel, Refused
from ..monitoring.series import append, lines
from ..release.sequential import losses
from ..rows import loaded, parse_moment, show_moment, told_labels, typed_labels
from ..tracking.place import state
from ..wiring import model_source
from .asking import Asking, clock
from .decision import WAIT
from .tick import tick
from .turns import BEGUN, FAILED, read

if TYPE_CHECKING:
    import pandas as pd

    from ..predictions.record import Record
    from ..settings import Settings

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
        loss: what an answer cost on average, as a comparison counts it; none without labels.
        steps: of the loop at its end: kind and reason.
    """

    start: str
    end: str
    rows: int
    champion: str
    metrics: dict[str, float]
    loss: float | None
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
        self._first, self._last = span(settings, start, end, hours)
        self._length: Any = timedelta(hours=hours) if settings.data.time else int(hours)
        self._asking = Asking(settings, self._first, self._last)

    def run(self) -> Iterator[Window]:
        """Go through the windows that were not replayed yet, one after the other.

        Raises:
            Refused: another replay was begun here, or no version may answer at its beginning.
        """
        known = list(done(self.settings))
        begun = [(one.start, one.end) for one in known[:1]]
        wanted = self._first, min(self._first + self._length, self._last)
        if begun and begun[0] != tuple(map(show_moment, wanted)):
            raise Refused(
                f"a replay was begun whose first window is {' to '.join(begun[0])}",
                "go on with that one, or begin anew with --fresh",
            )
        moment = parse_moment(self.settings, known[-1].end) if known else self._first
        if not known:
            self._begin()
        while moment < self._last:
            end = min(moment + self._length, self._last)
            window = self._window(moment, end)
            append(_place(self.settings), asdict(window))
            yield window
            moment = end

    def _begin(self) -> None:
        """Train and release a first version on the rows before the first window."""
        self._looked(self._first)
        try:
            model_source(self.settings).load()
        except NoModel:
            events = read(self.settings)
            if events and events[-1].phase == FAILED:
                raise Refused(
                    f"no first version on the rows before --from: {events[-1].said}",
                    "mend that, and begin anew with --fresh",
                ) from None
            raise Refused(
                "on the rows before --from, no version passed the gate: nobody would answer",
                "begin later; what the gate wants: [gate] in settings.toml",
            ) from None

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return loaded(self.settings, self._first, self._last)

    @cached_property
    def _truth(self) -> pd.Series[Any]:
        """The label of each key, or number of a row, whenever it became known."""
        return told_labels(self.settings, self._first, self._last)["label"]

    def _window(self, start: Any, end: Any) -> Window:
        time = self.settings.data.time
        moments = self._rows[time] if time else self._rows.index.to_series()
        rows = self._rows[((moments >= start) & (moments < end)).to_numpy()]
        said = self._asking.ask(rows, start, end)
        steps = self._looked(end)
        champion = str(model_source(self.settings).load().card.get("version"))
        judged = self._judged(rows, said)
        return Window(show_moment(start), show_moment(end), len(rows), champion, *judged, steps)

    def _looked(self, moment: Any) -> tuple[tuple[str, str], ...]:
        return tuple(
            self._operate(self.settings, clock(self.settings, moment), show_moment(moment))
        )

    def _judged(
        self, rows: pd.DataFrame, said: dict[Any, Record]
    ) -> tuple[dict[str, float], float | None]:
        """What `evaluate` says of the answers, and what they cost."""
        from ...model import evaluate

        key, task, metric = self.settings.data.key, self.settings.task, self.settings.metric.name
        names = rows[key] if key else rows.index.to_series()
        there = rows.index[names.isin(self._truth.index).to_numpy()]
        if not len(there):
            return {}, None
        truth = self._truth.loc[names.loc[there]].set_axis(there)
        column = self.settings.data.column(self.settings.data.target)
        labels = typed_labels(truth, column).to_numpy()
        answers = [said[number] for number in there]
        predictions = np.array([one.prediction for one in answers])
        loss = float(losses(task, metric, labels, predictions).mean())
        try:
            found = evaluate(labels, predictions, _told(answers))
        except ValueError:  # such as one class only
            return {}, loss
        return {name: float(value) for name, value in found.items()}, loss


def span(settings: Settings, start: str, end: str, hours: float) -> tuple[Any, Any]:
    """Both moments, where rows lie between them, and before them for the first version.

    Raises:
        InvalidTable: they are no such moments, or a window holds no row.
    """
    first, last = parse_moment(settings, start), parse_moment(settings, end)
    if first is None or last is None:
        raise InvalidTable("--from or --to is empty", "name a time such as 2013-10-01, or a row")
    if first >= last:
        raise InvalidTable(f"{start} is not before {end}", "--from comes first")
    time = settings.data.time
    if not time and hours < 1:
        raise InvalidTable(f"a window of {hours:g} rows holds none", "--every counts rows here")
    rows = loaded(settings)
    moments = rows[time] if time else rows.index.to_series()
    asked = (moments >= first) & (moments < last)
    if not (asked.any() and (moments < first).any()):
        lacking = "between them" if not asked.any() else "before --from, to learn from"
        known = f"rows lie from {show_moment(moments.min())} to {show_moment(moments.max())}"
        raise InvalidTable(f"no row lies {lacking}: {start} to {end}", known)
    return first, last


def looping(settings: Settings, now: datetime, until: str) -> Iterator[tuple[str, str]]:
    """Let the loop look until nothing follows any more; what an ended replay did then counts."""
    moment = now.isoformat(timespec="seconds")
    taken = [
        (one.kind, one.said) for one in read(settings) if (one.phase, one.when) == (BEGUN, moment)
    ]
    yield from taken
    for _ in range(MOST):
        if len(taken) == MOST:
            break
        step = tick(settings, now, until)
        for said in step.trouble:
            print(f"error: {said}", file=sys.stderr)
        if (step.kind, step.reason) not in taken:  # otherwise it had begun, and is done now
            taken.append((step.kind, step.reason))
            yield taken[-1]
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


def _told(answers: Sequence[Record]) -> Any:
    """The probabilities of answers as `evaluate` takes them; none where one has none."""
    if all(one.score is not None for one in answers):
        return np.array([one.score for one in answers])
    if all(one.scores for one in answers):
        return np.array([list((one.scores or {}).values()) for one in answers])
    return None
