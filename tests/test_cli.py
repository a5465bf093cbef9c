"""The command line as a person meets it."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.cli import run
from tests.conftest import Tool
from tests.worlds import snapshot

VERBS = {
    "assess",
    "check",
    "demo",
    "diff",
    "explain",
    "new",
    "report",
    "sheet",
    "upgrade",
    "verify",
}
HEAVY = {"cookiecutter", "duckdb", "jinja2", "prompt_toolkit", "requests"}


def test_help_names_every_verb(tool: Tool) -> None:
    done = tool("--help")
    assert done.returncode == 0
    assert {
        line.split()[0] for line in done.stdout.partition("Commands:")[2].split("\n  ")[1:]
    } == VERBS


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_explains_itself(tool: Tool, verb: str) -> None:
    done = tool(verb, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: mlops-maturity {verb}")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nwe",), 2, "no such command 'nwe'"),
        (("new",), 2, "missing argument 'NAME'"),
        (("new", "churn"), 2, "say which level"),
        (("new", "churn", "--level", "7"), 2, "7 is not in the range"),
        (("new", "Churn", "--level", "0"), 2, "hint: type a name such as: churn"),
        (("new", "churn", "--level", "0", "--into", "nowhere"), 4, "is no folder"),
        (("new", "churn", "--from-assessment", "nothing.json"), 2, "does not exist"),
        (("verify",), 2, "holds no .mlops-maturity/record.toml"),
        (("check",), 2, "holds no .mlops-maturity/record.toml"),
        (("upgrade",), 2, "holds no .mlops-maturity/record.toml"),
        (("diff",), 2, "holds no .mlops-maturity/record.toml"),
        (("explain", "Z9"), 2, "hint: "),
        (("assess", "--answers", "nothing.toml"), 2, "hint: "),
    ],
)
def test_a_mistake_has_one_line_a_hint_and_its_code(
    tool: Tool, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = tool(*arguments)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(tmp_path) == {}


def imported_by(*arguments: str, cwd: Path) -> set[str]:
    code = (
        "import sys, json\nfrom generator.cli import run\n"
        f"run({list(arguments)!r})\n"
        "names = sorted({name.partition('.')[0] for name in sys.modules})\n"
        "print(json.dumps(names), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_help_starts_light(tmp_path: Path) -> None:
    loaded = imported_by("--help", cwd=tmp_path)
    assert not loaded & (HEAVY | {"pydantic", "rich", "tomlkit"})


def test_assess_starts_light(tmp_path: Path) -> None:
    answers = Path(__file__).parents[1] / "examples" / "churn" / "answers.toml"
    loaded = imported_by("assess", "--answers", str(answers), cwd=tmp_path)
    assert "assessment" in loaded
    assert not loaded & HEAVY


def test_a_project_on_the_shipped_table_needs_no_database(tmp_path: Path) -> None:
    loaded = imported_by("new", "churn", "--level", "0", cwd=tmp_path)
    assert "cookiecutter" in loaded
    assert "duckdb" not in loaded


def test_a_dry_run_lists_the_files_and_writes_nothing(tool: Tool, tmp_path: Path) -> None:
    done = tool("new", "churn", "--level", "0", "--dry-run")
    assert done.returncode == 0
    assert "src/churn/data.py" in done.stdout
    assert snapshot(tmp_path) == {}


def test_a_report_gives_the_level(tool: Tool, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"recommendation": {"target": 0}}))
    done = tool("new", "churn", "--from-assessment", report)
    assert done.returncode == 0, done.stderr
    assert "churn: level 0" in done.stderr


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"recommendation": {"target": 9}}'])
def test_a_report_without_a_target_is_refused(tool: Tool, tmp_path: Path, content: str) -> None:
    report = tmp_path / "report.json"
    report.write_text(content)
    done = tool("new", "churn", "--from-assessment", report)
    assert done.returncode == 2
    assert "holds no target level" in done.stderr


def test_no_colour_reaches_a_pipe(tool: Tool) -> None:
    assert "\x1b" not in tool("new", "Churn").stderr


@given(name=st.text(max_size=70))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_ends_in_a_traceback_or_outside_its_folder(tmp_path: Path, name: str) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        code = run(["new", "--level", "0", "--into", place, "--dry-run", "--", name])
        assert code in {0, 2}
        assert snapshot(tmp_path) == {}


def test_a_name_of_every_kind_writes_below_its_own_folder(tmp_path: Path) -> None:
    for name in ("a", "churn-model", "x_1", "z" * 60):
        assert run(["new", name, "--level", "0", "--into", str(tmp_path)]) == 0
    for name in ("../up", "/abs", "a/b", "{{x}}", "-x", "a\nb", "class", "NUL"):
        assert run(["new", "--level", "0", "--into", str(tmp_path), "--", name]) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"a", "churn-model", "x_1", "z" * 60}
    assert not (tmp_path.parent / "up").exists()
