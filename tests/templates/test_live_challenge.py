"""The challenger beside the champion: from the registry to the traffic, and away again."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.templates.live_world import CARD, RECORD, SETTINGS, TRUSTED, Part, Sign, World

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIGURES = {"metrics": {"f1": 0.5}, "params": {}, "data_sha256": "", "window": {}, "holdout": {}}


class Stranger(Sign):
    """Of a type that the settings do not trust."""


VERSIONS = (Sign(1.0), Sign(9.0), Stranger())


@pytest.fixture(scope="module")
def registered(live: Part, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with three versions in its registry, of which the first answers."""
    root = tmp_path_factory.mktemp("registered")
    (root / "settings.toml").write_text(SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPS_ALONE", "1")
        settings = live("settings").read_settings(root)
        for estimator in VERSIONS:
            card = {**{name: CARD[name] for name in CARD if name != "version"}, **FIGURES}
            content, card = live("model_file").pack(
                estimator, card, [*TRUSTED, f"{__name__}.Stranger"]
            )
            live("registry.handed").register_file(settings, content, card)
        live("registry.release").promote(settings, 1, None, "the first", NOW)
    return root


@pytest.fixture
def world(live: Part, registered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    shutil.copytree(registered, tmp_path / "copy")
    monkeypatch.setenv("PROJECT_ROOT", str(tmp_path / "copy"))
    monkeypatch.setenv("OPS_ALONE", "1")
    monkeypatch.delenv("OPS_TOKEN", raising=False)
    return World(live, tmp_path / "copy")


class Traffic:
    """Asks all the time, and keeps who answered."""

    def __init__(self, service: Any) -> None:
        self.service = service
        self.answers: list[tuple[str, str]] = []
        self.failed: list[int] = []
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(service.app), base_url="http://local"
        )

    async def until(self, wanted: Any, most: float = 20) -> None:
        """Ask until the last hundred answers are as wanted."""
        async with asyncio.timeout(most):
            while True:
                for _ in range(100):
                    await self._ask(len(self.answers))
                if wanted(set(self.answers[-100:])):
                    return

    async def _ask(self, number: int) -> None:
        body = {**RECORD, "id": f"k{number}"}
        reply = await self._client.post("/predict", json=body)
        if reply.status_code != 200:
            self.failed.append(reply.status_code)
            return
        told = reply.json()
        answer = told["answers"][0]
        self.answers.append((told["model_version"], answer.get("model_version", "1")))


def test_a_comparison_begins_and_ends_in_a_release_without_a_failed_request(
    world: World,
) -> None:
    experiment = world.live("release.experiment")
    decision = world.live("release.decision")
    service = world.service()
    settings = service._desk.settings

    async def run() -> None:
        traffic = Traffic(service)
        async with service._lifespan(None):
            await traffic.until(lambda seen: seen == {("1", "1")})
            begun = await asyncio.to_thread(experiment.start, settings, 2, 0.5, NOW)
            await traffic.until(lambda seen: seen == {("1", "1"), ("1", "2")})
            assert any("50% of the keys" in one for one in service._desk.notes(service.current.now))
            better = decision.Decision(decision.PROMOTE, "it is better", {})
            await asyncio.to_thread(experiment.settle, settings, begun, better, NOW)
            await traffic.until(lambda seen: {one for one, _ in seen} == {"2"})
            await asyncio.to_thread(service._desk.challenge.look)
            assert service._desk.challenge._running is None
        assert traffic.failed == []

    asyncio.run(run())
    assert {
        (one["version"], one.get("variant", "champion"), "experiment" in one)
        for one in world.records
    } == {
        ("1", "champion", False),
        ("1", "champion", True),
        ("2", "challenger", True),
        ("2", "champion", False),
    }


def test_going_back_does_not_begin_a_comparison_anew(world: World) -> None:
    experiment, release = world.live("release.experiment"), world.live("registry.release")
    settings = world.service()._desk.settings
    experiment.start(settings, 2, 0.5, NOW)
    assert experiment.running(settings).version == 2
    release.promote(settings, 2, 1, "by a person", NOW)
    release.rollback(settings, 2, "it failed", NOW + timedelta(seconds=1))
    assert experiment.running(settings) is None
    experiment.start(settings, 2, 0.5, NOW + timedelta(seconds=2))
    assert experiment.running(settings).version == 2


def test_a_challenger_that_cannot_be_loaded_gets_no_traffic_and_breaks_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    service = world.service()
    desk = service._desk
    trusting = replace(desk.settings, trusted=(*TRUSTED, f"{__name__}.Stranger"))
    world.live("release.experiment").start(trusting, 3, 1.0, NOW)
    for _ in range(3):
        desk.challenge.look()
    assert desk.challenge._running is None
    assert len(desk.notes(service.current.now)) == 1
    assert capsys.readouterr().err.count("challenger:") == 1


def test_what_runs_goes_on_while_the_registry_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world.service()
    desk = service._desk
    world.live("release.experiment").start(desk.settings, 2, 1.0, NOW)
    desk.challenge.look()
    with monkeypatch.context() as patch:
        patch.delenv("OPS_ALONE")
        patch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
        patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        desk.challenge.look()
    assert desk.challenge.beside(service.current.now.loaded) is not None
    assert any("MLflow" in one for one in desk.notes(service.current.now))
    desk.challenge.look()
    assert not any("MLflow" in one for one in desk.notes(service.current.now))


def test_processes_agree_on_who_meets_the_challenger(world: World) -> None:
    services = [world.service(), world.service()]
    world.live("release.experiment").start(services[0]._desk.settings, 2, 0.3, NOW)
    met = []
    for service in services:
        service._desk.challenge.look()
        challenger = service._desk.challenge.beside(service.current.now.loaded)
        met.append([challenger.takes(f"k{number}") for number in range(100)])
    assert met[0] == met[1]
    assert 10 < sum(met[0]) < 50
