"""The environment of a copied project: made by uv, and cloned where a compiled one is kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from filecmp import cmp
from pathlib import Path

from generator.errors import ProgramFailed
from generator.verify.workspace import Answer, Workspace

__all__ = ["borrow", "prepare"]

# What installing packages may need and running the project may not.
INSTALLING = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "UV_CACHE_DIR",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_HTTP_TIMEOUT",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_INSECURE_HOST",
    "UV_KEYRING_PROVIDER",
    "UV_NATIVE_TLS",
    "UV_OFFLINE",
    "UV_SYSTEM_CERTS",
)

PARTS = ("build-system", "dependency-groups")
"""Tables of `pyproject.toml` that say, beside `[project]`, what is installed."""


def prepare(workspace: Workspace, kept: Path | None = None) -> Answer:
    """Make `.venv` in the workspace's project, with the packages that it declares.

    Args:
        workspace: holds the copied project.
        kept: a folder of compiled environments, one for each distinct set of packages; where
            the set is there already, it is cloned by hard links.

    Raises:
        ProgramFailed: uv could not install the packages.
    """
    target = workspace.project / ".venv"
    if kept is None:
        return _sync(workspace)
    store = kept / _key(workspace.project)
    with _alone(store):
        if not store.is_dir():
            answer = _sync(workspace, shared=True)
            _keep(target, store)
            return answer
    shutil.copytree(store, target, symlinks=True, copy_function=os.link)
    # A clone must not share what is rewritten for each project.
    for place in (*target.glob("bin/*"), target / "pyvenv.cfg"):
        _own(place)
    # What is cloned is compiled, and to look for what is not takes longer than all the rest.
    return _uv(workspace, "sync", "--no-compile-bytecode")


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """One process at a time makes an environment that is kept."""
    with store.with_suffix(".lock").open("w") as file:
        flock(file, LOCK_EX)
        yield


def _sync(workspace: Workspace, shared: bool = False) -> Answer:
    target = workspace.project / ".venv"
    if not target.exists():
        # Scripts that find their interpreter beside them: a clone lies elsewhere.
        _uv(workspace, "venv", "--relocatable")
    # Python compiles what it imports, which is the smaller part.
    answer = _uv(workspace, "sync", "--no-compile-bytecode")
    if shared:  # by tests, so often that all of it is compiled; most of it is so already
        borrow(target)
        answer = _uv(workspace, "sync", "--compile-bytecode")
    return answer


def borrow(target: Path, here: Path | None = None) -> None:
    """Link bytecode of packages to where the same sources are installed.

    Python takes it where size and time of change of the source are those that it was made from.
    Two wheels that hold the same file leave it with the time of either one: it is linked, too.

    Args:
        target: the environment that gets it.
        here: folder of compiled packages; those of this interpreter where nothing is given.
    """
    here = here or Path(sysconfig.get_path("purelib"))
    base = {"base": str(target), "platbase": str(target)}
    there = Path(sysconfig.get_path("purelib", "venv", base))
    for source in there.rglob("*.py"):
        place = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        made = here / place.relative_to(there)
        original = made.parents[1] / source.name
        if place.exists() or not (made.is_file() and original.is_file()):
            continue
        if not cmp(original, source):
            continue
        place.parent.mkdir(exist_ok=True)
        try:
            if original.stat().st_mtime_ns != source.stat().st_mtime_ns:
                _link(original, source)
            _link(made, place)
        except OSError:  # another file system: what is left is compiled
            return


def _link(there: Path, place: Path) -> None:
    beside = place.with_name(f"{place.name}.linked")
    beside.hardlink_to(there)
    beside.replace(place)


def _uv(workspace: Workspace, verb: str, *options: str) -> Answer:
    answer = workspace.run(
        [uv(), verb, "--quiet", "--python", sys.executable, *options],
        {**_installing(), "UV_LINK_MODE": "hardlink"},
    )
    if answer.code != 0:
        raise ProgramFailed(
            f"uv could not make the project's environment: {answer.last_line}",
            hint="see it whole in the project: uv sync",
        )
    return answer


def uv() -> str:
    """The uv program that came with the tool."""
    from uv import find_uv_bin

    return str(find_uv_bin())


def _installing() -> dict[str, str]:
    passed = {name: os.environ[name] for name in INSTALLING if name in os.environ}
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return {"UV_CACHE_DIR": str(Path(cache) / "uv"), **passed}


def _key(project: Path) -> str:
    """Digest of what decides which packages are installed; the project itself is none of them."""
    told = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    own = ("name", "version", "scripts")
    wanted = {name: part for name, part in told["project"].items() if name not in own}
    parts = [sys.version, wanted, told.get("tool", {}).get("uv"), *map(told.get, PARTS)]
    lock = project / "uv.lock"
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode())
    digest.update(lock.read_bytes() if lock.is_file() else b"-")
    return digest.hexdigest()[:16]


def _keep(target: Path, store: Path) -> None:
    partial = store.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(target, partial, symlinks=True, copy_function=os.link)
    partial.rename(store)


def _own(place: Path) -> None:
    if place.is_symlink() or not place.is_file():
        return
    copy = place.with_name(f"{place.name}.own")
    shutil.copy2(place, copy)
    copy.replace(place)
