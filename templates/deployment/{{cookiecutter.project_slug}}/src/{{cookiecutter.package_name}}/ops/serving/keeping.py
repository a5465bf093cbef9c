# ours: kept current by mlops-maturity upgrade
"""What was answered, on record before anybody is told: one write for all that came together.

A disk that is full, or a folder that is gone, stops no answer: to those who ask, an answer counts
for more than its record. What is not recorded is counted, told in `/health`, and once on standard
error, until records can be written again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from ..predictions import labels
from ..predictions.place import labels_folder, predictions_folder, read_log
from ..predictions.record import Record, encoded_together, row_maker
from ..predictions.segments import Log
from ..settings import Settings
from .batching import Part
from .faults import Unanswerable, Unpredictable
from .metrics import Metrics
from .talk import say


class Keeper:
    """Writes the log of one process, and counts what it wrote."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        sync = read_log(settings).sync
        self._log = Log(predictions_folder(settings), sync)
        self._labels = labels_folder(settings), sync
        self._metrics = metrics
        self.trouble: str | None = None

    def keep(self, parts: Sequence[Part]) -> None:
        """Record parts of requests that were answered, or that a model could not answer."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        records: list[Record] = []
        for part in parts:
            found = list(_answered(part, time) if part.error is None else _failed(part, time))
            records += found
            if found:
                count = self._metrics.predicted if part.error is None else self._metrics.failed
                count(part.loaded.version, part.variant, len(found))
        self._write(records)

    def rest(self) -> None:
        """Let go of segments of an earlier day; in the thread that writes, between two writes."""
        with suppress(OSError):  # what was written is there, whatever a disk says at the end
            self._log.rest()
            labels.rest(*self._labels)

    def _write(self, records: Sequence[Record]) -> None:
        try:
            self._log.write(encoded_together(records) if records else b"")
        except OSError as error:
            self._metrics.unrecorded(len(records))
            if self.trouble is None:
                say(f"predictions are not recorded: {error}")
            self.trouble = f"predictions are not recorded: {error.strerror or error}"
            return
        self.trouble = None


def _answered(part: Part, time: str) -> Iterator[Record]:
    assert part.answers is not None
    row = row_maker(tuple([column.name for column in part.loaded.features]))
    version, request, ms = part.loaded.version, part.request, part.ms
    variant, experiment = part.variant, part.experiment
    places = part.places or range(len(part.answers))
    for place, values, told in zip(places, part.questions.values, part.answers, strict=True):
        yield Record(
            id=f"{request}/{place}",
            time=time,
            version=version,
            features=row(values),
            prediction=told["prediction"],
            key=told.get("key"),
            score=told.get("score"),
            scores=told.get("scores"),
            variant=variant,
            experiment=experiment,
            ms=ms,
        )


def _failed(part: Part, time: str) -> Iterator[Record]:
    """The record that the model cannot answer, or all of them where it is not known which.

    What the sender did wrong is no failure of the model.
    """
    error = part.error
    if isinstance(error, Unanswerable) and not isinstance(error, Unpredictable):
        return
    row = row_maker(tuple([column.name for column in part.loaded.features]))
    alone = error.row if isinstance(error, Unpredictable) else None
    questions = part.questions
    for inside, values in enumerate(questions.values):
        if alone is None or inside == alone - 1:
            place = inside if part.places is None else part.places[inside]
            yield Record(
                id=f"{part.request}/{place}",
                time=time,
                version=part.loaded.version,
                features=row(values),
                key=None if questions.keys is None else questions.keys[inside],
                variant=part.variant,
                error=str(error)[:200],
                experiment=part.experiment,
                ms=part.ms,
            )
