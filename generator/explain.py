"""Why a question, dimension, level or layer exists, and what it takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from assessment.levels import Level, load_levels
from assessment.questions import Bank, Question, load_bank
from generator.errors import InvalidChoice
from generator.layers import LEVELS, Layer, for_level

__all__ = ["explain", "overview"]


LEVEL_NUMBERS = tuple(str(level) for level in LEVELS)


def explain(subject: str, layers: tuple[Layer, ...]) -> str:
    """The text about a question's code, a dimension's letter, a level or a layer.

    Raises:
        InvalidChoice: nothing is called so; the hint names what is near.
    """
    bank, model = load_bank(), load_levels()
    named = {layer.name: layer for layer in layers}
    letters = {code.lower(): code for code in model.dimensions}
    letters |= {one.name.lower(): one.code for one in model.dimensions.values()}
    word = subject.strip().removeprefix("level").strip()
    if word.upper() in bank.questions:
        lines = _question(bank.questions[word.upper()], bank, layers)
    elif word.lower() in letters:
        lines = _dimension(letters[word.lower()], bank)
    elif word in LEVEL_NUMBERS:
        lines = _level(model.levels[int(word)], bank, layers)
    elif word.lower() in named:
        lines = _layer(named[word.lower()], bank)
    else:
        names = [one.name for one in model.dimensions.values()]
        known = [*bank.questions, *model.dimensions, *names, *LEVEL_NUMBERS, *named]
        raise InvalidChoice(f"nothing is called {subject[:40]!r}", _near(word, known))
    return "\n".join(lines)


def overview(layers: tuple[Layer, ...]) -> str:
    """All that can be explained: levels, layers, and the questions by dimension."""
    bank, model = load_bank(), load_levels()
    lines = [f"level {level.level}  {level.name}" for level in model.levels]
    lines += ["", *(f"layer {one.name}  {one.manifest.title}" for one in layers)]
    for dimension in model.dimensions.values():
        own = [one for one in bank.questions.values() if one.dimension == dimension.code]
        lines += ["", f"{dimension.code} · {dimension.name}"]
        lines += [f"  {one.code:<3} {one.text}" for one in own]
    return "\n".join(lines)


def _near(word: str, known: list[str]) -> str:
    by_folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_folded, 3, 0.5)
    if word.isdecimal():
        return "levels run from 0 to 4"
    if near:
        return f"did you mean {', '.join(by_folded[name] for name in near)}?"
    return "a question such as C1, a dimension such as C, a level from 0 to 4, or a layer: base"


def _question(question: Question, bank: Bank, layers: tuple[Layer, ...]) -> Iterator[str]:
    dimension = load_levels().dimensions[question.dimension]
    yield f"{question.code} · {dimension.name}: {question.text}"
    yield ""
    asked: dict[int, list[str]] = {need.option: [] for need in question.needs}
    for need in question.needs:
        only = "".join(
            f", {word} {value}"
            for word, value in (
                ("in profile", need.profile),
                ("when", need.when),
                ("unless", need.unless),
            )
            if value
        )
        asked[need.option].append(f"level {need.level}{only}")
    for number, option in enumerate(question.options):
        mark = f"   <- {'; '.join(asked[number])}" if number in asked else ""
        yield f"  {number}  {option}{mark}"
    yield ""
    yield f"why it is asked   {question.why}"
    yield f"what is good      {question.good}"
    yield f"how to get there  {question.remedy} (effort: {question.effort})"
    yield f"who can show it   {_visible(question)}"
    brings = [
        f"{layer.name} (option {item.rpartition('@')[2]}, from level {layer.manifest.since})"
        for layer in layers
        for item in layer.manifest.satisfies
        if item.partition("@")[0] == question.code
    ]
    yield f"which layer       {', '.join(brings) or 'none yet'}"
    for source in question.sources:
        yield f"source            {bank.sources[source.split()[0]]} ({source})"


def _visible(question: Question) -> str:
    return "the repository" if question.visible == "repository" else "people; no file shows it"


def _dimension(code: str, bank: Bank) -> Iterator[str]:
    yield f"{code} · {load_levels().dimensions[code].name}"
    yield ""
    for question in bank.questions.values():
        if question.dimension == code:
            levels = sorted({need.level for need in question.needs})
            needed = f"level {', '.join(map(str, levels))}" if levels else "no gate"
            yield f"  {question.code:<3} {question.text}  [{needed}]"
    yield ""
    yield f"more about one of them: mlops-maturity explain {code}1"


def _level(level: Level, bank: Bank, layers: tuple[Layer, ...]) -> Iterator[str]:
    yield f"level {level.level} · {level.name}"
    yield ""
    yield f"what is true         {level.truth}"
    yield f"who decides          {level.button}"
    yield f"when it is enough    {level.enough}"
    yield f"when it falls short  {level.short}"
    yield ""
    gates = [
        f"{question.code}@{need.option}"
        for question in bank.questions.values()
        for need in question.needs
        if need.level == level.level
    ]
    yield f"what it asks for     {', '.join(dict.fromkeys(gates)) or 'nothing'}"
    if gates:
        code, _, option = gates[0].partition("@")
        yield f"                     ({gates[0]}: option {option} of question {code}, or higher)"
    own = [layer for layer in for_level(layers, level.level) if layer.manifest.since == level.level]
    if not own:
        yield "what `new` brings    nothing yet: this level cannot be generated today"
    for layer in own:
        yield f"what `new` brings    {layer.name}: {layer.manifest.title}"
        if layer.manifest.cost:
            yield f"what it costs        {layer.manifest.cost}"


def _layer(layer: Layer, bank: Bank) -> Iterator[str]:
    manifest = layer.manifest
    yield f"{layer.name} · {manifest.title}"
    yield ""
    yield f"since level   {manifest.since}"
    yield f"builds on     {', '.join(manifest.requires) or 'nothing'}"
    yield f"costs         {manifest.cost or 'not measured yet'}"
    yield "makes true"
    for item in manifest.satisfies:
        code, _, option = item.partition("@")
        question = bank.questions[code]
        yield f"  {item:<5} {question.text} {question.options[int(option)]}"
    yield "files"
    for path in layer.files():
        yield f"  {path.as_posix()}"
