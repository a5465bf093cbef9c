"""Requests a second and latency of a generated project of level 3 beside other servers.

All serve the same trained estimator with one worker each, side by side at free ports of this
machine. Every round asks each of them in turn, while the others are stopped, so that a busy
machine slows all of them alike; what is told is the median of the rounds. An answer that is lost,
refused or wrong ends the benchmark. `python -m benchmarks.serving [ROUNDS [SECONDS]]`
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.serving import load
from benchmarks.serving.kinds import kinds
from benchmarks.serving.load import Failed, Starved, Took
from benchmarks.serving.places import PEERS, Project, export, peers_environment
from benchmarks.serving.servers import Kind, Server

ESTIMATORS = {"logistic": "logistic", "boosting": "boosting, 100 iterations"}
CASES = ((1, 1), (1, 16), (100, 1), (100, 16))
"""Rows in a request, and clients at the same time."""
MOST_STARTS = 3
WARM_UP = 1
TRIES = 3
PARTS = ("p50", "p99")
BASE = "mlflow models serve"


@dataclass(frozen=True)
class Ask:
    """A request: its body and the right predictions."""

    body: bytes
    right: list[Any]


def main(rounds: int = 5, seconds: int = 2) -> None:
    """Measure everything and print it as Markdown."""
    for unset in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"):
        os.environ.pop(unset, None)
    os.environ["UV_COMPILE_BYTECODE"] = "1"
    wrk = load.version()
    with tempfile.TemporaryDirectory() as place:
        for estimator, title in ESTIMATORS.items():
            project = Project(Path(place) / f"project-{estimator}")
            card = project.train(estimator)
            peers = peers_environment(card["versions"])
            if estimator == next(iter(ESTIMATORS)):
                introduce(card["versions"], wrk, rounds, seconds)
            folder = Path(place) / estimator
            found = kinds(project, peers, folder)
            measure(title, found, export(peers, project, folder), folder, rounds, seconds)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def introduce(versions: Mapping[str, str], wrk: str, rounds: int, seconds: int) -> None:
    """Print what runs, and on what."""
    lines = (PEERS / "requirements.txt").read_text().splitlines()
    pinned = [line.replace("==", " ") for line in lines if "==" in line]
    shared = [f"{name} {one}" for name, one in versions.items() if name != "python"]
    print(f"mlops-maturity {version('mlops-maturity')}, {', '.join([*pinned, *shared])}, {wrk}")
    print(f"Python {versions['python']}, {os.cpu_count()} cores, ", end="")
    print(f"load {os.getloadavg()[0]:.1f}, {rounds} rounds of {seconds} s")


def measure(
    title: str, found: list[Kind], told: dict[str, Any], folder: Path, rounds: int, seconds: int
) -> None:
    """All cases of one estimator."""
    with ExitStack() as stack:
        servers, starts = start(found, told, folder, min(rounds, MOST_STARTS), stack)
        report_starts(title, starts)
        for rows, clients in CASES:
            taken: dict[str, list[Took]] = {kind.name: [] for kind in found}
            for _ in range(rounds):
                for server in servers:
                    request = ask(server.kind, told, rows)
                    with awake(server):
                        took = loaded(server, request, folder, clients, seconds)
                    taken[server.kind.name].append(took)
            many = f"{rows} row{'s' if rows > 1 else ''}, {clients} client{'s'[: clients - 1]}"
            report(f"{title}: {many}", taken)


def start(
    found: list[Kind], told: dict[str, Any], folder: Path, starts: int, stack: ExitStack
) -> tuple[list[Server], dict[str, list[float]]]:
    """Start each several times, in turn; the last ones stay, stopped until they are asked."""
    seconds: dict[str, list[float]] = {kind.name: [] for kind in found}
    servers = []
    for turn in range(starts):
        for number, kind in enumerate(found):
            request = ask(kind, told, 1)
            server = Server(kind, folder / f"{number}-{turn}.log")
            stack.callback(server.end)
            seconds[kind.name].append(server.first_answer(request.body, request.right))
            if turn == starts - 1:
                server.pause()
                servers.append(server)
            else:
                server.end()
    return servers, seconds


def ask(kind: Kind, told: dict[str, Any], rows: int) -> Ask:
    """The request for the first rows, as this server wants it."""
    body = kind.body(told["columns"], told["rows"][:rows])
    return Ask(json.dumps(body).encode(), told["predictions"][:rows])


@contextmanager
def awake(server: Server) -> Iterator[None]:
    """Only this server runs, for a while."""
    server.resume()
    try:
        yield
    finally:
        server.pause()


def loaded(server: Server, request: Ask, folder: Path, clients: int, seconds: int) -> Took:
    """One run of one server, after a warm-up; each answer is compared with one that is right."""
    body, expected = folder / "body.json", folder / "expected.json"
    body.write_bytes(request.body)
    for left in reversed(range(TRIES)):
        # What an earlier run left behind is answered before this one.
        expected.write_bytes(server.answer(request.body, request.right))
        try:
            load.run(server.url, body, expected, clients, WARM_UP)
            return load.run(server.url, body, expected, clients, seconds)
        except Starved as error:
            print(f"{server.kind.name}: {error}, {left} more tries", file=sys.stderr)
        except Failed as error:
            raise Failed(server.told(str(error))) from None
    raise Failed(server.told("no answer, again and again"))


def report_starts(title: str, starts: Mapping[str, list[float]]) -> None:
    """Print the table of the times to the first answer."""
    heads = ("median s", "min to max", "ratio to mlflow")
    print(f"\n| {title}: start to first answer | {' | '.join(heads)} |\n|--|--|--|--|")
    base = statistics.median(starts[BASE])
    for name, times in starts.items():
        middle = statistics.median(times)
        spread = f"{min(times):.1f} to {max(times):.1f}"
        print(f"| {name} | {middle:.1f} | {spread} | {middle / base:.2f} |", flush=True)


def report(title: str, taken: Mapping[str, list[Took]]) -> None:
    """Print the table of one case."""
    heads = ("requests/s", "min to max", "ratio to mlflow", "p50 ms", "p99 ms")
    print(f"\n| {title} | {' | '.join(heads)} |\n|--|--|--|--|--|--|")
    base = statistics.median(one.rate for one in taken[BASE])
    for name, runs in taken.items():
        rates = [one.rate for one in runs]
        middle = statistics.median(rates)
        p50, p99 = (statistics.median(getattr(one, part) for one in runs) for part in PARTS)
        spread = f"{min(rates):.0f} to {max(rates):.0f}"
        ratio = f"{middle / base:.1f}"
        print(f"| {name} | {middle:.0f} | {spread} | {ratio} | {p50:.2f} | {p99:.2f} |", flush=True)


if __name__ == "__main__":
    try:
        main(*map(int, sys.argv[1:]))
    except Failed as error:
        raise SystemExit(f"error: {error}") from None
