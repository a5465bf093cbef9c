"""How often a comparison on live traffic is wrong, and how soon it ends, by simulation.

Each run draws losses of two groups as labels come, looks after every label, and stops at the first
difference. Beside it: the usual test for a fixed number of labels, once at the end of its plan, and
the same test looked at after every label, as impatient people do.
`python -m benchmarks.experiments [RUNS]`
"""

from __future__ import annotations

import importlib.util
import math
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
from scipy import stats

from generator.layers import templates_folder

ALPHA, FEWEST, MOST = 0.05, 100, 20_000
Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
CHUNK = 50


def main(runs: int = 2000) -> None:
    """Simulate everything and print it as Markdown."""
    print(f"{runs:,} runs, alpha {ALPHA}, at least {FEWEST} labels of each, at most {MOST:,}\n")
    print("| no difference | share | promoted | dropped | z test, always looked at |")
    print("|--|--|--|--|--|")
    for name, draw in DRAWS.items():
        for share in (0.1, 0.2, 0.5):
            _, promoted, dropped, peeked = simulated(draw, draw, share, runs)
            print(f"| {name} | {share} | {promoted:.1%} | {dropped:.1%} | {peeked:.1%} |")
    print("\n| better by | share | promoted | dropped | median labels | fixed plan, 80 % power |")
    print("|--|--|--|--|--|--|")
    for better in (0.05, 0.1, 0.2, 0.5):
        for share in (0.2, 0.5):
            labels, promoted, dropped, _ = simulated(
                _halves, lambda c, s, b=better: _halves(c, s) * (1 - b), share, runs // 4
            )
            print(
                f"| {better:.0%} | {share} | {promoted:.1%} | {dropped:.1%} | {labels:,.0f} | "
                f"{planned(better, share):,.0f} |"
            )


def _halves(chance: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.abs(chance.normal(size=shape))


def _heavy(chance: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.abs(chance.standard_t(3, size=shape))


DRAWS: dict[str, Draw] = {
    "absolute errors": _halves,
    "absolute errors, heavy tails": _heavy,
    "2 % wrong": lambda chance, shape: (chance.random(shape) < 0.02).astype("float64"),
    "20 % wrong": lambda chance, shape: (chance.random(shape) < 0.2).astype("float64"),
}


def simulated(
    champion: Draw, challenger: Draw, share: float, runs: int
) -> tuple[float, float, float, float]:
    """Median labels until the end, and shares that were promoted, dropped, and found by peeking."""
    chance = np.random.default_rng(0)
    ends: list[float] = []
    promoted = dropped = peeked = 0
    for first in range(0, runs, CHUNK):
        count = min(CHUNK, runs - first)
        low, high, z = looks(champion, challenger, share, count, chance)
        better, worse = high < 0, low > 0
        decided = better | worse
        when = np.where(decided.any(axis=1), decided.argmax(axis=1), MOST - 1)
        promoted += int(better[np.arange(count), when].sum())
        dropped += int(worse[np.arange(count), when].sum())
        peeked += int((np.abs(z) > stats.norm.ppf(1 - ALPHA / 2)).any(axis=1).sum())
        ends.extend((when + 1).tolist())
    return float(np.median(ends)), promoted / runs, dropped / runs, peeked / runs


def looks(
    champion: Draw, challenger: Draw, share: float, count: int, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both ends of the interval and the z statistic after each label, shape (count, labels).

    Raises:
        AssertionError: the ends are not those that the template's code gives.
    """
    shape = (count, MOST)
    asked = chance.random(shape) < share
    values = np.where(asked, challenger(chance, shape), champion(chance, shape))
    numbers, means, variances = [], [], []
    for side in (~asked, asked):
        number = np.cumsum(side, axis=1)
        total = np.cumsum(np.where(side, values, 0), axis=1)
        squares = np.cumsum(np.where(side, values**2, 0), axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / number
            variances.append((squares - number * mean**2) / (number - 1))
        numbers.append(number)
        means.append(mean)
    early = np.minimum(*numbers) < FEWEST
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = sum(v * (n - 1) for v, n in zip(variances, numbers, strict=True))
        pooled = pooled / (numbers[0] + numbers[1] - 2)
        variance = sum(np.maximum(v, pooled) / n for v, n in zip(variances, numbers, strict=True))
        plain = variances[0] / numbers[0] + variances[1] / numbers[1]
        middle = means[1] - means[0]
        radius = np.sqrt(variance) * widths()
        z = middle / np.sqrt(plain)
    for one in (radius, z):
        one[early | ~np.isfinite(one)] = np.inf if one is radius else 0
    sequential = template("release/sequential.py")
    arms = (sequential.Arm.of(values[0][side[0]]) for side in (~asked, asked))
    assert np.allclose(
        sequential.interval(*arms, ALPHA),
        (middle[0, -1] - radius[0, -1], middle[0, -1] + radius[0, -1]),
    )
    return middle - radius, middle + radius, z


@cache
def widths() -> np.ndarray:
    """Half of the interval in standard errors, by number of labels, from the template's code."""
    sequential = template("release/sequential.py")
    found = np.full(MOST, np.inf)
    # The half width depends on the number of labels alone once it is told in standard errors.
    for labels in range(4, MOST + 1):
        half = labels // 2
        arm, other = (sequential.Arm(n, 0.0, float(n - 1)) for n in (half, labels - half))
        _, high = sequential.interval(arm, other, ALPHA)
        found[labels - 1] = high / math.sqrt(1 / half + 1 / (labels - half))
    return found


@cache
def template(name: str) -> ModuleType:
    """A module of the layer deployment as it lies."""
    place = templates_folder() / "deployment/{{cookiecutter.project_slug}}/src"
    path = Path(place, "{{cookiecutter.package_name}}/ops", name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def planned(better: float, share: float) -> float:
    """Labels of both groups by which the usual test has 80 % power, for absolute errors."""
    mean, variance = math.sqrt(2 / math.pi), 1 - 2 / math.pi
    reach = stats.norm.ppf(1 - ALPHA / 2) + stats.norm.ppf(0.8)
    each = variance * (1 / (1 - share) + (1 - better) ** 2 / share)
    return float(reach**2 * each / (better * mean) ** 2)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
