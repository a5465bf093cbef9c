"""The files of the base layer: owners, tags, pins, and the plain cookiecutter template."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from generator.context import choose
from generator.create import project_files
from generator.layers import discover, for_level, templates_folder
from generator.render import RenderedTree, render
from tests.worlds import snapshot

ROOT = Path(__file__).parents[2]
LAYERS = discover(templates_folder())
BASE = LAYERS[0]
TASKS = ("regression", "classification")


def tree(task: str, level: int = 0) -> RenderedTree:
    return render(for_level(LAYERS, level), choose("flights", task))  # type: ignore[arg-type]


def test_the_plain_template_holds_what_the_manifest_declares() -> None:
    values = json.loads((BASE.folder / "cookiecutter.json").read_text(encoding="utf-8"))
    assert values["_layers"] == [BASE.view()]


def test_the_libraries_of_the_test_suite_are_those_of_the_layers() -> None:
    declared = {
        line for one in LAYERS for line in (*one.manifest.serving, *one.manifest.dependencies)
    }
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    assert groups["layers"] == sorted(declared)


@pytest.mark.parametrize("task", TASKS)
def test_cookiecutter_alone_makes_the_same_project(tmp_path: Path, task: str) -> None:
    command = [str(Path(sys.executable).with_name("cookiecutter")), str(BASE.folder)]
    subprocess.run([*command, "--no-input", f"task={task}"], cwd=tmp_path, check=True)
    expected = {path: file.content for path, file in tree(task).items()}
    assert snapshot(tmp_path / "flights") == expected


def test_the_seam_is_yours_and_what_runs_it_is_ours() -> None:
    owners = {path: file.owner for path, file in tree("regression").items()}
    yours = {path for path, owner in owners.items() if owner == "yours"}
    assert yours == {
        *("README.md", "data/README.md", "data/flights.parquet", "notebooks/explore.ipynb"),
        *("src/flights/data.py", "src/flights/model.py"),
    }
    assert {path for path, owner in owners.items() if owner == "shared"} == {
        *(".gitignore", "pyproject.toml", "settings.toml"),
    }


def test_what_is_yours_is_the_same_for_both_tasks_and_at_every_level() -> None:
    levels = sorted({layer.manifest.since for layer in LAYERS})
    kinds = [tree(task, level).owned_by("yours") for task in TASKS for level in levels]
    for one in kinds:
        assert {path: one[path].content for path in kinds[0]} == {
            path: file.content for path, file in kinds[0].items()
        }


@pytest.mark.parametrize("task", TASKS)
def test_the_rendered_toml_is_valid_and_its_schema_names_the_target(task: str) -> None:
    files = tree(task)
    for path in (path for path in files if path.endswith(".toml")):
        tomllib.loads(files[path].content.decode())
    settings = tomllib.loads(files["settings.toml"].content.decode())
    assert settings["project"]["task"] == task
    names = [column["name"] for column in settings["data"]["schema"]]
    assert settings["data"]["target"] in names
    assert ("air_time" in names) != ("late" in names)


@pytest.mark.parametrize("name", ["churn-model", "a", "x2"])
def test_other_names_reach_every_place(name: str) -> None:
    files, _ = project_files(LAYERS, 0, choose(name))
    package = name.replace("-", "_")
    assert f"src/{package}/ops/cli.py" in files
    project = tomllib.loads(files["pyproject.toml"].content.decode())["project"]
    assert project["name"] == name
    assert project["scripts"]["ops"] == f"{package}.ops.cli:main"
    assert not any("flights" in path for path in files if not path.endswith(".parquet"))
