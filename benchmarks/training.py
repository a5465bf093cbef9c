"""From `ops train` to a registered version, beside the same fit alone and beside the naive way.

All sides run in one environment with compiled bytecode, on the same rows, in turn; the first round
only warms up, and makes each side's database. `python -m benchmarks.training [ROUNDS]`
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from benchmarks.__main__ import Took, processors, report
from generator.context import choose
from generator.create import create, project_files
from generator.layers import discover, templates_folder

NAMES = ("mlflow", "prefect", "scikit-learn", "skops")
FIT = """
import sys
from pathlib import Path
from flights.data import load
from flights.model import build, evaluate
from flights.ops.settings import read_settings
settings = read_settings()
rows = load()
cut = int(len(rows) * 0.8)
names = [column.name for column in settings.data.features]
older, newer = rows.iloc[:cut], rows.iloc[cut:]
model = build({"random_state": 0, **settings.model}).fit(older[names], older["air_time"])
evaluate(newer["air_time"], model.predict(newer[names]))
"""
JOBLIB = f"{FIT}\nimport joblib\njoblib.dump(model, sys.argv[1] + '/model.joblib')\n"
DEFAULTS = f"""{FIT}
import mlflow
mlflow.set_tracking_uri("sqlite:///" + sys.argv[1] + "/naive.db")
mlflow.set_experiment("flights")
with mlflow.start_run():
    mlflow.log_params(settings.model)
    mlflow.sklearn.log_model(
        model, name="model", input_example=newer[names].head(), registered_model_name="flights",
        skops_trusted_types=TRUSTED,
    )
""".replace("import mlflow\n", "import mlflow\nfrom flights.ops.model_file import TRUSTED\n")
NAIVE = f"""
import sys
from prefect import flow, task
@task
def fit():
{"".join(f"    {line}" + chr(10) for line in DEFAULTS.replace("import sys", "pass").splitlines())}
@flow
def training():
    fit()
training()
"""
# Of one process: the second of two calls, so that no import is in it.
LOGGED = f"""{FIT}
import json, time, warnings
warnings.simplefilter("ignore")
import mlflow
from mlflow.models import infer_signature
from flights.ops.model_file import TRUSTED
from flights.ops.tracking.runs import NEEDED
from importlib.metadata import version
mlflow.set_tracking_uri("sqlite:///" + sys.argv[1] + "/logged.db")
mlflow.set_experiment("flights")
example = newer[names].head()
told = dict(
    signature=infer_signature(example, model.predict(example)),
    pip_requirements=[f"{{name}}=={{version(name)}}" for name in NEEDED],
)
took = {{"told": [], "defaults": []}}
for turn in range(4):
    for name, more in (("told", told), ("defaults", {{}})):
        start = time.perf_counter()
        with mlflow.start_run():
            mlflow.sklearn.log_model(
                model, name="model", input_example=example, registered_model_name=name,
                skops_trusted_types=TRUSTED, **more,
            )
        took[name].append(time.perf_counter() - start)
print(json.dumps({{name: values[1:] for name, values in took.items()}}))
"""
FLOWS = """
import asyncio, json, os, sys, time
os.environ["OPS_ALONE"] = "1"
from flights.ops.pipeline import flow as recorded
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
STEPS = 5
def step(work):
    return work + 1
async def waited(work):
    return step(work)
@flow(persist_result=False)
async def ours():
    work = 0
    for _ in range(STEPS):
        work = await task(cache_policy=NO_CACHE, persist_result=False)(waited)(work)
    return work
@flow
def usual():
    work = 0
    for _ in range(STEPS):
        work = task(step)(work)
    return work
took = {"ours": [], "usual": []}
for turn in range(6):
    for name, call in (("ours", lambda: asyncio.run(ours())), ("usual", usual)):
        time.sleep(2)  # the server still writes the run before, and answers 503 meanwhile
        start = time.perf_counter()
        assert call() == STEPS
        took[name].append(time.perf_counter() - start)
print(json.dumps({name: values[1:] for name, values in took.items()}))
"""


def main(rounds: int = 5) -> None:
    """Measure everything and print it as Markdown."""
    print(", ".join(f"{name} {version(name)}" for name in ("mlops-maturity", *NAMES)))
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, ", end="")
    print(f"load {os.getloadavg()[0]:.1f}, {rounds} rounds")
    with tempfile.TemporaryDirectory() as folder:
        project = made(Path(folder))
        report("train, to a version", processes(project, rounds))
        for title, script in (("log_model and register", LOGGED), ("a flow of five steps", FLOWS)):
            if script is FLOWS:
                ops(project, "services")
            try:
                inside(title, project, script)
            finally:
                ops(project, "services", "--stop")
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def made(folder: Path) -> Path:
    """A project of level 2 on the shipped table."""
    tree, record = project_files(discover(templates_folder()), 2, choose("flights", "regression"))
    return create(tree, record, folder / "flights").folder


def processes(project: Path, rounds: int) -> dict[str, list[Took]]:
    """Seconds of whole processes; every round of ours fits anew, as its seed is another one."""
    seconds: dict[str, list[Took]] = {}
    with tempfile.TemporaryDirectory() as out:  # what each side keeps is there in later rounds
        for turn in range(rounds + 1):
            for name, command in sides(turn, out).items():
                took = timed(command, project, {"PREFECT_HOME": f"{out}/prefect"})
                if turn:
                    seconds.setdefault(name, []).append(took)
    return seconds


def sides(turn: int, out: str) -> dict[str, list[str]]:
    """What each side runs in a round."""
    anew = ["--param", f"max_iter={100 + turn % 2}", "--param", f"random_state={turn}"]
    for name in ("defaults", "flow"):
        Path(out, name).mkdir(exist_ok=True)
    return {
        "fit and joblib": [sys.executable, "-c", JOBLIB, out],
        "ops train": [*OPS, "train", *anew],
        "fit and log_model by default": [sys.executable, "-c", DEFAULTS, f"{out}/defaults"],
        "the same in a flow, no server": [sys.executable, "-c", NAIVE, f"{out}/flow"],
    }


OPS = [sys.executable, "-m", "flights.ops"]


def timed(command: list[str], project: Path, more: Mapping[str, str]) -> Took:
    """Seconds of the clock and of the processors that a command takes."""
    import time

    start, used = time.perf_counter(), processors()
    done = subprocess.run(
        command, cwd=project, env=environment(project) | more, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(f"{command[:3]}: {done.stderr[-3000:]}")
    return time.perf_counter() - start, processors() - used


def environment(project: Path) -> dict[str, str]:
    """Of every side alike."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    more = {"PROJECT_ROOT": str(project), "PYTHONPATH": str(project / "src"), "OPS_ALONE": "1"}
    more |= {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1"}
    # What Prefect reports would find the database of its home locked now and then; and its first
    # start on a slow machine takes longer than the 20 seconds that it is given by default.
    more |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    more |= {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120"}
    return {**kept, **more}


def inside(title: str, project: Path, script: str) -> None:
    """Times that a process takes of itself, as a table."""
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            [sys.executable, "-c", script, out],
            cwd=project,
            env=environment(project),
            capture_output=True,
            text=True,
        )
    if done.returncode != 0:
        raise SystemExit(f"{title}: {done.stderr[-3000:]}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"\n| {title} | median s | min to max | ratio |\n|--|--|--|--|")
    first = statistics.median(next(iter(found.values())))
    for name, times in found.items():
        middle = statistics.median(times)
        spread = f"{min(times):.3f} to {max(times):.3f}"
        print(f"| {name} | {middle:.3f} | {spread} | {middle / first:.1f} |")


def ops(project: Path, *words: str) -> None:
    """Run a command of the project."""
    subprocess.run([*OPS, *words], cwd=project, env=environment(project), check=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
