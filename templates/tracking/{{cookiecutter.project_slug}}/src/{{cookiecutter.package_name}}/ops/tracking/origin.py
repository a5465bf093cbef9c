# ours: kept current by mlops-maturity upgrade
"""What a run came from: commit, code, settings, packages."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import subprocess
from email.parser import HeaderParser
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

CODE = Path(__file__).parents[2]
COMMIT = "OPS_COMMIT"


def origin(root: Path) -> dict[str, str]:
    """Tags that say where a run came from; none of them is missing without a reason.

    Returns:
        `git_commit` and `git_dirty` (left out where there is no repository), `code_sha256`,
        `settings_sha256`, `lock_sha256` (left out without `uv.lock`), `packages_sha256`, `python`,
        `machine`, `who`.
    """
    found = {
        **commit(root),
        "code_sha256": code_digest(),
        "settings_sha256": settings_digest(root),
        "packages_sha256": digest(packages().encode()),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "who": who(),
    }
    if (root / "uv.lock").is_file():
        found["lock_sha256"] = digest((root / "uv.lock").read_bytes())
    return found


def commit(root: Path) -> dict[str, str]:
    """The commit, and whether something that git knows differs from it."""
    told = os.environ.get(COMMIT)
    found = _git(root, "rev-parse", "HEAD") or told
    if not found:
        return {}
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", ".")
    added = _git(root, "status", "--porcelain", "--untracked-files=normal", "--", "src")
    unknown = changed is None or added is None
    return {"git_commit": found, "git_dirty": "unknown" if unknown else str(bool(changed or added))}


def code_digest() -> str:
    """Digest of every file of the package, by path and content."""
    listed = {
        path.relative_to(CODE).as_posix(): digest(path.read_bytes())
        for path in sorted(CODE.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    return digest(json.dumps(listed).encode())


def settings_digest(root: Path) -> str:
    """Digest of the settings."""
    return digest((root / "settings.toml").read_bytes())


@cache
def packages() -> str:
    """Every installed package and its version, a line each, sorted."""
    lines = set(map(_pinned, distributions()))
    return "\n".join(sorted(lines, key=str.lower)) + "\n"


def digest(content: bytes) -> str:
    """Sha256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def who() -> str:
    """The user that runs this, as the machine knows him."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", root, *words], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _pinned(package: Distribution) -> str:
    """Its name and version, from the head of its metadata: the rest is a book in some."""
    texts = map(package.read_text, ("METADATA", "PKG-INFO", ""))
    head = HeaderParser().parsestr(next(filter(None, texts), "").partition("\n\n")[0])
    return f"{head['Name']}=={head['Version']}"
