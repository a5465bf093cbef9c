"""Settings of a copy, changed where a proof would take hours: fewer labels, shorter waits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

__all__ = ["Changes", "change"]

Changes = Mapping[str, Mapping[str, Any]]
"""New values by table and key."""


def change(project: Path, changes: Changes) -> None:
    """Write the new values into `settings.toml`; all else stays as it is."""
    path = project / "settings.toml"
    settings: dict[str, Any] = tomlkit.parse(path.read_text(encoding="utf-8"))
    for table, values in changes.items():
        settings.setdefault(table, {}).update(values)
    path.write_text(tomlkit.dumps(settings), encoding="utf-8")
