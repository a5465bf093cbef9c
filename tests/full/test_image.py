"""The image of a generated project: built without a daemon, started without rights, asked."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from generator.verify.service import Service
from generator.verify.workspace import Workspace
from tests.full.images import Buildah, stand_ins
from tests.integration.conftest import Make
from tests.integration.test_projects import ready

pytestmark = pytest.mark.full
TAG, COMMIT, USER = "served:1", "0123456789abcdef", 10001


@pytest.fixture(scope="module")
def workspace(
    make: Make, environments: Path, tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """A project with a model and a lock file."""
    workspace = ready(make(1, "regression"), tmp_path_factory.mktemp("space"), environments)
    assert workspace.ops("train").code == 0
    return workspace


@pytest.fixture(scope="module")
def buildah(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    """Where the image of the project is."""
    buildah = stand_ins(tmp_path_factory.mktemp("images"))
    argument = ["--build-arg", f"OPS_COMMIT={COMMIT}"]
    options = ["--pull-never", "--format", "docker", *argument, "--tag", TAG]
    buildah.run("bud", *options, ".", cwd=workspace.project)
    yield buildah
    shutil.rmtree(buildah.folder)


@pytest.fixture
def container(buildah: Buildah) -> Iterator[str]:
    name = buildah.run("from", "--pull-never", TAG)
    yield name
    buildah.run("rm", name)


def test_it_has_no_rights_and_checks_its_health(buildah: Buildah) -> None:
    config = buildah.config(TAG)
    assert config["User"] == str(USER)
    assert config["Cmd"][:2] == ["ops", "serve"]
    assert config["Healthcheck"]["Test"][0] == "CMD"


def test_it_holds_what_answering_needs_and_nothing_more(buildah: Buildah, container: str) -> None:
    listed = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    names = set(buildah.run("run", container, "--", "python", "-c", listed).lower().split())
    assert {"scikit-learn", "starlette", "flights"} <= names
    assert names.isdisjoint({"pytest", "ruff", "mypy", "matplotlib", "ipykernel", "pyarrow"})
    find = "find /app -mindepth 1 -path /app/.venv -prune -o -mindepth 1 -print"
    held = buildah.run("run", container, "--", "sh", "-c", find)
    # Places for what a service writes, and nothing in them.
    assert set(held.split()) == {"/app/settings.toml", "/app/models", "/app/.state"}
    compiled = "find /app/.venv -path '*sklearn/__pycache__*' -name '__init__*.pyc'"
    assert buildah.run("run", container, "--", "sh", "-c", compiled)


def test_without_a_token_it_does_not_start(buildah: Buildah, container: str) -> None:
    words = buildah.config(TAG)["Cmd"]
    done = subprocess.run(
        buildah.words("run", container, "--", *words),
        env=buildah.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "OPS_TOKEN" in done.stderr


def test_it_starts_without_rights_and_answers(
    buildah: Buildah, container: str, workspace: Workspace
) -> None:
    models = workspace.project / "models"
    for place in (*models.parents, models):
        if place.is_relative_to(workspace.folder.parent):
            place.chmod(0o755)
    mounted = ["--volume", f"{models}:/app/models:ro"]
    words = buildah.words("run", *mounted, container, "--", "ops")
    with Service(workspace, words, buildah.environment) as service:
        found = service.ask("GET", "/version").told
        assert found["commit"] == COMMIT
        asked = service.ask("GET", "/openapi.json").told["paths"]["/predict"]["post"]["requestBody"]
        reply = service.predict(asked["content"]["application/json"]["example"])
        assert reply.status == 200, reply.told
        assert reply.told["model_version"] == found["model_version"]
        inside = servers(service.port)
        try:
            assert {one.uids().real for one in inside} == {USER}
        finally:
            # It would outlive the program that started it.
            for one in inside:
                one.terminate()
            psutil.wait_procs(inside, timeout=30)


def servers(port: int) -> list[psutil.Process]:
    """What serves at a port, inside the container."""
    tail = ["serve", "--port", str(port)]
    return [
        one
        for one in psutil.process_iter(["cmdline"])
        if one.info["cmdline"][-3:] == tail and "buildah" not in one.info["cmdline"][0]
    ]
