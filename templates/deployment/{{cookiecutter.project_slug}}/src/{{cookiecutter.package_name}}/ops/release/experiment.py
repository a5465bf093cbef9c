# ours: kept current by mlops-maturity upgrade
"""The comparison that runs, as one tag of the registered model tells it.

The tag counts as long as the version that it compares with is the champion and nothing was released
since: a release of any version ends the comparison in the same write, and going back from it does
not begin it anew. It begins with one write of the tag, and ends without a release by one that takes
it away. What came of it stands on the version, written before the end: while the comparison still
runs, that is a note of somebody who did not come to the end.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import OpsError, Refused
from ..registry.decisions import note
from ..registry.release import promote
from ..registry.versions import CHALLENGER, fetch, state, state_of, version
from ..tracking.place import PROJECT, alone, client
from .decision import DROP, PROMOTE, WAIT, Decision

if TYPE_CHECKING:
    from ..registry.versions import State
    from ..settings import Settings

TAG = "experiment"
KIND = "comparison"
BY = "the comparison"
_SALT = 8
_OUTCOMES = {PROMOTE: "it is better", DROP: "it meets nobody any more"}
_PROMISED = ("name", "kind", "nullable")


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
    def begun(self) -> datetime:
        """When it began."""
        return datetime.fromisoformat(self.since)

    def days(self, now: datetime) -> float:
        """Since it began."""
        return (now - self.begun).total_seconds() / 86_400


def read(there: State) -> Experiment | None:
    """The comparison that runs, from what the registry says."""
    try:
        found = Experiment(**json.loads(there.tags[TAG]))
    except (KeyError, TypeError, ValueError):
        return None
    if there.champion is None or found.against != there.champion:
        return None
    return None if _is_over(found, there) else found


def running(settings: Settings) -> Experiment | None:
    """The comparison that runs now.

    Raises:
        Unreachable: MLflow does not answer.
    """
    return read(state(settings))


def start(settings: Settings, number: int, share: float, now: datetime) -> Experiment:
    """Let a version meet a share of the traffic, beside the champion.

    Args:
        settings: of the project.
        number: of the version.
        share: of the keys, from 0 to 1.
        now: when it begins.

    Raises:
        Refused: its checks failed, it answers already, it takes other columns, or another
            comparison runs.
        OpsError: no version answers yet, or there is no such version.
        UntrustedModel: its file is not the one that was registered.
    """
    found = version(settings, number)
    if found.failed:
        raise Refused(
            f"version {number} did not pass: {', '.join(found.failed)}",
            "mend the model or the data, and train again",
        )
    _, card = fetch(settings, number)  # what cannot be fetched must not be asked
    with alone(settings), client(settings) as mlflow:
        there = state_of(mlflow)
        champion = _checked(settings, there, number, card)
        begun = Experiment(
            *(secrets.token_hex(4), number, champion, share, secrets.token_hex(_SALT)),
            now.isoformat(timespec="seconds"),
        )
        said = f"{share:.0%} of the keys meet it, the others version {champion}"
        note(mlflow, number, KIND, said, now)
        mlflow.set_registered_model_tag(PROJECT, TAG, json.dumps(asdict(begun)))
        mlflow.set_registered_model_alias(PROJECT, CHALLENGER, str(number))
    return begun


def _checked(settings: Settings, there: State, number: int, card: Mapping[str, Any]) -> int:
    """The champion, where this version may be compared with it."""
    if there.champion is None:
        raise OpsError("no version answers yet", f"release one: uv run ops promote {number}")
    if there.champion == number:
        raise Refused(f"version {number} answers already", "nothing was done")
    if other := read(there):
        raise Refused(
            f"version {other.version} is being compared with version {other.against}",
            "one at a time: wait for its end",
        )
    if _asked(card) != _asked(fetch(settings, there.champion)[1]):
        raise Refused(
            f"version {number} takes other columns than version {there.champion}",
            f"a person may release it: uv run ops promote {number}",
        )
    return there.champion


def settle(
    settings: Settings, experiment: Experiment, decision: Decision, now: datetime, by: str = BY
) -> None:
    """Do what was decided: release the challenger, or send it no more traffic.

    Args:
        settings: of the project.
        experiment: that runs.
        decision: anything but to wait.
        now: when it was decided.
        by: what decided, for the releases.

    Raises:
        Refused: it does not run any more.
    """
    assert decision.kind != WAIT
    told = {
        **asdict(experiment),
        "until": now.isoformat(timespec="seconds"),
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
        said = f"{_OUTCOMES[decision.kind]}, {decision.reason}"
        note(mlflow, experiment.version, KIND, said, now)
        if decision.kind != PROMOTE:
            mlflow.delete_registered_model_tag(PROJECT, TAG)
            if state_of(mlflow).aliases.get(CHALLENGER) == experiment.version:
                mlflow.delete_registered_model_alias(PROJECT, CHALLENGER)
            return
    promote(settings, experiment.version, experiment.against, decision.reason, now, by)


def _is_over(found: Experiment, there: State) -> bool:
    """Whether something was released since it began; the challenger, within the same second."""
    moments = ((datetime.fromisoformat(one.when), one.version) for one in there.releases)
    return any(
        when > found.begun or (when == found.begun and version == found.version)
        for when, version in moments
    )


def _asked(card: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The columns that a record must hold: who is asked is not known before it is read."""
    return [tuple(one[name] for name in _PROMISED) for one in card.get("features", ())]
