"""A project whose service is tried, made once for each module."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.full.servers import free_port, started
from tests.integration.conftest import Make
from tests.integration.live.served import Served
from tests.integration.warm import environment, run, words

# A second version of the same file: what it answers is of no matter here.
SECOND = """
from flights.ops.registry.versions import register, version
from flights.ops.settings import read_settings
settings = read_settings()
first = version(settings, 1)
register(settings, first.run_id, "", dict(first.tags))
"""


@pytest.fixture(scope="module")
def made(make: Make) -> Path:
    """A level-3 project with two versions, the first of which answers."""
    project = make(3, "regression")
    table = project / "data/flights.parquet"
    pd.read_parquet(table).tail(1500).to_parquet(table, index=False)
    place = project / "settings.toml"
    settings = place.read_text()
    assert settings.count("poll = 5.0 ") == 1
    place.write_text(settings.replace("poll = 5.0 ", "poll = 0.1 "))
    run(project, words("train"))
    run(project, [sys.executable, "-c", SECOND])
    return project


@pytest.fixture
def rows(made: Path) -> list[dict[str, Any]]:
    """Features of some flights."""
    table = pd.read_parquet(made / "data/flights.parquet").dropna().tail(20)
    found: list[dict[str, Any]] = json.loads(
        table.drop(columns=["flight_id", "time", "air_time", "late"]).to_json(orient="records")
    )
    return found


@pytest.fixture
def serve(made: Path, tmp_path: Path) -> Callable[..., Any]:
    """Serve the project: `serve(SOME="variable")`."""

    @contextmanager
    def serving(**more: str) -> Iterator[Served]:
        served = Served(made, free_port(), tmp_path / "served.log")
        command = ["env", "-C", str(made), *words("serve", "--port", served.port)]
        alone = {**environment(made), **more}
        with started(command, served.log, alone, f"{served.address}/health"):
            yield served

    return serving


@pytest.fixture(autouse=True)
def first_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """No log is there yet; whatever a test releases, the next one finds version 1."""
    made = request.getfixturevalue("made")
    shutil.rmtree(made / ".state/predictions", ignore_errors=True)
    yield
    told = json.loads(run(made, words("releases", "--format", "json")))
    if next(one for one in told["versions"] if "champion" in one["alias"])["version"] != 1:
        run(made, words("promote", 1, "--yes"))
