"""What a server of the project left behind is told from what is somebody else's."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.templates.batches import Part


@pytest.fixture
def sleeping(live: Part) -> Iterator[dict[str, int]]:
    """Processes of one session: ours, another project's, and one that nobody marked; by name."""
    mark = live("pipeline.processes").MARK
    with ExitStack() as stack:
        found: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("ours", "theirs", ""):
            more = {mark: name} if name else {}
            sleeps = subprocess.Popen(["sleep", "60"], env={**os.environ, **more})
            stack.callback(sleeps.wait)
            stack.callback(sleeps.kill)
            found[name] = sleeps
        yield {name: one.pid for name, one in found.items()}


def test_only_what_bears_the_mark_was_left_behind(live: Part, sleeping: dict[str, int]) -> None:
    """Also where the number of the process that was killed is somebody else's now."""
    part = live("pipeline.processes")
    one = part.Running("mlflow", "http://127.0.0.1:1", sleeping[""], 0.0, "ours")
    assert [left.pid for left in part.left_behind(one)] == [sleeping["ours"]]
    unmarked = part.Running("mlflow", "http://127.0.0.1:1", os.getpgid(0), 0.0)
    assert part.left_behind(unmarked) == []
