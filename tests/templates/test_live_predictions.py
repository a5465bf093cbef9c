"""The log of predictions: nothing acknowledged is lost, nothing broken stops the reader."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

Part = Callable[[str], ModuleType]

plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
value = plain | st.floats(allow_nan=False, allow_infinity=False)
# Acknowledges each line after it was written, until it is killed.
WRITER = """
import sys
from pathlib import Path
from live.ops.predictions.segments import Log
log = Log(Path(sys.argv[1]), largest=20_000)
number = 0
while True:
    log.append([b'{"number": %d, "padding": "%s"}' % (number, b"x" * (number % 300))])
    print(number, flush=True)
    number += 1
"""


def read(live: Part, folder: Path) -> list[bytes]:
    found = live("predictions.segments")
    return [line for one in found.segments(folder) for line in found.lines(one)]


def record(live: Part, **changed: Any) -> Any:
    usual: dict[str, Any] = {"id": "a/0", "time": "2013-01-01T00:00:00.000+00:00"}
    return live("predictions.record").Record(
        **{**usual, "version": "1", "features": {}, "prediction": 1.5, **changed}
    )


def test_what_is_appended_is_read_in_order(live: Part, tmp_path: Path) -> None:
    log = live("predictions.segments").Log(tmp_path / "log")
    log.append([b"one", b"two"])
    log.append([b"three"])
    log.append([])
    assert read(live, tmp_path / "log") == [b"one", b"two", b"three"]


def test_a_segment_that_has_grown_is_closed_and_another_begun(live: Part, tmp_path: Path) -> None:
    part = live("predictions.segments")
    log = part.Log(tmp_path, largest=10)
    for number in range(4):
        log.append([b"%d" % number * 6])
    found = part.segments(tmp_path)
    assert len(found) == 2
    assert not any(part.is_open(one) for one in found)
    log.append([b"more"])
    assert sum(part.is_open(one) for one in part.segments(tmp_path)) == 1
    log.close()
    assert not any(part.is_open(one) for one in part.segments(tmp_path))


def test_each_process_writes_a_segment_of_its_own(live: Part, tmp_path: Path) -> None:
    part = live("predictions.segments")
    log = part.Log(tmp_path)
    log.append([b"parent"])
    if not (child := os.fork()):
        log.append([b"child"])
        os._exit(0)
    os.waitpid(child, 0)
    log.append([b"parent again"])
    told = sorted([*part.lines(one)] for one in part.segments(tmp_path))
    assert told == [[b"child"], [b"parent", b"parent again"]]


@pytest.mark.parametrize("ends", [b'{"a": 1', b"", b"\n", b"\xff\xfe", b'{"a": 1}\x00\n'])
def test_a_torn_end_is_no_line_and_stops_nobody(live: Part, tmp_path: Path, ends: bytes) -> None:
    part = live("predictions.record")
    whole = part.encoded([record(live), record(live, id="b/0")])
    (tmp_path / "1.jsonl").write_bytes(b"\n".join(whole) + b"\n" + ends)
    (tmp_path / "2.jsonl").write_bytes(whole[0] + b"\n")
    assert [one.id for one in part.decoded(read(live, tmp_path))] == ["a/0", "b/0", "a/0"]


def test_a_broken_line_in_the_middle_is_passed_over(live: Part, tmp_path: Path) -> None:
    part = live("predictions.record")
    whole = part.encoded([record(live)])[0]
    (tmp_path / "1.jsonl").write_bytes(b"\n".join([whole, whole[:20], b"[]", whole, b""]))
    assert len(list(part.decoded(read(live, tmp_path)))) == 2


def test_a_writer_that_is_killed_loses_nothing_that_it_acknowledged(
    live: Part, tmp_path: Path
) -> None:
    source = Path(live("predictions.segments").__file__).parents[3]
    for turn in range(8):
        folder = tmp_path / str(turn)
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, folder],
            env={"PYTHONPATH": str(source), "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.01 * turn)
            writer.send_signal(signal.SIGKILL)
            acknowledged = writer.stdout.read().count(b"\n") + 1
        found = read(live, folder)
        assert len(found) in (acknowledged, acknowledged + 1)
        assert all(line.startswith(b'{"number": %d,' % place) for place, line in enumerate(found))


def test_without_space_the_writer_says_so_and_later_lines_are_whole(
    live: Part, tmp_path: Path
) -> None:
    log = live("predictions.segments").Log(tmp_path)
    log.append([b"before"])
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, usual[1]))
        for _ in range(2):
            with pytest.raises(OSError, match=r"File too large|were written"):
                log.append([b"does not fit"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, kept)
    log.append([b"after"])
    assert read(live, tmp_path) == [b"before", b"doe", b"after"]


@given(features=st.dictionaries(st.text(), value), key=st.none() | st.text() | st.integers())
def test_a_record_comes_back_as_it_was(live: Part, features: dict[str, Any], key: Any) -> None:
    part = live("predictions.record")
    kept = record(live, features=features, key=key, prediction="a class", score=0.25)
    line = part.encoded([kept])[0]
    assert b"\n" not in line
    (found,) = part.decoded([line])
    assert found == kept


def test_a_record_is_joined_by_its_key_or_else_by_its_id(live: Part) -> None:
    assert [record(live, key=key).joined_by for key in (7, 7.0, "7", None)] == ["7"] * 3 + ["a/0"]


def test_the_records_of_a_request_are_told_apart(live: Part) -> None:
    found = live("predictions.record").of_request(
        "r",
        "2013-01-01T00:00:00.000+00:00",
        "3",
        ["a", "b"],
        [(1.0, None), (2.0, "x")],
        [{"prediction": 1, "key": "k"}, {"prediction": 0, "score": 0.5}],
        "challenger",
    )
    assert [one.id for one in found] == ["r/0", "r/1"]
    assert [one.features for one in found] == [{"a": 1.0, "b": None}, {"a": 2.0, "b": "x"}]
    assert [(one.key, one.score, one.variant) for one in found] == [
        ("k", None, "challenger"),
        (None, 0.5, "challenger"),
    ]
