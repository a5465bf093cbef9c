"""`assess --answers`: what is printed, where it goes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli import run
from tests.commands.calls import CHURN, GOOD, Output, answers, confirmed, printed, refused, report
from tests.conftest import Tool

FACTS = ("--facts", CHURN / "facts.toml")
TOOL = str(Path(sys.executable).parent / "mlops-maturity")


def test_nothing_but_data_goes_through_a_pipe(tmp_path: Path) -> None:
    words = [TOOL, *map(str, GOOD), "--format", "json", "--fail-under", "4"]
    with subprocess.Popen(
        words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as left:
        right = subprocess.run(
            [sys.executable, "-m", "json.tool"], stdin=left.stdout, capture_output=True, text=True
        )
        assert left.stderr is not None
        assert left.stderr.read() == "level 0 is below 4\n"
    assert (left.returncode, right.returncode, right.stderr) == (1, 0, "")
    assert json.loads(right.stdout)["items"]
    assert not list(tmp_path.iterdir())


def test_a_reader_that_has_left_is_not_talked_about(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([TOOL, *map(str, GOOD)], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("form", "first", "last"),
    [
        ("text", "churn\nlevel 0 of 4", "\n"),
        ("json", '{\n  "schema_version": 1,', "\n}\n"),
        ("markdown", "#", "\n"),
        ("html", "<!doctype html>\n", "</html>\n"),
    ],
)
def test_every_format_goes_to_stdout_and_nothing_else(
    capfd: Output, form: str, first: str, last: str
) -> None:
    assert run([str(one) for one in (*GOOD, *FACTS, "--format", form)]) == 0
    out, error = capfd.readouterr()
    assert out.startswith(first)
    assert out.endswith(last)
    assert not out.endswith("\n\n")
    assert error == ""


@pytest.mark.parametrize(("wanted", "code"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1)])
def test_a_level_below_the_wanted_one_ends_with_one_after_the_report(
    tmp_path: Path, capfd: Output, wanted: int, code: int
) -> None:
    given = ("assess", "--answers", answers(tmp_path, "a", 2), "--fail-under", wanted)
    assert run([str(one) for one in given]) == code
    out, error = capfd.readouterr()
    assert out.startswith("level 2 of 4")
    assert error == (f"level 2 is below {wanted}\n" if code else "")


def test_what_is_merely_possible_is_below(tmp_path: Path, capfd: Output) -> None:
    path = tmp_path / "a.toml"
    path.write_text("[answers]\nC1 = 2\n")
    out = printed(capfd, "assess", "--answers", path, "--fail-under", 1, code=1)
    assert "level 0 of 4 (possible 2)" in out


def test_a_team_is_named_by_name_or_file_unless_anonymous(tmp_path: Path, capfd: Output) -> None:
    ada = answers(tmp_path, "zoltan", 1, more='[about]\nperson = "Ada"')
    files = [ada, answers(tmp_path, "grace", 4), answers(tmp_path, "linus", 4)]
    given = [word for path in files for word in ("--answers", path)]
    found = report(capfd, *given)
    assert (found["raters"], found["people"]) == (3, ["Ada", "grace", "linus"])
    assert confirmed(found) == 4
    for form in ("text", "json", "markdown", "html"):
        shown = printed(capfd, "assess", *given, "--anonymous", "--format", form)
        assert not any(name in shown for name in ("Ada", "grace", "zoltan", "linus"))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file name must be UTF-8")
def test_a_file_name_that_is_no_text_is_shown_as_well_as_can_be(
    tmp_path: Path, capfd: Output
) -> None:
    files = [answers(tmp_path, name, 1) for name in ("a", "b\udcff")]
    given = [word for path in files for word in ("--answers", path)]
    assert report(capfd, *given)["people"] == ["a", "b\ufffd"]


@pytest.mark.parametrize(
    ("flags", "count"),
    [((), 43), (("--full",), 43), (("--quick",), 13), (("--quick", "--full"), 43)],
)
def test_quick_counts_the_most_telling_questions(
    capfd: Output, flags: tuple[str, ...], count: int
) -> None:
    found = report(capfd, *GOOD[1:], *flags)
    assert len(found["items"]) == count  # type: ignore[arg-type]
    assert found["quick"] == (count == 13)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--answers", "a.toml", "--resume"], "--resume is for the interview"),
        (["--answers", "a.toml", "--save", "b.toml"], "--save is for the interview"),
        (["--facts", "a.toml"], "no answers are given, and there is no terminal to ask in"),
        (["--record", "--quick"], "no answers are given"),
        (["--answers", "a.toml", "--fail-under", "5"], "5 is not in the range"),
        (["--answers", "a.toml", "--fail-under", "2.5"], "'2.5' is not a valid integer"),
        (["--answers", "a.toml", "--profile", "google"], "'google' is not one of"),
        (["--answers", "a.toml", "--format", "pdf"], "'pdf' is not one of"),
        (["nowhere", "--answers", "a.toml"], "nowhere: there is no such folder"),
        (["a.toml"], "a.toml: this is a file"),
        ([".", ".", "--answers", "a.toml"], "unexpected extra argument"),
        (["--answers", ""], "this is a folder"),
    ],
)
def test_flags_that_make_no_sense_together(
    tmp_path: Path,
    capfd: Output,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    said: str,
) -> None:
    (tmp_path / "a.toml").write_bytes((CHURN / "answers.toml").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert said in refused(capfd, tmp_path, "assess", *flags)


def test_where_no_question_applies_there_is_no_level(tmp_path: Path, tool: Tool) -> None:
    text = (CHURN / "answers.toml").read_text()
    given = re.sub(r"(?m)^([A-Z]\d) = .*$", r'\1 = { not_applicable = "no" }', text)
    (tmp_path / "answers.toml").write_text(given)
    done = tool("assess", "--answers", "answers.toml", "--fail-under", "0")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no question applies" in done.stderr
