"""The page on how a service is, made from what its project and its registry hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.monitor_story import Story

Part = Callable[[str], ModuleType]
NOW = datetime(2026, 5, 31, 9, 30, tzinfo=UTC)
STORY = Story(NOW)


def registry(live: Part, **changed: Any) -> Any:
    told = STORY.registered()
    read = live("registry.history").read
    state = live("registry.versions").State(
        {"champion": 4, "challenger": 5}, read(told["tags"], 4), told["tags"]
    )
    version = live("registry.versions").Version
    found = live("monitoring.overview").Registry(
        state, tuple(version(number, "run", tags) for number, tags in told["versions"].items())
    )
    return replace(found, **changed)


def gathered(
    live: Part, project: Path, now: datetime = NOW, told: Any = None, stories: Any = ()
) -> Any:
    settings = live("settings").read_settings(project)
    standing = live("release.standing")
    return live("monitoring.gathering").gather(
        *(settings, now, "4", told or registry(live), standing.comparison), stories
    )


def shown(live: Part, project: Path, now: datetime = NOW, told: Any = None) -> str:
    return str(live("monitoring.page.page").page(gathered(live, project, now, told)))


def heading(page: str) -> str:
    found = re.search("<h1>(.*?)</h1>", page)
    assert found
    return found[1]


def lines(path: Path, *told: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in told))
