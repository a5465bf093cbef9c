# ours: kept current by mlops-maturity upgrade
"""The comparison that runs, judged by all that is known now; what follows is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ..predictions.labels import known
from ..predictions.reading import records
from ..source_registry import read_registry
from .decision import WAIT, Decision, Side, decide, undecidable
from .evidence import Unmeasurable, sides
from .experiment import Experiment, is_registered, running, settle
from .limits import read_experiment
from .looks import keep
from .waiting import PassedOver, Taken, Turn, go_on

if TYPE_CHECKING:
    from datetime import datetime

    from ..predictions.record import Record
    from ..settings import Settings

SOON = timedelta(hours=1)
"""After which every service that can compare two versions does so, or two looks of it later."""


@dataclass(frozen=True)
class Standing:
    """How a comparison stands.

    Attributes:
        experiment: that runs.
        champion: what is known of the version that answers most.
        challenger: likewise, of the other one.
        decision: what follows.
    """

    experiment: Experiment
    champion: Side
    challenger: Side
    decision: Decision


@dataclass(frozen=True)
class Judged:
    """What a look at the comparison has brought about.

    Attributes:
        standing: of the comparison that ran; none where none did.
        taken: the version that goes on now.
        passed_over: versions that wait no longer, as they cannot be compared.
    """

    standing: Standing | None = None
    taken: Taken | None = None
    passed_over: tuple[PassedOver, ...] = ()


class Traffic:
    """The records of a comparison, and how many came without it though it should be known.

    Attributes:
        outside: number of the latter, once the records were read.
    """

    def __init__(self, settings: Settings, experiment: Experiment, now: datetime) -> None:
        self._settings, self._experiment, self._now = settings, experiment, now
        poll = timedelta(seconds=read_registry(settings.root).poll)
        self._known_by = experiment.begun + max(SOON, 2 * poll)
        self.outside = 0

    def __iter__(self) -> Iterator[Record]:
        for record in records(self._settings, self._experiment.begun, self._now):
            if record.experiment == self._experiment.id:
                yield record
            elif record.moment >= self._known_by:
                self.outside += 1


def standing(settings: Settings, now: datetime) -> Standing | None:
    """How the comparison stands that runs; nothing is decided by it.

    Raises:
        Unreachable: MLflow does not answer.
    """
    experiment = running(settings)
    if experiment is None:
        return None
    limits = read_experiment(settings.root)
    if not is_registered(settings, experiment.version):
        said = f"the registry holds no version {experiment.version} any more"
        return Standing(experiment, Side(), Side(), undecidable(said, limits))
    labels = known(settings, now)["label"].to_dict()
    try:
        traffic = Traffic(settings, experiment, now)
        found = sides(settings, traffic, limits.latency, labels)
    except Unmeasurable as error:
        return Standing(experiment, Side(), Side(), undecidable(str(error), limits))
    both = [found.get(str(number), Side()) for number in (experiment.against, experiment.version)]
    decision = decide(both[0], both[1], limits, experiment.days(now), traffic.outside)
    return Standing(experiment, both[0], both[1], decision)


def judge(settings: Settings, now: datetime) -> Judged:
    """Decide, do what was decided, and let a version that waits go on; safe to repeat.

    Raises:
        Refused: meanwhile, somebody else ended the comparison.
        Unreachable: MLflow does not answer.
    """
    found = standing(settings, now)
    if found is not None:
        with suppress(OSError):  # a full disk keeps nobody from deciding
            keep(settings, found.experiment.id, found.decision, now)
        if found.decision.kind == WAIT:
            return _judged(found, go_on(settings, now))
        settle(settings, found.experiment, found.decision, now)
    return _judged(found, go_on(settings, now))


def _judged(found: Standing | None, turn: Turn) -> Judged:
    return Judged(found, turn.taken, turn.passed_over)
