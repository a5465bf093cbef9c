"""A version that is delivered goes on at once at level 3, and waits for the loop at level 4."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sklearn.dummy import DummyRegressor

Part = Callable[[str], ModuleType]
NOW = datetime(2026, 12, 21, 12, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    **{"metrics": {"mae": 1.0}, "params": {}, "data_sha256": "", "features": []},
    **{"window": {}, "holdout": {}, "created": ""},
}


class Pair:
    """A project whose versions 1 and 2 passed the gate, and the address of another registry."""

    def __init__(self, part: Part, name: str, root: Path, tables: Path) -> None:
        (root / ".state").mkdir()
        for place in (".state/mlflow.db", "production.db"):
            shutil.copy(tables, root / place)
        shutil.copy(Path(part("settings").__file__).parents[3] / "settings.toml", root)
        self.part, self.settings = part, part("settings").read_settings(root)
        self.to = f"sqlite:///{root / 'production.db'}"
        for number in (1, 2):
            model = DummyRegressor(strategy="constant", constant=number).fit([[0]], [0])
            content, card = part("model_file").pack(model, ABOUT)
            part("registry.handed").register_file(self.settings, content, card)
            with part("tracking.place").client(self.settings) as mlflow:
                mlflow.set_model_version_tag(name, str(number), "gate", "{}")

    def deliver(self, number: int) -> Any:
        now = NOW + timedelta(hours=number)
        return self.part("release.delivery").deliver(self.settings, number, self.to, now)

    def seen(self) -> tuple[int | None, int | None]:
        """Numbers of the version that answers there, and of the one that is compared."""
        with self.part("tracking.place").elsewhere(self.to):
            ran = self.part("release.experiment").running(self.settings)
            there = self.part("registry.versions").state(self.settings)
        return there.champion, ran.version if ran else None


@pytest.fixture
def pair(closed: Part, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    monkeypatch.setenv("OPS_ALONE", "1")
    return Pair(closed, "closed", tmp_path, tables)


def test_where_no_loop_acts_what_is_delivered_is_compared_at_once(
    live: Part, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_ALONE", "1")
    pair = Pair(live, "live", tmp_path, tables)
    pair.deliver(1)
    assert pair.seen() == (1, None)
    pair.deliver(2)
    assert pair.seen() == (1, 2)


@pytest.mark.parametrize("share", [0.2, 0.0])
def test_where_a_loop_acts_what_is_delivered_waits_for_it(pair: Pair, share: float) -> None:
    path = pair.settings.root / "settings.toml"
    text = path.read_text(encoding="utf-8")
    assert "share = 0.2" in text
    path.write_text(text.replace("share = 0.2", f"share = {share}", 1), encoding="utf-8")
    assert pair.deliver(1).taken.answers
    assert pair.seen() == (1, None)
    for _ in range(2):
        found = pair.deliver(2)
        assert found.taken.said == "version 2 waits for the loop"
        assert pair.seen() == (1, None)


def test_where_a_loop_acts_nothing_that_is_delivered_answers_while_it_is_stopped(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPS_STOP", "1")
    assert not pair.deliver(1).taken.answers
    assert pair.seen() == (None, None)
    monkeypatch.delenv("OPS_STOP")
    assert pair.deliver(1).again
    assert pair.seen() == (1, None)


@pytest.mark.parametrize(
    ("old", "held"),
    [
        ("approval = false", "approval = true"),
        ("freeze = []", 'freeze = ["2026-12-21..2026-12-22"]'),
    ],
)
def test_the_first_one_waits_where_the_limits_want_it(pair: Pair, old: str, held: str) -> None:
    path = pair.settings.root / "settings.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, held), encoding="utf-8")
    assert pair.deliver(1).taken.said == "version 1 waits for the loop"
    assert pair.seen() == (None, None)


def test_a_word_for_a_version_is_none_where_it_is_delivered(pair: Pair) -> None:
    approve = pair.part("loop.approval")
    approve.approve(pair.settings, 1, NOW, "fine in the test environment")
    pair.part("registry.release").promote(pair.settings, 2, None, "by hand", NOW)
    with pytest.raises(pair.part("errors").Refused, match="answers already"):
        approve.approve(pair.settings, 2, NOW, "once more")
    pair.deliver(1)
    with pair.part("tracking.place").elsewhere(pair.to):
        (arrived,) = pair.part("registry.versions").versions(pair.settings)
    assert "approved" not in arrived.tags
    assert not approve.approved(arrived)


def test_rows_that_a_delivered_version_has_seen_are_not_fresh(pair: Pair) -> None:
    versions = pair.part("registry.versions")
    for number, until in ((1, "2013-12-01T00:00:00"), (2, "2013-03-01T00:00:00")):
        with pair.part("tracking.place").client(pair.settings) as mlflow:
            mlflow.set_model_version_tag("closed", str(number), "until", until)
        pair.deliver(number)
    with pair.part("tracking.place").elsewhere(pair.to):
        known = versions.versions(pair.settings)
    seen = pair.part("loop.signals").seen_until
    assert (seen(pair.settings, known), seen(pair.settings, ())) == ("2013-12-01T00:00:00", None)
