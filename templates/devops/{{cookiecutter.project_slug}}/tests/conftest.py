# ours: kept current by mlops-maturity upgrade
"""Tests run in a project of their own: its folder is chosen before anything of it is imported."""

import atexit
import gc
import importlib
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

# Before any library is loaded that waits for work: a waiting thread sleeps.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest
from made_up import made_up, write

# As in ops/cli.py: what libraries make when they are loaded is no garbage.
gc.set_threshold(50_000, 10, 10)
atexit.register(gc.freeze)

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGE = PROJECT["scripts"]["ops"].partition(".")[0]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "settings.toml").read_text(encoding="utf-8"))

TABLE = ROOT / SETTINGS["data"]["table"]
WORLD = Path(tempfile.mkdtemp(prefix="tests-"))
CANDIDATE = "OPS_CANDIDATE"
"""Names the file of a model that is on trial, where tests are run to judge it."""


def in_this_world(text: str) -> str:
    """Settings with the tables of `tests/world/` in the place of their own."""
    for path in sorted((ROOT / "tests" / "world").glob("*.toml")):
        tables = path.read_text(encoding="utf-8")
        for name in tomllib.loads(tables):
            text = re.sub(rf"(?ms)^\[{name}[].].*?(?=^\[|\Z)", "", text)
        text = f"{text}\n{tables}"
    return text


(WORLD / "settings.toml").write_text(
    in_this_world((ROOT / "settings.toml").read_text(encoding="utf-8")), encoding="utf-8"
)
if not Path(SETTINGS["data"]["table"]).is_absolute():
    place = WORLD / SETTINGS["data"]["table"]
    place.parent.mkdir(parents=True, exist_ok=True)
    if TABLE.is_file():
        place.symlink_to(TABLE)
    else:
        write(made_up(SETTINGS), place)
os.environ["PROJECT_ROOT"] = str(WORLD)
os.environ["OPS_ALONE"] = "1"  # no server that the environment or the settings name is asked


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(WORLD, ignore_errors=True)


Part = Callable[[str], ModuleType]


@pytest.fixture(scope="session")
def part() -> Part:
    """A module of the project by its name: `part("ops.schema")`."""
    return lambda name: importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture(scope="session")
def settings(part: Part) -> Any:
    """The settings, as `ops` reads them."""
    return part("ops.settings").read_settings()


@pytest.fixture(scope="session")
def trained(part: Part) -> Path:
    """The file of a model that answers, trained and released by the commands; or the candidate."""
    if candidate := os.environ.get(CANDIDATE):
        return Path(candidate)
    ops = part("ops.cli")
    assert ops.run(["train"]) == 0
    if "promote" in ops.verbs():
        assert ops.run(["promote", "--yes"]) in (0, 4)  # 4: it answers already
    return WORLD / "models" / "model.skops"


@pytest.fixture(scope="session")
def records(part: Part, settings: Any, trained: Path) -> list[dict[str, Any]]:
    """Rows of the table as a service is asked: a field for each feature, and the key."""
    model = part("ops.model_file").load(trained, settings.trusted)
    rows = part("data").load().tail(20)
    names = [column.name for column in model.features]
    if settings.data.key:
        names.append(settings.data.key)
    kinds = {column.name: column.kind for column in settings.data.schema}
    return [
        {name: _plain(value, kinds[name]) for name, value in row.items()}
        for row in rows[names].to_dict("records")
    ]


def _plain(value: Any, kind: str) -> Any:
    """A value as JSON has it."""
    if value is None or value != value:
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "integer":
        return int(value)
    if kind == "number":
        return float(value)
    return value.isoformat() if kind == "time" else str(value)
