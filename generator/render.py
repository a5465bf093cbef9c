"""Layers and a context, rendered into memory by cookiecutter's engine."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from generator.errors import InvalidManifest

if TYPE_CHECKING:
    from jinja2 import Environment

    from generator.context import ProjectContext
    from generator.layers import Layer, Owner

__all__ = ["File", "RenderedTree", "render"]


@dataclass(frozen=True)
class File:
    """One file of a project.

    Attributes:
        content: the bytes.
        executable: whether its owner may run it.
        owner: `yours`, `ours` or `shared`.
        layer: name of the layer that brings it.
    """

    content: bytes
    executable: bool
    owner: Owner
    layer: str


class RenderedTree(Mapping[str, File]):
    """Relative path (forward slashes) to file, sorted by path; nothing is on disk yet."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = MappingProxyType(dict(sorted(files.items())))

    def __getitem__(self, path: str) -> File:
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def owned_by(self, *owners: Owner) -> RenderedTree:
        """The part of the tree that belongs to `owners`."""
        return RenderedTree({path: file for path, file in self.items() if file.owner in owners})


def render(layers: Sequence[Layer], context: ProjectContext) -> RenderedTree:
    """Render `layers`, in order, for what the user chose.

    A later layer replaces a file of an earlier one only where its manifest says so. Where the user
    brings a table, the shipped one is left out.

    Raises:
        InvalidManifest: a template names a value that does not exist, or leaves the project.
    """
    from cookiecutter.environment import StrictEnvironment
    from jinja2 import TemplateError

    values = _values(layers, context)
    environment = StrictEnvironment(context=values, keep_trailing_newline=True)
    # For TOML and not for HTML: names stay readable, and no character becomes a surrogate pair.
    environment.filters["tojson"] = partial(json.dumps, ensure_ascii=False, sort_keys=True)
    files: dict[str, File] = {}
    for layer in layers:
        for path in layer.files():
            try:
                target = environment.from_string(path.as_posix()).render(**values)
                content = _content(layer, path, environment, values)
            except (TemplateError, UnicodeDecodeError) as error:
                raise InvalidManifest(
                    f"{layer.name}/{path}: {error}", hint="see docs/layers.md for the values"
                ) from None
            _check_inside(layer, target)
            if context.table is not None and layer.is_example(target):
                continue
            files[target] = File(content, _executable(layer, path), layer.owner(target), layer.name)
    return RenderedTree(files)


def _values(layers: Sequence[Layer], context: ProjectContext) -> dict[str, Any]:
    defaults = json.loads((layers[0].folder / "cookiecutter.json").read_text(encoding="utf-8"))
    own_table = context.table is not None
    views = [layer.view(own_table=own_table) for layer in layers]
    return {"cookiecutter": {**defaults, **context.values(), "_layers": views}}


def _content(layer: Layer, path: Path, environment: Environment, values: dict[str, Any]) -> bytes:
    content = (layer.root / path).read_bytes()
    if path.as_posix() not in layer.manifest.render:
        return content
    return environment.from_string(content.decode("utf-8")).render(**values).encode("utf-8")


def _executable(layer: Layer, path: Path) -> bool:
    return bool((layer.root / path).stat().st_mode & stat.S_IXUSR)


def _check_inside(layer: Layer, target: str) -> None:
    path = PurePosixPath(target)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise InvalidManifest(
            f"layer {layer.name!r} would write {target!r}, outside the project",
            hint="a template's path stays below the project folder",
        )
