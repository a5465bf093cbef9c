"""A record that is damaged, comes from a newer tool or leads astray is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import InvalidRecord
from generator.record import BASE, RECORD, read_record
from tests.upgrade.world import TRAIN, World, refused

Setup = Callable[[World], object]


@pytest.mark.parametrize(
    ("damage", "match"),
    [
        (lambda world: world.remove(RECORD), "holds no"),
        (lambda world: world.remove(BASE), "cannot be read"),
        (lambda world: world.edit(BASE, b"\0" * 1024), "is not the base"),
        (lambda world: world.edit(RECORD, b"\xff\xfe"), "cannot be read"),
        (lambda world: world.edit(RECORD, "<<<<<<< a\n=======\n>>>>>>> b\n"), "merge conflict"),
        (lambda world: world.replace(RECORD, "level = 0", "level = 1"), "edited by hand"),
    ],
    ids=["32 missing", "33 no base", "33 other base", "33 bytes", "33 markers", "34 level"],
)
def test_a_damaged_record_is_refused(tmp_path: Path, damage: Setup, match: str) -> None:
    world = World(tmp_path)
    damage(world)
    refused(world, match, InvalidRecord)


def signed(world: World, **changed: object) -> None:
    """A record that somebody wrote with a right digest."""
    world.edit(RECORD, read_record(world.project).model_copy(update=changed).dump())


def test_a_record_of_a_newer_tool_is_refused(tmp_path: Path) -> None:
    """Case 35."""
    world = World(tmp_path)
    signed(world, tool="99.0")
    refused(world, "newer than this", InvalidRecord)
    signed(world, format=99)
    refused(world, "written by a newer", InvalidRecord)


@pytest.mark.parametrize("path", ["../outside.py", "/outside.py", "a/../../x", ".git/config"])
def test_a_record_never_leads_outside(tmp_path: Path, path: str) -> None:
    """Case 65."""
    world = World(tmp_path)
    files = read_record(world.project).files
    signed(world, files={**files, path: files[TRAIN]})
    refused(world, "leaves the project", InvalidRecord)


@pytest.mark.parametrize("name", ["{{ 1 }}", "a'\"b", "a\nb", "../up"])
def test_a_record_never_carries_text_into_templates(tmp_path: Path, name: str) -> None:
    """Case 65."""
    world = World(tmp_path)
    context = read_record(world.project).context
    signed(world, context=context.model_copy(update={"package_name": name}))
    refused(world, "package_name", InvalidRecord)
