"""`assess`, `report` and `sheet` as a person uses them, one after the other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from assessment.fact_questions import load_fact_questions
from assessment.questions import load_bank
from tests.conftest import Tool
from tests.worlds import snapshot

EXAMPLES = Path(__file__).parents[1] / "examples"
CHURN = EXAMPLES / "churn"
GIVEN = ("--answers", CHURN / "answers.toml", "--facts", CHURN / "facts.toml")
BIN = Path(sys.executable).parent
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:+]+")
FORMS = ("text", "json", "markdown", "html")


def person(folder: Path, name: str, **changed: int) -> Path:
    """Answers like those of the example, but for a few."""
    text = (CHURN / "answers.toml").read_text()
    for code, value in changed.items():
        line = next(one for one in text.splitlines() if one.startswith(f"{code} ="))
        text = text.replace(line, f"{code} = {value}")
    path = folder / f"{name}.toml"
    path.write_text(text)
    return path


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_nothing_but_data_is_on_stdout() -> None:
    assess = [BIN / "mlops-maturity", "assess", *GIVEN, "--format", "json"]
    with subprocess.Popen(assess, stdout=subprocess.PIPE) as left:
        right = subprocess.run(
            [sys.executable, "-m", "json.tool"], stdin=left.stdout, capture_output=True, check=True
        )
    assert left.returncode == 0
    assert json.loads(right.stdout)["project"] == "churn"


@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_the_same_when_it_is_rebuilt(tool: Tool, tmp_path: Path, form: str) -> None:
    wanted = ("assess", *GIVEN, "--compare", person(tmp_path, "before", C1=3), "--format")
    tool(*wanted, "json", "--output", "report.json")
    direct = tool(*wanted, form).stdout
    rebuilt = tool("report", "report.json", "--format", form).stdout
    assert direct
    assert MOMENT.sub("", rebuilt) == MOMENT.sub("", direct)
    kept = (tmp_path / "report.json").read_text()
    assert tool("report", "-", "--format", form, input=kept).stdout == rebuilt


def test_the_schema_that_is_printed_is_the_one_that_ships(tool: Tool) -> None:
    shipped = Path(__file__).parents[1] / "assessment" / "report" / "schema.json"
    assert json.loads(tool("report", "--schema").stdout) == json.loads(shipped.read_text())


def test_a_report_goes_to_a_file_and_its_place_to_stderr(tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "out.html").write_text("old")
    done = tool("assess", *GIVEN, "--format", "html", "--output", "out.html")
    assert (done.returncode, done.stdout) == (0, "")
    assert "the report is in out.html" in done.stderr
    assert (tmp_path / "out.html").read_text().startswith("<!doctype html>")
    assert set(snapshot(tmp_path)) == {"out.html"}


def test_a_level_below_the_wanted_one_is_told_after_the_report(tool: Tool, tmp_path: Path) -> None:
    done = tool("assess", *GIVEN, "--format", "json", "--output", "out.json", "--fail-under", "2")
    assert done.returncode == 1
    assert "level 0 is below 2" in done.stderr
    assert json.loads((tmp_path / "out.json").read_text())["level"]["confirmed"] == 0


def test_a_team_sees_where_it_disagrees(tool: Tool, tmp_path: Path) -> None:
    files = [person(tmp_path, name, C1=value) for name, value in (("anna", 0), ("ben", 3))]
    files.append(person(tmp_path, "cem", C1=1))
    given = [word for path in files for word in ("--answers", path)]
    report = json.loads(tool("assess", *given, "--format", "json").stdout)
    (found,) = report["disagreements"]
    votes = [(one["person"], one["value"]) for one in found["votes"]]
    assert votes == [("anna", 0), ("cem", 1), ("ben", 3)]
    item = next(one for one in report["items"] if one["code"] == "C1")
    assert item["answer"]["value"] == 1
    hidden = tool("assess", *given, "--anonymous", "--format", "json").stdout
    assert not any(name in hidden for name in ("anna", "ben", "cem"))


@pytest.mark.parametrize("form", ["toml", "json"])
def test_what_changed_is_told_item_by_item(tool: Tool, tmp_path: Path, form: str) -> None:
    before, now = person(tmp_path, "before"), person(tmp_path, "now", C1=2, C2=1, C5=2)
    if form == "json":
        tool("assess", "--answers", before, "--format", "json", "--output", "before.json")
    done = tool("assess", "--answers", now, "--compare", f"before.{form}", "--format", "json")
    found = json.loads(done.stdout)["comparison"]
    assert {one["code"]: one["cause"] for one in found["changes"]} == {
        "C1": "answers",
        "C2": "answers",
        "C5": "answers",
    }
    assert (found["confirmed"], json.loads(done.stdout)["level"]["confirmed"]) == (0, 1)


def test_the_history_has_a_line_for_each_record_and_keeps_the_old_ones(
    tool: Tool, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q")
    path = person(tmp_path, "answers")
    git(tmp_path, "add", "answers.toml")
    git(tmp_path, "commit", "-qm", "answers")
    history = tmp_path / "answers.history.jsonl"
    tool("assess", "--answers", path)
    assert not history.exists()
    tool("assess", "--answers", path, "--record")
    first = history.read_text()
    person(tmp_path, "answers", C1=2, C2=1, C5=2)
    tool("assess", "--answers", path, "--record")
    assert history.read_text().startswith(first)
    entries = [json.loads(line) for line in history.read_text().splitlines()]
    commit = git(tmp_path, "rev-parse", "--short", "HEAD")
    assert [one["commit"] for one in entries] == [commit, f"{commit}+"]
    assert [one["confirmed"] for one in entries] == [0, 1]
    report = json.loads(tool("assess", "--answers", path, "--format", "json").stdout)
    assert [one["confirmed"] for one in report["history"]] == [0, 1]


@pytest.mark.parametrize("flags", [(), ("--quick",)])
def test_a_sheet_that_is_filled_in_is_assessed(
    tool: Tool, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    blank = tool("sheet", "answers", *flags).stdout
    codes = [one.code for one in load_bank().asked(quick=bool(flags))]
    filled = blank
    for code in codes:
        assert f"\n# {code} =\n" in blank
        filled = filled.replace(f"\n# {code} =\n", f"\n{code} = 1\n")
    (tmp_path / "answers.toml").write_text(filled)
    done = tool("assess", *flags, "--answers", "answers.toml", "--format", "json")
    assert done.returncode == 0, done.stderr
    items = json.loads(done.stdout)["items"]
    assert {one["code"]: one["answer"]["value"] for one in items} == dict.fromkeys(codes, 1)


def test_a_sheet_of_facts_names_all_and_a_stated_one_counts(tool: Tool, tmp_path: Path) -> None:
    blank = tool("sheet", "facts").stdout
    assert tomllib.loads(blank) == {}
    assert all(f"\n# {name} =\n" in blank for name in load_fact_questions())
    (tmp_path / "facts.toml").write_text(blank.replace("\n# users =\n", "\nusers = true\n"))
    done = tool("assess", "--answers", CHURN / "answers.toml", "--facts", "facts.toml")
    assert "How far to go: level 1" in done.stdout


def test_what_an_interview_keeps_does_not_disturb_a_generated_project(
    tool: Tool, tmp_path: Path
) -> None:
    tool("new", "late", "--level", "0")
    project = tmp_path / "late"
    kept = project / ".mlops-maturity"
    (kept / "answers.toml").write_text((CHURN / "answers.toml").read_text())
    (kept / "facts.toml").write_text((CHURN / "facts.toml").read_text())
    tool("assess", "--answers", kept / "answers.toml", "--record")
    for verb in (("check",), ("upgrade", "--to", "0", "--dry-run"), ("diff", "--to", "0")):
        done = tool(*verb, cwd=project)
        assert done.returncode == 0, (verb, done.stdout, done.stderr)
