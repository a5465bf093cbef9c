"""What a project on a table of one's own holds, and that it finds its table."""

from __future__ import annotations

import json
import tomllib
from importlib import import_module
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from generator.cli import run
from generator.layers import discover, templates_folder
from generator.record import read_base, read_record
from generator.table import source as module
from generator.upgrade.apply import apply
from generator.upgrade.plan import plan_upgrade
from tests.generator.own_data.conftest import Own
from tests.generator.own_data.sentinels import ROWS, columns, rows_of
from tests.worlds import snapshot

BUILT = sorted({layer.manifest.since for layer in discover(templates_folder())})
NASTY = [
    *('quo"te', "apo'strophe", "{{ 7 * 7 }}", "{% raw %}", "{# no #}", "größe 模型 🙂", "a b"),
    *("x]", "[data]", "# no comment", "back\\slash\\n", "y = 1", "'''", '"""', "$(touch x)", "`x`"),
    *("<script>", "a,b;c", "=1+1", "..", "🧪é", "None", "schema", "categories"),
]


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


def test_a_large_table_stays_where_it_lies(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REFERENCED_ABOVE", 1000)
    project = own("--time", "when", "--key", "key")
    found = tomllib.loads((project / "settings.toml").read_text())["data"]
    path = Path(found["table"])
    assert path.is_absolute()
    assert path.is_file()
    assert [one.name for one in (project / "data").iterdir()] == ["README.md"]
    assert read_record(project).context.table.path == str(path)  # type: ignore[union-attr]
