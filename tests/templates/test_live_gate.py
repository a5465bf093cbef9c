"""The gate: a version goes on only where every check could be made and was passed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.templates.gate import Part


def broken() -> Iterator[Any]:
    raise RuntimeError("no such luck")


def test_a_check_that_breaks_or_says_nothing_has_failed(live: Part) -> None:
    verdict = live("gate.verdict")
    passed = verdict.Verdict("good", True, "fine")
    gate = verdict.judged(
        [("good", lambda: [passed]), ("broken", broken), ("silent", lambda: iter(()))]
    )
    assert gate.failed == ("broken", "silent")
    assert not gate.passed
    assert "no such luck" in gate.verdicts[1].said
    assert not verdict.judged([]).passed
    assert verdict.judged([("good", lambda: [passed])]).passed


@pytest.mark.parametrize("count", [1, 30, 300])
def test_what_a_gate_says_fits_a_tag(live: Part, count: int) -> None:
    verdict = live("gate.verdict")
    gate = verdict.Gate(
        tuple(verdict.Verdict(f"check {place}", False, "x" * 400) for place in range(count))
    )
    tag = gate.to_tag()
    assert len(tag) <= 5000
    if count < 300:
        assert [one["name"] for one in json.loads(tag)][-1] == f"check {count - 1}"


WRONG: dict[str, Any] = {
    **{"margin": 2, "confidence": 1, "resamples": 10, "rows": 5, "slice_rows": 5},
    **{
        "slice_loss": -1,
        "latency": 0,
        "size": 0,
        "seconds": 0,
        "slices": ["no such"],
        "invariant": "carrier",
    },
    "directions": {"carrier": "up"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_setting_of_the_gate_out_of_bounds_is_named(
    live: Part, name: str, tmp_path: Path
) -> None:
    source = Path(live("settings").__file__).parents[3] / "settings.toml"
    before, mark, after = source.read_text().partition("[gate]")
    told = '{ carrier = "up" }' if name == "directions" else json.dumps(WRONG[name])
    after = re.sub(rf"(?m)^{name} = .*$", f"{name} = {told}", after, count=1)
    (tmp_path / "settings.toml").write_text(before + mark + after)
    settings = live("settings").read_settings(tmp_path)
    with pytest.raises(live("errors").InvalidSettings, match=f"gate.{name}"):
        live("gate.limits").read_gate(settings)
