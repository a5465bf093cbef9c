"""Projects on tables that no template knows: each one is proven as the shipped one is."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from sklearn import datasets

from generator.cli import run
from generator.layers import discover, templates_folder
from generator.verify import verify

pytestmark = pytest.mark.project
BUILT = sorted({layer.manifest.since for layer in discover(templates_folder())})


def packaged(package: str, *parts: str) -> Callable[[Path], Path]:
    """A CSV file that lies in an installed package."""
    return lambda folder: Path(str(files(package).joinpath(*parts)))


def learned(name: str, suffix: str) -> Callable[[Path], Path]:
    """A table of scikit-learn, saved by pandas."""

    def saved(folder: Path) -> Path:
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
        path = folder / f"{name}{suffix}"
        if suffix == ".csv":
            frame.to_csv(path)  # with the row number as a column without a name
        else:
            frame.to_parquet(path, index=False)
        return path

    return saved


def nasty(folder: Path) -> Path:
    """Odd names and values: quotes, braces, zeros in front, words for missing, line ends."""
    drawn = random.Random(3)
    names = ['it\'s "quoted"', "with space", "größe 模", "{{ cookiecutter }}", "{% raw %}", "a,b;c"]
    names += ["code", "when", "member", "$(touch x)", "\\back\\n", "tags [x]", "flag", "y#="]
    rows = []
    for number in range(900):
        code, x = drawn.choice(["007", "012", "900"]), drawn.gauss(0, 1)
        label = "NA" if x > 0.3 else "Ja" if code == "007" else 'nein, "danke"'
        day = f"2013-{1 + number * 12 // 900:02}-{drawn.randint(1, 28):02}"
        rows.append(
            [
                f"{x:.4f}" if drawn.random() < 0.8 else "",
                *(drawn.choice(["a b", "ü", "{{x}}"]), drawn.randint(0, 50)),
                *(drawn.choice(["p", "q", ""]), "", drawn.choice(["1,5", "2,5"]), code),
                f"{day}T{drawn.randint(0, 23):02}:00:00{drawn.choice(['+02:00', 'Z'])}",
                *(drawn.choice(["yes", "no"]), f"{drawn.choice('uvw')}\nx"),
                drawn.randint(0, 50) / 7 if drawn.random() < 0.3 else "",
                *(f"id-{number:04}", drawn.choice(["true", "false", ""])),
                label if drawn.random() < 0.95 else "Ja",
            ]
        )
    path = folder / "nasty.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([names, *rows])
    return path


TABLES: dict[str, tuple[Callable[[Path], Path], list[str]]] = {
    "penguins": (
        packaged("palmerpenguins", "data", "penguins.csv"),
        ["--target", "species"],
    ),
    "penguins as they were measured": (
        packaged("palmerpenguins", "data", "penguins-raw.csv"),
        ["--target", "Body Mass (g)"],
    ),
    "breast cancer": (learned("breast_cancer", ".parquet"), ["--target", "target"]),
    "wine": (learned("wine", ".csv"), ["--target", "target"]),
    "diabetes": (learned("diabetes", ".parquet"), ["--target", "target"]),
    "weather of Seattle": (
        packaged("vega_datasets", "_data", "seattle-weather.csv"),
        ["--target", "temp_max", "--time", "date"],
    ),
    "credit": (packaged("ISLP", "data", "Credit.csv"), ["--target", "Balance", "--key", "ID"]),
    "default": (packaged("ISLP", "data", "Default.csv"), ["--target", "default"]),
    "wages": (packaged("ISLP", "data", "Wage.csv"), ["--target", "wage"]),
    "bikes": (packaged("ISLP", "data", "Bikeshare.csv"), ["--target", "bikers"]),
    "nasty": (nasty, ["--target", "y#=", "--time", "when", "--key", "tags [x]"]),
}
# The worst of them in make test, once it is served. In make test-full all where rows are read and
# answered; above, where a level is proven in many minutes: one without time, one with, the worst.
QUICK = (1, "nasty")
ABOVE = ("credit", "weather of Seattle", "nasty")
CASES = [
    pytest.param(level, name, marks=[] if (level, name) == QUICK else pytest.mark.full)
    for level in BUILT
    for name in (TABLES if level <= QUICK[0] else ABOVE)
]


@pytest.mark.parametrize(("level", "name"), CASES)
def test_a_project_on_a_table_of_ones_own_is_proven(
    tmp_path: Path, environments: Path, level: int, name: str
) -> None:
    table, options = TABLES[name]
    options = ["--data", str(table(tmp_path)), *options, "--yes", "--into", str(tmp_path)]
    assert run(["new", "own", "--level", str(level), *options]) == 0
    verdict = verify(tmp_path / "own", environments=environments)
    assert verdict.failures == (), str(verdict)
    assert len(verdict.proofs) > 10
