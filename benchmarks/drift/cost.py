"""Time and memory of one comparison, each in a process of its own, after all imports.

Ours sees the rows in parts, as they come from the log, beside a profile that is kept; Evidently
takes both tables whole. Memory is what the process needs at most beyond what it needed before.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

COLUMNS = 10
PART = 50_000
MADE = """
import json, sys, time
from pathlib import Path
import numpy as np, pandas as pd
rows, seed = int(sys.argv[1]), 0
def made(count, seed):
    chance = np.random.default_rng(seed)
    table = {f"x{n}": chance.normal(size=count) for n in range(8)}
    names = np.array([f"name {n}" for n in range(20)], dtype=object)
    table |= {f"c{n}": names[chance.integers(0, 20, count)] for n in range(2)}
    return pd.DataFrame(table)
def peak():  # since the last look: the kernel's own figure is that of the parent, too
    lines = Path("/proc/self/status").read_text().splitlines()
    found = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    Path("/proc/self/clear_refs").write_text("5")
    return found
"""
OURS = """
from PACKAGE.ops.monitoring.profile import profile, scales
from PACKAGE.ops.monitoring.thresholds import begin, judge
from PACKAGE.ops.monitoring.options import read_monitoring
from PACKAGE.ops.settings import read_settings
from PACKAGE.ops.schema import Column
import scipy.stats
limits = read_monitoring(read_settings())
columns = [Column(f"x{n}", "number") for n in range(8)]
columns += [Column(f"c{n}", "category") for n in range(2)]
PART = int(sys.argv[2])
cells = scales(made(1000, 1), columns)
training = profile([made(1000, 2)], cells)
memory = begin(training, [profile([made(1000, n)], cells) for n in range(3, 13)], limits)
before, taken = peak(), 0.0
found = profile([], cells)
for number in range(max(1, rows // PART)):
    part = made(min(rows, PART), 100 + number)
    start = time.perf_counter()
    found += profile([part], cells)
    taken += time.perf_counter() - start
start = time.perf_counter()
verdicts = judge(memory, found, limits)
taken += time.perf_counter() - start
print(json.dumps([taken, peak() - before]))
"""
THEIRS = """
import warnings
warnings.simplefilter("ignore")
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset
sides = DataDefinition(numerical_columns=[f"x{n}" for n in range(8)],
                       categorical_columns=["c0", "c1"])
both = [made(1000, 1), made(1000, 2)]
def run(both):
    one, other = (Dataset.from_pandas(rows, data_definition=sides) for rows in both)
    return Report([DataDriftPreset()]).run(one, other).dict()
run(both)
before = peak()
both = [made(rows, 100), made(rows, 200)]
start = time.perf_counter()
run(both)
print(json.dumps([time.perf_counter() - start, peak() - before]))
"""


def cost(rows: int, is_ours: bool, project: Path, package: str) -> tuple[float, float]:
    """Seconds and megabytes."""
    code = MADE + (OURS.replace("PACKAGE", package) if is_ours else THEIRS)
    done = subprocess.run(
        [sys.executable, "-c", code, str(rows), str(PART)],
        env=_environment(project),
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
    return seconds, megabytes


def _environment(project: Path) -> dict[str, str]:
    import os

    paths = [str(project / "src"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    more = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PROJECT_ROOT": str(project)}
    return {**os.environ, **more, "OMP_NUM_THREADS": "1", "DO_NOT_TRACK": "1"}
