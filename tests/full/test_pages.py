"""MLflow's and Prefect's own pages over a generated project: `python -m tests.full.test_pages`.

Run as a program it writes docs/mlflow.png and docs/prefect.png.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs the dependency group full: make test-full")

from generator.context import choose
from generator.create import create, project_files
from generator.layers import discover, templates_folder
from tests.full.screenshots import DOCS, WIDTH, chromium
from tests.integration.warm import environment, words

pytestmark = pytest.mark.full


@contextmanager
def pages(folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of both, with two versions trained and one released."""
    tree, record = project_files(discover(templates_folder()), 2, choose("flights", "regression"))
    project = create(tree, record, folder / "flights").folder

    def run(*arguments: object) -> str:
        done = subprocess.run(
            words(*arguments),
            cwd=project,
            env=environment(project),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    addresses: dict[str, str] = json.loads(run("services", "--format", "json"))
    try:
        run("train")
        run("promote", 1, "--yes")
        run("train", "--param", "max_iter=150")
        yield addresses
    finally:
        run("services", "--stop")


def look(addresses: dict[str, str], into: Path) -> dict[str, list[str]]:
    """Take a picture of each page; returns what their consoles call errors."""
    wrong: dict[str, list[str]] = {}
    shown = {
        "mlflow": (f"{addresses['mlflow']}/#/models/flights", "Version 2"),
        "prefect": (f"{addresses['prefect']}/runs", "flights-training"),
    }
    with chromium() as browser:
        for name, (address, text) in shown.items():
            page = browser.new_page(viewport={"width": WIDTH, "height": 800})
            errors = wrong.setdefault(name, [])
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            page.goto(address, wait_until="domcontentloaded")
            page.get_by_text(text).first.wait_for(timeout=90_000)
            page.wait_for_timeout(3000)
            page.screenshot(path=into / f"{name}.png")
    return wrong


def test_both_pages_show_what_was_trained(tmp_path: Path) -> None:
    with pages(tmp_path) as addresses:
        assert look(addresses, tmp_path) == {"mlflow": [], "prefect": []}
    assert all((tmp_path / f"{name}.png").stat().st_size > 10_000 for name in ("mlflow", "prefect"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, pages(Path(place)) as found:
        print(look(found, DOCS))
