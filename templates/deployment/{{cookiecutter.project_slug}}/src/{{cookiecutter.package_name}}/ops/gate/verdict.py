# ours: kept current by mlops-maturity upgrade
"""What the checks of a gate say; whatever fails to say something, says no."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

LONGEST = 4500
"""Characters that the tag of a version may hold, with room to spare."""

_SAID = 200


@dataclass(frozen=True)
class Verdict:
    """What one check says.

    Attributes:
        name: of the check.
        passed: whether the version may go on, by this check.
        said: why, in words.
    """

    name: str
    passed: bool
    said: str


@dataclass(frozen=True)
class Gate:
    """What all of them say."""

    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed, and there was one."""
        return bool(self.verdicts) and not self.failed

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that did not pass."""
        return tuple(one.name for one in self.verdicts if not one.passed)

    def to_tag(self) -> str:
        """As the tag of a version holds it; the longest words are shortened where it is full."""
        told = [asdict(one) for one in self.verdicts]
        for longest in (_SAID, _SAID // 4, 0):
            for one in told:
                one["said"] = one["said"][:longest]
            if len(text := json.dumps(told)) <= LONGEST:
                return text
        return json.dumps({"failed": list(self.failed)})[:LONGEST]


Check = Callable[[], Iterable[Verdict]]


def judged(checks: Sequence[tuple[str, Check]]) -> Gate:
    """Run each check; one that breaks, or gives no verdict, has failed."""
    found: list[Verdict] = []
    for name, check in checks:
        try:
            told = tuple(check())
        except Exception as error:  # a gate that lets pass what it cannot judge is none
            first = str(error).partition("\n")[0][:_SAID]
            told = (Verdict(name, False, f"the check broke: {first or type(error).__name__}"),)
        found += told or (Verdict(name, False, "the check said nothing"),)
    return Gate(tuple(found))
