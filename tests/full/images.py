"""Images built without a daemon, on stand-ins for the public ones that cannot be fetched.

The stand-in for the Python image is a small Debian with the interpreter that runs the tests: it
shows that the steps of the Dockerfile work, not that the real base does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uv import find_uv_bin

LIBRARIES = (
    "ca-certificates,libssl3,libsqlite3-0,zlib1g,libffi8,libbz2-1.0,liblzma5,libreadline8,"
    "libuuid1,libncursesw6"
)
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
PYTHON, UV = "docker.io/library/python:3.12-slim", "ghcr.io/astral-sh/uv:0.9"


@dataclass(frozen=True)
class Buildah:
    """Images and containers below `folder`."""

    folder: Path

    def words(self, verb: str, *arguments: str | Path) -> list[str | Path]:
        """A command line."""
        places = ["--root", self.folder / "storage", "--runroot", self.folder / "run"]
        return ["buildah", *places, verb, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Neither a daemon nor a kernel's overlay is needed."""
        return {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}

    def run(self, verb: str, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Run a command, and return its output."""
        done = subprocess.run(
            self.words(verb, *arguments),
            cwd=cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (
            f"{verb} {arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
        return done.stdout.strip()

    def config(self, image: str) -> dict[str, Any]:
        """What an image says of itself."""
        found: dict[str, Any] = json.loads(self.run("inspect", image))["Docker"]["config"]
        return found

    def image_of(self, tree: Path, tag: str) -> None:
        """An image with what lies in `tree`, and nothing else."""
        container = self.run("from", "scratch")
        self.run("copy", container, tree, "/")
        self.run("config", "--env", f"SSL_CERT_FILE=/{CERTIFICATES}", container)
        self.run("commit", "--format", "docker", container, tag)
        self.run("rm", container)


def stand_ins(folder: Path) -> Buildah:
    """Images that a Dockerfile starts from: Python, and uv."""
    buildah = Buildah(folder)
    root, alone = folder / "python", folder / "uv"
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={LIBRARIES}", "bookworm", root],
        check=True,
        capture_output=True,
    )
    shutil.copytree(sys.base_prefix, root / "usr/local", symlinks=True, dirs_exist_ok=True)
    shutil.copy2(f"/{CERTIFICATES}", root / CERTIFICATES)
    subprocess.run(["chroot", root, "ldconfig"], check=True)
    alone.mkdir()
    shutil.copy2(find_uv_bin(), alone / "uv")
    buildah.image_of(root, PYTHON)
    buildah.image_of(alone, UV)
    shutil.rmtree(root)
    return buildah
