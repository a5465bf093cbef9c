"""A version is trained again from its commit, and what differs from then is told."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

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


def test_a_run_is_dirty_for_what_it_may_run_and_for_no_scratch_file(
    live: Part, tmp_path: Path
) -> None:
    def dirty() -> str:
        found: str = live("tracking.origin").commit(tmp_path)["git_dirty"]
        return found

    git(tmp_path, "init", "--quiet")
    (tmp_path / "settings.toml").write_text("then = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "then")
    (tmp_path / "answers.csv").write_text("1\n")
    assert dirty() == "False"
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "more.py").write_text("1\n")
    assert dirty() == "True"
    git(tmp_path, "add", "src")
    git(tmp_path, "commit", "--quiet", "--message", "more")
    assert dirty() == "False"
    (tmp_path / "settings.toml").write_text("now = 1\n")
    assert dirty() == "True"


@pytest.mark.parametrize(
    ("then", "lock", "said"),
    [
        ("now", "now", []),
        ("then", "now", ["the packages are not those of then, though uv.lock is"]),
        ("then", "then", ["the packages are not those of then, nor is uv.lock"]),
    ],
)
def test_packages_that_are_not_those_of_then_are_told(
    live: Part,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    then: str,
    lock: str,
    said: list[str],
) -> None:
    reproduction = live("pipeline.reproduction")
    monkeypatch.setattr(reproduction, "packages", lambda: "now")
    (tmp_path / "uv.lock").write_text("now")
    digest = reproduction.digest
    tags = {"packages_sha256": digest(then.encode()), "lock_sha256": digest(lock.encode())}
    assert reproduction._package_notes(tmp_path, tags) == said


@pytest.fixture
def reproduced(live: Part, live_project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ends `ops reproduce` with these differences; returns its code."""
    monkeypatch.setenv("PROJECT_ROOT", str(live_project))
    reproduction = live("pipeline.reproduction")

    def reproduced(*words: str, rows_same: bool = True, notes: tuple[str, ...] = ()) -> int:
        found = reproduction.Reproduction({"mae": 1.0}, {"mae": 2.0}, rows_same, notes)
        monkeypatch.setattr(reproduction, "reproduce", lambda *told: found)
        return int(live("cli").run(["reproduce", "1", *words]))

    return reproduced


@pytest.mark.parametrize(
    ("rows_same", "notes", "asked"),
    [(True, (), True), (False, (), False), (True, ("the packages are not those of then",), False)],
)
def test_the_seed_is_asked_about_only_where_all_else_is_as_it_was(
    reproduced: Any,
    capsys: pytest.CaptureFixture[str],
    rows_same: bool,
    notes: tuple[str, ...],
    asked: bool,
) -> None:
    assert reproduced(rows_same=rows_same, notes=notes) == 1
    assert ("random_state" in capsys.readouterr().err) is asked


@pytest.mark.parametrize("tolerance", ["nan", "inf", "-inf", "-1"])
def test_a_tolerance_that_bounds_nothing_is_refused_before_any_work(
    reproduced: Any, capsys: pytest.CaptureFixture[str], tolerance: str
) -> None:
    assert reproduced(f"--tolerance={tolerance}") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "--tolerance is" in told.err
