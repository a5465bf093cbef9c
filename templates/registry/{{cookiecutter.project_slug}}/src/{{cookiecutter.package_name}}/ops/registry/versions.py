# ours: kept current by mlops-maturity upgrade
"""Versions of the model: each with the run that it came from, and the file that serving takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import OpsError, UntrustedModel
from ..tracking.opening import asked_once
from ..tracking.place import PROJECT, RELEASE, client, is_empty, released
from . import glance
from .history import Release, read

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from ..settings import Settings

CHAMPION, CHALLENGER = "champion", "challenger"
SHA, CHECKS, METRICS, BESIDE, AGAINST = (
    *("sha256", "checks", "metrics", "champion_metrics", "measured_against"),
)

ANY = "checks that are known"
SLOW = 60
"""Seconds that a server has to make a version."""


class NoSuchVersion(OpsError):
    """The registry holds no such version."""


@dataclass(frozen=True)
class Version:
    """One version.

    Attributes:
        number: as the registry counts.
        run_id: the run that it came from.
        tags: what is known of it: `sha256` of its file, `data_sha256`, `window`, `git_commit`, …
    """

    number: int
    run_id: str
    tags: Mapping[str, str]

    @property
    def metrics(self) -> dict[str, float]:
        """Figures on its own holdout."""
        return self.told(METRICS)

    @property
    def failed(self) -> list[str]:
        """Names of the checks that it did not pass; what is not known has not passed."""
        checks = self.told(CHECKS)
        return [name for name, passed in checks.items() if passed is not True] if checks else [ANY]

    def told(self, name: str) -> dict[str, Any]:
        """A tag that holds JSON; empty where there is none."""
        try:
            found = json.loads(self.tags.get(name, "{}"))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class State:
    """What the registry says now, in one answer of it: nothing of it is older than the rest.

    Attributes:
        aliases: numbers by alias.
        releases: that happened, oldest first.
        tags: of the registered model.
    """

    aliases: Mapping[str, int]
    releases: tuple[Release, ...]
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def champion(self) -> int | None:
        """Number of the version that answers."""
        return self.aliases.get(CHAMPION)


def state(settings: Settings) -> State:
    """What answers, and how it came to that; empty before the first version.

    Raises:
        Unreachable: MLflow does not answer.
    """
    if is_empty(settings):
        return State({}, ())
    if (seen := glance.registered(settings)) is not None:
        return _state(*seen)
    with client(settings) as mlflow:
        return state_of(mlflow)


def state_of(mlflow: MlflowClient) -> State:
    """As `state`, with a client at hand."""
    from mlflow.exceptions import MlflowException

    try:
        model = mlflow.get_registered_model(PROJECT)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return State({}, ())
        raise
    return _state({name: int(number) for name, number in model.aliases.items()}, dict(model.tags))


def versions(settings: Settings) -> list[Version]:
    """All versions, oldest first."""
    if is_empty(settings):
        return []
    if (seen := glance.versions(settings)) is not None:
        return [Version(*one) for one in seen]
    with client(settings) as mlflow:
        found = mlflow.search_model_versions(f"name = '{PROJECT}'", max_results=1000)
        return sorted(map(_version, found), key=lambda one: one.number)


def version(settings: Settings, number: int) -> Version:
    """One version.

    Raises:
        NoSuchVersion: there is none.
    """
    if (seen := glance.versions(settings)) is not None:
        found = next((Version(*one) for one in seen if one[0] == number), None)
    else:
        found = _asked(settings, number)
    if found is None:
        raise NoSuchVersion(f"there is no version {number}", "see them: uv run ops releases")
    return found


def _asked(settings: Settings, number: int) -> Version | None:
    from mlflow.exceptions import MlflowException

    with client(settings) as mlflow:
        try:
            return _version(mlflow.get_model_version(PROJECT, str(number)))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
    return None


def register(settings: Settings, run_id: str, model: str, tags: Mapping[str, str]) -> Version:
    """A new version of what a run keeps; it appears with all its tags, or not at all.

    Args:
        settings: of the project.
        run_id: the run.
        model: address of the model inside MLflow, or nothing where it has none.
        tags: of the version.
    """
    from mlflow.exceptions import MlflowException

    with client(settings) as mlflow:
        try:
            mlflow.create_registered_model(PROJECT)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        source = model or f"{mlflow.get_run(run_id).info.artifact_uri}/{RELEASE}"
        known = model.rpartition("/")[2] if model.startswith("models:/m-") else None
        found = _made(mlflow, source, run_id, dict(tags), known)
        if not found.failed:
            mlflow.set_registered_model_alias(PROJECT, CHALLENGER, str(found.number))
        return found


def _made(
    mlflow: MlflowClient, source: str, run_id: str, tags: dict[str, str], model: str | None
) -> Version:
    """The version that is made now: once, though a gateway may say of a success that it failed."""
    from mlflow.exceptions import MlflowException

    try:
        with asked_once(SLOW):
            made = mlflow.create_model_version(PROJECT, source, run_id, tags=tags, model_id=model)
    except MlflowException:
        there = map(_version, mlflow.search_model_versions(f"run_id = '{run_id}'"))
        made_yet = [one for one in there if dict(one.tags) == tags]
        if not made_yet:
            raise
        return max(made_yet, key=lambda one: one.number)
    return _version(made)


def fetch(settings: Settings, number: int) -> tuple[bytes, dict[str, Any]]:
    """Model file and card of a version, as they were registered.

    Raises:
        UntrustedModel: the file is not the one that was registered.
    """
    found = version(settings, number)
    with released(settings, found.run_id) as place:
        content = (place / "model.skops").read_bytes()
        card = json.loads((place / "model.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(content).hexdigest()
    if not digest == card.get("sha256") == found.tags.get(SHA):
        raise UntrustedModel(
            f"the file of version {number} is not the one that was registered",
            "promote another version, or train again",
        )
    return content, {**card, "version": str(number)}


def _state(aliases: dict[str, int], tags: dict[str, str]) -> State:
    return State(aliases, read(tags, aliases.get(CHAMPION)), tags)


def _version(found: Any) -> Version:
    return Version(int(found.version), str(found.run_id), dict(found.tags))
