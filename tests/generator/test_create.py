import subprocess
from pathlib import Path

import pytest

import generator.create
from generator.cli import run
from generator.context import choose
from generator.create import Created, create, project_files
from generator.errors import InvalidChoice, Refused
from generator.layers import discover
from tests.worlds import snapshot, write_layers


def make(tmp_path: Path, name: str = "churn") -> Created:
    layers = discover(write_layers(tmp_path / ".templates"))
    tree, record = project_files(layers, 0, choose(name))
    return create(tree, record, tmp_path / name)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_project_is_a_repository_with_one_commit_of_everything(tmp_path: Path) -> None:
    created = make(tmp_path)
    assert created.committed
    assert git(created.folder, "status", "--porcelain") == ""
    assert git(created.folder, "rev-list", "--count", "HEAD") == "1\n"
    assert git(created.folder, "branch", "--show-current") == "main\n"
    tracked = git(created.folder, "ls-files").split()
    assert tracked == sorted(snapshot(created.folder))


def test_it_needs_no_identity_and_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nowhere"))
    created = make(tmp_path)
    assert git(created.folder, "log", "--format=%an") == "mlops-maturity\n"


@pytest.mark.parametrize("known", [True, False])
def test_who_commits_is_told_where_git_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], known: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    mail = "email = ada@example.org\n" if known else ""
    (tmp_path / ".gitconfig").write_text(f"[user]\nname = Ada\n{mail}")
    assert run(["new", "late", "--level", "0", "--into", str(tmp_path)]) == 0
    assert ("git does not know who you are" in capfd.readouterr().err) is not known


def test_hooks_signing_and_variables_of_the_user_have_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    hooks = home / "template" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("pre-commit", "commit-msg", "post-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {home}/ran\nexit 1\n")
        (hooks / name).chmod(0o755)
    (home / ".gitconfig").write_text(
        "[user]\nname = Ada\nemail = ada@example.org\n[commit]\ngpgsign = true\n"
        f"[init]\ntemplateDir = {home}/template\n[core]\nhooksPath = {hooks}\nautocrlf = true\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", str(home / "elsewhere"))
    created = make(tmp_path)
    monkeypatch.delenv("GIT_DIR")
    assert git(created.folder, "log", "--format=%an <%ae>") == "Ada <ada@example.org>\n"
    assert not (home / "ran").exists()
    assert not (home / "elsewhere").exists()
    assert not list((created.folder / ".git" / "hooks").glob("*"))


def test_inside_a_repository_nothing_is_committed(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    created = make(tmp_path)
    assert not created.committed
    assert created.repository == tmp_path.resolve()
    assert not (created.folder / ".git").exists()


def test_without_git_the_project_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generator.create, "is_installed", lambda: False)
    created = make(tmp_path)
    assert (created.committed, created.repository) == (False, None)
    assert (created.folder / "README.md").is_file()


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "churn").mkdir()
    assert (make(tmp_path).folder / "README.md").is_file()


@pytest.mark.parametrize("kind", ["file in it", "hidden file in it", "file", "link", "dead link"])
def test_a_place_that_is_taken_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "churn"
    if kind.endswith("in it"):
        target.mkdir()
        (target / (".x" if "hidden" in kind else "x")).write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        place = tmp_path / "elsewhere"
        if kind == "link":
            place.mkdir()
        target.symlink_to(place)
    before = snapshot(tmp_path)
    with pytest.raises(Refused) as caught:
        make(tmp_path)
    assert caught.value.exit_code == 4
    assert {p: b for p, b in snapshot(tmp_path).items() if ".templates" not in p} == before


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path, message: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generator.create, "commit_all", full)
    with pytest.raises(OSError, match="No space"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".templates"]


def test_a_level_without_layers_is_refused(tmp_path: Path) -> None:
    layers = discover(write_layers(tmp_path))
    with pytest.raises(InvalidChoice, match="level 3 has no layers yet"):
        project_files(layers, 3, choose("churn"))
