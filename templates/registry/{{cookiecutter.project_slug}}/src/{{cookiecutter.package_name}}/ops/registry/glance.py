# ours: kept current by mlops-maturity upgrade
"""A look into the registry without MLflow, whose import alone takes seconds.

Where the state lies in this project, and its tables are of a revision that is known here, they are
read as MLflow reads them. Else there is no answer, and MLflow is asked. Nothing is written here.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..tracking.place import DATABASE, PROJECT, is_own, state

if TYPE_CHECKING:
    from ..settings import Settings

REVISIONS = frozenset({"dc11669786a5"})
"""Of the tables of MLflow 3.17."""

OTHER_ROWS = ("MLFLOW_WORKSPACE", "MLFLOW_ENABLE_WORKSPACES")
"""With one of them set, MLflow may read other rows than those of its first workspace."""

MODEL = {"name": PROJECT, "workspace": "default"}
DELETED = "Deleted_Internal"
PATIENCE = 5.0
"""Seconds to wait while somebody writes."""

Tags = dict[str, str]


def registered(settings: Settings) -> tuple[dict[str, int], Tags] | None:
    """Aliases and tags of the registered model; none where MLflow is to be asked."""
    found = _read(
        settings,
        "SELECT alias, version FROM registered_model_aliases",
        "SELECT key, value FROM registered_model_tags",
    )
    return None if found is None else (dict(found[0]), dict(found[1]))


def versions(settings: Settings) -> list[tuple[int, str, Tags]] | None:
    """Number, run and tags of each version, oldest first; none where MLflow is to be asked."""
    found = _read(
        settings,
        "SELECT version, run_id, current_stage FROM model_versions",
        "SELECT version, key, value FROM model_version_tags",
    )
    if found is None:
        return None
    tags: dict[int, Tags] = {}
    for number, key, value in found[1]:
        tags.setdefault(number, {})[key] = value
    there = [(number, str(run)) for number, run, stage in found[0] if stage != DELETED]
    return [(number, run, tags.get(number, {})) for number, run in sorted(there)]


def _read(settings: Settings, *asked: str) -> list[list[Any]] | None:
    """The rows of the model in several tables, all as they are at one moment."""
    if not is_own(settings) or any(os.environ.get(name) for name in OTHER_ROWS):
        return None
    path = quote(str((state(settings.root) / DATABASE).absolute()))
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", PATIENCE, uri=True)) as tables:
            tables.execute("BEGIN")
            told = tables.execute("SELECT version_num FROM alembic_version").fetchall()
            if len(told) != 1 or told[0][0] not in REVISIONS:
                return None
            whose = "WHERE name = :name AND workspace = :workspace"
            return [tables.execute(f"{one} {whose}", MODEL).fetchall() for one in asked]
    except sqlite3.Error:
        return None
