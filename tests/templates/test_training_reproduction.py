"""A version is trained again from the commit that git holds, wherever in its repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.templates.conftest import Part
from tests.upgrade.world import IDENTITY


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    done = subprocess.run(
        command, env={**os.environ, **IDENTITY}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("below", [".", "parts/project"])
def test_a_project_is_unpacked_as_its_commit_has_it(live: Part, tmp_path: Path, below: str) -> None:
    unpacked = live("pipeline.reproduction")._unpacked
    top, place = tmp_path / "repository", tmp_path / "place"
    root = top / below
    root.mkdir(parents=True)
    place.mkdir()
    assert not unpacked(root, "HEAD", place)  # no repository
    git(top, "init", "--quiet")
    (root / "settings.toml").write_text("then = 1\n")
    (top / "other.txt").write_text("of the repository\n")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "--message", "then")
    commit = git(top, "rev-parse", "HEAD")
    (root / "settings.toml").write_text("now = 1\n")
    assert unpacked(root, commit, place)
    assert (place / "settings.toml").read_text() == "then = 1\n"
    assert (place / "other.txt").exists() == (below == ".")
    assert not unpacked(root, "0" * 40, place)
