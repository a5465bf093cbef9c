"""The three sides of an upgrade, gathered: base, yours and theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.layers import Layer, Owner
from generator.record import Record, read_base
from generator.render import RenderedTree
from generator.upgrade.checkout import Checkout, Node
from generator.upgrade.edit import Version

__all__ = ["Sides", "gather"]


@dataclass(frozen=True)
class Sides:
    """The three sides of an upgrade.

    Attributes:
        checkout: the project in its repository.
        old: the record of the project.
        base: the files of ours and shared as they were rendered.
        theirs: the fresh render.
        head: what HEAD holds at every path that counts.
        yours: contents of the plain files among `head`.
        renamed: paths that the templates renamed, old to new.
    """

    checkout: Checkout
    old: Record
    base: RenderedTree
    theirs: RenderedTree
    head: Mapping[str, Node]
    yours: Mapping[str, Version]
    renamed: Mapping[str, str]

    def owner(self, path: str) -> Owner:
        """Whose `path` is, as the templates say today."""
        return self.theirs[path].owner if path in self.theirs else self.old.files[path].owner

    def lies_on_disk(self, path: str) -> bool:
        """Whether anything lies at `path`, under git or not."""
        place = self.checkout.project / path
        return place.exists() or place.is_symlink()

    def paths(self, owner: Owner) -> list[str]:
        """Paths of `owner` in the record or in the fresh render, sorted."""
        return sorted(path for path in {*self.old.files, *self.theirs} if self.owner(path) == owner)


def gather(
    checkout: Checkout, old: Record, theirs: RenderedTree, layers: tuple[Layer, ...]
) -> Sides:
    """Read base and HEAD of a project beside its fresh render.

    Raises:
        InvalidRecord: the base does not belong to the record.
    """
    base = read_base(checkout.project, old)
    head = checkout.nodes({*old.files, *theirs})
    yours = checkout.versions(head)
    return Sides(checkout, old, base, theirs, head, yours, _renames(layers, old))


def _renames(layers: tuple[Layer, ...], old: Record) -> dict[str, str]:
    """Declared renames with the project's own names in them."""
    values = old.context.values().items()
    names = {f"{{{{cookiecutter.{key}}}}}": str(value) for key, value in values}
    renamed: dict[str, str] = {}
    for layer in layers:
        for pair in layer.manifest.renamed.items():
            before, after = (_rendered(path, names) for path in pair)
            renamed[before] = after
    return renamed


def _rendered(path: str, names: Mapping[str, str]) -> str:
    path = path.replace("{{ ", "{{").replace(" }}", "}}")
    for tag, value in names.items():
        path = path.replace(tag, value)
    return path
