"""`new --data`: what is asked, what is written, and that no value of the table reaches git."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pexpect
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.cli import run
from generator.layers import discover, templates_folder
from generator.record import BASE, read_base, read_record
from generator.table import source as module
from generator.upgrade.apply import apply
from generator.upgrade.plan import plan_upgrade
from tests.worlds import snapshot

ROWS = 90
BUILT = sorted({layer.manifest.since for layer in discover(templates_folder())})
SENTINELS = ("SentinelWord", "SentinelKey", "8412.0625", "77440917", "2019-07-04", "SentinelText")
NASTY = [
    *('quo"te', "apo'strophe", "{{ 7 * 7 }}", "{% raw %}", "{# no #}", "größe 模型 🙂", "a b"),
    *("x]", "[data]", "# no comment", "back\\slash\\n", "y = 1", "'''", '"""', "$(touch x)", "`x`"),
    *("<script>", "a,b;c", "=1+1", "..", "🧪é", "None", "schema", "categories"),
]
Own = Callable[..., Path]


def rows_of(columns: dict[str, list[Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def columns() -> dict[str, list[Any]]:
    """A column of each kind, every cell of which would be recognised."""
    return {
        "key": [f"SentinelKey{number}" for number in range(ROWS)],
        "when": [f"2019-07-04T{number // 60:02}:{number % 60:02}:00Z" for number in range(ROWS)],
        "number": [f"8412.0625{number % 40}" for number in range(ROWS)],
        "integer": [f"77440917{number % 30}" for number in range(ROWS)],
        "word": [f"SentinelWord{'abc'[number % 3]}" for number in range(ROWS)],
        "text": [f"SentinelText {number % 60}" for number in range(ROWS)],
        "flag": [["true", "false"][number % 2] for number in range(ROWS)],
        "outcome": [f"SentinelWord{'xyz'[number % 7 % 3]}" for number in range(ROWS)],
    }


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "SentinelWord-file.csv"
    path.write_text(rows_of(columns()), encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path, table: Path) -> Own:
    def made(*more: str, name: str = "own", level: int = 0) -> Path:
        options = ["--data", str(table), "--target", "outcome", "--into", str(tmp_path), "--yes"]
        assert run(["new", name, "--level", str(level), *options, *more]) == 0
        return tmp_path / name

    return made


def git(project: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=project, capture_output=True, check=True).stdout


@pytest.mark.parametrize("level", BUILT)
def test_no_value_of_the_table_stands_in_a_commit_the_record_or_the_base(
    own: Own, level: int
) -> None:
    project = own("--time", "when", "--key", "key", level=level)
    seen = [
        git(project, "log", "-p", "--all", "--text"),
        *(git(project, "show", f"HEAD:{name}") for name in tracked(project)),
        (project / ".mlops-maturity/record.toml").read_bytes(),
    ]
    with tarfile.open(project / BASE) as archive:
        seen += [archive.extractfile(one).read() for one in archive]  # type: ignore[union-attr]
    for content in seen:
        for sentinel in SENTINELS:
            assert sentinel.encode() not in content
    assert (project / "data/table.parquet").is_file()
    assert git(project, "status", "--porcelain") == b""
    assert "data/table.parquet" not in tracked(project)


def tracked(project: Path) -> list[str]:
    return git(project, "ls-files", "-z").decode().rstrip("\0").split("\0")


def test_what_lies_in_data_is_never_tracked(own: Own) -> None:
    project = own()
    for name in ("flights.parquet", "more.csv", "table.parquet"):
        (project / "data" / name).write_text("mine")
    assert git(project, "status", "--porcelain", "--untracked-files=all") == b""
    assert tracked(project).count("data/README.md") == 1
    assert not any("flights" in name for name in tracked(project))
    assert "Your own table" in (project / "data/README.md").read_text()


def test_inside_a_repository_the_table_is_ignored_too(own: Own, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    own()
    listed = git(tmp_path, "status", "--porcelain", "--untracked-files=all", "own")
    assert b"data/README.md" in listed
    assert b"parquet" not in listed


def test_the_settings_say_what_the_columns_are(own: Own) -> None:
    project = own("--time", "when", "--key", "key")
    found = tomllib.loads((project / "settings.toml").read_text())
    assert found["project"]["task"] == "classification"
    data = found["data"]
    assert (data["table"], data["target"], data["time"], data["key"]) == (
        *("data/table.parquet", "outcome", "when", "key"),
    )
    assert [(one["name"], one["kind"]) for one in data["schema"]] == [
        ("key", "text"),
        ("when", "time"),
        ("number", "number"),
        ("integer", "integer"),
        ("word", "category"),
        ("text", "text"),
        ("flag", "boolean"),
        ("outcome", "category"),
    ]
    assert all("categories" not in one for one in data["schema"])
    assert found["metric"] == {"name": "f1", "direction": "higher"}


@pytest.mark.parametrize("to", [level for level in BUILT if level > 0])
def test_untouched_an_upgrade_gives_what_new_gives(own: Own, tmp_path: Path, to: int) -> None:
    project = own("--key", "key")
    (tmp_path / "fresh").mkdir()
    fresh = own("--key", "key", "--into", str(tmp_path / "fresh"), level=to).parent / "fresh/own"
    apply(plan_upgrade(project, discover(templates_folder()), to))
    assert snapshot(project) == snapshot(fresh)


def test_the_record_gives_the_same_project_again(
    own: Own, capsys: pytest.CaptureFixture[str]
) -> None:
    project = own()
    assert run(["check", str(project)]) == 0
    assert run(["diff", str(project), "--to", "0"]) == 0
    record = read_record(project)
    assert record.context.table is not None
    assert "settings.toml" in read_base(project, record)
    capsys.readouterr()


def test_names_are_data_and_never_code(tmp_path: Path) -> None:
    values = {name: [f"{number * 7 % 31}.5" for number in range(ROWS)] for name in NASTY}
    target = "'; DROP TABLE clean; --"
    values |= {"=key\"'": [f"k{number}" for number in range(ROWS)]}
    values |= {target: ["a", "b", "b"] * (ROWS // 3)}
    path = tmp_path / "x.csv"
    path.write_text(rows_of(values), encoding="utf-8")
    options = ["--data", str(path), "--target", target, "--key", "=key\"'", "--yes"]
    assert run(["new", "own", "--level", "0", *options, "--into", str(tmp_path)]) == 0
    project = tmp_path / "own"
    found = tomllib.loads((project / "settings.toml").read_text())["data"]
    assert [one["name"] for one in found["schema"]] == ["=key\"'", *NASTY, target]
    tomllib.loads((project / "pyproject.toml").read_text())
    nbformat.validate(nbformat.read(project / "notebooks/explore.ipynb", as_version=4))
    assert list(pd.read_parquet(project / "data/table.parquet")) == list(values)
    assert read_record(project).context.table is not None
    assert run(["check", str(project)]) == 0


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_project_finds_its_table_as_the_settings_say(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {
        **columns(),
        "code": ["007", "NA", "12"] * (ROWS // 3),
        "hole": ["1", "", "3"] * (ROWS // 3),
        "yes": ["yes", "no", ""] * (ROWS // 3),
        "bit": ["0", "1", "1"] * (ROWS // 3),
    }
    path = tmp_path / f"own{suffix}"
    if suffix == ".csv":
        path.write_text(rows_of(values).replace(",", ";"), encoding="utf-8-sig")
    else:
        pd.DataFrame(values).to_parquet(path, index=False)
    options = ["--data", str(path), "--target", "outcome", "--time", "when", "--yes"]
    name = f"found-{suffix[1:]}"
    assert run(["new", name, "--level", "0", *options, "--into", str(tmp_path)]) == 0
    monkeypatch.setenv("PROJECT_ROOT", str(tmp_path / name))
    monkeypatch.syspath_prepend(str(tmp_path / name / "src"))
    capsys.readouterr()
    code = import_module(f"{name.replace('-', '_')}.ops.cli").run(["data", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert (code, [one["differs"] for one in told["columns"] if one["differs"]]) == (0, [])
    assert told["rows"] == ROWS


def test_a_dry_run_shows_the_columns_and_writes_nothing(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    options = ["--data", str(table), "--target", "outcome", "--into", str(tmp_path)]
    assert run(["new", "own", "--level", "0", *options, "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "outcome" in told.out
    assert "settings.toml" in told.out
    assert "flights.parquet" not in told.out
    assert not any(sentinel in told.out + told.err for sentinel in SENTINELS)
    assert snapshot(tmp_path) == before


def test_without_a_terminal_it_wants_to_be_told(
    tmp_path: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    options = ["--data", str(table), "--target", "outcome", "--into", str(tmp_path)]
    assert run(["new", "own", "--level", "0", *options]) == 2
    assert "--yes" in capsys.readouterr().err
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_a_person_is_asked(tmp_path: Path, table: Path, answer: str, code: int) -> None:
    command = str(Path(sys.executable).with_name("mlops-maturity"))
    options = ["new", "own", "--level", "0", "--data", str(table), "--target", "outcome"]
    child = pexpect.spawn(command, options, cwd=str(tmp_path), timeout=60, encoding="utf-8")
    child.expect("generate a project on this table")
    assert "category" in child.before
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code
    assert (tmp_path / "own").exists() == (code == 0)


def test_a_large_table_stays_where_it_lies(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REFERENCED_ABOVE", 1000)
    project = own("--time", "when", "--key", "key")
    found = tomllib.loads((project / "settings.toml").read_text())["data"]
    path = Path(found["table"])
    assert path.is_absolute()
    assert path.is_file()
    assert [one.name for one in (project / "data").iterdir()] == ["README.md"]
    assert read_record(project).context.table.path == str(path)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "y"], "there is no --data"),
        (["--time", "y"], "there is no --data"),
        (["--key", "y"], "there is no --data"),
        (["--data", "table"], "--data needs --target"),
        (["--data", "nowhere.csv", "--target", "y"], "no such file"),
        (["--data", "table", "--target", "outcom"], "did you mean 'outcome'?"),
    ],
)
def test_a_mistake_writes_nothing(
    tmp_path: Path, table: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    options = [str(table) if one == "table" else one for one in options]
    assert run(["new", "own", "--level", "0", "--yes", "--into", str(tmp_path), *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "hint" in told
    assert snapshot(tmp_path) == before


cell = st.one_of(
    st.sampled_from(["", "NA", "1", "2", "0.5", "true", "007", "2013-01-31", "a", "b", "é"]),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes().map(str),
    st.text(max_size=8),
)
name = st.text(max_size=12) | st.sampled_from(["y", "a", "n", "c0", "{{x}}", 'a"b'])
mess = st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8"))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Names and at least fifty rows, whose columns are drawn from a few values each."""
    names = draw(st.lists(name, min_size=1, max_size=5))
    pools = [draw(st.lists(cell, min_size=1, max_size=6)) for _ in names]
    chance = draw(st.randoms(use_true_random=False))
    rows = [[chance.choice(pool) for pool in pools] for _ in range(draw(st.integers(45, 80)))]
    return names, rows


def tried(content: bytes, target: str, place: str, suffix: str = ".csv") -> int:
    path = Path(place) / f"own{suffix}"
    path.write_bytes(content)
    options = ["--data", str(path), "--target", target, "--into", place, "--yes"]
    return run(["new", "own", "--level", "0", "--dry-run", *options])


@given(table=tables(), delimiter=st.sampled_from(",;\t"))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_table_ends_in_a_traceback(
    tmp_path: Path, table: tuple[list[str], list[list[str]]], delimiter: str
) -> None:
    names, rows = table
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        content = stream.getvalue().encode("utf-8", "surrogatepass")
        for target in names[:2]:
            assert tried(content, target.replace("\0", ""), place) in {0, 2}
        assert [path.name for path in Path(place).iterdir()] == ["own.csv"]


@given(content=mess, suffix=st.sampled_from([".csv", ".parquet"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_end_in_a_traceback(tmp_path: Path, content: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        assert tried(content, "y", place, suffix) == 2
