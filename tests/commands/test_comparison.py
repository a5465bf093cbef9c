"""`assess --compare`: what is told of earlier answers, an earlier report, another profile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assessment.gates import required
from tests.commands.calls import BANK, CHURN, Output, answers, confirmed, printed, report


@pytest.mark.parametrize("form", ["json", "toml"])
def test_what_changed_is_told_against_a_report_or_answers(
    tmp_path: Path, capfd: Output, form: str
) -> None:
    before, now = answers(tmp_path, "before", 1), answers(tmp_path, "now", 2)
    earlier = tmp_path / f"before.{form}"
    if form == "json":
        earlier.write_text(printed(capfd, "assess", "--answers", before, "--format", "json"))
    found = report(capfd, "--answers", now, "--compare", earlier)["comparison"]
    assert isinstance(found, dict)
    assert found["moves"] == [{"cause": "answers", "before": 1, "now": 2}]
    moved = required(BANK, 1, "course").items() ^ required(BANK, 2, "course").items()
    assert {one["code"] for one in found["changes"]} == {code for code, _ in moved}
    text = printed(capfd, "assess", "--answers", now, "--compare", earlier)
    assert "level 1 -> 2 by the answers" in text


def test_another_profile_is_told_apart_from_other_answers(tmp_path: Path, capfd: Output) -> None:
    path = answers(tmp_path, "a", 1)
    path.write_text(path.read_text() + "D1 = 0\n")
    assert confirmed(report(capfd, "--answers", path)) == 1
    found = report(capfd, "--answers", path, "--profile", "microsoft", "--compare", path)
    assert (confirmed(found), found["profile"]) == (0, "microsoft")
    earlier = tmp_path / "before.json"
    earlier.write_text(printed(capfd, "assess", "--answers", path, "--format", "json"))
    found = report(capfd, "--answers", path, "--profile", "microsoft", "--compare", earlier)
    assert found["comparison"]["moves"] == [  # type: ignore[index]
        {"cause": "profile", "before": 1, "now": 0}
    ]


def test_earlier_answers_may_come_through_a_pipe(tmp_path: Path) -> None:
    answers = CHURN / "answers.toml"
    earlier = f"<(sed 's/^C1.*/C1 = 0/' '{answers}')"
    command = f"mlops-maturity assess --answers '{answers}' --compare {earlier}"
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
    assert "C1  + What do automatic unit tests cover" in done.stdout
