# ours: kept current by mlops-maturity upgrade
"""Where runs and versions are kept: in this project, or in the MLflow that an address names.

`MLFLOW_TRACKING_URI` comes first, then `tracking.uri` in `settings.toml`. Without either, the state
lies in `.state/`. With `OPS_ALONE` set, no address counts: tests touch nobody's server.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import OpsError
from ..settings import Settings, read_part

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

# Quiet, without reports to others, and with an end to waiting.
ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}

LOOPBACK = ("127.0.0.1", "localhost")

# Whatever makes a row that another process may be making, too.
WRITES = (
    "log_inputs",
    "set_model_version_tag",
    "set_registered_model_alias",
    "set_registered_model_tag",
)

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


def direct() -> dict[str, str]:
    """`no_proxy` of the environment with this machine in it: no proxy reaches what runs here."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [one.strip() for one in given.split(",") if one.strip()]
    if "*" not in names:  # which counts for some only where it stands alone
        names += [one for one in LOOPBACK if one not in names]
    return dict.fromkeys(("no_proxy", "NO_PROXY"), ",".join(names))


def is_own(settings: Settings) -> bool:
    """Whether runs are kept inside this project."""
    return address(settings) == f"sqlite:///{state(settings.root) / DATABASE}"


def artifacts(settings: Settings) -> str | None:
    """Where files of runs go: beside a database that is a file; elsewhere, the server knows."""
    path = _file(address(settings))
    return None if path is None else (path.absolute().parent / ARTIFACTS).as_uri()


def _file(uri: str) -> Path | None:
    """The file that an address names, if it is a database in a file."""
    path = uri.removeprefix("sqlite:///")
    return None if path == uri else Path(path)


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
            found = _client(uri)
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
def asked_once(seconds: int) -> Iterator[None]:
    """Inside, a server has so long to answer, and is not asked again where it does not."""
    wanted = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": str(seconds)}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _client(uri: str) -> MlflowClient:
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ.update(direct())
    for name in ("alembic", "mlflow", "mlflow.store.db.utils"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("mlflow.utils.environment").setLevel(logging.ERROR)  # uv brings no pip
    import mlflow

    # Some of its functions know no client.
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    if (path := _file(uri)) and not path.exists():
        _make_tables(path)
    found = mlflow.MlflowClient(uri, uri)
    if urlsplit(uri).scheme.partition("+")[0] not in ("http", "https"):
        found.search_experiments(max_results=1)  # its tables are made now
    for name in WRITES:
        setattr(found, name, _twice(getattr(found, name)))
    return found


def _make_tables(path: Path) -> None:
    """MLflow's tables, which are there whole or not at all: it goes on with no half of them."""
    from mlflow import MlflowClient

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mlflow-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        MlflowClient(f"sqlite:///{made}").search_experiments(max_results=1)
        try:
            os.link(made, path)
        except FileExistsError:
            pass  # another process was first
        except OSError:  # a file system without hard links
            made.replace(path)


def _twice(write: Callable[..., None]) -> Callable[..., None]:
    """Write again where it failed at first: another process may have made the same row just now."""
    from mlflow.exceptions import MlflowException

    def written(*words: Any, **more: Any) -> None:
        try:
            write(*words, **more)
        except MlflowException as error:
            if error.error_code != "BAD_REQUEST":  # what MLflow makes of a row that is there
                raise
            write(*words, **more)

    return written


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
    path = _file(uri)
    if path and not path.parent.is_dir() and path.parent.name != STATE:
        raise Unreachable(f"MLflow at {shown(uri)}: no such folder", HINT)
