"""Why a question, dimension, level, layer, fact or rule exists, and what it takes."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator
from functools import partial

from assessment.fact_questions import FactQuestion, load_fact_questions
from assessment.gates import conditions
from assessment.levels import Level, load_levels
from assessment.questions import PROFILES, Bank, Need, Question, load_bank
from assessment.rules import Cap, Floor, Note, Rule, load_rules
from generator.errors import InvalidChoice
from generator.layers import Layer, for_level

__all__ = ["explain", "overview"]

Text = Callable[[], Iterator[str]]


def explain(subject: str, layers: tuple[Layer, ...]) -> str:
    """The text about everything that bears a name; a fact and a rule may share one.

    Raises:
        InvalidChoice: nothing is called so; the hint names what is near.
    """
    subjects = list(_subjects(layers))
    # As reports write it: level 2, 3+ (with a recorded approval), C1@2 (its option).
    word = subject.lower().removeprefix("level").partition("@")[0].strip().removesuffix("+")
    texts = [text for name, text in subjects if name.lower() == word]
    if not texts:
        hint = _near(word, [name for name, _ in subjects])
        raise InvalidChoice(f"nothing is called {subject[:40]!r}", hint)
    return "\n\n".join("\n".join(text()) for text in texts)


def _subjects(layers: tuple[Layer, ...]) -> Iterator[tuple[str, Text]]:
    """Names with the text about each."""
    bank, model, rules = load_bank(), load_levels(), load_rules()
    for question in bank.questions.values():
        yield question.code, partial(_question, question, bank, layers)
    for dimension in model.dimensions.values():
        for name in (dimension.code, dimension.name):
            yield name, partial(_dimension, dimension.code, bank)
    for level in model.levels:
        yield str(level.level), partial(_level, level, bank, layers)
    for layer in layers:
        yield layer.name, partial(_layer, layer, bank)
    for fact in load_fact_questions().values():
        yield fact.name, partial(_fact, fact, bank)
    for rule in (*rules.floor, *rules.cap, *rules.note):
        yield rule.code, partial(_rule, rule)


def overview(layers: tuple[Layer, ...]) -> str:
    """All that can be explained: levels, layers, questions by dimension, facts and rules."""
    bank, model = load_bank(), load_levels()
    lines = [f"level {level.level}  {level.name}" for level in model.levels]
    lines += ["", *(f"layer {one.name}  {one.manifest.title}" for one in layers)]
    for dimension in model.dimensions.values():
        own = [one for one in bank.questions.values() if one.dimension == dimension.code]
        lines += ["", f"{dimension.code} · {dimension.name}"]
        lines += [f"  {one.code:<3} {one.text}" for one in own]
    rules = load_rules()
    lines += ["", "Facts of the use case"]
    lines += [f"  {one.name:<18} {one.text}" for one in load_fact_questions().values()]
    lines += ["", "Rules that say how far to go"]
    told = {one.code: _kind(one) for one in (*rules.floor, *rules.cap, *rules.note)}
    lines += [f"  {code:<22} {kind}" for code, kind in told.items()]
    return "\n".join(lines)


def _near(word: str, known: list[str]) -> str:
    by_folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_folded, 3, 0.5)
    if word.isdecimal():
        return "levels run from 0 to 4"
    if near:
        return f"did you mean {', '.join(by_folded[name] for name in near)}?"
    return "mlops-maturity explain lists everything that can be explained"


def _question(question: Question, bank: Bank, layers: tuple[Layer, ...]) -> Iterator[str]:
    dimension = load_levels().dimensions[question.dimension]
    yield f"{question.code} · {dimension.name}: {question.text}"
    yield ""
    asked: dict[int, list[str]] = {need.option: [] for need in question.needs}
    for need in question.needs:
        asked[need.option].append(f"level {need.level}{_only(need)}")
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


def _only(need: Need) -> str:
    """Under which conditions a gate holds."""
    found = {
        "in profile": need.profile,
        "when": need.when and need.when.text,
        "unless": need.unless and need.unless.text,
    }
    return "".join(f", {word} {value}" for word, value in found.items() if value)


def _visible(question: Question) -> str:
    return "the repository" if question.visible == "repository" else "people; no file shows it"


def _dimension(code: str, bank: Bank) -> Iterator[str]:
    yield f"{code} · {load_levels().dimensions[code].name}"
    yield ""
    for question in bank.questions.values():
        if question.dimension == code:
            gates = [f"{need.level}{_only(need)}" for need in question.needs]
            needed = f"level {'; '.join(gates)}" if gates else "no gate"
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
        (f"{question.code}@{need.option}", _only(need))
        for question in bank.questions.values()
        for need in question.needs
        if need.level == level.level
    ]
    always = [name for name, only in gates if not only]
    yield f"what it asks for     {', '.join(always) or 'nothing'}"
    if always:
        code, _, option = always[0].partition("@")
        yield f"                     ({always[0]}: option {option} of question {code}, or higher)"
    for name, only in gates:
        if only:
            yield f"                     {name}{only}"
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


def _fact(fact: FactQuestion, bank: Bank) -> Iterator[str]:
    rules = load_rules()
    yield f"{fact.name} · a fact of the use case: {fact.text}"
    yield ""
    for value, told in fact.options:
        yield f"  {json.dumps(value):<12} {told}"
    if not fact.options:
        yield f"  {fact.form}"
    yield ""
    yield f"why it is asked  {fact.why}"
    deciding = [
        rule.code for rule in (*rules.floor, *rules.cap, *rules.note) if fact.name in rule.facts()
    ]
    if deciding:
        yield f"rules            {', '.join(dict.fromkeys(deciding))}"
    hanging = [
        question.code
        for question in bank.questions.values()
        if any(
            fact.name in condition.facts()
            for profile in PROFILES
            for condition in conditions(question, profile)
        )
    ]
    if hanging:
        yield f"questions        {', '.join(hanging)}"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} · {_kind(rule)}"
    yield ""
    yield f"it says     {re.sub('{.*?}', '...', rule.sentence)}"
    yield f"when        {rule.condition}"
    if isinstance(rule, Cap):
        if rule.raised_by:
            yield f"one higher  when {rule.raised_by.text}"
        yield f"ways out    {'; or '.join(rule.options)}"
    if isinstance(rule, Note):
        yield f"concerns    {', '.join(load_levels().dimensions[c].name for c in rule.dimensions)}"
    yield f"facts       {', '.join(rule.facts())}"
    yield f"source      {load_rules().sources[rule.source]}"


def _kind(rule: Rule) -> str:
    if isinstance(rule, Floor):
        return f"level {rule.level} is needed{', for safety' if rule.risk else ''}"
    if isinstance(rule, Cap):
        return f"no more than level {rule.level} is possible"
    return "what the target means for single dimensions"
