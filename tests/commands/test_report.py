"""`report`, and where any report goes: the same again in every format, whole, over nothing else."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from assessment.document import shipped
from assessment.report.json import to_json
from assessment.report.model import Report
from generator.cli import run
from tests.assessment.reports import everything, example
from tests.commands.calls import CHURN, GOOD, Output, printed, refused, state, told
from tests.conftest import Tool

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /dev/full and /proc")
FORMS = ("text", "json", "markdown", "html")


@pytest.fixture
def as_it_came(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """The reports that were printed, in the moment before."""
    import generator.assess

    seen: list[Report] = []
    rendered = generator.assess.rendered

    def watched(report: Report, form: generator.assess.Form) -> str:
        seen.append(report)
        return rendered(report, form)

    monkeypatch.setattr("generator.assess.rendered", watched)
    return seen


@pytest.mark.parametrize("form", FORMS)
def test_what_is_rebuilt_is_what_was_printed_byte_for_byte(
    tmp_path: Path, capfd: Output, as_it_came: list[Report], form: str
) -> None:
    """Also the moment of the assessment: the JSON is that of the very report that was printed."""
    before = tmp_path / "before.json"
    before.write_text(to_json(example("microsoft-0")))
    other = CHURN.parent / "forecasts" / "answers.toml"
    more = ("--answers", other, "--facts", CHURN / "facts.toml", "--compare", before)
    direct = printed(capfd, *GOOD, *more, "--format", form)
    kept = tmp_path / "report.json"
    kept.write_text(to_json(as_it_came[0]))
    assert direct == printed(capfd, "report", kept, "--format", form)
    assert as_it_came[0] == as_it_came[1]
    assert as_it_came[0].comparison
    assert as_it_came[0].disagreements


@pytest.mark.parametrize("form", FORMS)
def test_a_report_with_every_section_comes_from_stdin(
    tmp_path: Path, capfd: Output, tool: Tool, form: str
) -> None:
    path = tmp_path / "report.json"
    path.write_text(to_json(everything()))
    piped = tool("report", "-", "--format", form, input=path.read_text())
    assert (piped.returncode, piped.stderr) == (0, "")
    assert piped.stdout == printed(capfd, "report", path, "--format", form)
    with path.open() as file:
        assert tool("report", "-", "--format", form, stdin=file).stdout == piped.stdout


@pytest.mark.parametrize("text", ["", "junk", "{}", "[]", '{"schema_version": 2}'])
def test_junk_on_stdin_is_refused(tmp_path: Path, tool: Tool, text: str) -> None:
    done = tool("report", "-", "--output", "out", input=text)
    assert (done.returncode, done.stdout) == (2, "")
    assert told(done.stderr).startswith("/dev/stdin:")
    assert not list(tmp_path.iterdir())


def test_without_a_file_it_says_what_is_missing(tmp_path: Path, capfd: Output) -> None:
    assert "missing argument 'FILE'" in refused(capfd, tmp_path, "report")


def test_the_schema_is_the_one_that_ships(capfd: Output) -> None:
    assert printed(capfd, "report", "--schema") == shipped("report/schema.json").decode()


@pytest.mark.parametrize("form", FORMS)
def test_signs_that_steer_a_terminal_are_never_printed(
    tmp_path: Path, capfd: Output, form: str
) -> None:
    evil = "\x1b]0;a\x07\x9b2J\x7f\u202e\u2066"
    data = json.loads(to_json(everything()))
    data |= {"project": evil, "commit": evil, "people": [evil], "next": [evil]}
    data["dimensions"][0]["name"] = evil
    data["history"][0] |= {"date": evil, "commit": evil, "target": evil}
    data["items"][0]["answer"] |= {"value": None, "not_applicable": evil, "evidence": evil}
    data["disagreements"][0]["votes"][0]["person"] = evil
    path, out = tmp_path / "report.json", tmp_path / "out"
    path.write_text(json.dumps(data))
    printed(capfd, "report", path, "--format", form, "--output", out)
    text = out.read_text()
    assert {sign for sign in text if not sign.isprintable()} == {"\n"}
    if form == "json":
        assert json.loads(text) == data


@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_what_would_be_printed(tmp_path: Path, capfd: Output, form: str) -> None:
    kept, out = tmp_path / "report.json", tmp_path / "made" / "for" / "it" / "out"
    kept.write_text(to_json(everything()))
    again = ("report", kept, "--format", form)
    assert run([str(one) for one in (*again, "--output", out)]) == 0
    assert capfd.readouterr() == ("", f"the report is in {out}\n")
    assert out.read_text() == printed(capfd, *again)


def test_a_link_is_followed(tmp_path: Path, capfd: Output) -> None:
    (tmp_path / "out").symlink_to("real")
    printed(capfd, *GOOD, "--output", tmp_path / "out")
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "real").read_text().startswith("churn")


def test_a_file_is_whole_before_or_whole_after(
    tmp_path: Path, capfd: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.txt"
    out.write_text("before")
    out.chmod(0o600)
    old = out.stat().st_ino
    run([str(one) for one in (*GOOD, "--output", out)])
    assert out.read_text().startswith("churn\nlevel 0")
    assert out.stat().st_ino != old
    assert out.stat().st_mode & 0o777 == 0o600
    whole = out.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    capfd.readouterr()
    assert run([str(one) for one in (*GOOD, "--format", "html", "--output", out)]) == 2
    assert "no space left" in told(capfd.readouterr().err)
    assert out.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["a.toml", "link.toml", "hard.toml", "../world/a.toml"])
@pytest.mark.parametrize("option", ["--answers", "--facts", "--compare"])
def test_no_input_is_overwritten(tmp_path: Path, capfd: Output, option: str, name: str) -> None:
    world = tmp_path / "world"
    world.mkdir()
    source = CHURN / ("facts.toml" if option == "--facts" else "answers.toml")
    (world / "a.toml").write_bytes(source.read_bytes())
    (world / "link.toml").symlink_to("a.toml")
    (world / "hard.toml").hardlink_to(world / "a.toml")
    before = state(tmp_path)
    given = ["assess"] if option == "--answers" else [*GOOD]
    given += [option, world / "a.toml", "--output", world / name]
    assert printed(capfd, *given, code=4) == ""
    assert state(tmp_path) == before


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (".", "is a directory"),
        ("a.toml/out", "not a directory"),
        ("loop", "symbolic links"),
        pytest.param("/dev/full", "no space left on device", marks=ON_LINUX),
        pytest.param("/proc/out", "/proc/out: no such file or directory", marks=ON_LINUX),
    ],
)
def test_a_place_that_cannot_be_written(
    tmp_path: Path, capfd: Output, place: str, said: str
) -> None:
    (tmp_path / "a.toml").write_bytes((CHURN / "answers.toml").read_bytes())
    (tmp_path / "loop").symlink_to("loop")
    given = ("--answers", tmp_path / "a.toml", "--record", "--output", tmp_path / place)
    assert said in refused(capfd, tmp_path, "assess", *given)
