"""Who is not asked any more lets go of the segments of an earlier day, and loses no record."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.templates.live_world import RECORD, Part, World

DAY = 86_400


@pytest.fixture
def a_day_later(live: Part, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the clock of the log go forward by a day."""

    def later() -> None:
        honest = time.time
        clock = type("Clock", (), {"time": staticmethod(lambda: honest() + DAY)})
        monkeypatch.setattr(live("predictions.segments"), "time", clock)

    return later


def open_ones(live: Part, folder: Path) -> list[Path]:
    part = live("predictions.segments")
    return [one for one in part.segments(folder) if part.is_open(one)]


def test_a_segment_is_let_go_of_once_its_day_is_over_and_not_before(
    live: Part, tmp_path: Path, a_day_later: Any
) -> None:
    part = live("predictions.segments")
    log = part.Log(tmp_path)
    log.rest()
    log.append([b"one"])
    log.rest()
    log.append([b"two"])
    assert len(open_ones(live, tmp_path)) == 1
    a_day_later()
    log.rest()
    assert open_ones(live, tmp_path) == []
    log.append([b"three"])
    assert [[*part.lines(one)] for one in part.segments(tmp_path)] == [[b"one", b"two"], [b"three"]]


def test_an_idle_service_lets_go_of_its_log_so_that_it_is_archived(
    live: Part, world: World, a_day_later: Any
) -> None:
    services = [world.service(), world.service()]
    settings = services[0]._desk.settings
    place = live("predictions.place")
    folders = [place.predictions_folder(settings), place.labels_folder(settings)]

    async def asked(service: Any, path: str, body: Any) -> None:
        transport = httpx.ASGITransport(service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://local") as client:
            assert (await client.post(path, json=body)).status_code == 200

    async def run() -> None:
        async with services[0]._lifespan(None), services[1]._lifespan(None):
            for number, service in enumerate(services):
                await asked(service, "/predict", {**RECORD, "id": f"k{number}"})
            await asked(services[0], "/feedback", {"key": "k0", "label": True})
            assert [len(open_ones(live, one)) for one in folders] == [2, 1]
            a_day_later()
            async with asyncio.timeout(20):
                while any(open_ones(live, one) for one in folders):
                    await asyncio.sleep(0.05)
            live("predictions.archive").tidy(settings, datetime.now(UTC))
            assert live("predictions.segments").segments(folders[0]) == []
            await asked(services[0], "/predict", {**RECORD, "id": "k2"})

    asyncio.run(run())
    kept = [one.key for one in live("predictions.reading").records(settings)]
    assert kept == ["k0", "k1", "k2"]
