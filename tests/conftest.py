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

# Of tests that run a project, in the order in which three workers take them: the longest three,
# three that are short, since a worker holds one more than it runs, and then the next longest ones.
ORDER = (
    *("is_proven[4-", "every_command_of_the_readme", "is_proven[2-"),
    *("test_interruption", "without_an_answer"),
    *("is_proven[3-", "is_proven[1-", "the_demo", "test_sabotage"),
)

Tool = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that run a project come in their order, after all others."""

    def rank(item: pytest.Item) -> int:
        if not item.get_closest_marker("project"):
            return -1
        named = (place for place, name in enumerate(ORDER) if name in item.nodeid)
        return next(named, len(ORDER))

    items.sort(key=rank)


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
