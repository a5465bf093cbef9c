"""Git's own merge, over synthetic commits in an object store of its own."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from generator.errors import ProgramFailed
from generator.git import Git
from generator.upgrade.checkout import Checkout, Node, read_objects
from generator.upgrade.edit import Version

__all__ = ["Merged", "Store", "open_store"]

# Renames are looked for among at most 200 x 200 paths, so that the size of the rest of the
# repository does not count.
CONFIG = """[core]
\trepositoryFormatVersion = {version}
\tbare = true
\tattributesFile = /dev/null
[merge]
\tconflictStyle = zdiff3
\tdirectoryRenames = false
\trenameLimit = 200
[diff]
\trenameLimit = 200
"""
BASE_LABEL = re.compile(rb"^\|{7} [0-9a-f]{4,64}(?=[:\r\n])", re.MULTILINE)
THEIRS_LABEL = re.compile(rb"^>{7} theirs(?=[:\r\n]|\Z)", re.MULTILINE)


@dataclass(frozen=True)
class Merged:
    """What came of a merge.

    Attributes:
        changed: path to what it holds now, or none; only paths that differ from yours.
        conflicts: path to its stages (1 base, 2 yours, 3 theirs).
    """

    changed: Mapping[str, Version | None]
    conflicts: Mapping[str, Mapping[int, Version]] = field(default_factory=dict)


@dataclass(frozen=True)
class Store:
    """A bare repository that borrows the project's objects and adds its own."""

    folder: Path

    @property
    def git(self) -> Git:
        """Git on this store, blind to every configuration but the store's own."""
        alone = {"GIT_DIR": os.fspath(self.folder), "GIT_ATTR_NOSYSTEM": "1"}
        return Git(self.folder, alone)

    def commit(
        self,
        name: str,
        files: Mapping[str, Version | None],
        *,
        tree: str | None = None,
        parent: str | None = None,
    ) -> None:
        """Make the branch `name`: `tree` (a tree object), with `files` put in or taken out."""
        lines = [f"commit refs/heads/{name}\ncommitter x <x> 0 +0000\ndata 0\n".encode()]
        if parent:
            lines.append(f"from refs/heads/{parent}\ndeleteall\n".encode())
        if tree:
            lines.append(f'M 040000 {tree} ""\n'.encode())
        for path, version in files.items():
            if version is None:
                lines.append(b"D %s\n" % _quoted(path))
                continue
            head = b"M %s inline %s\n" % (version.mode.encode(), _quoted(path))
            lines.append(head + b"data %d\n%s\n" % (len(version.content), version.content))
        self.git.run("fast-import", "--quiet", "--force", "--date-format=raw", data=b"".join(lines))

    def renames(self, before: str, after: str) -> dict[str, str]:
        """Paths of the branch `before` that git finds under another name in `after`."""
        out = self.git.run("diff-tree", "-r", "-M", "--diff-filter=R", "-z", before, after)
        parts = [os.fsdecode(part) for part in out.split(b"\0")]
        return {parts[at + 1]: parts[at + 2] for at in range(0, len(parts) - 1, 3)}

    def merge(self, label: str) -> Merged:
        """Merge the branches `yours` and `theirs`, whose parent is `base`.

        Args:
            label: what marks of a conflict call the other side, as in `theirs (level 1)`.
        """
        done = self.git.try_run(
            "merge-tree", "--write-tree", "--no-messages", "-z", "yours", "theirs"
        )
        if done.returncode not in (0, 1):
            said = done.stderr.decode("utf-8", "replace").strip()
            raise ProgramFailed(f"git merge-tree failed: {said}", hint="nothing was written")
        tree, *rest = done.stdout.split(b"\0")
        stages = _stages(rest)
        changed = self._changed(tree.decode())
        wanted = [node.oid for nodes in stages.values() for node in nodes]
        contents = read_objects(self.git, wanted)
        return Merged(
            {
                path: _labelled(version, label) if version and path in stages else version
                for path, version in changed.items()
            },
            {
                path: {
                    node.stage: Version(contents[node.oid], node.mode == "100755")
                    for node in nodes
                    if node.is_file
                }
                for path, nodes in stages.items()
            },
        )

    def _changed(self, tree: str) -> dict[str, Version | None]:
        out = self.git.run("diff-tree", "-r", "--no-renames", "-z", "yours", tree)
        parts = out.split(b"\0")
        nodes: dict[str, Node | None] = {}
        for at in range(0, len(parts) - 1, 2):
            _, mode, _, oid, status = parts[at].decode().split()
            nodes[os.fsdecode(parts[at + 1])] = None if status == "D" else Node(mode, oid)
        contents = read_objects(self.git, (node.oid for node in nodes.values() if node))
        return {
            path: Version(contents[node.oid], node.mode == "100755") if node else None
            for path, node in nodes.items()
        }


@contextmanager
def open_store(checkout: Checkout) -> Iterator[Store]:
    """A store for one merge; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mlops-maturity-"))
    try:
        (folder / "objects" / "info").mkdir(parents=True)
        (folder / "refs" / "heads").mkdir(parents=True)
        (folder / "HEAD").write_text("ref: refs/heads/yours\n", encoding="ascii")
        (folder / "objects" / "info" / "alternates").write_bytes(
            os.fsencode(checkout.objects) + b"\n"
        )
        (folder / "config").write_text(_config(checkout.object_format), encoding="ascii")
        yield Store(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _config(object_format: str) -> str:
    if object_format == "sha1":
        return CONFIG.format(version=0)
    return CONFIG.format(version=1) + f"[extensions]\n\tobjectFormat = {object_format}\n"


def _stages(parts: list[bytes]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for line in filter(None, parts):
        meta, _, path = line.partition(b"\t")
        mode, oid, stage = meta.decode().split()
        found.setdefault(os.fsdecode(path), []).append(Node(mode, oid, int(stage)))
    return found


def _labelled(version: Version, label: str) -> Version:
    content = BASE_LABEL.sub(b"||||||| base", version.content)
    content = THEIRS_LABEL.sub(b">>>>>>> " + label.encode(), content)
    return Version(content, version.executable)


def _quoted(path: str) -> bytes:
    raw = os.fsencode(path)
    for sign, escape in ((b"\\", rb"\\"), (b'"', rb"\""), (b"\n", rb"\n")):
        raw = raw.replace(sign, escape)
    return b'"' + raw + b'"'
