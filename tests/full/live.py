"""A level-3 project with a model, and its service, for tests with clients of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from generator.context import choose
from generator.create import create, project_files
from generator.layers import discover, templates_folder
from tests.full.servers import HOST, free_port, started
from tests.integration.warm import environment, run, words

ROWS = 2000


def trained(folder: Path) -> Path:
    """A project called flights with one version."""
    tree, record = project_files(discover(templates_folder()), 3, choose("flights", "regression"))
    project = create(tree, record, folder / "flights").folder
    table = project / "data/flights.parquet"
    pd.read_parquet(table).tail(ROWS).to_parquet(table, index=False)
    run(project, words("train"))
    return project


def change(project: Path, texts: Mapping[str, str]) -> None:
    """Change texts in its settings, each of which is there once."""
    place = project / "settings.toml"
    settings = place.read_text(encoding="utf-8")
    for old, new in texts.items():
        assert settings.count(old) == 1, old
        settings = settings.replace(old, new)
    place.write_text(settings, encoding="utf-8")


def own(project: Path) -> dict[str, str]:
    """What a program finds in its environment, beyond what is there, to know the project."""
    return {
        name: environment(project)[name] for name in ("OPS_ALONE", "PROJECT_ROOT", "PYTHONPATH")
    }


@contextmanager
def serving(project: Path, log: Path, more: Mapping[str, str]) -> Iterator[str]:
    """The address of its service."""
    address = f"http://{HOST}:{(port := free_port())}"
    # In the folder of the project, whose package the path finds.
    command = ["env", "-C", str(project), *words("serve", "--port", port)]
    with started(command, log, {**own(project), **more}, f"{address}/health"):
        yield address
