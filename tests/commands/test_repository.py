"""`assess` in a repository: what it keeps there, and that it runs nothing that is named there."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.calls import CHURN
from tests.commands.repository import git
from tests.conftest import Tool
from tests.terminal import ENTER, Terminal


def test_what_an_interview_keeps_belongs_to_a_generated_project(tmp_path: Path, tool: Tool) -> None:
    assert tool("new", "late", "--level", "0").returncode == 0
    project = tmp_path / "late"
    kept = project / ".mlops-maturity"
    with Terminal(project, "assess", "--quick") as terminal:
        terminal.at(1)
        terminal.to_summary()
        terminal.type(ENTER)
        assert terminal.end() == 0
    made = {"answers.toml", "facts.toml", "answers.history.jsonl"}
    assert set(git(project, "status", "--porcelain").split()) - {"??"} == {
        f".mlops-maturity/{name}" for name in made
    }
    for committed in (False, True):
        for verb in (("check",), ("upgrade", "--to", "0", "--dry-run"), ("diff", "--to", "0")):
            done = tool(*verb, cwd=project)
            assert done.returncode == 0, (verb, committed, done.stdout, done.stderr)
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--allow-empty", "-m", "assessed")
    assert git(project, "status", "--porcelain") == ""
    assert made <= {path.name for path in kept.iterdir()}


def test_no_program_that_a_foreign_folder_names_is_run(tmp_path: Path, tool: Tool) -> None:
    (tmp_path / "answers.toml").write_bytes((CHURN / "answers.toml").read_bytes())
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "answers.toml")
    git(tmp_path, "commit", "-qm", "answers")
    (tmp_path / ".gitattributes").write_text("* filter=theirs\n")
    git(tmp_path, "config", "filter.theirs.clean", "touch ran; cat")
    (tmp_path / "answers.toml").touch()
    done = tool("assess", "--answers", "answers.toml", "--format", "json")
    assert json.loads(done.stdout)["commit"]
    assert not (tmp_path / "ran").exists()
