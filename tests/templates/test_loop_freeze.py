"""When time is frozen: how a freeze is written, when it holds, and what makes no sense."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.templates.decisions import Part


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("fri 16:00..mon 08:00", "2026-12-26T12:00+00:00", "2026-12-28T08:00+00:00"),
        ("2026-12-24..2027-01-02", "2026-12-24T00:00+00:00", "2027-01-02T00:00+00:00"),
        ("mon 08:00..mon 10:00", "2026-12-21T09:59+00:00", "2026-12-21T11:00+01:00"),
    ],
)
def test_a_freeze_is_half_open_and_in_utc(
    closed: Part, text: str, inside: str, outside: str
) -> None:
    found = closed("loop.freeze").parse(text)
    assert found.holds(datetime.fromisoformat(inside))
    assert not found.holds(datetime.fromisoformat(outside))


@pytest.mark.parametrize(
    "text", ["", "fri", "fri 16:00..2026-01-01", "fri 25:00..sat 01:00", "2027-01-01..2026-01-01"]
)
def test_a_freeze_that_makes_no_sense_is_refused(closed: Part, text: str) -> None:
    with pytest.raises(closed("errors").InvalidSettings, match="freeze"):
        closed("loop.freeze").parse(text)


@pytest.mark.parametrize(
    "text", ["mon 00:00..mon 00:00", "Fri 9:30..fri 09:30", "2026-12-24..2026-12-24T00:00Z"]
)
def test_a_freeze_that_would_never_hold_is_refused(closed: Part, text: str) -> None:
    with pytest.raises(closed("errors").InvalidSettings, match="never holds") as error:
        closed("loop.freeze").parse(text)
    assert "ops stop" in error.value.hint
