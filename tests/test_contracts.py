"""What holds for the repository as a whole: who imports whom, what ships, how large modules are."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("assessment", "generator")
LONGEST_MODULE = 250
LONGEST_FUNCTION = 40
# What belongs to the generated projects; the tool never imports it.
THEIRS = {"mlflow", "prefect", "sklearn", "evidently", "pandas", "numpy", "skops", "pytest"}
SHELL_ONLY = {"click", "prompt_toolkit", "rich"}


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "probes" not in path.parts)


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_holds_the_house_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []
    assert not imported(path) & THEIRS
    relative = path.relative_to(ROOT).as_posix()
    if not relative.startswith(
        ("generator/cli", "generator/commands/", "generator/console", "generator/dialogue/")
    ):
        assert not imported(path) & SHELL_ONLY


def test_one_module_alone_knows_the_database() -> None:
    names = [str(path.relative_to(ROOT)) for path in modules() if "duckdb" in imported(path)]
    assert names == ["generator/table/source.py"]


def public_modules() -> list[str]:
    names = [
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
    ]
    return [name for name in names if not name.rpartition(".")[2].startswith("_")]


@pytest.mark.parametrize("name", public_modules())
def test_the_public_names_of_a_module_are_its_all(name: str) -> None:
    module = importlib.import_module(name)
    if (
        module.__spec__
        and module.__spec__.submodule_search_locations
        and not vars(module).get("__all__")
    ):
        return
    assert sorted(module.__all__) == sorted(set(module.__all__))
    for public in module.__all__:
        value = getattr(module, public)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__doc__, f"{name}.{public} has no docstring"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    uv = Path(sys.executable).with_name("uv")
    done = subprocess.run(
        [uv, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_two_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    top = {name.partition("/")[0] for name in wheel.namelist()}
    assert {re.sub(r"-.*\.", ".", name) for name in top} == {
        "assessment",
        "generator",
        "mlops_maturity.dist-info",
    }


def test_every_template_file_reaches_the_wheel(wheel: zipfile.ZipFile) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "templates"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    shipped = set(wheel.namelist())
    files = [f"generator/{name}" for name in tracked.split("\0") if name]
    assert files
    assert [name for name in files if name not in shipped] == []


def test_data_files_of_the_assessment_reach_the_wheel(wheel: zipfile.ZipFile) -> None:
    files = {path for path in (ROOT / "assessment").rglob("*.*") if path.is_file()}
    data = {path for path in files if path.suffix != ".py" and path.parent.name != "__pycache__"}
    assert {path.suffix for path in data} == {".toml", ".json", ".html", ".css"}
    assert {path.relative_to(ROOT).as_posix() for path in data} <= set(wheel.namelist())


@pytest.mark.parametrize("name", ["probes/_base.py", "proofs/base.py"])
def test_what_verify_runs_reaches_the_wheel(wheel: zipfile.ZipFile, name: str) -> None:
    assert f"generator/verify/{name}" in wheel.namelist()


def test_no_probe_hides_a_package_that_a_project_may_be_named_after() -> None:
    found = list((ROOT / "generator" / "verify" / "probes").glob("*.py"))
    assert found
    # What lies beside a script is imported first; no project's name begins with an underscore.
    assert [path.name for path in found if not path.name.startswith("_")] == []


def test_no_tag_stands_in_template_code_and_few_in_the_rest() -> None:
    tags = lines = 0
    for path in (ROOT / "templates").rglob("*"):
        if not path.is_file() or path.suffix in {".parquet", ".pyc"}:
            continue
        text = path.read_text(encoding="utf-8")
        found = len(re.findall(r"\{\{|\{%", text))
        if path.suffix == ".py" and "src" in path.parts:
            assert found == 0, path
        tags, lines = tags + found, lines + text.count("\n")
    assert tags / lines < 0.05
