"""The docs say what is: tables are generated, and every command that is shown runs."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assessment.levels import load_levels
from generator.layers import Manifest, discover, templates_folder
from tests.upgrade.world import IDENTITY

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Served until it has answered; asked to end, it ends well.
SERVED = """
uv run ops serve --port {port} & server=$!
until python -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:{port}/health")'
do kill -0 $server; sleep 0.5; done
kill $server
wait $server
"""
# What this environment has compiled is not compiled again.
BORROWED = """
uv sync --quiet
python -c 'import pathlib, generator.verify.environment as e; e.borrow(pathlib.Path(".venv"))'
"""


def levels_table() -> str:
    layers = discover(templates_folder())
    rows = []
    for level in load_levels().levels:
        own = [layer for layer in layers if layer.manifest.since == level.level]
        brings = "; ".join(f"**{layer.name}**: {layer.manifest.title}" for layer in own)
        rows.append(f"| {level.level} | {level.name} | {level.truth} | {brings or 'not yet'} |")
    return "\n".join(rows)


def test_the_table_of_levels_is_current() -> None:
    assert levels_table() in README, f"put this into README.md:\n{levels_table()}"


def test_every_field_of_a_manifest_is_explained() -> None:
    text = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(Manifest.model_fields)


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"^make ([a-z-]+)", README, re.MULTILINE)))
)
def test_every_make_target_that_is_shown_exists(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def commands(page: str) -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "examples").symlink_to(ROOT / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=folder,
        # As uv does by itself: what is never imported need not be compiled.
        env={**os.environ, **IDENTITY, "PATH": path, "UV_COMPILE_BYTECODE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_command_about_the_assessment_runs(tmp_path: Path) -> None:
    script = commands((ROOT / "docs" / "assessment.md").read_text(encoding="utf-8"))
    assert script.count("mlops-maturity") > 10
    done = run(script, tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.project
def test_every_command_of_the_readme_runs(tmp_path: Path) -> None:
    script = commands(README).replace('export PATH="$PWD/.venv/bin:$PATH"\n', "")
    # Seasons drift, levels differ, a gate may refuse: each ends with 1.
    no = r"^(uv run ops drift .*|mlops-maturity diff .*|uv run ops train .*=200)$"
    script = re.sub(no, r"\1 || [ $? -eq 1 ]", script, flags=re.MULTILINE)
    script = script.replace("uv run ops serve\n", SERVED.format(port=free_port()))
    for before in ("cd ../late-flights\n", "uv lock\n"):
        script = script.replace(before, f"{before}{BORROWED}")
    assert "/health" in script
    assert script.count("mlops-maturity") > 10
    clone = tmp_path / "clone"  # of this repository, with which no command may meddle
    subprocess.run(["git", "init", "--quiet", clone], check=True)
    done = run(script, clone)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.project
def test_the_demo_goes_the_whole_way(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("mlops-maturity"), "demo", "--into", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "level 0 of 4" in done.stdout
    is_lacking = not all(map(shutil.which, ("mlops-maturity", "uv")))
    assert ("export PATH=" in done.stderr) is is_lacking
    for name in ("trains", "serves", "learns", "detects drift", "ends"):
        assert re.search(rf"^{name} +passed", done.stdout, re.MULTILINE), name
    assert "FAILED" not in done.stdout
    assert (tmp_path / "flights" / "README.md").is_file()
