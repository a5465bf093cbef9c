# ours: kept current by mlops-maturity upgrade
"""The tests that the project's owner wrote: they count as checks of their own.

They run in a process of their own, which knows no server and no token. Those that take the fixture
`trained` are given the candidate.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from ..tracking.place import ALONE
from .verdict import Check, Verdict

if TYPE_CHECKING:
    from .limits import Limits

NAME = "own tests"
CANDIDATE = "OPS_CANDIDATE"
_OUTSIDE = ("MLFLOW_", "_MLFLOW", "OPS_", "PREFECT_", "PYTEST_")
_PASSED = re.compile(r"\b[1-9]\d* passed\b")


@contextmanager
def own_tests(root: Path, candidate: Path, limits: Limits) -> Iterator[Check]:
    """Begin the tests; the check that is given waits for them, whatever is done meanwhile.

    Args:
        root: the project's folder.
        candidate: its model file, with the card beside it.
        limits: which tests, and how long they may take.
    """
    if reason := _hindrance(root, limits):
        yield lambda: [Verdict(NAME, not limits.tests, reason)]
        return
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", limits.tests]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OUTSIDE)}
    more = {"PROJECT_ROOT": str(root), ALONE: "1", CANDIDATE: str(candidate)}
    end = time.monotonic() + limits.seconds
    with (
        TemporaryFile() as output,
        subprocess.Popen(
            words,
            cwd=root,
            env={**kept, **more},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what they start ends with them
        ) as process,
    ):
        try:
            yield lambda: [_told(process, output, end, limits)]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _hindrance(root: Path, limits: Limits) -> str:
    """Why nothing can be run, in words."""
    if not limits.tests:
        return "gate.tests asks for none"
    if not (root / limits.tests).exists():
        return f"{limits.tests} is not there"
    return "" if find_spec("pytest") else "pytest is not installed here"


def _told(
    process: subprocess.Popen[bytes], output: IO[bytes], end: float, limits: Limits
) -> Verdict:
    """Whether they pass, and at least one of them does something."""
    try:
        code = process.wait(max(end - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return Verdict(NAME, False, f"{limits.tests} took more than {limits.seconds:g} s")
    output.seek(0)
    lines = output.read().decode(errors="replace").splitlines() or [""]
    failed = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    last = lines[-1].strip("= ")
    passed = code == 0 and bool(_PASSED.search(last))
    return Verdict(NAME, passed, "; ".join([last, *failed[:2]]))
