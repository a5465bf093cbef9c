"""Load by `wrk`, the same for every server: one thread, one body over and over."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")


class Failed(Exception):
    """The benchmark cannot go on."""


class Starved(Failed):
    """No answer came in time, and none was bad."""


@dataclass(frozen=True)
class Took:
    """What one run of one server gave: requests a second, and milliseconds of the latency."""

    rate: float
    p50: float
    p99: float


def version() -> str:
    """The version of wrk.

    Raises:
        Failed: there is none.
    """
    if shutil.which("wrk") is None:
        raise Failed("wrk is not on PATH; hint: apt-get install wrk")
    told = subprocess.run(["wrk", "--version"], capture_output=True, text=True).stdout
    return told.split(" [")[0].splitlines()[0]


def run(url: str, body: Path, expected: Path, clients: int, seconds: int) -> Took:
    """Ask for a while.

    Args:
        url: where to post.
        body: file with what is posted.
        expected: file with the body of the right answer; every answer is compared with it.
        clients: how many ask at the same time, each over a connection of its own.
        seconds: how long.

    Raises:
        Failed: an answer was lost, refused or wrong.
        Starved: there was none.
    """
    done = subprocess.run(
        [
            *("wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s"),
            *("-s", SCRIPT, url, "--", body, expected),
        ],
        capture_output=True,
        text=True,
    )
    _, found, line = done.stdout.rpartition("RESULT ")
    if done.returncode != 0 or not found:
        raise Failed(f"wrk failed: {done.stdout}{done.stderr}")
    told = json.loads(line)
    bad = {name: told[name] for name in ("refused", "wrong", "lost") if told[name]}
    if bad:
        raise Failed(f"of {told['requests']} answers: {bad}")
    if not told["requests"]:
        raise Starved(f"no answer within {seconds} s")
    return Took(told["requests"] * 1e6 / told["us"], told["p50"] / 1e3, told["p99"] / 1e3)
