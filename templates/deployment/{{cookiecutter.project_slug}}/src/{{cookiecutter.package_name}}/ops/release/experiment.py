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
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from ..errors import OpsError, Refused
from ..registry.decisions import note
from ..registry.release import promote
from ..registry.versions import CHALLENGER, NoSuchVersion, state, state_of, version
from ..tracking.place import PROJECT, alone, client
from .decision import DROP, PROMOTE, WAIT, Decision
from .likeness import check

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from ..registry.versions import State
    from ..settings import Settings

TAG = "experiment"
KIND = "comparison"
BY = "the comparison"
_SALT = 8
_OUTCOMES = {PROMOTE: "it is better", DROP: "it meets nobody any more"}


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

    Raises:
        ValueError: `since` is no moment.
    """

    id: str
    version: int
    against: int
    share: float
    salt: str
    since: str

    def __post_init__(self) -> None:
        if self.begun.tzinfo is None:
            raise ValueError(f"{self.since} tells no zone")

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


def start(
    settings: Settings, number: int, share: float, now: datetime, seed: str = ""
) -> Experiment:
    """Let a version meet a share of the traffic, beside the champion.

    Args:
        settings: of the project.
        number: of the version.
        share: of the keys, from 0 to 1.
        now: when it begins.
        seed: of name and salt, for whoever must be able to begin the same one again.

    Raises:
        Incomparable: it takes other columns, answers in another form, or cannot be loaded.
        Refused: its checks failed, it answers already, or another comparison runs.
        OpsError: no version answers yet, or there is no such version.
        UntrustedModel: the champion cannot be loaded.
    """
    found = version(settings, number)
    if found.failed:
        raise Refused(
            f"version {number} did not pass: {', '.join(found.failed)}",
            "mend the model or the data, and train again",
        )
    name, salt = _named(seed)
    with alone(settings), client(settings) as mlflow:
        there = state_of(mlflow)
        champion = _checked(settings, there, number)
        begun = Experiment(
            *(name, number, champion, share, salt),
            now.isoformat(timespec="seconds"),
        )
        said = f"{share:.0%} of the keys meet it, the others version {champion}"
        note(mlflow, number, KIND, said, now)
        mlflow.set_registered_model_tag(PROJECT, TAG, json.dumps(asdict(begun)))
        mlflow.set_registered_model_alias(PROJECT, CHALLENGER, str(number))
    return begun


def _checked(settings: Settings, there: State, number: int) -> int:
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
    check(settings, number, there.champion)
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
    with client(settings) as mlflow:
        if read(state_of(mlflow)) != experiment:
            raise Refused(f"comparison {experiment.id} does not run any more", "nothing was done")
        if is_registered(settings, experiment.version):
            said = f"{_OUTCOMES[decision.kind]}, {decision.reason}"
            text = _told(experiment, decision, now)
            mlflow.set_model_version_tag(PROJECT, str(experiment.version), TAG, text)
            note(mlflow, experiment.version, KIND, said, now)
        if decision.kind != PROMOTE:
            mlflow.delete_registered_model_tag(PROJECT, TAG)
            _unnamed(mlflow, experiment.version)
            return
    promote(settings, experiment.version, experiment.against, decision.reason, now, by)


def pass_over(settings: Settings, number: int, champion: int, reason: str, now: datetime) -> None:
    """Let a version wait no longer that cannot be compared; why stands on it, as of one dropped.

    Args:
        settings: of the project.
        number: of the version.
        champion: that it cannot be compared with; 0 where none answers.
        reason: in words.
        now: when it was found out.
    """
    never = Experiment("", number, champion, 0.0, "", now.isoformat(timespec="seconds"))
    with client(settings) as mlflow:
        note(mlflow, number, KIND, f"{_OUTCOMES[DROP]}, {reason}", now)
        text = _told(never, Decision(DROP, reason, {}), now)
        mlflow.set_model_version_tag(PROJECT, str(number), TAG, text)
        _unnamed(mlflow, number)


def is_registered(settings: Settings, number: int) -> bool:
    """Whether the registry holds a version still."""
    try:
        version(settings, number)
    except NoSuchVersion:
        return False
    return True


def _told(experiment: Experiment, decision: Decision, now: datetime) -> str:
    """What came of a comparison, as its version bears it."""
    told = {
        **asdict(experiment),
        "until": now.isoformat(timespec="seconds"),
        "outcome": decision.kind,
        "reason": decision.reason,
        "figures": {name: round(value, 9) for name, value in decision.figures.items()},
    }
    # JSON has no infinity, which stands for an end of an interval that nothing bounds.
    return json.dumps(told).replace("-Infinity", "null").replace("Infinity", "null")


def _unnamed(mlflow: MlflowClient, number: int) -> None:
    """Take the name of a challenger from a version that is none any more."""
    if state_of(mlflow).aliases.get(CHALLENGER) == number:
        mlflow.delete_registered_model_alias(PROJECT, CHALLENGER)


def _named(seed: str) -> tuple[str, str]:
    """Name and salt of a comparison."""
    if not seed:
        return secrets.token_hex(4), secrets.token_hex(_SALT)
    found = blake2b(seed.encode(), digest_size=4 + _SALT).hexdigest()
    return found[:8], found[8:]


def _is_over(found: Experiment, there: State) -> bool:
    """Whether something was released since it began; the challenger, within the same second."""
    moments = ((datetime.fromisoformat(one.when), one.version) for one in there.releases)
    return any(
        when > found.begun or (when == found.begun and version == found.version)
        for when, version in moments
    )
