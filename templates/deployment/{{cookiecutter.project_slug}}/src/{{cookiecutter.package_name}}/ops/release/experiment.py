# ours: kept current by mlops-maturity upgrade
"""The comparison that runs, as one tag of the registered model tells it.

The tag counts as long as the version that it compares with is the champion: a release of any
version ends the comparison in the same write. It begins with one write of the tag, and ends without
a release by one that takes it away. What came of it stands on the version, written before the end:
while the comparison still runs, that is a note of somebody who did not come to the end.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..errors import OpsError, Refused
from ..registry.release import promote
from ..registry.versions import CHALLENGER, fetch, state, state_of, version
from ..tracking.place import PROJECT, client
from .decision import PROMOTE, WAIT, Decision

if TYPE_CHECKING:
    from ..registry.versions import State
    from ..settings import Settings

TAG = "experiment"
_SALT = 8


@dataclass(frozen=True)
class Experiment:
    """A comparison of two versions on live traffic.

    Attributes:
        id: of the comparison.
        version: number of the challenger.
        against: number of the champion.
        share: of the keys that meet the challenger.
        salt: by which keys are told apart.
        since: when it began, in ISO 8601.
    """

    id: str
    version: int
    against: int
    share: float
    salt: str
    since: str

    @property
    def days(self) -> float:
        """Since it began."""
        gone = datetime.now(UTC) - datetime.fromisoformat(self.since)
        return gone.total_seconds() / 86_400


def read(now: State) -> Experiment | None:
    """The comparison that runs, from what the registry says."""
    try:
        found = Experiment(**json.loads(now.tags[TAG]))
    except (KeyError, TypeError, ValueError):
        return None
    return found if now.champion is not None and found.against == now.champion else None


def running(settings: Settings) -> Experiment | None:
    """The comparison that runs now.

    Raises:
        Unreachable: MLflow does not answer.
    """
    return read(state(settings))


def start(settings: Settings, number: int, share: float) -> Experiment:
    """Let a version meet a share of the traffic, beside the champion.

    Args:
        settings: of the project.
        number: of the version.
        share: of the keys, from 0 to 1.

    Raises:
        Refused: its checks failed, it answers already, or another comparison runs.
        OpsError: no version answers yet, or there is no such version.
        UntrustedModel: its file is not the one that was registered.
    """
    found = version(settings, number)
    if found.failed:
        raise Refused(
            f"version {number} did not pass: {', '.join(found.failed)}",
            "mend the model or the data, and train again",
        )
    fetch(settings, number)  # what cannot be fetched must not be asked
    with client(settings) as mlflow:
        now = state_of(mlflow)
        if now.champion is None:
            raise OpsError("no version answers yet", f"release one: uv run ops promote {number}")
        if now.champion == number:
            raise Refused(f"version {number} answers already", "nothing was done")
        if other := read(now):
            raise Refused(
                f"version {other.version} is being compared with version {other.against}",
                "one at a time: wait for its end",
            )
        begun = Experiment(
            *(secrets.token_hex(4), number, now.champion, share, secrets.token_hex(_SALT)),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        mlflow.set_registered_model_tag(PROJECT, TAG, json.dumps(asdict(begun)))
        mlflow.set_registered_model_alias(PROJECT, CHALLENGER, str(number))
    return begun


def settle(settings: Settings, experiment: Experiment, decision: Decision) -> None:
    """Do what was decided: release the challenger, or send it no more traffic.

    Args:
        settings: of the project.
        experiment: that runs.
        decision: anything but to wait.

    Raises:
        Refused: it does not run any more.
    """
    assert decision.kind != WAIT
    told = {
        **asdict(experiment),
        "until": datetime.now(UTC).isoformat(timespec="seconds"),
        "outcome": decision.kind,
        "reason": decision.reason,
        "figures": {name: round(value, 9) for name, value in decision.figures.items()},
    }
    with client(settings) as mlflow:
        if read(state_of(mlflow)) != experiment:
            raise Refused(f"comparison {experiment.id} does not run any more", "nothing was done")
        # JSON has no infinity, which stands for an end of an interval that nothing bounds.
        text = json.dumps(told).replace("-Infinity", "null").replace("Infinity", "null")
        mlflow.set_model_version_tag(PROJECT, str(experiment.version), TAG, text)
        if decision.kind != PROMOTE:
            mlflow.delete_registered_model_tag(PROJECT, TAG)
            return
    promote(settings, experiment.version, experiment.against, decision.reason)
