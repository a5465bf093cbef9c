"""What a person has approved, and nothing else, is released where the limits want that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.templates.batches import Part
from tests.templates.conftest import NOW
from tests.templates.traffic import model_file, tag
from tests.templates.turns import event

HOUR = timedelta(hours=1)


def test_a_version_that_waits_for_a_person_is_told(
    closed: Part, looped: Any, hook: list[Any]
) -> None:
    begun = event(closed, "ask", "begun", version=2)
    limits = closed("loop.limits").read_limits(looped.root)
    for _ in range(2):
        closed("loop.taking").take(looped, NOW, begun, None, limits)
    assert [(one["said"], one["advice"]) for one in hook] == [
        ("version 2 waits: it moved", "uv run ops approve 2")
    ]


def test_who_was_approved_goes_on_and_nobody_in_its_place(closed: Part, looped: Any) -> None:
    for number in (2, 3):
        tag(closed, looped, number, "gate", "[]")
    tag(closed, looped, 3, "checks", '{"gate": true}')
    model_file(closed, looped, 3).write_bytes(b"damaged")
    begun = event(closed, "compare", "begun", version=3)
    limits = closed("loop.limits").read_limits(looped.root)
    done = closed("loop.taking").take(looped, NOW, begun, None, limits)
    assert (done.kind, done.version) == ("drop", 3)
    assert closed("release.experiment").running(looped) is None


def test_a_first_version_that_nobody_approves_is_dropped(closed: Part, looped: Any) -> None:
    part, limits = closed("loop.decision"), closed("loop.limits").read_limits(looped.root)
    limits = replace(limits, approval=True, expiry=48.0)
    asked = part.Memory(asked={2: NOW})
    seen = part.Signals(waiting=2)
    assert part.decide(NOW + 47 * HOUR, seen, asked, limits).kind == "wait"
    assert part.decide(NOW + 48 * HOUR, seen, asked, limits).kind == "drop"

    class Seen:
        """Nothing is compared."""

        standing, signals = None, seen

    tag(closed, looped, 2, "gate", "[]")
    tag(closed, looped, 2, "approved", '{"who": "Ada", "when": "2013-06-03T12:00:00+00:00"}')
    with pytest.raises(closed("errors").Refused, match="approved just now"):
        closed("loop.taking").take(
            looped, NOW, event(closed, "drop", "begun", version=2), Seen, limits
        )
    tag(closed, looped, 2, "approved", "{}")
    begun, resuming = event(closed, "drop", "begun", version=2), closed("loop.resuming")
    assert [*resuming.unfinished(looped, [begun])] == []
    closed("loop.taking").take(looped, NOW, begun, Seen, limits)
    known = closed("registry.versions")
    assert closed("release.waiting").waiting(known.versions(looped), known.state(looped)) is None
    (done,) = resuming.unfinished(looped, [begun])
    assert (done.kind, done.phase) == ("drop", "done")


def test_a_person_approves_the_first_version_too(closed: Part, looped: Any) -> None:
    part, limits = closed("loop.decision"), closed("loop.limits").read_limits(looped.root)
    seen = part.Signals(waiting=1)
    wanted = replace(limits, approval=True)
    assert part.decide(NOW, seen, part.Memory(), limits).kind == "compare"
    assert part.decide(NOW, seen, part.Memory(), wanted).kind == "ask"
    asked = part.Memory(asked={1: NOW})
    assert part.decide(NOW, seen, asked, wanted).kind == "wait"
    approved = replace(seen, approved=frozenset({1}))
    assert part.decide(NOW, approved, asked, wanted).kind == "compare"


def test_approval_wants_a_comparison(closed: Part, looped: Any) -> None:
    path = looped.root / "settings.toml"
    text = path.read_text().replace("\nshare = 0.2 #", "\nshare = 0.0 #")
    path.write_text(text)
    assert not closed("loop.limits").read_limits(looped.root).approval
    path.write_text(text.replace("\napproval = false", "\napproval = true"))
    with pytest.raises(closed("errors").InvalidSettings, match="approval"):
        closed("loop.limits").read_limits(looped.root)
