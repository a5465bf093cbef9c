# ours: kept current by mlops-maturity upgrade
"""Release a version, and go back: the tag first, then the alias, which decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import OpsError, Refused
from ..tracking.origin import who
from ..tracking.place import PROJECT, client
from .history import TAG, last, promoted, rolled_back
from .versions import CHALLENGER, CHAMPION, State, Version, fetch, state_of, version

if TYPE_CHECKING:
    from ..settings import Settings


def promote(settings: Settings, number: int, champion: int | None, reason: str) -> Version:
    """Let a version answer.

    Args:
        settings: of the project.
        number: of the version.
        champion: that answered when the person decided.
        reason: why, in words.

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
    fetch(settings, number)  # what cannot be fetched must not answer
    with client(settings) as mlflow:
        now = state_of(mlflow)
        _check_unchanged(now, champion)
        if now.champion == number:
            raise Refused(f"version {number} answers already", "nothing was done")
        told = promoted(now.releases, number, champion, who(), reason)
        mlflow.set_registered_model_tag(PROJECT, TAG, told)
        mlflow.set_registered_model_alias(PROJECT, CHAMPION, str(number))
        if now.aliases.get(CHALLENGER) == number:
            mlflow.delete_registered_model_alias(PROJECT, CHALLENGER)
    return found


def before(now: State) -> int:
    """The version to go back to.

    Raises:
        OpsError: there is none.
    """
    release = None if now.champion is None else last(now.releases, now.champion)
    if release is None or release.previous is None:
        raise OpsError("no version answered before", "see the releases: uv run ops releases")
    return release.previous


def rollback(settings: Settings, champion: int | None, reason: str) -> Version:
    """Let the version answer that did before.

    Args:
        settings: of the project.
        champion: that answered when the person decided.
        reason: why, in words.

    Raises:
        Refused: another one was released meanwhile.
        OpsError: no version answered before.
        UntrustedModel: its file is not the one that was registered.
    """
    with client(settings) as mlflow:
        now = state_of(mlflow)
        _check_unchanged(now, champion)
        number = before(now)
        found = version(settings, number)
        fetch(settings, number)
        told = rolled_back(now.releases, number, who(), reason)
        mlflow.set_registered_model_tag(PROJECT, TAG, told)
        mlflow.set_registered_model_alias(PROJECT, CHAMPION, str(number))
    return found


def _check_unchanged(now: State, champion: int | None) -> None:
    if now.champion != champion:
        raise Refused(
            f"meanwhile version {now.champion} answers, and no longer {champion}",
            "look at it and decide again",
        )
