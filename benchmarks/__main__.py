"""Start-up, assessment and generation, beside copier and cookiecutter.

Every round runs each command once, in turn, so that a busy machine slows all of them alike; what is
told is the median of the rounds, of the clock and of the processors' time, and the ratio of the
clock to the first row of the table. Without git on any side. `python -m benchmarks [ROUNDS]`
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
BASE = ROOT / "templates" / "base"
PROJECT = "{{cookiecutter.project_slug}}"
CHURN = ROOT / "examples" / "churn"

Command = Callable[[Path], list[str | Path]]
Took = tuple[float, float]
"""Seconds of the clock and of the processors."""


def main(rounds: int = 7) -> None:
    """Measure everything and print it as Markdown."""
    names = ("mlops-maturity", "cookiecutter", "copier")
    print(", ".join(f"{name} {version(name)}" for name in names))
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, ", end="")
    print(f"load {os.getloadavg()[0]:.1f}, {rounds} rounds")
    with tempfile.TemporaryDirectory() as folder:
        copier = copier_template(Path(folder) / "copier")
        for title, commands in suites(copier).items():
            report(title, measure(commands, rounds))


def suites(copier: Path) -> dict[str, dict[str, Command]]:
    """Title to rows; the first row of each is what the others are compared with."""
    python = [sys.executable, "-c", "pass"]
    assess = [
        *(BIN / "mlops-maturity", "assess"),
        *("--answers", CHURN / "answers.toml", "--facts", CHURN / "facts.toml"),
    ]
    return {
        "start-up": {
            "mlops-maturity --help": lambda _: [BIN / "mlops-maturity", "--help"],
            "cookiecutter --help": lambda _: [BIN / "cookiecutter", "--help"],
            "copier --help": lambda _: [BIN / "copier", "--help"],
            "python -c pass": lambda _: [*python],
        },
        "assess": {
            "mlops-maturity assess": lambda _: [*assess],
            "mlops-maturity assess --format html": lambda out: [
                *(*assess, "--format", "html", "--output", out / "maturity.html")
            ],
            "python -c pass": lambda _: [*python],
        },
        f"generate {len(template_files())} files": {
            "mlops-maturity new": lambda out: [
                *(BIN / "mlops-maturity", "new", "flights", "--level", "0", "--into", out)
            ],
            "cookiecutter": lambda out: [BIN / "cookiecutter", BASE, "--no-input", "-o", out],
            "copier": lambda out: [
                *(BIN / "copier", "copy", "--defaults", "--quiet", copier, out / "flights")
            ],
        },
    }


def template_files() -> list[Path]:
    """The template files of the base layer."""
    root = BASE / PROJECT
    return [p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def copier_template(folder: Path) -> Path:
    """The base layer as a template of copier: the same files, the same of them rendered."""
    import tomllib

    rendered = set(tomllib.loads((BASE / "layer.toml").read_text())["render"])
    values = json.loads((BASE / "cookiecutter.json").read_text())
    chosen = values | {"project_slug": "flights", "package_name": "flights", "task": "regression"}
    for path in template_files():
        name = path.relative_to(BASE / PROJECT).as_posix()
        target = folder / "template" / (f"{name}.jinja" if name in rendered else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    question = {"cookiecutter": {"type": "json", "default": json.dumps(chosen)}}
    (folder / "copier.yml").write_text(json.dumps({"_subdirectory": "template", **question}))
    return folder


def measure(commands: Mapping[str, Command], rounds: int) -> dict[str, list[Took]]:
    """Seconds of every round of every command, interleaved; the first round only warms up."""
    seconds: dict[str, list[Took]] = {name: [] for name in commands}
    environment = os.environ | {"PATH": "/nonexistent", "COLUMNS": "100"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for turn in range(rounds + 1):
        for name, command in commands.items():
            with tempfile.TemporaryDirectory() as out:
                start, used = time.perf_counter(), processors()
                done = subprocess.run(
                    command(Path(out)), env=environment, cwd=out, capture_output=True, text=True
                )
                took = time.perf_counter() - start, processors() - used
            if done.returncode != 0:
                raise SystemExit(f"{name}: {done.stderr}")
            if turn > 0:
                seconds[name].append(took)
    return seconds


def processors() -> float:
    """Seconds that ended children have had of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(title: str, seconds: Mapping[str, list[Took]]) -> None:
    """Print one table."""
    print(f"\n| {title} | median s | min to max | process s | ratio |\n|--|--|--|--|--|")
    first = statistics.median(clock for clock, _ in next(iter(seconds.values())))
    for name, times in seconds.items():
        clocks = [clock for clock, _ in times]
        middle, used = statistics.median(clocks), statistics.median(used for _, used in times)
        spread = f"{min(clocks):.2f} to {max(clocks):.2f}"
        print(f"| {name} | {middle:.2f} | {spread} | {used:.2f} | {middle / first:.2f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
