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
    from datetime import datetime

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
    fetch(settings, number)  # what cannot be fetched must not answer
    with client(settings) as mlflow:
        there = state_of(mlflow)
        _check_unchanged(there, champion)
        if there.champion == number:
            raise Refused(f"version {number} answers already", "nothing was done")
        told = promoted(there.releases, number, champion, by or who(), reason, now)
        mlflow.set_registered_model_tag(PROJECT, TAG, told)
        mlflow.set_registered_model_alias(PROJECT, CHAMPION, str(number))
        if there.aliases.get(CHALLENGER) == number:
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
    with client(settings) as mlflow:
        there = state_of(mlflow)
        _check_unchanged(there, champion)
        number = before(there)
        found = version(settings, number)
        fetch(settings, number)
        told = rolled_back(there.releases, number, by or who(), reason, now)
        mlflow.set_registered_model_tag(PROJECT, TAG, told)
        mlflow.set_registered_model_alias(PROJECT, CHAMPION, str(number))
    return found


def _check_unchanged(now: State, champion: int | None) -> None:
    if now.champion != champion:
        raise Refused(
            f"meanwhile version {now.champion} answers, and no longer {champion}",
            "look at it and decide again",
        )
