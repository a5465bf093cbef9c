"""`assess --record`: a line for each assessment, beside the answers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from generator.cli import run
from tests.commands.calls import CHURN, Output, refused, state
from tests.commands.repository import git


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A file of answers that is committed."""
    path = tmp_path / "answers.toml"
    path.write_bytes((CHURN / "answers.toml").read_bytes())
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "answers")
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "answers.history.jsonl"


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "--short", "HEAD")


def record(*arguments: object) -> None:
    assert run(["assess", "--record", "--answers", *map(str, arguments)]) == 0


def lines(history: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in history.read_text().splitlines()]


def improve(answers: Path) -> None:
    """Answer what the first level asks for."""
    text = answers.read_text()
    for code in ("C1", "C2", "C5"):
        old = next(line for line in text.splitlines() if line.startswith(f"{code} ="))
        text = text.replace(old, f"{code} = {'1' if code == 'C2' else '2'}")
    answers.write_text(text)


def test_nothing_is_recorded_unless_asked_for(answers: Path, tmp_path: Path) -> None:
    before = state(tmp_path)
    assert run(["assess", "--answers", str(answers)]) == 0
    assert state(tmp_path) == before


def test_a_line_says_when_what_and_of_which_commit(answers: Path, history: Path) -> None:
    begun = datetime.now().astimezone().replace(microsecond=0)
    record(answers, "--facts", CHURN / "facts.toml", "--profile", "microsoft")
    (line,) = lines(history)
    assert begun <= datetime.fromisoformat(str(line["date"])) <= datetime.now().astimezone()
    assert line["commit"] == head(answers.parent)
    assert (line["profile"], line["quick"]) == ("microsoft", False)
    assert (line["confirmed"], line["target"]) == (0, "1")
    assert line["answers"]["C1"] == 1  # type: ignore[index]


@pytest.mark.parametrize("changed", ["staged", "edited"])
def test_a_plus_tells_that_the_tree_is_not_the_commit(
    answers: Path, history: Path, changed: str
) -> None:
    improve(answers)
    if changed == "staged":
        git(answers.parent, "add", "answers.toml")
    record(answers)
    assert lines(history)[0]["commit"] == head(answers.parent) + "+"


def test_files_that_git_does_not_know_do_not_count(answers: Path, history: Path) -> None:
    record(answers)
    record(answers)
    first, second = lines(history)
    assert first["commit"] == second["commit"] == head(answers.parent)


def test_outside_a_repository_and_before_its_first_commit_there_is_none(
    tmp_path: Path, history: Path
) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_bytes((CHURN / "answers.toml").read_bytes())
    record(answers)
    git(tmp_path, "init", "-q")
    record(answers)
    assert [line["commit"] for line in lines(history)] == [None, None]


def test_the_commit_is_that_of_the_project_that_is_named(
    answers: Path, history: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "-q")
    git(project, "commit", "-qm", "another", "--allow-empty")
    record(answers, project)
    commit = head(project)
    assert lines(history)[0]["commit"] == commit != head(tmp_path)


def test_earlier_lines_stay_byte_for_byte(answers: Path, history: Path, capfd: Output) -> None:
    record(answers)
    first = history.read_bytes()
    file = history.stat().st_ino
    improve(answers)
    record(answers)
    assert history.read_bytes().startswith(first)
    assert history.stat().st_ino == file
    assert [line["confirmed"] for line in lines(history)] == [0, 1]
    capfd.readouterr()
    assert run(["assess", "--answers", str(answers), "--format", "json"]) == 0
    shown = json.loads(capfd.readouterr().out)["history"]
    assert [(one["date"], one["confirmed"]) for one in shown] == [
        (line["date"], line["confirmed"]) for line in lines(history)
    ]


def test_what_is_below_the_wanted_level_is_recorded_too(answers: Path, history: Path) -> None:
    assert run(["assess", "--answers", str(answers), "--record", "--fail-under", "4"]) == 1
    assert len(lines(history)) == 1


def test_a_team_has_a_history_of_its_own(answers: Path, history: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "ben.toml"
    other.parent.mkdir()
    other.write_bytes(answers.read_bytes())
    record(answers, "--answers", other)
    assert not history.exists()
    assert list(other.parent.iterdir()) == [other]
    assert len(lines(tmp_path / "team.history.jsonl")) == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (b"no json\n", ":2: no entry of a history"),
        (b'{"date": "2026-01-01"}\n', ":2: no entry of a history"),
        (b"\n\n", ":2: no entry of a history"),
        (b'{"date": "20', ":2: no entry of a history"),
        (b"\xff\n", ":2: not UTF-8 text"),
    ],
)
def test_a_damaged_history_is_told_and_left_alone(
    answers: Path, history: Path, capfd: Output, damage: bytes, said: str
) -> None:
    record(answers)
    history.write_bytes(history.read_bytes() + damage)
    capfd.readouterr()
    for more in ([], ["--record"], ["--format", "html", "--output", answers.parent / "out.html"]):
        error = refused(capfd, answers.parent, "assess", "--answers", answers, *more)
        assert error == f"{history}{said}"


@pytest.mark.parametrize(
    ("name", "value"),
    [("confirmed", 5), ("confirmed", True), ("possible", -1), ("confirmed", "1"), ("quick", "no")],
)
def test_a_line_with_a_wrong_value_is_damaged(
    answers: Path, history: Path, capfd: Output, name: str, value: object
) -> None:
    record(answers)
    history.write_text(json.dumps({**lines(history)[0], name: value}) + "\n")
    capfd.readouterr()
    error = refused(capfd, answers.parent, "assess", "--answers", answers, "--record")
    assert error == f"{history}:1: no entry of a history"


@pytest.mark.parametrize(
    ("target", "said"),
    [("nowhere", "a link to nothing"), ("answers.history.jsonl", "too many levels")],
)
def test_a_history_that_leads_nowhere_is_told(
    answers: Path, history: Path, capfd: Output, target: str, said: str
) -> None:
    history.symlink_to(target)
    assert said in refused(capfd, answers.parent, "assess", "--answers", answers, "--record")


def test_a_report_never_takes_the_place_of_a_history(
    answers: Path, history: Path, capfd: Output
) -> None:
    given = ["assess", "--record", "--answers", str(answers), "--output", str(history)]
    assert run(given) == 4
    assert not history.exists()
    record(answers)
    kept = history.read_bytes()
    assert run(given) == 4
    assert history.read_bytes() == kept


def test_escape_codes_in_a_history_do_not_reach_the_terminal(
    answers: Path, history: Path, tmp_path: Path
) -> None:
    record(answers)
    hostile = {"date": "\x1b[2J\x1b[2J", "commit": "\x1b]0;a\x07", "target": "\x9b2J"}
    history.write_text(json.dumps({**lines(history)[0], **hostile}) + "\n")
    assert run(["assess", "--answers", str(answers), "--output", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out").read_text()
    assert "Earlier" in text
    assert all(sign.isprintable() or sign == "\n" for sign in text)
