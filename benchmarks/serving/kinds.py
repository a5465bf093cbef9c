"""The servers that are compared, each as its documentation starts it, with one worker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from benchmarks.serving.places import PEERS, QUIET, Project, uv
from benchmarks.serving.servers import Kind

HOST = "127.0.0.1"
# Ours answers in one thread. Left to themselves, peers would let threads meet for each tree of a
# model, which on a machine that is busy costs them far more than it gains.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def kinds(project: Project, commands: Path, models: Path) -> list[Kind]:
    """All servers, ours first; `commands` is the folder with those of the peers."""
    environment = {
        **QUIET,
        **ONE_THREAD,
        "MODELS": str(models),
        "PYTHONPATH": str(PEERS),
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(commands.parent),
        "BENTOML_HOME": str(models / "bentoml"),
    }
    place = {"folder": models, "environment": environment}
    return [
        generated(project),
        mlflow(commands, models / "mlflow", place),
        bentoml(commands, place),
        litserve(commands, place),
        fastapi(commands, place),
        empty(commands, place),
    ]


def generated(project: Project) -> Kind:
    return Kind(
        name="generated project",
        command=lambda port: [uv(), "run", "ops", "serve", "--port", str(port)],
        path="/predict",
        body=records,
        predictions=lambda told: [one["prediction"] for one in told["answers"]],
        folder=project.root,
        # It was compiled when it was trained; to look for what is not would count as its start.
        environment={**project.environment, "UV_COMPILE_BYTECODE": "0"},
    )


def mlflow(commands: Path, model: Path, place: dict[str, Any]) -> Kind:
    return Kind(
        name="mlflow models serve",
        command=lambda port: [
            *(commands / "mlflow", "models", "serve", "-m", model, "--env-manager", "local"),
            *("--workers", "1", "--host", HOST, "--port", str(port)),
        ],
        path="/invocations",
        body=lambda columns, rows: {"dataframe_split": {"columns": columns, "data": rows}},
        predictions=lambda told: told["predictions"],
        **place,
    )


def bentoml(commands: Path, place: dict[str, Any]) -> Kind:
    return Kind(
        name="BentoML",
        command=lambda port: [
            *(commands / "bentoml", "serve", "bento_app:Bench"),
            *("--host", HOST, "--port", str(port)),
        ],
        path="/predict",
        body=lambda _, rows: {"rows": rows},
        predictions=lambda told: told,
        **place,
    )


def litserve(commands: Path, place: dict[str, Any]) -> Kind:
    return Kind(
        name="LitServe",
        command=lambda port: [commands / "python", PEERS / "litserve_app.py", str(port)],
        path="/predict",
        body=lambda _, rows: {"rows": rows},
        predictions=lambda told: told["predictions"],
        **place,
    )


def fastapi(commands: Path, place: dict[str, Any]) -> Kind:
    return Kind(
        name="FastAPI, pydantic, pandas",
        command=lambda port: [
            *(commands / "uvicorn", "fastapi_app:app", "--host", HOST, "--port", str(port))
        ],
        path="/predict",
        body=records,
        predictions=lambda told: told["predictions"],
        **place,
    )


def empty(commands: Path, place: dict[str, Any]) -> Kind:
    return Kind(
        name="no model, an empty ASGI application",
        command=lambda port: [
            *(commands / "uvicorn", "empty_app:app", "--host", HOST, "--port", str(port)),
            *("--no-access-log", "--log-level", "warning"),
        ],
        path="/predict",
        body=records,
        predictions=lambda told: told["predictions"],
        **place,
    )


def records(columns: list[str], rows: list[list[float]]) -> list[dict[str, float]]:
    """Rows as objects with a field for each column."""
    return [dict(zip(columns, row, strict=True)) for row in rows]
