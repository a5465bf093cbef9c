"""The interview as a pure state machine: where it stands, what is known, where it goes next.

Every operation returns a new interview; whoever draws it keeps the one that it likes. What nothing
hangs on is not asked: facts that no rule waits for, questions that the facts make inapplicable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from assessment.answers import Answer, Answers
from assessment.fact_questions import FactQuestion, FactValue, load_fact_questions, matters
from assessment.facts import Facts
from assessment.gates import inapplicable
from assessment.levels import load_levels
from assessment.questions import Bank, Profile, Question

__all__ = ["USE_CASE", "Interview", "Step", "begin"]

USE_CASE = "Use case"
"""Name of the part that asks for facts."""


@dataclass(frozen=True)
class Step:
    """One thing that is asked.

    Attributes:
        key: the name of a fact or the code of a question.
        part: the dimension, or `USE_CASE`.
        asked: the fact or question.
    """

    key: str
    part: str
    asked: FactQuestion | Question

    @property
    def options(self) -> tuple[tuple[FactValue, str], ...]:
        """Value and text of each choice; none where the value is typed."""
        if isinstance(self.asked, FactQuestion):
            return self.asked.options
        return tuple(enumerate(self.asked.options))


@dataclass(frozen=True)
class Interview:
    """A moment of the interview.

    Attributes:
        bank: the questions.
        profile: whose edition of the levels.
        quick: the quick questions and facts only.
        answers: what was answered so far.
        facts: what is known so far of the use case.
        settled: keys that are not asked again.
        at: key of the step that is asked now; none at the end.
    """

    bank: Bank
    profile: Profile
    quick: bool
    answers: Answers
    facts: Facts
    settled: frozenset[str]
    at: str | None = None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What is to be asked, as things stand: the use case, then the questions."""
        known = self.facts.quantities()
        facts = (
            Step(one.name, USE_CASE, one)
            for one in load_fact_questions().values()
            if self._is_open(one.name)
            and (one.quick or not self.quick)
            and matters(one.name, self.facts, self.bank, self.profile, self.quick)
        )
        dimensions = load_levels().dimensions
        questions = (
            Step(one.code, dimensions[one.dimension].name, one)
            for one in self.bank.asked(self.quick)
            if self._is_open(one.code) and inapplicable(one, known) is None
        )
        return (*facts, *questions)

    @cached_property
    def everything(self) -> tuple[Step, ...]:
        """The steps, and those that were settled beforehand."""
        return replace(self, settled=frozenset()).steps

    @cached_property
    def step(self) -> Step | None:
        """What is asked now."""
        return next((one for one in self.steps if one.key == self.at), None)

    @property
    def given(self) -> Answer | FactValue | None:
        """What is known of the present step; of a question an answer, of a fact its value."""
        step = self.step
        if step is None:
            return None
        if isinstance(step.asked, FactQuestion):
            value: FactValue | None = getattr(self.facts, step.key)
            return value
        return self.answers.of(step.key)

    def answer(self, value: FactValue) -> Interview:
        """Take the value of an option, or a typed one, and go on."""
        return self._put(value).next()

    def skip(self) -> Interview:
        """Leave it unknown and go on; evidence that was given stays."""
        return self._put(None).next()

    def not_applicable(self, reason: str) -> Interview:
        """Say why the question does not apply, and go on; facts always apply."""
        known = self.given
        assert isinstance(known, Answer)
        return self._answered(replace(known, value=None, not_applicable=reason)).next()

    def evidence(self, text: str) -> Interview:
        """Say where the answer can be seen, and stay; an empty text takes it back."""
        known = self.given
        assert isinstance(known, Answer)
        return self._answered(replace(known, evidence=text or None))

    def next(self) -> Interview:
        """Go to the next step, or to the end."""
        return self._moved(1)

    def back(self) -> Interview:
        """Go to the step before; the first one stays, and the end leads to the last one."""
        return self._moved(-1)

    def go(self, key: str) -> Interview:
        """Go to a step, also to one that was settled.

        Raises:
            KeyError: nothing of that name is asked here.
        """
        opened = replace(self, settled=self.settled - {key}, at=key)
        if opened.step is None:
            raise KeyError(key)
        return opened

    def end(self) -> Interview:
        """Leave the steps, wherever it stands."""
        return replace(self, at=None)

    def place(self) -> tuple[int, int]:
        """Number of the present step within its part, from 1, and how many the part has."""
        step = self.step
        assert step is not None
        part = [one.key for one in self.steps if one.part == step.part]
        return part.index(step.key) + 1, len(part)

    def _is_open(self, key: str) -> bool:
        return key not in self.settled

    def _moved(self, by: int) -> Interview:
        keys = [one.key for one in self.steps]
        if self.at is None:
            return replace(self, at=keys[-1]) if keys and by < 0 else self
        place = max(0, keys.index(self.at) + by)
        return replace(self, at=keys[place] if place < len(keys) else None)

    def _put(self, value: FactValue | None) -> Interview:
        step = self.step
        assert step is not None
        if isinstance(step.asked, FactQuestion):
            return replace(self, facts=self.facts.model_copy(update={step.key: value}))
        assert value is None or isinstance(value, int)
        known = self.answers.of(step.key)
        return self._answered(replace(known, value=value, not_applicable=None))

    def _answered(self, answer: Answer) -> Interview:
        assert self.at is not None
        by_code = {**self.answers.by_code, self.at: answer}
        return replace(self, answers=replace(self.answers, by_code=by_code))


def begin(
    bank: Bank,
    answers: Answers,
    facts: Facts,
    *,
    profile: Profile = "course",
    quick: bool = False,
    settled: frozenset[str] = frozenset(),
) -> Interview:
    """An interview at its first step.

    Args:
        bank: the questions.
        answers: what is known already; shown as the present answer where it is asked again.
        facts: what is known already of the use case.
        profile: whose edition of the levels.
        quick: the quick questions and facts only.
        settled: names of facts and codes of questions that are not asked again.
    """
    start = Interview(bank, profile, quick, answers, facts, settled)
    steps = start.steps
    return replace(start, at=steps[0].key if steps else None)
