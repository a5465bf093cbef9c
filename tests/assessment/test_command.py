"""`mlops-maturity assess`, as a user runs it."""

import json

import pytest

from tests.assessment.test_examples import EXAMPLES

CHURN = EXAMPLES / "churn"


def test_the_report_is_the_only_thing_on_stdout(tool):
    done = tool("assess", "--answers", CHURN / "answers.toml", "--facts", CHURN / "facts.toml")
    assert done.returncode == 0
    assert done.stdout.startswith("churn\nlevel 0 of 4")
    assert done.stderr == ""


def test_json_is_nothing_but_json(tool):
    done = tool(
        "assess", "--answers", CHURN / "answers.toml", "--format", "json", "--fail-under", 1
    )
    assert json.loads(done.stdout)["level"]["confirmed"] == 0
    assert done.returncode == 1
    assert done.stderr == "level 0 is below 1\n"


def test_a_level_that_is_reached_ends_with_zero(tool):
    assert tool("assess", "--answers", CHURN / "answers.toml", "--fail-under", 0).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message", "hint", "code"),
    [
        ([], "there is no terminal to ask in", "sheet answers > FILE", 2),
        (["--answers", "gone.toml"], "gone.toml: there is no such file", "existing file", 2),
        (["--answers", "."], ".: this is a folder", "file in it", 2),
        (["--answers", CHURN / "facts.toml"], "there is no 'users' here", "[answers]", 2),
        (
            ["--answers", CHURN / "answers.toml", "--facts", CHURN / "answers.toml"],
            "there is no 'about' here",
            "known: users",
            2,
        ),
        (["--answers", CHURN / "answers.toml", "--profile", "other"], "other", "--help", 2),
    ],
)
def test_mistakes_are_told_with_a_hint(tool, arguments, message, hint, code):
    done = tool("assess", *arguments)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert hint in done.stderr.split("hint: ")[1]


def test_facts_that_say_too_little_end_with_three(tool, tmp_path):
    (tmp_path / "facts.toml").write_text("capacity_fte = 2\n")
    done = tool("assess", "--answers", CHURN / "answers.toml", "--facts", "facts.toml")
    assert done.returncode == 3
    assert "too little" in done.stderr
