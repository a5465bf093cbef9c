"""Real servers on loopback: PostgreSQL, S3 by SeaweedFS, MLflow and Prefect over them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

HOST, USER, KEY, SECRET = "127.0.0.1", "mlops", "an-access-key-of-tests", "a-secret-of-tests"
PATIENCE = 240.0


def free_port(highest: int = 65535) -> int:
    """A port that nobody has, and not above `highest`."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port <= highest:
            return port


@contextmanager
def postgres() -> Iterator[str]:
    """A server of PostgreSQL with databases mlflow and prefect; gives `user@host:port`."""
    # Its own folder, which a user without rights may enter; pytest's may not be.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    shutil.chown(folder, "nobody", "nogroup")
    port, data = free_port(), folder / "data"
    rights = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    binary = Path(os.path.realpath(shutil.which("initdb") or "initdb")).parent

    def run(program: str, *words: str | Path) -> None:
        command = [*rights, binary / program, *words]
        done = subprocess.run(
            command,
            cwd=folder,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    run("initdb", "-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -c listen_addresses={HOST} -c unix_socket_directories={folder}"
    run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"{options} -c fsync=off", "start")
    try:
        for name in ("mlflow", "prefect"):
            run("createdb", "-h", HOST, "-p", str(port), "-U", USER, name)
        yield f"{USER}@{HOST}:{port}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextmanager
def s3(folder: Path) -> Iterator[str]:
    """An S3 that asks for keys; gives its address."""
    # Each of its ports opens another one, ten thousand above.
    master, volume, filer, port = (free_port(55000) for _ in range(4))
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "objects").mkdir()
    command = [
        *("weed", "-logtostderr=true", "server", f"-dir={folder / 'objects'}", f"-ip={HOST}"),
        *(f"-ip.bind={HOST}", f"-master.port={master}", f"-volume.port={volume}", "-filer=true"),
        *(f"-filer.port={filer}", "-s3=true", f"-s3.port={port}"),
        *(f"-s3.config={folder / 's3.json'}", "-master.volumeSizeLimitMB=64", "-volume.max=20"),
    ]
    address = f"http://{HOST}:{port}"
    with started(command, folder / "s3.log", {}, f"{address}/healthz"):
        yield address


@contextmanager
def mlflow_server(database: str, objects: str, folder: Path) -> Iterator[str]:
    """MLflow over a database of PostgreSQL and a bucket of S3; gives its address."""
    import boto3

    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    boto3.client(
        "s3",
        endpoint_url=objects,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    ).create_bucket(Bucket="mlflow")
    port = free_port()
    command = [
        *(sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(port)),
        *("--workers", "1", "--artifacts-destination", "s3://mlflow/artifacts"),
        *("--backend-store-uri", f"postgresql+psycopg2://{database}/mlflow"),
    ]
    more = {
        **keys,
        "MLFLOW_S3_ENDPOINT_URL": objects,
        "AWS_DEFAULT_REGION": "us-east-1",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    address = f"http://{HOST}:{port}"
    with started(command, folder / "mlflow.log", more, f"{address}/health"):
        yield address


@contextmanager
def prefect_server(database: str, folder: Path) -> Iterator[str]:
    """Prefect over a database of PostgreSQL; gives the address of its API."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "prefect", "server", "start", "--host", HOST),
        *("--port", str(port), "--no-ui"),
    ]
    more = {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"postgresql+asyncpg://{database}/prefect",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    address = f"http://{HOST}:{port}/api"
    with started(command, folder / "prefect.log", more, f"{address}/health"):
        yield address


@contextmanager
def started(command: list[str], log: Path, more: Mapping[str, str], health: str) -> Iterator[None]:
    """A server, from its first healthy answer to its end."""
    bin_ = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", **more}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env=environment, stdout=file, stderr=file, start_new_session=True
        )
    try:
        end = time.monotonic() + PATIENCE
        while not healthy(health):
            said = log.read_text(errors="replace")[-2000:]
            assert process.poll() is None, said
            assert time.monotonic() < end, said
            time.sleep(0.3)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def healthy(address: str) -> bool:
    """Whether it answers that it is well."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except (OSError, HTTPError):
        return False
