"""A real pseudo-terminal with the command in it, and the screen as a person sees it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

UP, DOWN, LEFT, ENTER, CTRL_C, CTRL_D = "\x1b[A", "\x1b[B", "\x1b[D", "\r", "\x03", "\x04"
FOOT = "q stop"
"""The last words of every step: what stands above them has been drawn."""
PATIENCE = 20
"""Seconds until a screen that does not come is a failure."""


class Terminal:
    """The command in a terminal of its own: type, wait for words, look at the screen."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        columns: int = 80,
        rows: int = 40,
        data: Path | None = None,
        **environment: str,
    ) -> None:
        """Start the command; with `data` its standard output goes to that file."""
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=1)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        base = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        command = [str(Path(sys.executable).with_name("mlops-maturity")), *arguments]
        if data is not None:
            command = [
                "/bin/sh",
                "-c",
                'out="$1"; shift; exec "$@" > "$out"',
                "sh",
                str(data),
                *command,
            ]
        self._child = pexpect.spawn(
            command[0],
            command[1:],
            cwd=folder,
            env={**base, "TERM": "xterm-256color", **environment},  # type: ignore[arg-type]
            dimensions=(rows, columns),
            timeout=PATIENCE,
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.close(force=True)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen now."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """Everything that was shown and not erased, with what has scrolled away."""
        gone = ["".join(row[x].data for x in sorted(row)) for row in self.screen.history.top]
        return "\n".join([*(line.rstrip() for line in gone), *self.lines]).rstrip()

    def type(self, *keys: str) -> None:
        """Send keys."""
        for key in keys:
            self._child.send(key)

    def wait(self, pattern: str) -> str:
        """Read until the screen shows `pattern`; returns the screen's text."""
        return self._until(lambda: re.search(pattern, "\n".join(self.lines)) is not None, pattern)

    def at(self, number: int) -> str:
        """Read until step `number` is asked, to its last line; returns the screen's text."""
        return self.wait(rf"(?s)\b{number} of \d+ in all\n.*{FOOT}")

    def to_summary(self, key: str = "1") -> None:
        """Press `key` at each step until the summary comes; typed facts are skipped."""
        while True:
            shown = self.wait(rf"(?s)\d+ of \d+ in all\n.*{FOOT}|enter to score")
            if "enter to score" in shown:
                return
            number = int(re.findall(r"(\d+) of \d+ in all", shown)[-1])
            self.type("s\r" if "type it and enter" in shown else key)
            self.wait(rf"(?s)\b{number + 1} of \d+ in all\n.*{FOOT}|enter to score")

    def end(self) -> int:
        """Read to the end; returns the exit code, of a signal the negative number."""
        while self._read():
            pass
        self._child.close()
        return int(
            self._child.exitstatus
            if self._child.exitstatus is not None
            else -self._child.signalstatus
        )

    def kill(self, signal: int) -> None:
        """Send a signal."""
        self._child.kill(signal)

    def _until(self, reached: Callable[[], bool], wanted: str) -> str:
        while not reached():
            if not self._read():
                raise AssertionError(f"ended without {wanted!r}; the screen:\n{self.text}")
        return "\n".join(self.lines)

    def _read(self) -> bool:
        try:
            part = self._child.read_nonblocking(65536, timeout=PATIENCE)
        except pexpect.EOF:
            return False
        except pexpect.TIMEOUT:
            raise AssertionError(f"nothing comes; the screen:\n{self.text}") from None
        self.raw += part
        self._stream.feed(part)
        return True
