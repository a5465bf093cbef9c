"""Processes of a generated project, in this environment: commands, and one that works in forks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO


def environment(project: Path) -> dict[str, str]:
    """That of a process of the project, which asks no server that is named elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    more = {"PROJECT_ROOT": str(project), "PYTHONPATH": str(project / "src"), "OPS_ALONE": "1"}
    return {**kept, **more}


def words(*arguments: object) -> list[str]:
    """A command of the project, in this interpreter's environment."""
    return [sys.executable, "-m", "flights.ops", *map(str, arguments)]


def run(
    project: Path, command: list[str], given: str = "", env: Mapping[str, str] | None = None
) -> str:
    """What a command of the project prints; it ends well."""
    done = subprocess.run(
        command,
        cwd=project,
        env=environment(project) if env is None else env,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Warm:
    """What reads lines, and answers in lines.

    Attributes:
        process: whose forks do the work.
    """

    process: subprocess.Popen[str]

    def ask(self, line: object) -> str:
        """Give it a line, and wait for the first line of its answer."""
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)
        return self.more()

    def more(self) -> str:
        """The next line of its answer."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def warm(project: Path, code: str, err: IO[bytes] | None = None) -> Iterator[Warm]:
    """Run code that reads lines from its standard input until that ends."""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=project,
        env=environment(project),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=err,
        text=True,
    ) as process:
        yield Warm(process)
