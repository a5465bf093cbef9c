"""Input that makes no sense: one clear line, a hint, exit code 2, and nothing written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.cli import run
from tests.conftest import Tool
from tests.worlds import snapshot

CHURN = Path(__file__).parents[1] / "examples" / "churn"
Make = Callable[[Path], object]


def holding(content: str | bytes) -> Make:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"[answers]\nC1 = 2\n")
        file.truncate(50_000_000)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


ANYWHERE: dict[str, Make] = {
    "missing": lambda path: None,
    "folder": Path.mkdir,
    "broken link": lambda path: path.symlink_to("nowhere"),
    "link to itself": loop,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "50 MB": large,
    "empty": holding(""),
    "blanks only": holding(" \n\t\n"),
    "invalid UTF-8": holding(b"[answers]\nC1 = 2\n# \xff\xfe\n"),
    "UTF-16": holding("[answers]\nC1 = 2\n".encode("utf-16")),
    "a NUL": holding("[answers]\nC1 = 2\0\n"),
    "a cut line": holding("[answers]\nC1 ="),
    "nested without end": holding("a = " + "[" * 5000),
    "a picture": holding(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
}
ANSWERS: dict[str, Make] = {
    "a key twice": holding("[answers]\nC1 = 1\nC1 = 2\n"),
    "a table twice": holding("[answers]\nC1 = 1\n[answers]\nC2 = 1\n"),
    "an unknown code": holding("[answers]\nZ9 = 1\n"),
    "an unknown table": holding("[anwsers]\nC1 = 1\n"),
    "an option too high": holding("[answers]\nC1 = 9\n"),
    "an option below 0": holding("[answers]\nC1 = -1\n"),
    "a huge number": holding(f"[answers]\nC1 = {'9' * 400}\n"),
    "a fraction": holding("[answers]\nC1 = 1.5\n"),
    "not a number": holding("[answers]\nC1 = nan\n"),
    "a truth": holding("[answers]\nC1 = true\n"),
    "a word": holding('[answers]\nC1 = "often"\n'),
    "a list": holding("[answers]\nC1 = [1]\n"),
    "a date": holding("[answers]\nC1 = 2026-01-01\n"),
    "answers that are no table": holding("answers = 3\n"),
    "an entry without a value": holding('[answers]\nC1 = { evidence = "ci.yml" }\n'),
    "an entry of two minds": holding('[answers]\nC1 = { value = 1, not_applicable = "no" }\n'),
    "no reason": holding('[answers]\nC1 = { not_applicable = "" }\n'),
    "an unknown field": holding("[answers]\nC1 = { value = 1, proof = 2 }\n"),
    "a project that is a number": holding("[about]\nproject = 3\n[answers]\nC1 = 1\n"),
    "JSON": holding('{"answers": {"C1": 1}}'),
    "YAML": holding("answers:\n  C1: 1\n"),
    "escape codes in a key": holding('[answers]\n"\\u001b[31mC1" = 1\n'),
}
FACTS: dict[str, Make] = {
    "an unknown fact": holding("user = true\n"),
    "a fact twice": holding("users = true\nusers = false\n"),
    "a word for a truth": holding('users = "yes"\n'),
    "a number below 0": holding("models = -1\n"),
    "infinity": holding("capacity_fte = inf\n"),
    "no number": holding("capacity_fte = nan\n"),
    "a word that is none of them": holding('retrain = "often"\n'),
    "a table": holding("[users]\nmany = true\n"),
}
REPORTS: dict[str, Make] = {
    "no report": holding('{"level": 2}'),
    "a list": holding("[1, 2]"),
    "another version": holding('{"schema_version": 99}'),
    "a version that is a word": holding('{"schema_version": "one"}'),
    "a part of one": holding('{"schema_version": 1, "tool_version": "0.1.0"}'),
    "cut off": holding('{"schema_version": 1, "tool_ver'),
    "deep": holding('{"a":' * 100_000),
}


def check(capfd: pytest.CaptureFixture[str], folder: Path, *arguments: object) -> str:
    before = snapshot(folder)
    assert run([str(one) for one in arguments]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    problem, _, hint = err.partition("\nhint: ")
    assert len(problem.strip().splitlines()) == 1, err
    assert len(hint.strip().splitlines()) == 1, err
    assert "Traceback" not in err
    assert all(sign.isprintable() or sign == "\n" for sign in err)
    assert snapshot(folder) == before
    return err


@pytest.mark.parametrize("kind", ANYWHERE)
@pytest.mark.parametrize("option", ["--answers", "--facts", "--compare"])
def test_a_file_that_cannot_be_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], option: str, kind: str
) -> None:
    path = tmp_path / "input.toml"
    ANYWHERE[kind](path)
    given = [] if option == "--answers" else ["--answers", CHURN / "answers.toml"]
    assert "input.toml" in check(capfd, tmp_path, "assess", *given, option, path, "--record")


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("option", ["--answers", "--compare"])
def test_answers_that_make_no_sense(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], option: str, kind: str
) -> None:
    path = tmp_path / "input.toml"
    ANSWERS[kind](path)
    given = [] if option == "--answers" else ["--answers", CHURN / "answers.toml"]
    check(capfd, tmp_path, "assess", *given, option, path, "--output", tmp_path / "out.txt")


@pytest.mark.parametrize("kind", FACTS)
def test_facts_that_make_no_sense(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    path = tmp_path / "facts.toml"
    FACTS[kind](path)
    check(capfd, tmp_path, "assess", "--answers", CHURN / "answers.toml", "--facts", path)


@pytest.mark.parametrize("kind", [*ANYWHERE, *REPORTS])
def test_a_report_that_makes_no_sense(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    path = tmp_path / "report.json"
    {**ANYWHERE, **REPORTS}[kind](path)
    check(capfd, tmp_path, "report", path, "--format", "html", "--output", tmp_path / "out.html")


@pytest.mark.parametrize("content", ['{"date": 1}\n', "no json\n", '{"a":1}{"b":2}\n', "[]\n"])
def test_a_damaged_history_is_told_and_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: str
) -> None:
    shutil.copy(CHURN / "answers.toml", tmp_path)
    (tmp_path / "answers.history.jsonl").write_text(content)
    said = check(capfd, tmp_path, "assess", "--answers", tmp_path / "answers.toml", "--record")
    assert "answers.history.jsonl:1" in said


def test_a_report_cannot_be_put_in_the_place_of_a_folder(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = CHURN / "answers.toml"
    check(capfd, tmp_path, "assess", "--answers", answers, "--output", tmp_path)


def test_a_report_never_overwrites_what_it_is_made_from(tmp_path: Path, tool: Tool) -> None:
    shutil.copy(CHURN / "answers.toml", tmp_path)
    before = snapshot(tmp_path)
    done = tool("assess", "--answers", "answers.toml", "--output", "answers.toml", "--record")
    assert done.returncode == 4
    assert "hint: give --output another name" in done.stderr
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    "flags",
    [
        ["--answers", "a.toml", "--resume"],
        ["--answers", "a.toml", "--save", "b.toml"],
        ["--answers", "a.toml", "--answers", "a.toml"],
        ["--format", "pdf"],
        ["--fail-under", "5"],
        ["--quick", "--answers"],
        ["a", "b"],
        ["nowhere"],
        ["a.toml"],
    ],
    ids=" ".join,
)
def test_flags_that_make_no_sense_together(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
) -> None:
    shutil.copy(CHURN / "answers.toml", tmp_path / "a.toml")
    monkeypatch.chdir(tmp_path)
    check(capfd, tmp_path, "assess", *flags)


def test_a_name_that_holds_escape_codes_never_reaches_the_terminal(
    tmp_path: Path, tool: Tool
) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('[about]\nproject = "\\u001b[2Jchurn\\u0007"\n[answers]\nC1 = 1\n')
    done = tool("assess", "--answers", path)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\a" not in done.stdout


def test_answers_may_come_through_a_pipe(tmp_path: Path) -> None:
    command = f"mlops-maturity assess --answers <(cat '{CHURN}/answers.toml')"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "level 0 of 4" in done.stdout
