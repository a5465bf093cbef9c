"""Shared files: merged by key and by line, so that the user's layout stays."""

import tomllib
from pathlib import Path

import pytest

from generator.errors import Refused
from generator.upgrade.edit import Version
from generator.upgrade.shared import merge_shared
from generator.upgrade.toml_keys import merge_toml
from tests.upgrade.world import World, actions, reason

BASE = """# shared
[project]
name = "churn"
dependencies = [
    "click>=8",
    "numpy>=1.26",
]

[dependency-groups]
base = [
    "rich>=13",
]
"""
THEIRS = (
    BASE.replace('    "numpy>=1.26",\n', '    "numpy>=1.26",\n    "starlette>=0.40",\n').replace(
        "]\n\n[dependency", "]\n\n[tool.pytest]\nstrict = true\n\n[dependency"
    )
    + 'serving = [\n    "httpx>=0.27",\n]\n'
)


def merged(yours: str, theirs: str = THEIRS, base: str = BASE) -> tuple[str, tuple[str, ...]]:
    text, notes = merge_toml("pyproject.toml", base, yours, theirs)
    tomllib.loads(text)
    return text, notes


def requirements(text: str) -> list[str]:
    found: list[str] = tomllib.loads(text)["project"]["dependencies"]
    return found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"numpy>=1.26",\n', '"numpy>=1.26",\n    "mine>=1",\n', ["mine>=1", "starlette>=0.40"]),
        ('"click>=8",\n', '"click>=8",\n    "mine>=1",\n', ["mine>=1", "starlette>=0.40"]),
        ('"numpy>=1.26"', '"numpy>=2"', ["numpy>=2", "starlette>=0.40"]),
        ('"numpy>=1.26"', "\"NumPy[x]>=1.26 ; python_version>'3'\"", ["starlette>=0.40"]),
    ],
    ids=["appended", "in the middle", "bound raised", "extras and marker"],
)
def test_requirements_are_a_union(old: str, new: str, expected: list[str]) -> None:
    """Case 47."""
    text, _ = merged(BASE.replace(old, new))
    found = requirements(text)
    assert set(expected) <= set(found)
    assert len(found) == len({item.split(">")[0].lower() for item in found})


def test_a_requirement_that_the_user_removed_stays_removed_and_is_told() -> None:
    """Case 47."""
    text, notes = merged(BASE.replace('    "numpy>=1.26",\n', ""))
    assert requirements(text) == ["click>=8", "starlette>=0.40"]
    assert any("numpy>=1.26: removed by you" in note for note in notes)


def test_a_bound_that_both_changed_is_the_users_and_is_told() -> None:
    theirs = BASE.replace("numpy>=1.26", "numpy>=2.1")
    text, notes = merged(BASE.replace("numpy>=1.26", "numpy>=2,<3"), theirs)
    assert "numpy>=2,<3" in requirements(text)
    assert notes == (
        "pyproject.toml: project.dependencies: your numpy>=2,<3 is kept; "
        "the templates have numpy>=2.1",
    )


def test_a_bound_that_only_the_templates_changed_is_theirs() -> None:
    yours = BASE.replace('    "click>=8",\n', '    "click>=8",\n    "mine",\n')
    text, _ = merged(yours, BASE.replace("numpy>=1.26", "numpy>=2.1"))
    assert requirements(text) == ["click>=8", "mine", "numpy>=2.1"]


def test_a_requirement_that_the_templates_drop_goes() -> None:
    yours = BASE.replace('    "click>=8",\n', '    "click>=8",\n    "mine",\n')
    text, _ = merged(yours, BASE.replace('    "numpy>=1.26",\n', ""))
    assert requirements(text) == ["click>=8", "mine"]


def test_comments_order_and_layout_stay() -> None:
    yours = (
        '# my own words\n[tool.ruff]\nline-length   = 88  # wide\n\n[project]\nname="churn"\n'
        'dependencies = [\n    # the maths\n    "numpy>=1.26",  # keep\n    "click>=8",\n]\n\n'
        '[dependency-groups]\nbase = ["rich>=13"]\n'
    )
    text, _ = merged(yours)
    for part in ("# my own words\n", "line-length   = 88  # wide\n", 'name="churn"\n'):
        assert part in text
    assert '    # the maths\n    "numpy>=1.26",  # keep\n    "click>=8",\n' in text
    assert '    "starlette>=0.40",\n' in text
    assert text.index("[tool.ruff]") < text.index("[project]")


def test_two_entries_of_one_requirement_are_told_apart_by_their_markers() -> None:
    two = "\"numpy<2 ; python_version < '3.12'\",\n    \"numpy>=2 ; python_version >= '3.12'\""
    text, _ = merged(BASE.replace('"numpy>=1.26"', two))
    assert sum(item.startswith("numpy") for item in requirements(text)) >= 2


def test_a_project_table_that_the_user_moved_is_not_made_twice() -> None:
    """Case 48."""
    yours = (
        '[tool.poetry]\nname = "churn"\n\n[tool.poetry.dependencies]\nnumpy = "^1.26"\n\n'
        '[dependency-groups]\nbase = ["rich>=13"]\n'
    )
    text, notes = merged(yours)
    data = tomllib.loads(text)
    assert "project" not in data
    assert data["dependency-groups"]["serving"] == ["httpx>=0.27"]
    assert any("project: removed by you" in note and "starlette" in note for note in notes)


def test_dotted_and_inline_tables_stay_valid() -> None:
    """Case 48."""
    yours = 'project.name = "churn"\nproject.dependencies = ["click>=8", "numpy>=1.26", "mine"]\n'
    text, _ = merged(yours + 'dependency-groups = { base = ["rich>=13"] }\n')
    data = tomllib.loads(text)
    assert data["project"]["dependencies"] == ["click>=8", "numpy>=1.26", "mine", "starlette>=0.40"]
    assert data["dependency-groups"] == {"base": ["rich>=13"], "serving": ["httpx>=0.27"]}


def test_tables_out_of_order_stay_valid_or_are_refused() -> None:
    """Case 48."""
    yours = "[tool.a]\nx = 1\n" + BASE + "\n[tool.b]\ny = 2\n"
    text, _ = merged(yours)
    assert tomllib.loads(text)["tool"] == {"a": {"x": 1}, "b": {"y": 2}, "pytest": {"strict": True}}


def test_an_array_of_tables_is_the_users() -> None:
    base = '[[schema]]\nname = "a"\n'
    text, notes = merged(base + '[[schema]]\nname = "mine"\n', base + "nullable = true\n", base)
    assert tomllib.loads(text)["schema"] == [{"name": "a"}, {"name": "mine"}]
    assert notes == ("pyproject.toml: schema: changed by you and by the templates; yours is kept",)


def test_a_table_that_the_templates_drop_goes_where_it_is_untouched() -> None:
    base = "[a]\nx = 1\ny = 2\n\n[b]\nz = 3\n"
    text, _ = merged("[a]\nx = 5\ny = 2\n\n[b]\nz = 3\n", "", base)
    assert tomllib.loads(text) == {"a": {"x": 5}}


def test_invalid_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    """The message holds nothing of the file (case 64)."""
    world = World(tmp_path)
    world.edit("pyproject.toml", '[project]\nname = "churn"\ntoken = s3cret\n')
    with pytest.raises(Refused, match=r"pyproject\.toml is no valid TOML: at line 3") as caught:
        world.plan(1)
    assert "s3cret" not in str(caught.value)


def test_an_edited_pyproject_in_a_project(tmp_path: Path) -> None:
    """Case 47, end to end; case 53: the lock is told to be stale, and is not touched."""
    world = World(tmp_path)
    world.write("uv.lock", "version = 1\n")
    world.replace("pyproject.toml", '"click>=8",\n', '"click>=8",\n    "mine>=1",  # why\n')
    plan = world.upgrade(1)
    assert '"mine>=1",  # why\n' in world.read("pyproject.toml")
    assert "starlette>=0.40" in world.read("pyproject.toml")
    assert reason(plan, "pyproject.toml") == "merged with your edits"
    assert any("uv.lock is stale" in note for note in plan.notes)
    assert world.read("uv.lock") == "version = 1\n"


def test_ignored_lines_of_both_sides(tmp_path: Path) -> None:
    """Case 52: the user removed `.venv/` and added his own."""
    world = World(tmp_path)
    world.edit(".gitignore", "# mine\nsecret.txt\n!keep.txt\n")
    world.upgrade(1)
    assert world.read(".gitignore") == "# mine\nsecret.txt\n!keep.txt\nlogs/\n"


def test_a_line_that_the_templates_add_comes_after_the_one_before_it() -> None:
    done, _ = merge_shared(
        ".gitignore", Version(b"a\nb\n"), Version(b"a\nmine\nb\nend\n"), Version(b"a\nnew\nb\n")
    )
    assert done.content == b"a\nnew\nmine\nb\nend\n"


def test_line_ends_and_byte_order_mark_of_the_user_stay(tmp_path: Path) -> None:
    """Cases 19 and 21, for a shared file."""
    world = World(tmp_path)
    text = world.read("pyproject.toml").replace("0.1.0", "0.2.0").replace("\n", "\r\n")
    world.edit("pyproject.toml", ("\ufeff" + text).encode())
    world.upgrade(1)
    raw = (world.project / "pyproject.toml").read_bytes()
    assert raw.startswith("\ufeff# shared\r\n".encode())
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert b"starlette" in raw


def test_a_shared_file_that_was_deleted_stays_deleted(tmp_path: Path) -> None:
    """Case 9."""
    world = World(tmp_path)
    world.remove(".gitignore")
    plan = world.upgrade(1)
    assert actions(plan)[".gitignore"] == "keep"
    assert not (world.project / ".gitignore").exists()
