"""No value of the table reaches git, the record or the base."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest

from generator.layers import discover, templates_folder
from generator.record import BASE
from tests.generator.own_data.conftest import Own
from tests.generator.own_data.sentinels import SENTINELS

BUILT = sorted({layer.manifest.since for layer in discover(templates_folder())})


def git(project: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=project, capture_output=True, check=True).stdout


def tracked(project: Path) -> list[str]:
    return git(project, "ls-files", "-z").decode().rstrip("\0").split("\0")


@pytest.mark.parametrize("level", BUILT)
def test_no_value_of_the_table_stands_in_a_commit_the_record_or_the_base(
    own: Own, level: int
) -> None:
    project = own("--time", "when", "--key", "key", level=level)
    seen = [
        git(project, "log", "-p", "--all", "--text"),
        *(git(project, "show", f"HEAD:{name}") for name in tracked(project)),
        (project / ".mlops-maturity/record.toml").read_bytes(),
    ]
    with tarfile.open(project / BASE) as archive:
        seen += [archive.extractfile(one).read() for one in archive]  # type: ignore[union-attr]
    for content in seen:
        for sentinel in SENTINELS:
            assert sentinel.encode() not in content
    assert (project / "data/table.parquet").is_file()
    assert git(project, "status", "--porcelain") == b""
    assert "data/table.parquet" not in tracked(project)


def test_what_lies_in_data_is_never_tracked(own: Own) -> None:
    project = own()
    for name in ("flights.parquet", "more.csv", "table.parquet"):
        (project / "data" / name).write_text("mine")
    assert git(project, "status", "--porcelain", "--untracked-files=all") == b""
    assert tracked(project).count("data/README.md") == 1
    assert not any("flights" in name for name in tracked(project))
    assert "Your own table" in (project / "data/README.md").read_text()


def test_inside_a_repository_the_table_is_ignored_too(own: Own, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    own()
    listed = git(tmp_path, "status", "--porcelain", "--untracked-files=all", "own")
    assert b"data/README.md" in listed
    assert b"parquet" not in listed
