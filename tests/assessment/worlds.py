"""Answers and facts for tests, given or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

from assessment.answers import Answer, Answers
from assessment.errors import MaturityError
from assessment.facts import RATES, SCALES, Facts
from assessment.gates import required
from assessment.questions import PROFILES, load_bank

BANK = load_bank()


def answers(values: dict[str, int | None]) -> Answers:
    """Bare answers."""
    return Answers({code: Answer(value) for code, value in values.items()})


def every(value: int) -> dict[str, int | None]:
    """The same option everywhere, or the best one where there are fewer."""
    return {code: min(value, question.best) for code, question in BANK.questions.items()}


BEST: dict[str, int | None] = every(4)


@contextmanager
def nothing_but_the_tools_own_error() -> Iterator[None]:
    """Let the code inside end well or with an error of one line and a hint."""
    told = None
    try:
        yield
    except MaturityError as error:
        told = error
    assert told is None or (len(told.message.splitlines()) == 1 and told.hint)


_numbers = st.integers(0, 1000) | st.floats(0, 1000)
_rates = st.sampled_from(list(RATES)) | _numbers
_drawn = {
    "users": st.booleans(),
    "models": st.integers(0, 100),
    "retrain": _rates,
    "data_change": _rates,
    "label_delay_days": st.just("never") | _numbers,
    "capacity_fte": _numbers,
    "hours_per_release": _numbers,
    "people_training": st.integers(0, 100),
    "managed_platform": st.booleans(),
    "notice_days": _numbers,
    "bearable_days": _numbers,
    "approval_required": st.booleans(),
    "team": st.integers(0, 100),
    **{name: st.sampled_from(words) for name, words in SCALES.items()},
}
facts = st.fixed_dictionaries({}, optional=_drawn).map(Facts.model_validate)


codes = st.sampled_from(list(BANK.questions))
profiles = st.sampled_from(PROFILES)
_UNKNOWN, _INAPPLICABLE = 5, 6


def _exception(code: str, choice: int) -> Answer:
    if choice == _INAPPLICABLE:
        return Answer(not_applicable="a reason")
    return Answer(None if choice == _UNKNOWN else min(choice, BANK.questions[code].best))


# A team that stands at some level, but for a few items: all levels are reached.
sets = st.builds(
    lambda level, profile, exceptions: Answers(
        answers(every(0) | required(BANK, level, profile)).by_code
        | {code: _exception(code, choice) for code, choice in exceptions.items()}
    ),
    st.integers(0, 4),
    profiles,
    st.dictionaries(codes, st.integers(0, _INAPPLICABLE), max_size=12),
)
