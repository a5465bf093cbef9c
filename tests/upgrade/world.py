"""A generated project in a repository of its own, and small layers that grow."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.context import choose
from generator.create import create, project_files
from generator.errors import GeneratorError, Refused
from generator.layers import Layer, discover
from generator.upgrade.apply import apply
from generator.upgrade.plan import Plan, plan_upgrade
from tests import worlds
from tests.worlds import PROJECT

NAME = "churn"
OPS = "src/churn/ops"
TRAIN = f"{OPS}/train.py"
SERVE = f"{OPS}/serve.py"
LAYER_OPS = f"{PROJECT}/src/{worlds.PACKAGE}/ops"
LINES = "".join(f"line_{number} = {number}\n" for number in range(30))
TUNING_MANIFEST = """
title = "tuning"
since = 2
requires = ["serving"]
dependencies = ["optuna>=4"]
ignore = ["studies/"]
"""
TUNING = {"layer.toml": TUNING_MANIFEST, f"{LAYER_OPS}/tune.py": "# ours\ntrials = 10\n"}
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "someone"), ("EMAIL", "someone@localhost"))
}


class World:
    """A project at level 0, and its templates.

    `before` changes the base layer that it is generated from, `after` that of the upgrade.
    """

    def __init__(
        self,
        folder: Path,
        before: Mapping[str, str | bytes] | None = None,
        after: Mapping[str, str | bytes | None] | None = None,
        *,
        below: str = "",
        level: int = 0,
    ) -> None:
        self.folder = folder
        base = {**worlds.BASE, f"{LAYER_OPS}/train.py": LINES, **(before or {})}
        new = {path: text for path, text in {**base, **(after or {})}.items() if text is not None}
        self.old = self.templates("old", base)
        self.layers = self.templates("new", new)
        self.top = folder / "work"
        self.project = self.top / below / NAME if below else self.top / NAME
        self.project.parent.mkdir(parents=True)
        if below:
            self.git("init", "-q", "-b", "main", at=self.top)
        create(*project_files(self.old, level, choose(NAME)), self.project)
        if below:
            self.commit()

    def templates(self, name: str, base: Mapping[str, str | bytes]) -> tuple[Layer, ...]:
        folder = self.folder / "layers" / name
        layers = {"base": base, "serving": worlds.SERVING, "tuning": TUNING}
        return discover(worlds.write_layers(folder, **layers))

    def git(self, *arguments: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=at or self.project,
            capture_output=True,
            check=True,
            env={**os.environ, **IDENTITY},
        )
        return done.stdout.decode("utf-8", "surrogateescape")

    def commit(self) -> None:
        self.git("add", "--all", at=self.top if (self.top / ".git").exists() else None)
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "an edit")

    def write(self, path: str, content: str | bytes) -> None:
        worlds.write(self.project, {path: content})

    def edit(self, path: str, content: str | bytes) -> None:
        self.write(path, content)
        self.commit()

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.project / path).read_bytes().decode()
        assert old in text
        self.edit(path, text.replace(old, new).encode())

    def remove(self, path: str) -> None:
        (self.project / path).unlink()
        self.commit()

    def read(self, path: str) -> str:
        return (self.project / path).read_bytes().decode()

    def plan(self, to: int | None = 0) -> Plan:
        return plan_upgrade(self.project, self.layers, to)

    def upgrade(self, to: int | None = 0) -> Plan:
        plan = self.plan(to)
        apply(plan)
        return plan

    def fresh(self, level: int) -> dict[str, bytes]:
        folder = self.folder / f"fresh-{level}"
        folder.mkdir()
        create(*project_files(self.layers, level, choose(NAME)), folder / NAME)
        return worlds.snapshot(folder / NAME)

    def state(self) -> tuple[object, ...]:
        """All that an abort must bring back: bytes, modes, folders and the index."""
        found = [
            (path.relative_to(self.project).as_posix(), path.lstat().st_mode)
            for path in sorted(self.project.rglob("*"))
            if ".git" not in path.relative_to(self.project).parts
        ]
        return worlds.snapshot(self.project), found, self.git("ls-files", "-s")


def actions(plan: Plan) -> dict[str, str]:
    return {change.path: change.action for change in plan.changes}


def reason(plan: Plan, path: str) -> str:
    return next(change.reason for change in plan.changes if change.path == path)


def lines(**changed: str) -> str:
    """The 30 lines of `train.py`, some of them changed: `line_3="three"`."""
    return "".join(
        f"line_{number} = {changed.get(f'line_{number}', number)}\n" for number in range(30)
    )


FIX = {f"{LAYER_OPS}/train.py": lines(line_10="fixed")}
"""A change of the templates to a file of ours."""


def refused(world: World, match: str, error: type[GeneratorError] = Refused) -> GeneratorError:
    """The error of an upgrade that is refused, has a hint, and leaves all as it was."""
    before = worlds.snapshot(world.folder)
    with pytest.raises(error, match=match) as caught:
        world.upgrade(1)
    assert worlds.snapshot(world.folder) == before
    assert not (world.project / ".mlops-maturity/upgrade").exists()
    assert caught.value.hint
    return caught.value
