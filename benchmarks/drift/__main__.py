"""Print the figures as Markdown and draw them. `python -m benchmarks.drift [PICTURE]`."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.drift.cost import COLUMNS, cost
from benchmarks.drift.quality import SHIFTS, SWAP, Quality, evidently, ours
from benchmarks.drift.tables import tables
from generator.context import choose
from generator.create import write_tree
from generator.layers import discover, for_level, templates_folder
from generator.render import render

SIZES = (10_000, 100_000, 1_000_000)
LEVEL = 3


def main(picture: Path) -> None:
    """Measure, print and draw."""
    warnings.simplefilter("ignore")
    print(f"evidently {version('evidently')}, Python {sys.version.split()[0]}, ", end="")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        tree = render(for_level(discover(templates_folder()), LEVEL), choose("flights"))
        write_tree(project, tree)
        sys.path.insert(0, str(project / "src"))
        os.environ["PROJECT_ROOT"] = str(project)
        found = {}
        print("| table | way | ordinary windows with an alarm |", end="")
        print(" 0.25 sd | 0.5 sd | 1 sd | swapped category |\n|--|--|--|--|--|--|--|")
        for table in tables():
            first = ours(table, lambda name: importlib.import_module(f"flights.ops.{name}"))
            others = [evidently(table, beside, first.alarms) for beside in ("training", "recent")]
            found[table.name] = [first, *others]
            _print(table.name, found[table.name])
        print(f"\n| rows x {COLUMNS} columns | ours s | MB | Evidently s | MB |", end="")
        print(" times as fast |\n|--|--|--|--|--|--|")
        for rows in SIZES:
            (a, b), (c, d) = (cost(rows, ours, project, "flights") for ours in (True, False))
            print(f"| {rows:,} | {a:.3f} | {b:.0f} | {c:.2f} | {d:.0f} | {c / a:.0f} |", flush=True)
    _draw(found, picture)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def _print(name: str, found: Sequence[Quality]) -> None:
    for one in found:
        shares = [one.alarms, *(one.power[shift] for shift in (*SHIFTS, SWAP))]
        print(f"| {name} | {one.way} | {' | '.join(f'{share:.1%}' for share in shares)} |")
    missed = {f"{name} {size}": s for (name, size), s in found[0].by_column.items() if s < 1}
    print(f"missed by ours: {missed}", file=sys.stderr, flush=True)


def _draw(found: Mapping[str, Sequence[Quality]], picture: Path) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(found), figsize=(4 * len(found), 3.6), sharey=True)
    for axis, (name, ways) in zip(axes, found.items(), strict=True):
        for one in ways:
            places = [0.0, *SHIFTS]
            axis.plot(places, [one.alarms, *(one.power[s] for s in SHIFTS)], "o-", label=one.way)
        axis.set_title(name)
        axis.set_xlabel("shift, standard deviations")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("share of windows with an alarm")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/drift.png"))
