"""What is served, and by what: a generated project, and an environment with its peers."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from benchmarks.serving.load import Failed

HERE = Path(__file__).parent
PEERS = HERE / "peers"
BIN = Path(sys.executable).parent
COLUMNS = [f"x{number}" for number in range(10)]
ROWS, SERVED, SEED = 4000, 100, 7
QUIET = {
    "BENTOML_DO_NOT_TRACK": "True",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}


def cache() -> Path:
    """Where environments are kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "mlops-maturity" / "benchmarks"


def run(*command: str | Path, folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a command that must succeed.

    Raises:
        Failed: with what it said.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")


def uv() -> Path:
    """The uv that this tool depends on."""
    return BIN / "uv"


class Project:
    """A project of level 3, generated and trained by its own commands.

    Its first version answers as soon as it is trained; its log of predictions and its metrics are
    on, as they are by default.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.table, self.root = folder / "table.csv", folder / "bench"
        self.environment = {"UV_PROJECT_ENVIRONMENT": str(cache() / "project"), "OPS_ALONE": "1"}
        write_table(self.table)
        tool = (sys.executable, "-c", "from generator.cli import main; main()")
        new = ("new", "bench", "--level", "3", "--data", self.table, "--target", "y", "--yes")
        path = {"PYTHONPATH": str(HERE.parents[1])}
        run(*tool, *new, "--into", folder, folder=folder, environment=path)
        shutil.copy2(HERE / "model.py", self.root / "src" / "bench" / "model.py")

    def train(self, estimator: str) -> dict[str, Any]:
        """Train one of the estimators of `model.py`; returns the card of the model."""
        settings = self.root / "settings.toml"
        document = tomlkit.parse(settings.read_text())
        document["model"] = {"estimator": estimator}
        settings.write_text(tomlkit.dumps(document))
        run(uv(), "run", "ops", "train", folder=self.root, environment=self.environment)
        card: dict[str, Any] = json.loads((self.root / "models" / "model.json").read_text())
        return card


def write_table(path: Path) -> None:
    """A made-up table: ten numbers and a class."""
    from sklearn.datasets import make_classification

    values, classes = make_classification(ROWS, len(COLUMNS), n_informative=6, random_state=SEED)
    with path.open("w", newline="") as out:
        table = csv.writer(out)
        table.writerow([*COLUMNS, "y"])
        for row, one in zip(values.tolist(), classes.tolist(), strict=True):
            table.writerow([*row, one])


def peers_environment(versions: Mapping[str, str]) -> Path:
    """The folder with the commands of the peers, which use the project's versions of libraries."""
    shared = [f"{name}=={one}\n" for name, one in sorted(versions.items()) if name != "python"]
    wanted = (PEERS / "requirements.txt").read_text() + "".join(shared)
    named = hashlib.sha256(f"{sys.version}\n{wanted}".encode()).hexdigest()[:12]
    place = cache() / f"peers-{named}"
    if not (place / "complete").exists():
        print(f"building the peers' environment in {place}", file=sys.stderr)
        place.mkdir(parents=True, exist_ok=True)
        (place / "requirements.txt").write_text(wanted)
        run(uv(), "venv", "--clear", "--python", sys.executable, place / "venv", folder=place)
        install = ("pip", "install", "--compile-bytecode", "--python", place / "venv")
        run(uv(), *install, "-r", "requirements.txt", folder=place)
        (place / "complete").touch()
    return place / "venv" / "bin"


def export(commands: Path, project: Project, folder: Path) -> dict[str, Any]:
    """Put the trained model where the peers load it; returns rows and the right predictions."""
    folder.mkdir()
    model = project.root / "models" / "model.skops"
    wanted = (model, project.table, str(SERVED), folder)
    run(commands / "python", PEERS / "export.py", *wanted, folder=folder, environment=QUIET)
    told: dict[str, Any] = json.loads((folder / "rows.json").read_text())
    return told
