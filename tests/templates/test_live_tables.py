"""MLflow's tables in a project: made whole, or like those of another database."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.templates.conftest import Part


@pytest.mark.parametrize("links", [True, False])
def test_tables_are_made_where_nothing_is_yet(
    live: Part, registered: Any, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def no_links(*_: Any) -> None:
        raise PermissionError

    if not links:
        monkeypatch.setattr("os.link", no_links)
    there = registered.root / "other" / ".state" / "mlflow.db"
    with live("tracking.place").elsewhere(f"sqlite:///{there}"):
        assert live("registry.versions").versions(registered) == []
    assert [path.name for path in there.parent.iterdir()] == ["mlflow.db"]


def test_tables_of_another_database_are_copied_without_its_rows(
    live: Part, registered: Any, tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_TABLES", str(registered.root / ".state" / "mlflow.db"))
    there = registered.root / "other" / ".state" / "mlflow.db"
    with live("tracking.place").elsewhere(f"sqlite:///{there}"):
        assert live("registry.versions").versions(registered) == []
    assert contents(there) == contents(tables)


@pytest.mark.parametrize("given", ["nothing", "no database", "another MLflow's"])
def test_tables_are_made_where_those_to_copy_are_none(
    live: Part, registered: Any, tables: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    place = registered.root / "given.db"
    if given == "no database":
        place.write_text("what is this?")
    elif given == "another MLflow's":
        shutil.copy(tables, place)
        with closing(sqlite3.connect(place)) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '0584bdc529eb'")
    monkeypatch.setenv("OPS_TABLES", str(place))
    there = registered.root / "other" / ".state" / "mlflow.db"
    with live("tracking.place").elsewhere(f"sqlite:///{there}"):
        assert live("registry.versions").versions(registered) == []
    assert contents(there) == contents(tables)


def contents(database: Path) -> tuple[list[tuple[str, list[str]]], dict[str, int]]:
    """The words that make each table, in an order that MLflow leaves to chance; its rows."""
    with closing(sqlite3.connect(database)) as opened:
        made = opened.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        names = [name for kind, name, _ in made if kind == "table"]
        return [(name, sorted(re.findall(r"\w+", sql or ""))) for _, name, sql in made], {
            name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names
        }
