# ours: kept current by mlops-maturity upgrade
"""The comparison that runs, judged by all that is known now; what follows is done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..predictions.labels import known
from ..predictions.reading import records
from .decision import WAIT, Decision, Side, decide
from .evidence import sides
from .experiment import Experiment, running, settle
from .limits import read_experiment
from .looks import keep
from .waiting import Taken, take_up

if TYPE_CHECKING:
    from datetime import datetime

    from ..settings import Settings


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
    """

    standing: Standing | None = None
    taken: Taken | None = None


def standing(settings: Settings, now: datetime) -> Standing | None:
    """How the comparison stands that runs; nothing is decided by it.

    Raises:
        Unreachable: MLflow does not answer.
    """
    experiment = running(settings)
    if experiment is None:
        return None
    limits = read_experiment(settings.root)
    asked = (
        record
        for record in records(settings, experiment.begun, now)
        if record.experiment == experiment.id
    )
    labels = known(settings, now)["label"].to_dict()
    found = sides(settings, asked, limits.latency, labels)
    both = [found.get(str(number), Side()) for number in (experiment.against, experiment.version)]
    decision = decide(both[0], both[1], limits, experiment.days(now))
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
            return Judged(found, take_up(settings, now))
        settle(settings, found.experiment, found.decision, now)
    return Judged(found, take_up(settings, now))
