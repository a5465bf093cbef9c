# ours: kept current by mlops-maturity upgrade
"""Release a version, and go back: the tag first, then the alias, which decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import OpsError, Refused
from ..model_file import unpack
from ..tracking.origin import who
from ..tracking.place import PROJECT, alone, client
from .history import TAG, Release, last, promoted, rolled_back
from .versions import CHALLENGER, CHAMPION, State, Version, fetch, state, state_of, version

if TYPE_CHECKING:
    from datetime import datetime

    from mlflow import MlflowClient

    from ..settings import Settings


def promote(
    settings: Settings,
    number: int,
    champion: int | None,
    reason: str,
    now: datetime,
    by: str = "",
) -> Version:
    """Let a version answer.

    Args:
        settings: of the project.
        number: of the version.
        champion: that answered when it was decided.
        reason: why, in words.
        now: the moment of the release.
        by: what released it; the user of this machine where nothing is given.

    Raises:
        Refused: its checks failed, it answers already, or another one was released meanwhile.
        NoSuchVersion: there is none.
    """
    found = version(settings, number)
    if found.failed:
        raise Refused(
            f"version {number} did not pass: {', '.join(found.failed)}",
            "mend the model or the data, and train again",
        )
    _check_loads(settings, number)
    with alone(settings), client(settings) as mlflow:
        there = state_of(mlflow)
        _check_unchanged(there, champion)
        if there.champion == number:
            raise Refused(f"version {number} answers already", "nothing was done")

        def told(releases: Sequence[Release]) -> str:
            return promoted(releases, number, champion, by or who(), reason, now)

        _release(mlflow, there, number, told)
        if there.aliases.get(CHALLENGER) == number:
            mlflow.delete_registered_model_alias(PROJECT, CHALLENGER)
    return found


def before(now: State) -> int:
    """The version to go back to.

    Raises:
        OpsError: there is none.
    """
    release = None if now.champion is None else last(now.releases, now.champion)
    if release is not None:
        found = release.previous
    else:  # somebody has moved the alias in MLflow
        others = (one.version for one in reversed(now.releases) if one.version != now.champion)
        found = next(others, None)
    if now.champion is None or found is None:
        said = "no version" if now.champion is None else f"no version before {now.champion}"
        raise OpsError(f"{said} has answered", "any other one: uv run ops promote VERSION")
    return found


def _release(
    mlflow: MlflowClient, there: State, number: int, told: Callable[[Sequence[Release]], str]
) -> None:
    """Write the tag and move the alias.

    Somebody else's tag may have come between the two: then it is written once more.
    """
    mlflow.set_registered_model_tag(PROJECT, TAG, told(there.releases))
    mlflow.set_registered_model_alias(PROJECT, CHAMPION, str(number))
    there = state_of(mlflow)
    if there.champion == number and (not there.releases or there.releases[-1].version != number):
        mlflow.set_registered_model_tag(PROJECT, TAG, told(there.releases))


def _check_loads(settings: Settings, number: int) -> None:
    """Refuse what a service of this project could not load.

    Raises:
        UntrustedModel: it is not the file that was registered, or holds a type that is not trusted.
    """
    content, card = fetch(settings, number)
    unpack(content, card, settings.trusted, f"version {number}")


def rollback(
    settings: Settings, champion: int | None, reason: str, now: datetime, by: str = ""
) -> Version:
    """Let the version answer that did before.

    Args:
        settings: of the project.
        champion: that answered when it was decided.
        reason: why, in words.
        now: the moment of it.
        by: what went back; the user of this machine where nothing is given.

    Raises:
        Refused: another one was released meanwhile.
        OpsError: no version answered before.
        UntrustedModel: its file is not the one that was registered.
    """
    number = before(state(settings))
    found = version(settings, number)
    _check_loads(settings, number)

    def told(releases: Sequence[Release]) -> str:
        return rolled_back(releases, number, champion, by or who(), reason, now)

    with alone(settings), client(settings) as mlflow:
        there = state_of(mlflow)
        _check_unchanged(there, champion)
        _release(mlflow, there, number, told)
    return found


def _check_unchanged(now: State, champion: int | None) -> None:
    if now.champion != champion:
        raise Refused(
            f"meanwhile version {now.champion} answers, and no longer {champion}",
            "look at it and decide again",
        )
