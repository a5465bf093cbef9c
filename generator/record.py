"""The record of what was generated, and the base that an upgrade merges against."""

from __future__ import annotations

import hashlib
import io
import tarfile
import tomllib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated

import tomlkit
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from generator.context import ProjectContext
from generator.errors import InvalidRecord
from generator.layers import Layer, Owner
from generator.render import File, RenderedTree

__all__ = ["BASE", "FOLDER", "RECORD", "Entry", "Record", "read_base", "read_record", "write_files"]

FOLDER = ".mlops-maturity"
RECORD = f"{FOLDER}/record.toml"
BASE = f"{FOLDER}/base.tar"
FORMAT = 1
HEADER = (
    "# What mlops-maturity generated here. Kept by the tool; an edit makes it refuse to upgrade.\n"
)


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or {"..", ".git"}.intersection(parts):
        raise ValueError("leaves the project")
    return path


SafePath = Annotated[str, AfterValidator(_inside)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Entry(BaseModel):
    """One generated file: what it was, whose it is and where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    mode: Annotated[str, StringConstraints(pattern=r"^(644|755)$")]
    owner: Owner
    layer: str


class Record(BaseModel):
    """What was generated: text in the project, without a date.

    Attributes:
        format: version of this file's form.
        tool: version of the tool that wrote it.
        level: maturity level of the project.
        layers: names of its layers, in order.
        base: sha256 of the base archive.
        context: what the user chose.
        files: path to entry, for every generated file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    tool: str
    level: int = Field(ge=0, le=4)
    layers: tuple[str, ...]
    base: Sha256
    context: ProjectContext
    files: dict[SafePath, Entry]

    @classmethod
    def of(
        cls,
        tree: RenderedTree,
        *,
        tool: str,
        level: int,
        layers: Sequence[Layer],
        context: ProjectContext,
    ) -> Record:
        """The record of a freshly rendered `tree`."""
        return cls(
            tool=tool,
            level=level,
            layers=tuple(layer.name for layer in layers),
            base=_sha256(pack(tree)),
            context=context,
            files={path: _entry(file) for path, file in tree.items()},
        )

    def dump(self) -> bytes:
        """The record as TOML, ending with a digest of itself."""
        body = HEADER + tomlkit.dumps(self.model_dump(mode="json", exclude_none=True))
        return f"{body}\n[digest]\nsha256 = '{_sha256(body.encode())}'\n".encode()


def write_files(tree: RenderedTree, record: Record) -> dict[str, File]:
    """The record's own files for `tree`: path to file."""
    own = {RECORD: record.dump(), BASE: pack(tree)}
    return {path: File(content, False, "ours", "") for path, content in own.items()}


def pack(tree: RenderedTree) -> bytes:
    """The base: an archive of what upgrades merge, the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, file in tree.owned_by("ours", "shared").items():
            info = tarfile.TarInfo(path)
            info.size = len(file.content)
            info.mode = 0o755 if file.executable else 0o644
            archive.addfile(info, io.BytesIO(file.content))
    return buffer.getvalue()


def read_record(project: Path) -> Record:
    """The record of the project at `project`.

    Raises:
        InvalidRecord: it is missing, damaged, edited by hand or from a newer tool.
    """
    path = project / RECORD
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise InvalidRecord(
            f"{project} holds no {RECORD}",
            hint="run this in a project that `mlops-maturity new` made; to adopt an existing "
            "project, generate one beside it and move your files into its seam",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecord(f"{path} cannot be read: {error}", hint=_restore(RECORD)) from None
    body, mark, end = text.rpartition("\n[digest]\n")
    if not mark or end != f"sha256 = '{_sha256(body.encode())}'\n":
        raise InvalidRecord(
            f"{path} is not as the tool wrote it (edited by hand, or a merge conflict in it)",
            hint=_restore(RECORD),
        )
    return _parse(path, body)


def read_base(project: Path, record: Record) -> RenderedTree:
    """The base of the project: the files of ours and shared as they were rendered.

    Raises:
        InvalidRecord: the archive is missing or does not belong to `record`.
    """
    path = project / BASE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidRecord(f"{path} cannot be read: {error}", hint=_restore(BASE)) from None
    if _sha256(content) != record.base:
        raise InvalidRecord(f"{path} is not the base of its record", hint=_restore(BASE))
    try:
        return RenderedTree(_unpack(content, record))
    except (tarfile.TarError, KeyError):
        raise InvalidRecord(
            f"{path} does not hold the files of its record", hint=_restore(BASE)
        ) from None


def _unpack(content: bytes, record: Record) -> dict[str, File]:
    files: dict[str, File] = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for info in archive:
            entry = record.files[info.name]
            member = archive.extractfile(info)
            found = member.read() if member else b""
            files[info.name] = File(found, bool(info.mode & 0o100), entry.owner, entry.layer)
    return files


def _parse(path: Path, body: str) -> Record:
    data = tomllib.loads(body)
    if data.get("format", 0) > FORMAT:
        raise InvalidRecord(
            f"{path} was written by a newer mlops-maturity ({data.get('tool')})",
            hint="upgrade the tool: uv tool upgrade mlops-maturity",
        )
    try:
        return Record.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidRecord(f"{path}: {where}: {first['msg']}", hint=_restore(RECORD)) from None


def _restore(path: str) -> str:
    return f"bring it back from git: git checkout -- {path}"


def _entry(file: File) -> Entry:
    mode = "755" if file.executable else "644"
    return Entry(sha256=_sha256(file.content), mode=mode, owner=file.owner, layer=file.layer)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
