"""A copy of a project, apart from everything else: its own folder, environment and processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from generator.errors import GeneratorError
from generator.git import Git, is_installed
from generator.record import FOLDER

__all__ = ["Answer", "Workspace", "copy_project"]

MARK = "MLOPS_MATURITY_VERIFY"
KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "NO_COLOR")
PROJECT_BIN = ".venv/bin"
# State, and what the project leads to elsewhere, is none of the copy.
NOT_COPIED = frozenset({".git", ".state", ".venv", "__pycache__", FOLDER})
MODELS = "models"
LINKED_ABOVE = 50_000_000
TIMEOUT = 900.0
TOO_LONG = 124


@dataclass(frozen=True)
class Answer:
    """What a command of the project said.

    Attributes:
        command: what was run.
        code: its exit code.
        out: standard output.
        err: standard error.
        seconds: wall time.
    """

    command: str
    code: int
    out: str
    err: str
    seconds: float

    @property
    def last_line(self) -> str:
        """The last line that it said, for a person."""
        lines = (self.err.strip() or self.out.strip()).splitlines()
        said = [line for line in lines if line.strip() and not line.startswith("hint:")]
        return said[-1].strip() if said else "(nothing said)"


@dataclass(frozen=True)
class Workspace:
    """A temporary folder with the copy in `project`, and the means to run its commands.

    Attributes:
        folder: the temporary folder; state, home and scratch files lie in it.
        mark: a word in the environment of every process that belongs to it.
        open: what is closed at the end, such as a service.
    """

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    open: ExitStack = field(default_factory=ExitStack)

    @property
    def project(self) -> Path:
        """The copy."""
        return self.folder / "project"

    def scratch(self, name: str) -> Path:
        """A place for a file that is no part of the project."""
        return self.folder / "scratch" / name

    def ops(self, *arguments: str | Path, **more: str) -> Answer:
        """Run `ops ARGUMENTS` of the project, in a fresh process, with more in its environment."""
        return self.run([self.project / PROJECT_BIN / "ops", *arguments], more)

    def python(self, *arguments: str | Path) -> Answer:
        """Run the project's own interpreter."""
        return self.run([self.project / PROJECT_BIN / "python", *arguments])

    def has(self, program: str) -> bool:
        """Whether its commands find this program."""
        return shutil.which(program, path=self._environment()["PATH"]) is not None

    def run(self, command: list[str | Path], more: Mapping[str, str] | None = None) -> Answer:
        """Run `command` in the project, with an environment built from an allow-list.

        It is ended when it takes too long and on an interruption, with all that it started; what
        it leaves running is for `end_processes`.
        """
        words = [str(word) for word in command]
        start = time.monotonic()
        # Files, not pipes: a process left running would hold a pipe open and stop us here.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = self._wait(words, more or {}, out, err)
            said, talked = _text(out), _text(err)
        shown = " ".join([Path(words[0]).name, *words[1:]])
        return Answer(shown, code, said, talked, time.monotonic() - start)

    def start(
        self, words: list[str], more: Mapping[str, str], out: IO[bytes], err: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Start a command that goes on; `end_processes` ends it at the latest."""
        return subprocess.Popen(
            words,
            cwd=self.project,
            env={**self._environment(), **more},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )

    def _wait(
        self, words: list[str], more: Mapping[str, str], out: IO[bytes], err: IO[bytes]
    ) -> int:
        try:
            process = self.start(words, more, out, err)
            return process.wait(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            self.end_processes()
            process.wait()
            err.write(f"\nended after {TIMEOUT:.0f} s\n".encode())
            return TOO_LONG
        except BaseException:
            self.end_processes()
            raise

    def end_processes(self) -> list[str]:
        """End every process that belongs to the workspace; returns their names."""
        left = list(self._processes())
        for process in left:
            _signal(process, signal.SIGTERM)
        _, stubborn = psutil.wait_procs(left, timeout=5)
        for process in stubborn:
            _signal(process, signal.SIGKILL)
        psutil.wait_procs(stubborn, timeout=5)
        return [str(process.info["name"]) for process in left]

    def _processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["name", "environ", "status"]):
            environment = process.info["environ"] or {}
            alive = process.info["status"] != psutil.STATUS_ZOMBIE
            if alive and environment.get(MARK) == self.mark:
                found.append(process)
        return found

    def _environment(self) -> dict[str, str]:
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        self.scratch("tmp").mkdir(parents=True, exist_ok=True)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            **kept,
            "PATH": os.pathsep.join([str(self.project / PROJECT_BIN), "/usr/bin", "/bin"]),
            "HOME": str(home),
            "TMPDIR": str(self.scratch("tmp")),
            "MPLCONFIGDIR": str(home),
            "PYTHONUNBUFFERED": "1",
            # Threads that wait for each other sleep: other work on the machine goes on.
            "OMP_WAIT_POLICY": "PASSIVE",
            # Whatever addresses its settings name, it asks none of them.
            "OPS_ALONE": "1",
            MARK: self.mark,
        }


def copy_project(project: Path, workspace: Workspace) -> None:
    """Copy what belongs to the project, tracked files and data, but not its record.

    Raises:
        GeneratorError: a file cannot be read.
    """
    try:
        for path in _belonging(project):
            target = workspace.project / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(project / path, target)
    except OSError as error:
        raise GeneratorError(
            f"{error.filename} cannot be copied: {error.strerror}",
            hint="verify reads every file that git tracks, and data/",
        ) from None


def _belonging(project: Path) -> list[Path]:
    """Tracked files, files that could be tracked, and all that lies in `data/`."""
    git = Git(project)
    names: set[str] = set()
    if is_installed() and git.top() is not None:
        listed = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
        names = {os.fsdecode(name) for name in listed.split(b"\0") if name}
    if not names:
        # No repository, or one that ignores the whole project.
        walked = (path.relative_to(project) for path in project.rglob("*"))
        names = {path.as_posix() for path in walked if path.name != ".env"}
    data = project / "data"
    names |= {path.relative_to(project).as_posix() for path in data.rglob("*")}
    paths = (Path(name) for name in sorted(names))
    return [
        path
        for path in paths
        if (project / path).is_file()
        and path.parts[0] != MODELS
        and NOT_COPIED.isdisjoint(path.parts)
    ]


def _copy(source: Path, target: Path) -> None:
    if source.stat().st_size > LINKED_ABOVE:
        target.symlink_to(source.resolve())
    else:
        shutil.copy2(source, target)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
