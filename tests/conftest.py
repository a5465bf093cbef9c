"""What every test may ask for."""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

# Before any library is loaded that waits for work: a waiting thread sleeps.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is a matter of the machine, and no test's business.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell deafens what it runs in the background to Ctrl-C, and so all that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Libraries make objects by the million when they are loaded, and hardly any garbage.
gc.set_threshold(50_000, 10, 10)
atexit.register(gc.freeze)

# Linux's own numbers: version 3 of capget(2), and the right to pass over the modes of files.
VERSION, PASS_OVER = 0x20080522, 0b110

# What takes minutes begins early: at the end, hardly a worker waits for another one.
LONGEST = ("test_levels.py", "test_docs.py", "test_own_data.py", "test_release_faults.py")

Tool = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of tests that run a project, the longest ones come first."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(
        key=lambda item: (
            ranks.get(item.path.name, len(ranks)) if item.get_closest_marker("project") else -1
        )
    )


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Run the command line in a fresh process: `tool("new", "churn", "--level", "0")`."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        settings = {"cwd": tmp_path, "capture_output": True, "text": True, "check": False}
        command = [str(Path(sys.executable).parent / "mlops-maturity"), *map(str, arguments)]
        return subprocess.run(command, **{**settings, **options})  # type: ignore[call-overload]

    return run


@pytest.fixture
def modes_count() -> Iterator[None]:
    """Modes of files count in this thread, as they do for everybody but root."""
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root passes over the modes of files, and cannot be kept from it here")
    libc = ctypes.CDLL(None, use_errno=True)
    header, held = (ctypes.c_uint32 * 2)(VERSION, 0), (ctypes.c_uint32 * 6)()

    def call(function: Callable[..., int]) -> None:
        if function(header, held) != 0:
            raise OSError(ctypes.get_errno(), "capabilities")

    call(libc.capget)
    held[0], before = held[0] & ~PASS_OVER, held[0]
    call(libc.capset)
    try:
        yield
    finally:
        held[0] = before
        call(libc.capset)
