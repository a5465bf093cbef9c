"""Whoever stops verify finds nothing left of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.integration.conftest import Make

pytestmark = pytest.mark.project


def left_in(folder: Path) -> list[str]:
    """Processes whose working folder lies below `folder`."""
    found = []
    for process in psutil.process_iter(["name", "cwd"]):
        if str(process.info["cwd"] or "").startswith(str(folder)):
            found.append(process.info["name"])
    return found


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_an_interruption_leaves_no_process_and_no_file(
    make: Make, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    project = make(0, "regression")
    tool = subprocess.Popen(
        [Path(sys.executable).with_name("mlops-maturity"), "verify", project],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not left_in(tmp_path):
        assert tool.poll() is None
        time.sleep(0.05)
    tool.send_signal(number)
    assert tool.wait(timeout=60) == code
    assert tool.stderr is not None
    said = tool.stderr.read()
    tool.stderr.close()
    assert "Traceback" not in said
    assert left_in(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
