# ours: kept current by mlops-maturity upgrade
"""Where runs and versions are kept: in this project, or in the MLflow that an address names.

`MLFLOW_TRACKING_URI` comes first, then `tracking.uri` in `settings.toml`. Without either, the state
lies in `.state/`. With `OPS_ALONE` set, no address counts: tests touch nobody's server.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from ..errors import OpsError
from ..settings import Settings, read_part
from .opening import file_of, opened

if TYPE_CHECKING:
    from mlflow import MlflowClient

ADDRESS, ALONE = "MLFLOW_TRACKING_URI", "OPS_ALONE"
HINT = f"is {ADDRESS} right, and does the server run? see [tracking] in settings.toml"
STATE = ".state"
DATABASE, ARTIFACTS = "mlflow.db", "artifacts"
RELEASE = "release"
"""Folder of a run's artifacts with model file and card, as serving takes them."""

PROJECT = str(__package__).partition(".")[0]
"""Name of the experiment and of the registered model: that of the package."""

# What keeps files for MLflow, and says so in errors of its own.
STORES = frozenset({"azure", "botocore", "boto3", "google", "requests", "urllib3"})

_elsewhere: ContextVar[str | None] = ContextVar("elsewhere", default=None)


class Unreachable(OpsError):
    """MLflow does not answer, or not as it should."""


@dataclass(frozen=True)
class Tracking:
    """The table `[tracking]`: the address of an MLflow server, or nothing."""

    uri: str


def state(root: Path) -> Path:
    """The folder with the state that belongs to this machine."""
    return root / STATE


@contextmanager
def elsewhere(uri: str) -> Iterator[None]:
    """Inside, the MLflow at this address is used, whatever else is set."""
    before = _elsewhere.set(uri)
    try:
        yield
    finally:
        _elsewhere.reset(before)


def address(settings: Settings) -> str:
    """The address of the MLflow that is used."""
    if chosen := _elsewhere.get():
        return chosen
    given = None if os.environ.get(ALONE) else os.environ.get(ADDRESS)
    if not given and not os.environ.get(ALONE):
        given = read_part(Tracking, "tracking", settings.root).uri
    return given or f"sqlite:///{state(settings.root) / DATABASE}"


def is_own(settings: Settings) -> bool:
    """Whether runs are kept inside this project."""
    return address(settings) == f"sqlite:///{state(settings.root) / DATABASE}"


def artifacts(settings: Settings) -> str | None:
    """Where files of runs go: beside a database that is a file; elsewhere, the server knows."""
    path = file_of(address(settings))
    return None if path is None else (path.absolute().parent / ARTIFACTS).as_uri()


def is_empty(settings: Settings) -> bool:
    """Whether nothing was ever kept, as far as can be told without asking."""
    return is_own(settings) and not (state(settings.root) / DATABASE).is_file()


def shown(uri: str) -> str:
    """An address without the passwords that it may hold."""
    return re.sub(r"([?&][^=&#\s]*=)[^&#\s]*", r"\1***", re.sub(r"//[^/?#\s]*@", "//", uri))


@contextmanager
def client(settings: Settings) -> Iterator[MlflowClient]:
    """MLflow's client; what it cannot reach is told in words.

    Raises:
        Unreachable: MLflow does not answer, refuses, or is not installed whole.
    """
    uri = address(settings)
    _check(uri)
    try:
        with alone(settings, "mlflow.lock"):
            found = opened(uri)
    except Exception as error:
        raise _told(uri, error) from None
    from mlflow.exceptions import MlflowException

    try:
        yield found
    except Exception as error:
        theirs = type(error).__module__.partition(".")[0] in STORES
        if theirs or isinstance(error, MlflowException):
            raise _told(uri, error) from None
        raise


def make_ready(settings: Settings) -> None:
    """Make MLflow's tables in this project, where none are: a server may be killed over that."""
    database = state(settings.root) / DATABASE
    if not database.is_file():
        with elsewhere(f"sqlite:///{database}"), client(settings):
            pass


@contextmanager
def released(settings: Settings, run_id: str, name: str = "") -> Iterator[Path]:
    """The folder with model file and card of a run, or one file of it, for as long as it is read.

    Our own store is read wherever it lay before.

    Raises:
        Unreachable: MLflow does not answer, or has no such file.
    """
    own = state(settings.root) / ARTIFACTS / run_id / "artifacts" / RELEASE
    if is_own(settings) and own.is_dir():
        yield own / name
        return
    wanted = f"{RELEASE}/{name}" if name else RELEASE
    with client(settings) as mlflow, tempfile.TemporaryDirectory() as folder:
        yield Path(mlflow.download_artifacts(run_id, wanted, folder))


@contextmanager
def alone(settings: Settings, name: str = "release.lock") -> Iterator[None]:
    """One process at a time, where the state lies in this project."""
    if not is_own(settings):
        yield
        return
    folder = state(settings.root)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as file:
        flock(file, LOCK_EX)
        yield


def _told(uri: str, error: Exception) -> Unreachable:
    first = shorten(shown(str(error)).strip().partition("\n")[0], 300, placeholder=" …")
    if "Max retries exceeded" in first:  # by the whole chain of what failed inside
        refused = re.search(r"too many (\d+) error", str(error))
        first = f"it answers with {refused[1]}" if refused else "nobody answers there"
    hint = HINT
    if isinstance(error, PermissionError | FileNotFoundError) or "Read-only" in first:
        hint = "may this folder be written? MLflow keeps its state there"
    return Unreachable(f"MLflow at {shown(uri)}: {first or type(error).__name__}", hint)


def _check(uri: str) -> None:
    """Refuse what is no address, and a database in no folder: MLflow would make both."""
    if "://" not in uri and not uri.startswith("databricks"):
        raise Unreachable(f"{uri!r} is no address of MLflow", f"such as http://{uri}")
    path = file_of(uri)
    if path and not path.parent.is_dir() and path.parent.name != STATE:
        raise Unreachable(f"MLflow at {shown(uri)}: no such folder", HINT)
