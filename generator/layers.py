"""Layers: folders of templates, each with a manifest; a level is the layers up to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from generator.errors import InvalidManifest

__all__ = [
    "LEVELS",
    "Layer",
    "Manifest",
    "Owner",
    "discover",
    "for_level",
    "highest_level",
    "shipped",
    "templates_folder",
]

LEVELS = range(5)
PROJECT_FOLDER = "{{cookiecutter.project_slug}}"
MANIFEST = "layer.toml"

Owner = Literal["yours", "ours", "shared"]
Item = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{1,2}@[0-4]$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]+$")]
Line = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\r\n]+$")]


class Manifest(BaseModel):
    """What `layer.toml` declares.

    Attributes:
        title: what the layer brings, for people.
        since: lowest level that holds the layer.
        requires: names of layers that must be there too.
        satisfies: items of the question bank that it makes true, `CODE@option`.
        words: lower-case words that must not occur in a project below `since`.
        yours: globs of files that belong to the project's owner from the first day.
        shared: globs of files merged by structure; every other file is ours.
        render: files that hold a value and are rendered; every other file is copied.
        example: globs of files of the shipped table; left out where the user brings one.
        replaces: paths of earlier layers that this layer may replace.
        serving: requirements that answering a prediction needs.
        dependencies: requirements of the layer's own dependency group.
        ignore: lines for `.gitignore`.
        pyproject: TOML text for `pyproject.toml`.
        settings: TOML text for `settings.toml`.
        example_settings: parts of `settings` and what stands there for the shipped table.
        runbook: Markdown text for `docs/RUNBOOK.md`.
        cost: what it takes to run it, measured: packages, disk, time.
        renamed: paths that an earlier version of the layer used, old to new.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line
    since: int = Field(ge=0, le=4)
    requires: tuple[str, ...] = ()
    satisfies: tuple[Item, ...] = ()
    words: tuple[Word, ...] = ()
    yours: tuple[Line, ...] = ()
    shared: tuple[Line, ...] = ()
    render: tuple[Line, ...] = ()
    example: tuple[Line, ...] = ()
    replaces: tuple[Line, ...] = ()
    serving: tuple[Line, ...] = ()
    dependencies: tuple[Line, ...] = ()
    ignore: tuple[Line, ...] = ()
    pyproject: str = ""
    settings: str = ""
    example_settings: dict[Line, Line] = Field(default_factory=dict)
    runbook: str = ""
    cost: str = Field(default="", pattern=r"^[^\r\n]*$")
    renamed: dict[Line, Line] = Field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """A folder of templates and its manifest."""

    name: str
    folder: Path
    manifest: Manifest

    @property
    def root(self) -> Path:
        """The folder that becomes the project."""
        return self.folder / PROJECT_FOLDER

    def owner(self, path: str) -> Owner:
        """Who owns the rendered `path` (relative, with forward slashes)."""
        for owner, globs in (("yours", self.manifest.yours), ("shared", self.manifest.shared)):
            if any(_matches(path, glob) for glob in globs):
                return owner  # type: ignore[return-value]
        return "ours"

    def files(self) -> Iterator[Path]:
        """Its template files relative to `root`, sorted; byte code is never one."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                yield path.relative_to(self.root)

    def is_example(self, path: str) -> bool:
        """Whether the rendered `path` belongs to the shipped table."""
        return any(_matches(path, glob) for glob in self.manifest.example)

    def view(self, *, own_table: bool = False) -> dict[str, object]:
        """What shared files of a project may loop over.

        With a table of the user's own, no line of `ignore` names a file of the shipped one, and no
        setting is that of the shipped one.
        """
        wanted = {"title", "serving", "dependencies", "ignore", "pyproject", "settings", "runbook"}
        told = self.manifest.model_dump(mode="json", include=wanted)
        if own_table:
            lines = self.manifest.ignore
            told["ignore"] = [line for line in lines if not self.is_example(line.lstrip("!/"))]
        else:
            for plain, example in self.manifest.example_settings.items():
                told["settings"] = told["settings"].replace(plain, example)
        return {"name": self.name, **told}


def templates_folder() -> Path:
    """Where the layers lie: inside the installed package, or beside it in a checkout."""
    return shipped("templates")


def shipped(name: str) -> Path:
    """A folder that the wheel holds inside this package and a checkout beside it."""
    here = Path(__file__).resolve().parent
    return here / name if (here / name).is_dir() else here.parent / name


def discover(templates: Path) -> tuple[Layer, ...]:
    """Read every layer below `templates`, in the order in which they build on each other.

    Raises:
        InvalidManifest: a manifest cannot be read, or layers contradict each other.
    """
    folders = sorted(path.parent for path in templates.glob(f"*/{MANIFEST}"))
    if not folders:
        raise InvalidManifest(
            f"no layer found in {templates}", hint=f"a layer is a folder with a {MANIFEST}"
        )
    layers = {folder.name: _read(folder) for folder in folders}
    _check_requires(layers)
    ordered = _ordered(layers)
    _check_overlap(ordered)
    return ordered


def for_level(layers: Iterable[Layer], level: int) -> tuple[Layer, ...]:
    """The layers of `level`, in order: all whose `since` is not above it."""
    return tuple(layer for layer in layers if layer.manifest.since <= level)


def highest_level(layers: Iterable[Layer]) -> int:
    """The highest level that a project can be generated at."""
    return max(layer.manifest.since for layer in layers)


def _matches(path: str, glob: str) -> bool:
    """Whether `path` fits `glob` folder by folder: a star does not cross a slash."""
    parts, patterns = path.split("/"), glob.split("/")
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def _read(folder: Path) -> Layer:
    path = folder / MANIFEST
    if not re.fullmatch(r"[a-z][a-z0-9_]*", folder.name):
        raise InvalidManifest(
            f"the layer folder {folder.name!r} is not a plain lower-case name",
            hint="rename the folder",
        )
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        tomllib.loads(manifest.settings)
        tomllib.loads(manifest.pyproject)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidManifest(
            f"{path}: {where}: {first['msg']}", hint="see docs/layers.md for the fields"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidManifest(f"{path}: {error}", hint="a manifest is TOML in UTF-8") from None
    layer = Layer(folder.name, folder, manifest)
    if not layer.root.is_dir():
        raise InvalidManifest(
            f"{folder}: no folder {PROJECT_FOLDER!r}", hint="templates lie in that folder"
        )
    return layer


def _check_requires(layers: dict[str, Layer]) -> None:
    for layer in layers.values():
        for name in layer.manifest.requires:
            if name not in layers:
                raise InvalidManifest(
                    f"layer {layer.name!r} requires {name!r}, which does not exist",
                    hint=f"known layers: {', '.join(layers)}",
                )
            if layers[name].manifest.since > layer.manifest.since:
                raise InvalidManifest(
                    f"layer {layer.name!r} comes before {name!r}, which it requires",
                    hint="raise `since` of the first or lower that of the second",
                )


def _ordered(layers: dict[str, Layer]) -> tuple[Layer, ...]:
    rest = sorted(layers.values(), key=lambda layer: (layer.manifest.since, layer.name))
    done: list[Layer] = []
    while rest:
        names = {layer.name for layer in done}
        ready = [layer for layer in rest if names.issuperset(layer.manifest.requires)]
        if not ready:
            cycle = ", ".join(layer.name for layer in rest)
            raise InvalidManifest(
                f"layers require each other in a circle: {cycle}", hint="break the circle"
            )
        done.append(ready[0])
        rest.remove(ready[0])
    return tuple(done)


def _check_overlap(layers: Sequence[Layer]) -> None:
    seen: dict[str, str] = {}
    for layer in layers:
        for path in (path.as_posix() for path in layer.files()):
            if path in seen and path not in layer.manifest.replaces:
                raise InvalidManifest(
                    f"layers {seen[path]!r} and {layer.name!r} both bring {path}",
                    hint="a layer only adds files; name the path in `replaces` if it may not",
                )
            seen[path] = layer.name
