"""What every test may ask for."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is a matter of the machine, and no test's business.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell deafens what it runs in the background to Ctrl-C, and so all that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

Tool = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Run the command line in a fresh process: `tool("new", "churn", "--level", "0")`."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        settings = {"cwd": tmp_path, "capture_output": True, "text": True, "check": False}
        command = [str(Path(sys.executable).parent / "mlops-maturity"), *map(str, arguments)]
        return subprocess.run(command, **{**settings, **options})  # type: ignore[call-overload]

    return run
