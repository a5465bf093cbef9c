"""What a file can be instead of what was asked for: told in one line, with a hint, exit code 2."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assessment.report.json import to_json
from tests.assessment.reports import example
from tests.commands.calls import CHURN, GOOD, Output, refused, told
from tests.conftest import Tool

WHOLE = to_json(example("churn"))
WAYS: dict[str, tuple[object, ...]] = {
    "answers": ("assess", "--record", "--answers"),
    "team": (*GOOD, "--answers"),
    "facts": (*GOOD, "--facts"),
    "compare": (*GOOD, "--compare"),
    "report": ("report", "--format", "html"),
}
Make = Callable[[Path], object]


def holding(content: str | bytes) -> Make:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"[answers]\nC1 = 2\n")
        file.truncate(50_000_000)


def below_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("no folder")


ANYTHING: dict[str, tuple[Make, str]] = {
    "missing": (lambda path: None, "there is no such file"),
    "below a file": (below_a_file, "cannot be read: not a directory"),
    "folder": (Path.mkdir, "this is a folder"),
    "broken link": (lambda path: path.symlink_to("nowhere"), "a link to nothing"),
    "link loop": (lambda path: path.symlink_to(path.name), "too many levels"),
    "endless device": (lambda path: path.symlink_to("/dev/zero"), "larger than "),
    "50 MB": (large, "larger than "),
    "empty": (holding(""), "the file is empty"),
    "whitespace only": (holding(" \n\t\r\n"), "the file is empty"),
    "BOM only": (holding("\ufeff"), "the file is empty"),
    "invalid UTF-8": (holding(b"{\n# \xff\xfe\n"), ":2: not UTF-8 text"),
    "Latin-1": (holding('project = "Universität"\n'.encode("latin-1")), ":1: not UTF-8 text"),
    "UTF-16 with BOM": (holding("[answers]\nC1 = 2\n".encode("utf-16")), ":1: not UTF-8 text"),
    "NUL": (holding("\0"), "not valid"),
    "deep nesting": (holding("a = " + "[" * 5000), "input:"),
    "merge conflict": (holding("<<<<<<< ours\n"), "not valid"),
}
ANSWERS: dict[str, tuple[str, str]] = {
    "key twice": ("C1 = 1\nC1 = 2", ":3: a key stands here for the second time"),
    "key twice in other quotes": ("C1 = 1\n'C1' = 2", ":3: a key stands here for the second time"),
    "table twice": ("C1 = 1\n[answers]\nC2 = 1", ":3: not valid TOML: cannot declare"),
    "unknown code": ("Z9 = 1", ":2: there is no question 'Z9'"),
    "table inside": ("[answers.answers]\nC1 = 1", "there is no question 'answers'"),
    "too high": ("C1 = 5", ":2: C1 = 5 is no answer"),
    "too low": ("C1 = -1", ":2: C1 = -1 is no answer"),
    "long integer": (f"C1 = {'9' * 400}", f":2: C1 = {'9' * 40}… is no answer"),
    "endless integer": (f"C1 = {'9' * 5000}", "not valid TOML: exceeds the limit (4300 digits)"),
    "float": ("C1 = 2.0", ":2: C1 = 2.0 is no answer"),
    "nan": ("C1 = nan", ":2: C1 = nan is no answer"),
    "true for a level": ("C1 = true", ":2: C1 = True is no answer"),
    "false for a level": ("C1 = { value = false }", ":2: C1 = False is no answer"),
    "number as text": ('C1 = "2"', ":2: C1 = '2' is no answer"),
    "date": ("C1 = 2026-01-01", ":2: C1 = datetime.date(2026, 1, 1) is no answer"),
    "table for a value": ("C1 = { value = { a = 1 } }", ":2: C1: value = {'a': 1} does not fit"),
    "no value": ('C1 = { note = "x" }', ":2: C1 needs either a value or not_applicable"),
    "empty reason": ('C1 = { not_applicable = "" }', ":2: C1: not_applicable = '' does not fit"),
    "true for a reason": ("C1 = { not_applicable = true }", "not_applicable = True does not fit"),
    "unknown field": ("C1 = { value = 1, prof = 2 }", ":2: C1: there is no 'prof' here"),
    "deep table": (f"C1 = {'{a=' * 200}1{'}' * 200}", ":2: C1: there is no 'a' here"),
    "escape codes in a code": ('"\\u001b[31mC1" = 1', "there is no question '\\x1b[31mC1'"),
    "escape codes in a field": ('C1 = { "\\u001b[2J" = 1 }', "there is no '\\x1b[2J' here"),
    "escape codes in a value": ('C1 = "\\u001b[2J"', "C1 = '\\x1b[2J' is no answer"),
    "escape codes as they are": ('C1 = "\x1b[2J"', ":2: not valid TOML: illegal character '\\x1b'"),
    "nothing": ("", "holds no answers"),
}
OUTSIDE: dict[str, tuple[str, str]] = {
    "no table": ("C1 = 2", ":1: C1 stands before [answers]"),
    "list of tables": ("[[answers]]\nC1 = 2\n", "holds no answers"),
    "number for the table": ("answers = 3\n", "holds no answers"),
    "misspelt table": ("[anwsers]\nC1 = 2\n", ":1: there is no 'anwsers' here"),
    "name that is a number": ("[about]\nproject = 3\n[answers]\n", ":2: project = 3 does not fit"),
    "name that is a table": ("[about.project]\na = 1\n", ":1: project = {'a': 1} does not fit"),
    "JSON": ('{"answers": {"C1": 2}}', ":1: not valid TOML"),
}
FACTS: dict[str, tuple[str, str]] = {
    "fact twice": ("users = true\nusers = false", ":2: a key stands here for the second time"),
    "unknown fact": ("user = true", ":1: there is no 'user' here"),
    "one for a truth": ("users = 1", ":1: users = 1 does not fit"),
    "truth for a count": ("models = true", ":1: models = True does not fit"),
    "float for a count": ("models = 1.0", ":1: models = 1.0 does not fit"),
    "negative": ("models = -1", ":1: models = -1 does not fit"),
    "huge": ("models = 99999999999", ":1: models = 99999999999 does not fit"),
    "nan": ("retrain = nan", ":1: retrain = nan does not fit"),
    "infinite": ("label_delay_days = inf", ":1: label_delay_days = inf does not fit"),
    "infinite by its size": ("capacity_fte = 1e400", ":1: capacity_fte = inf does not fit"),
    "date": ("models = 2026-01-01", ":1: models = datetime.date(2026, 1, 1) does not fit"),
    "other word": ('regulation = "High"', ":1: regulation = 'High' does not fit"),
    "list": ('use = ["batch"]', ":1: use = ['batch'] does not fit"),
    "in a table": ("[facts]\nusers = true", ":1: there is no 'facts' here"),
    "escape codes": ('"\\u001b[2J" = 1', "there is no '\\x1b[2J' here"),
    "remarks only": ("# users = true", "holds no fact"),
    "JSON": ('{"users": true}', ":1: not valid TOML"),
}


def edited(old: str, new: str) -> str:
    assert old in WHOLE
    return WHOLE.replace(old, new, 1)


REPORTS: dict[str, tuple[str, str]] = {
    "other version": (edited('version": 1', 'version": 99'), "a report of version '99'"),
    "true for a version": (edited('version": 1', 'version": true'), "a report of version 'True'"),
    "word for a version": (edited('version": 1', 'version": "1"'), "a report of version '1'"),
    "no version": ('{"level": 2}', "no report"),
    "missing fields": ('{"schema_version": 1}', ": field required"),
    "unknown field": (edited('"quick"', '"b\\u001b\\nerror: c":0,"quick"'), "b  error: c: extra"),
    "name twice": (edited('"quick"', '"quick": true, "quick"'), "'quick' stands twice"),
    "name twice inside": (edited('"possible"', '"possible": 0, "possible"'), "'possible' stands"),
    "NaN": (edited('"weight": ', '"weight": NaN, "_": '), "not valid JSON"),
    "infinite": (edited('"weight": ', '"weight": 1e999, "_": '), "weight: input should be"),
    "endless integer": (edited('"raters": 1', f'"raters": {"9" * 5000}'), "not valid JSON"),
    "too high": (edited('"confirmed": 0', '"confirmed": 5'), "level.confirmed: input should be"),
    "true for a level": (edited('"confirmed": 0', '"confirmed": true'), "level.confirmed: input"),
    "number as text": (edited('"confirmed": 0', '"confirmed": "0"'), "level.confirmed: input"),
    "half a sign": (edited('"churn"', '"\\ud800"'), "invalid JSON"),
    "cut off": (WHOLE[:-1], "not valid JSON"),
    "more behind it": (WHOLE + WHOLE, "not valid JSON"),
    "deep nesting": ('{"a":' * 100_000, "not valid JSON"),
}


def refuses_text(capfd: Output, folder: Path, way: str, text: str, said: str) -> None:
    (folder / "input").write_text(text, encoding="utf-8")
    error = refused(capfd, folder, *WAYS[way], folder / "input", "--output", folder / "out")
    assert said in error
    assert len(error) < len(str(folder)) + 250


@pytest.mark.parametrize("kind", ANYTHING)
@pytest.mark.parametrize("way", WAYS)
def test_a_file_of_any_kind(tmp_path: Path, capfd: Output, way: str, kind: str) -> None:
    make, said = ANYTHING[kind]
    path = tmp_path / "place" / "input"
    path.parent.mkdir()
    make(path)
    error = refused(capfd, tmp_path, *WAYS[way], path, "--output", tmp_path / "out")
    assert error.startswith(str(path))
    assert said in error


@pytest.mark.parametrize(("text", "said"), ANSWERS.values(), ids=ANSWERS)
def test_answers(tmp_path: Path, capfd: Output, text: str, said: str) -> None:
    refuses_text(capfd, tmp_path, "answers", f"[answers]\n{text}\n", said)


@pytest.mark.parametrize(("text", "said"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_stands_around_answers(tmp_path: Path, capfd: Output, text: str, said: str) -> None:
    refuses_text(capfd, tmp_path, "team", text, said)


@pytest.mark.parametrize(("text", "said"), FACTS.values(), ids=FACTS)
def test_facts(tmp_path: Path, capfd: Output, text: str, said: str) -> None:
    refuses_text(capfd, tmp_path, "facts", text, said)


@pytest.mark.parametrize(("text", "said"), REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("way", ["report", "compare"])
def test_reports(tmp_path: Path, capfd: Output, way: str, text: str, said: str) -> None:
    refuses_text(capfd, tmp_path, way, text, said)


@pytest.mark.usefixtures("modes_count")
def test_a_file_that_may_not_be_read(tmp_path: Path, capfd: Output) -> None:
    (tmp_path / "input").touch(mode=0o000)
    assert "permission denied" in refused(capfd, tmp_path, *WAYS["answers"], tmp_path / "input")


def test_a_name_with_escape_codes_and_line_ends(tmp_path: Path, capfd: Output) -> None:
    error = refused(capfd, tmp_path, *WAYS["answers"], tmp_path / "\x1b]0;a\x07\nerror: \x9b2J")
    assert error.endswith("/ ]0;a  error:  2J: there is no such file")


@pytest.mark.parametrize("again", ["a.toml", "../place/a.toml", "link.toml", "hard.toml"])
def test_the_same_answers_twice(tmp_path: Path, capfd: Output, again: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    answers = place / "a.toml"
    answers.write_bytes((CHURN / "answers.toml").read_bytes())
    (place / "link.toml").symlink_to(answers)
    (place / "hard.toml").hardlink_to(answers)
    given = ("--answers", answers, "--answers", place / again, "--record")
    assert refused(capfd, tmp_path, "assess", *given).endswith(f"{again} is given twice")


@pytest.mark.parametrize("way", WAYS)
def test_a_pipe_into_which_nobody_writes(tmp_path: Path, tool: Tool, way: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = tool(*WAYS[way], "pipe", timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert told(done.stderr) == "pipe: the file is empty"
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_device_without_end_on_stdin(tool: Tool) -> None:
    with Path("/dev/zero").open("rb") as zeros:
        done = tool("report", "-", stdin=zeros, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert told(done.stderr) == "/dev/stdin: larger than 20 MB"
