"""A new project on an empty place: whole, or not there at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from shlex import quote

from generator.context import ProjectContext
from generator.errors import InvalidChoice, Refused
from generator.git import Git, identity, is_installed
from generator.layers import Layer, for_level, highest_level
from generator.record import Record, write_files
from generator.render import File, RenderedTree, render

__all__ = ["Created", "create", "project_files", "write_tree"]


@dataclass(frozen=True)
class Created:
    """What `create` made.

    Attributes:
        folder: the project.
        files: number of files.
        committed: whether a repository with one commit was made.
        repository: top folder of the repository that already held the place, if any.
    """

    folder: Path
    files: int
    committed: bool
    repository: Path | None


def project_files(
    layers: tuple[Layer, ...], level: int, context: ProjectContext
) -> tuple[RenderedTree, Record]:
    """Everything that a project at `level` holds: the rendered tree and its record."""
    chosen = for_level(layers, level)
    if not any(layer.manifest.since == level for layer in chosen):
        highest = highest_level(layers)
        raise InvalidChoice(
            f"level {level} has no layers yet",
            hint=f"today levels up to {highest} can be generated: --level {highest}",
        )
    tree = render(chosen, context)
    tool = version("mlops-maturity")
    return tree, Record.of(tree, tool=tool, level=level, layers=chosen, context=context)


def create(
    tree: RenderedTree,
    record: Record,
    target: Path,
    fill: Callable[[Path], None] = lambda project: None,
) -> Created:
    """Write a project to `target`, which must not exist or be an empty folder.

    It is built beside the target and moved there in one step, so that an interruption leaves
    nothing at the target. Outside a repository it becomes one, with a single commit.

    Args:
        tree: the files.
        record: says what they are.
        target: the project's folder.
        fill: writes into the project what git ignores.

    Raises:
        Refused: the target holds something, or its parent is no folder.
    """
    target = target.absolute()
    check_empty(target)
    git = is_installed()
    repository = Git(target.parent).top() if git else None
    files = {**tree, **write_files(tree, record)}
    stage = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        project = stage / target.name
        write_tree(project, files)
        fill(project)
        if git and repository is None:
            commit_all(project, f"mlops-maturity: level {record.level}")
        _move(project, target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return Created(target, len(files), git and repository is None, repository)


def check_empty(target: Path) -> None:
    """Refuse a target that holds anything.

    Raises:
        Refused: with what to do instead.
    """
    if not target.parent.is_dir():
        raise Refused(
            f"{target.parent} is no folder", hint=f"create it: mkdir -p {quote(str(target.parent))}"
        )
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise Refused(f"{target} exists and is no folder", hint="choose another name")
    if target.is_dir() and any(target.iterdir()):
        raise Refused(
            f"{target} is not empty", hint="choose another name, or another place with --into"
        )


def write_tree(folder: Path, files: Mapping[str, File]) -> None:
    """Write `files` below `folder`."""
    for path, file in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
        place.chmod(0o755 if file.executable else 0o644)


def commit_all(folder: Path, message: str) -> None:
    """Make `folder` a repository with one commit of all that is not ignored."""
    git = Git(folder, identity())
    git.run("init", "--quiet", "--template=", "--initial-branch=main")
    git.run("add", "--all")
    git.run("commit", "--quiet", "--no-verify", "--message", message)


def _move(project: Path, target: Path) -> None:
    try:
        project.rename(target)
    except OSError as error:
        raise Refused(
            f"{target} could not be written: {error.strerror}",
            hint="something else was written there meanwhile; choose another name",
        ) from None
