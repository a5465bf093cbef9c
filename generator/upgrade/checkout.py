"""A project inside a git work tree: what HEAD, the index and the disk hold of it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.errors import Refused
from generator.git import Git, is_installed
from generator.upgrade.edit import Version

__all__ = ["Checkout", "Node", "on_disk"]

OLDEST_GIT = (2, 38)
REGULAR = frozenset({"100644", "100755"})


@dataclass(frozen=True)
class Node:
    """An entry of HEAD's tree or of the index: mode, object and conflict stage."""

    mode: str
    oid: str
    stage: int = 0

    @property
    def is_file(self) -> bool:
        """Whether it is a plain file."""
        return self.mode in REGULAR


@dataclass(frozen=True)
class Checkout:
    """Where a project lies in its repository.

    Attributes:
        project: the project's folder.
        top: top folder of the work tree.
        prefix: the project's path below `top`, empty or ending with a slash.
        head: the commit.
        objects: the repository's folder of objects.
        index: the index file.
        object_format: hash function of the repository.
    """

    project: Path
    top: Path
    prefix: str
    head: str
    objects: Path
    index: Path
    object_format: str

    @classmethod
    def open(cls, project: Path) -> Checkout:
        """Find the repository around `project`.

        Raises:
            Refused: no git, too old a git, no repository or no commit.
        """
        _check_git()
        git = Git(project)
        done = git.try_run(
            "rev-parse", "--path-format=absolute", "--show-toplevel", "--show-prefix",
            "--git-path", "objects", "--git-path", "index", "--show-object-format",
        )  # fmt: skip
        if done.returncode != 0:
            raise Refused(f"{project} is not in a git repository", hint=_put_under_git(project))
        top, prefix, objects, index, form = os.fsdecode(done.stdout).splitlines()
        head = git.try_run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if head.returncode != 0:
            raise Refused(f"{top} has no commit yet", hint=_put_under_git(project, init=False))
        commit = head.stdout.decode().strip()
        return cls(project, Path(top), prefix, commit, Path(objects), Path(index), form)

    @property
    def git(self) -> Git:
        """Git in the top folder."""
        return Git(self.top)

    @property
    def nothing(self) -> str:
        """The object id that stands for no object."""
        return "0" * (64 if self.object_format == "sha256" else 40)

    def tree(self) -> str | None:
        """HEAD's tree of the project's folder, or none."""
        done = self.git.try_run("rev-parse", "--verify", "--quiet", f"{self.head}:{self.prefix}")
        return done.stdout.decode().strip() or None

    def nodes(self, paths: Iterable[str]) -> dict[str, Node]:
        """What HEAD holds at `paths`; a path that it does not hold is left out."""
        wanted = [self.prefix + path for path in sorted(set(paths))]
        if not wanted:
            return {}
        out = self.git.run("ls-tree", "-z", "--full-tree", self.head, "--", *wanted)
        found: dict[str, Node] = {}
        for line in filter(None, out.split(b"\0")):
            meta, _, path = line.partition(b"\t")
            mode, _, oid = meta.decode().split()
            found[os.fsdecode(path).removeprefix(self.prefix)] = Node(mode, oid)
        return found

    def versions(self, nodes: Mapping[str, Node]) -> dict[str, Version]:
        """The contents of those `nodes` that are plain files."""
        files = {path: node for path, node in nodes.items() if node.is_file}
        contents = read_objects(self.git, (node.oid for node in files.values()))
        return {
            path: Version(contents[node.oid], node.mode == "100755") for path, node in files.items()
        }

    def staged(
        self, paths: Iterable[str], index: Path | None = None
    ) -> dict[str, tuple[Node, ...]]:
        """What the index holds at `paths`: one node, or up to three of a conflict."""
        wanted = [self.prefix + path for path in sorted(set(paths))]
        if not wanted:
            return {}
        git = Git(self.top, {"GIT_INDEX_FILE": os.fspath(index)} if index else {})
        out = git.run("--literal-pathspecs", "ls-files", "-s", "-z", "--", *wanted)
        found: dict[str, tuple[Node, ...]] = {}
        for line in filter(None, out.split(b"\0")):
            meta, _, raw = line.partition(b"\t")
            mode, oid, stage = meta.decode().split()
            path = os.fsdecode(raw).removeprefix(self.prefix)
            found[path] = (*found.get(path, ()), Node(mode, oid, int(stage)))
        return found

    def keeps_modes(self) -> bool:
        """Whether the repository heeds the exec bit on disk."""
        done = self.git.try_run("config", "--type=bool", "core.fileMode")
        return done.stdout.strip() != b"false"


def read_objects(git: Git, oids: Iterable[str]) -> dict[str, bytes]:
    """The contents of blobs by object id."""
    wanted = sorted(set(oids))
    if not wanted:
        return {}
    out = git.run("cat-file", "--batch", data="".join(f"{oid}\n" for oid in wanted).encode())
    contents: dict[str, bytes] = {}
    at = 0
    for oid in wanted:
        end = out.index(b"\n", at)
        size = int(out[at:end].split()[2])
        contents[oid] = out[end + 1 : end + 1 + size]
        at = end + size + 2
    return contents


def on_disk(place: Path) -> Version | None:
    """The plain file at `place`, or none; a symbolic link is never followed.

    Raises:
        Refused: something else than a plain file lies there.
    """
    try:
        mode = place.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "no plain file"
        raise Refused(f"{place} is {kind}", hint="move it away, commit, and run it again")
    return Version(place.read_bytes(), bool(mode & stat.S_IXUSR))


def _check_git() -> None:
    if not is_installed():
        raise Refused("git is not installed", hint="install git 2.38 or later")
    said = Git(Path("/")).line("version")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or tuple(map(int, found.groups())) < OLDEST_GIT:
        raise Refused(f"{said} is too old", hint="install git 2.38 or later")


def _put_under_git(project: Path, *, init: bool = True) -> str:
    first = "git init && " if init else ""
    return f"cd {project} && {first}git add --all && git commit -m 'before the upgrade'"
