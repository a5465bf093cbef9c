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
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ..tracking.place import ALONE
from .verdict import Verdict

if TYPE_CHECKING:
    from .limits import Limits

NAME = "own tests"
CANDIDATE = "OPS_CANDIDATE"
_OUTSIDE = ("MLFLOW_", "_MLFLOW", "OPS_", "PREFECT_", "PYTEST_")
_PASSED = re.compile(r"\b[1-9]\d* passed\b")


def own_tests(root: Path, candidate: Path, limits: Limits) -> Iterator[Verdict]:
    """Whether they pass, and at least one of them does something.

    Args:
        root: the project's folder.
        candidate: its model file, with the card beside it.
        limits: which tests, and how long they may take.
    """
    if not limits.tests:
        yield Verdict(NAME, True, "gate.tests asks for none")
        return
    if not (root / limits.tests).exists():
        yield Verdict(NAME, False, f"{limits.tests} is not there")
        return
    if find_spec("pytest") is None:
        yield Verdict(NAME, False, "pytest is not installed here")
        return
    code, said = _ran(root, candidate, limits)
    yield Verdict(NAME, code == 0 and bool(_PASSED.search(said)), said)


def _ran(root: Path, candidate: Path, limits: Limits) -> tuple[int | None, str]:
    """How pytest ended, and its last line; none where it took too long."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", limits.tests]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OUTSIDE)}
    more = {"PROJECT_ROOT": str(root), ALONE: "1", CANDIDATE: str(candidate)}
    with subprocess.Popen(
        words,
        cwd=root,
        env={**kept, **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # so that what they start ends with them
    ) as process:
        try:
            told, _ = process.communicate(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            return None, f"{limits.tests} took more than {limits.seconds:g} s"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    failed = [line for line in told.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    last = told.strip().rpartition("\n")[2].strip("= ")
    return process.returncode, "; ".join([last, *failed[:2]]) if failed else last
