"""Git, run apart from the user's configuration, hooks and environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from generator.errors import ProgramFailed

__all__ = ["Git", "configured", "identity", "is_installed"]

SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.autocrlf=false",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
)
NOBODY = ("mlops-maturity", "mlops-maturity@localhost")


@dataclass(frozen=True)
class Git:
    """Git in one folder.

    Attributes:
        folder: where it runs.
        environment: variables of git that this instance adds, such as `GIT_INDEX_FILE`.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, data: bytes = b"", check: bool = True) -> bytes:
        """Run `git arguments`, with `data` on its input, and return its output.

        Raises:
            ProgramFailed: git ended with an error, unless `check` is false.
        """
        done = self.try_run(*arguments, data=data)
        if check and done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
            raise ProgramFailed(
                f"git {arguments[0]} failed: {said}", hint=f"it ran in {self.folder}"
            )
        return done.stdout

    def try_run(self, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run `git arguments` and return what came of it, success or not."""
        command = ["git", *_settings(), *arguments]
        return subprocess.run(
            command,
            cwd=self.folder,
            input=data,
            capture_output=True,
            env={**_environment(), **self.environment},
            check=False,
        )

    def line(self, *arguments: str) -> str:
        """The first line of the output, without its end."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").partition("\n")[0]

    def top(self) -> Path | None:
        """The work tree's top folder that holds `folder`, or none."""
        done = self.try_run("rev-parse", "--show-toplevel")
        if done.returncode != 0:
            return None
        return Path(os.fsdecode(done.stdout.removesuffix(b"\n")))


def is_installed() -> bool:
    """Whether a git program is on the path."""
    return shutil.which("git") is not None


def identity() -> dict[str, str]:
    """Who commits: the user as configured, or the tool's own name where nobody is."""
    name, mail = configured() or NOBODY
    return {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": mail,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": mail,
    }


def configured() -> tuple[str, str] | None:
    """Name and mail that git itself would use, unless it has to guess them."""
    command = ["git", "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    found = re.fullmatch(r"(.+) <(.*)> \d+ [-+]\d+\n", done.stdout)
    return (found[1], found[2]) if found and done.returncode == 0 else None


@cache
def _settings() -> tuple[str, ...]:
    """The settings of every call, with the folders that the user told git to trust."""
    trusted = subprocess.run(
        ["git", "config", "--global", "--get-all", "safe.directory"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    wanted = (*SETTINGS, *(f"safe.directory={folder}" for folder in trusted))
    return tuple(part for setting in wanted for part in ("-c", setting))


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **own,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
    }
