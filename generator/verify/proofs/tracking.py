"""What must be shown of a project that tracks: a run keeps all that its model came from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from generator.context import ProjectContext
from generator.verify.probing import probe
from generator.verify.proofs.base import MODEL, SMALLEST_DISTANCE, expect
from generator.verify.verdict import Claim, Failed
from generator.verify.workspace import Workspace

__all__ = ["claims"]

PICTURES = {
    "regression": {"importances.png", "residuals.png"},
    "classification": {"confusions.png", "importances.png", "precision-recall.png", "roc.png"},
}


class Trial:
    """The proofs of what MLflow holds, read by its own client and not by the project's."""

    def __init__(self, workspace: Workspace, context: ProjectContext) -> None:
        self.workspace, self.context = workspace, context

    def tracks(self) -> str:
        """The run of the model that answers keeps what it came from."""
        found = self._found
        card, run = found["card"], found["run"]
        for name, value in card["metrics"].items():
            told = run["metrics"].get(name)
            if told is None or abs(told - value) > SMALLEST_DISTANCE * max(1.0, abs(value)):
                raise Failed(f"the run tells {name} {told}; the card {value}")
            if name in card["baseline"] and f"baseline_{name}" not in run["metrics"]:
                raise Failed(f"the run does not tell the dummy's {name}")
        if lacking := sorted(set(card["params"]) - set(run["params"])):
            raise Failed(f"the run does not tell the parameters {', '.join(lacking)}")
        for name, value in card["params"].items():
            told = value if isinstance(value, str) else json.dumps(value)
            if run["params"][name] != told:
                raise Failed(f"the run tells {name} {run['params'][name]}; the card {told}")
        self._origin(found)
        self._files(found)
        return f"{len(run['metrics'])} figures, {len(run['files'])} files"

    def _origin(self, found: dict[str, Any]) -> None:
        """Rows, window, seed and packages."""
        card, tags = found["card"], found["run"]["tags"]
        if tags.get("data_sha256") != card["data_sha256"]:
            raise Failed("the run does not tell the digest of its rows")
        if found["window"] != card["window"]:
            raise Failed(f"the run tells the window {found['window']}; the card {card['window']}")
        if tags.get("seed") != str(card["seed"]):
            raise Failed(f"the run tells the seed {tags.get('seed')}; the card {card['seed']}")
        if not found["run"]["inputs"]:
            raise Failed("the run names no data set")
        if found["versions"] != found["installed"]:
            raise Failed("packages.txt does not tell the packages that are installed")

    def _files(self, found: dict[str, Any]) -> None:
        """Pictures and model."""
        wanted = {f"pictures/{name}" for name in PICTURES[self.context.task]}
        if found["several"]:
            wanted -= {"pictures/roc.png"}
        if lacking := sorted(wanted - set(found["run"]["files"]) - set(found["undrawn"])):
            raise Failed(f"the run lacks {', '.join(lacking)}")
        if not found["signature"]:
            raise Failed("MLflow's model has no signature")
        if not found["example"]:
            raise Failed("MLflow's model has no input example")
        if not found["distance"] <= SMALLEST_DISTANCE:
            raise Failed(f"MLflow's model is off the model file by up to {found['distance']:.3g}")

    def names_commit(self) -> str:
        """A run names the commit, and whether something differs from it."""
        if not self.workspace.has("git"):
            return "git is not installed: not tried"
        commit = expect(self.workspace.run(["git", "rev-parse", "HEAD"]), 0).out.strip()
        tags = self._found["run"]["tags"]
        if tags.get("git_commit") != commit or tags.get("git_dirty") != "False":
            told = f"{tags.get('git_commit')}, dirty {tags.get('git_dirty')}"
            raise Failed(f"the run tells commit {told}; it is {commit}, clean")
        return commit[:10]

    @cached_property
    def _found(self) -> dict[str, Any]:
        model = self.workspace.project / MODEL
        return probe("tracking", "read", self.workspace, self.context.package_name, model)


def claims(workspace: Workspace, context: ProjectContext) -> Iterator[Claim]:
    """Every claim of the layer, in order."""
    trial = Trial(workspace, context)
    tracks = "a run keeps figures, rows, window, seed, packages, pictures and model"
    yield Claim("tracks", tracks, trial.tracks, ("trains",))
    commit = "a run names the commit that it came from"
    yield Claim("names the commit", commit, trial.names_commit, ("trains",))
