# ours: kept current by mlops-maturity upgrade
"""From the test environment to production: two addresses, and the same bytes at both."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OpsError, Refused
from ..registry.decisions import with_entry
from ..registry.versions import METRICS, SHA, Version, fetch, register, version, versions
from ..settings import read_part
from ..tracking.place import ALONE, RELEASE, address, client, elsewhere, released, shown
from ..tracking.runs import begun
from ..wiring import arrived
from .experiment import TAG
from .waiting import GATE, Taken

if TYPE_CHECKING:
    from datetime import datetime

    from ..settings import Settings

KIND = "delivery"
LEFT_BEHIND = (TAG, "approved", "turn")
"""Tags that tell of where a version comes from: what it met, who approved it, what began it."""


@dataclass(frozen=True)
class Deployment:
    """The table `[deployment]`: the address of production's MLflow, or nothing."""

    production: str


@dataclass(frozen=True)
class Delivered:
    """What arrived.

    Attributes:
        version: its number in production.
        again: whether it had arrived before.
        taken: the version that goes on there now, or waits there for who lets it.
    """

    version: int
    again: bool
    taken: Taken | None


def production(settings: Settings, given: str | None) -> str:
    """The address of production: the given one, or that of the settings.

    Raises:
        OpsError: none is known.
        Refused: it is the one that the version comes from.
    """
    named = "" if os.environ.get(ALONE) else _named(settings)
    found = (given or named).rstrip("/")
    if not found:
        raise OpsError(
            "no address of production is known",
            "--to names it, or production under [deployment] in settings.toml",
        )
    if found == address(settings).rstrip("/"):
        raise Refused(
            f"{shown(found)} is the address that the version comes from", "nothing was done"
        )
    return found


def deliver(settings: Settings, number: int, to: str, now: datetime) -> Delivered:
    """Register a version at another address, where it answers, is compared, or waits.

    Nothing is trained again: file, card, what is known of it and what the gate said go there as
    they are. What arrived is not registered twice, so this may be repeated.

    Raises:
        Refused: its checks failed, or no gate has seen it.
        Unreachable: one of the two addresses does not answer.
        UntrustedModel: its file is not the one that was registered.
    """
    found = version(settings, number)
    if found.failed:
        raise Refused(f"version {number} did not pass: {', '.join(found.failed)}", "train again")
    if GATE not in found.tags:
        raise Refused(f"no gate has seen version {number}", "train again: uv run ops train")
    content, card = fetch(settings, number)
    told = {name: value for name, value in card.items() if name != "version"}
    files = _beside(settings, found) | {
        "model.skops": content,
        "model.json": json.dumps(told, indent=2).encode(),
    }
    source = shown(address(settings))
    with elsewhere(to):
        before = _there(settings, found)
        made = before or _registered(settings, found, files, card, source, now)
        return Delivered(made.number, before is not None, arrived(settings, now))


def _beside(settings: Settings, found: Version) -> dict[str, bytes]:
    """What lies beside a version's file, such as the profile of its rows."""
    with released(settings, found.run_id) as place:
        return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


def _named(settings: Settings) -> str:
    return read_part(Deployment, "deployment", settings.root).production


def _there(settings: Settings, found: Version) -> Version | None:
    """The version that is there already, of the same bytes."""
    same = (one for one in versions(settings) if one.tags.get(SHA) == found.tags[SHA])
    return next(same, None)


def _registered(
    settings: Settings,
    found: Version,
    files: Mapping[str, bytes],
    card: Mapping[str, Any],
    source: str,
    now: datetime,
) -> Version:
    """A new version there, of a run that holds the same files."""
    kept = {name: value for name, value in found.tags.items() if name not in LEFT_BEHIND}
    tags = {**kept, "kind": KIND, "delivered_from": f"version {found.number} of {source}"}
    tags = with_entry(tags, KIND, f"it was version {found.number} of {source}", now)
    with begun(settings, KIND) as run:
        run.figures(found.told(METRICS), card.get("params", {}))
        with client(settings) as mlflow, tempfile.TemporaryDirectory() as folder:
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
            mlflow.log_artifacts(run.run_id, folder, RELEASE)
        run.tag(tags)
        run.end("FINISHED")
    return register(settings, run.run_id, "", tags)
