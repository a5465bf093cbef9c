# ours: kept current by mlops-maturity upgrade
"""MLflow's client, opened so that it is quiet, ends its waiting, and meets other processes."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from mlflow import MlflowClient

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

TABLES = "OPS_TABLES"
"""Names a database whose tables new ones are like; without it, MLflow makes them."""

# What MLflow fills when it makes its tables.
FILLED = ("alembic_version", "workspaces")

# Whatever makes a row that another process may be making, too.
WRITES = (
    "log_inputs",
    "set_model_version_tag",
    "set_registered_model_alias",
    "set_registered_model_tag",
)


def opened(uri: str) -> MlflowClient:
    """MLflow's client at an address, whose tables are there whole."""
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
    if (path := file_of(uri)) and not path.exists():
        _make_tables(path)
    found = mlflow.MlflowClient(uri, uri)
    if urlsplit(uri).scheme.partition("+")[0] not in ("http", "https"):
        found.search_experiments(max_results=1)  # its tables are made now
    for name in WRITES:
        setattr(found, name, _twice(getattr(found, name)))
    return found


def file_of(uri: str) -> Path | None:
    """The file that an address names, if it is a database in a file."""
    path = uri.removeprefix("sqlite:///")
    return None if path == uri else Path(path)


def direct() -> dict[str, str]:
    """`no_proxy` of the environment with this machine in it: no proxy reaches what runs here."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    names = [one.strip() for one in given.split(",") if one.strip()]
    if "*" not in names:  # which counts for some only where it stands alone
        names += [one for one in LOOPBACK if one not in names]
    return dict.fromkeys(("no_proxy", "NO_PROXY"), ",".join(names))


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


def _make_tables(path: Path) -> None:
    """MLflow's tables, which are there whole or not at all: it goes on with no half of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mlflow-", dir=path.parent) as folder:
        made = _copied(Path(folder) / "copied.db") or _asked(Path(folder) / "made.db")
        try:
            os.link(made, path)
        except FileExistsError:
            pass  # another process was first
        except OSError:  # a file system without hard links
            made.replace(path)


def _copied(path: Path) -> Path | None:
    """The tables of the database that is named, without their rows; none where MLflow is another.

    What is made of them is what MLflow's own way makes; that takes it seconds.
    """
    given = Path(os.environ.get(TABLES, ""))
    if not given.is_file():
        return None
    try:
        with closing(sqlite3.connect(path, uri=True)) as made, made:
            made.execute("ATTACH ? AS there", (f"{given.absolute().as_uri()}?mode=ro",))
            made.execute("BEGIN")
            wanted = "sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            found = made.execute(f"SELECT sql FROM there.sqlite_master WHERE {wanted}")
            for (statement,) in found.fetchall():
                made.execute(statement)
            for name in FILLED:
                made.execute(f"INSERT INTO {name} SELECT * FROM there.{name}")
        return _asked(path)
    except Exception:  # such as one of MLflow's, of SQLite's, or of the library between them
        return None


def _asked(path: Path) -> Path:
    """A database that MLflow was asked about, so that it has all that MLflow makes at first."""
    from mlflow import MlflowClient

    MlflowClient(f"sqlite:///{path}").search_experiments(max_results=1)
    return path


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
