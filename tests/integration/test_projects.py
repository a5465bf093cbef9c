"""Generated projects without the tool: the plain template, the notebook, no record."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from generator.layers import templates_folder
from generator.verify.environment import prepare
from generator.verify.workspace import Workspace, copy_project
from tests.integration.conftest import Make

pytestmark = pytest.mark.project
# One in make test, which proves the demo, levels and tables with both.
TASKS = ["regression", pytest.param("classification", marks=pytest.mark.full)]


def ready(project: Path, folder: Path, environments: Path) -> Workspace:
    """A workspace with the project and its environment."""
    workspace = Workspace(folder)
    workspace.project.mkdir(parents=True)
    copy_project(project, workspace)
    prepare(workspace, environments)
    return workspace


@pytest.mark.parametrize("task", TASKS)
def test_what_cookiecutter_alone_makes_trains(
    tmp_path: Path, environments: Path, task: str
) -> None:
    command = [Path(sys.executable).with_name("cookiecutter"), templates_folder() / "base"]
    subprocess.run([*command, "--no-input", f"task={task}"], cwd=tmp_path, check=True)
    workspace = ready(tmp_path / "flights", tmp_path / "space", environments)
    answer = workspace.ops("train", "--format", "json")
    assert answer.code == 0, answer.err
    card = json.loads(answer.out)
    name, better = card["metric"]["name"], card["metric"]["direction"]
    ours, dummy = card["metrics"][name], card["baseline"][name]
    assert ours < dummy if better == "lower" else ours > dummy


def test_a_project_works_without_the_folder_of_the_tool(
    make: Make, tmp_path: Path, environments: Path
) -> None:
    project = make(0, "regression")
    shutil.rmtree(project / ".mlops-maturity")
    workspace = ready(project, tmp_path, environments)
    assert workspace.ops("train").code == 0
    imports = workspace.python("-c", "import importlib.util as u; print(u.find_spec('generator'))")
    assert imports.out == "None\n"


@pytest.mark.parametrize("task", TASKS)
def test_the_notebook_runs_from_top_to_bottom(
    make: Make, tmp_path: Path, environments: Path, task: str
) -> None:
    workspace = ready(make(0, task), tmp_path, environments)
    path = workspace.project / "notebooks" / "explore.ipynb"
    notebook = nbformat.read(path, as_version=4)
    environment = os.environ | {
        "PYTHONPATH": str(workspace.project / "src"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    NotebookClient(notebook, timeout=300).execute(env=environment)
    last = notebook.cells[-1].outputs[-1]["data"]["text/plain"]
    assert ("mae" if task == "regression" else "roc_auc") in last
