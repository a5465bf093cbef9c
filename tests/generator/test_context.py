import keyword
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from generator.context import check_name, choose
from generator.errors import InvalidChoice
from generator.layers import discover, templates_folder


def test_hyphens_become_underscores_in_the_package() -> None:
    context = choose("churn-model", "classification")
    assert (context.project_slug, context.package_name) == ("churn-model", "churn_model")
    assert context.task == "classification"


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("", "churn-model"),
        ("Churn Model", "churn-model"),
        ("../escape", "escape"),
        ("/etc/passwd", "etc-passwd"),
        ("{{ 7 * 7 }}", "model-7-7"),
        ("{% raw %}", "raw"),
        ('quo"te', "quo-te"),
        ("new\nline", "new-line"),
        ("-leading", "leading"),
        ("2nd-model", "model-2nd-model"),
        ("class", "class-model"),
        ("json", "json-model"),
        ("con", "con-model"),
        ("pandas", "pandas-model"),
        ("scikit-learn", "scikit-learn-model"),
        ("sklearn", "sklearn-model"),
        ("Prévision", "prevision"),
        ("模型", "churn-model"),
        ("x" * 61, "x" * 52),
        ("a--b", "a-b"),
        ("trailing-", "trailing"),
        ("$(touch x)", "touch-x"),
    ],
)
def test_a_name_that_is_not_safe_is_refused_with_one_that_is(name: str, suggested: str) -> None:
    with pytest.raises(InvalidChoice) as caught:
        check_name(name)
    assert caught.value.hint == f"type a name such as: {suggested}"
    check_name(suggested)
    assert caught.value.exit_code == 2


@given(st.text(max_size=80))
def test_any_name_is_safe_or_refused_with_a_safe_suggestion(name: str) -> None:
    try:
        context = choose(name)
    except InvalidChoice as error:
        assert error.hint
        assert "\n" not in str(error)
        assert choose(error.hint.rpartition(": ")[2])
        return
    assert context.package_name.isidentifier()
    assert not keyword.iskeyword(context.package_name)
    assert context.package_name not in sys.stdlib_module_names
    assert tomllib.loads(f'name = "{name}"') == {"name": name}


def closure(names: set[str]) -> set[str]:
    """Distributions that `names` need, themselves included, as installed here."""
    found: set[str] = set()
    while names:
        name = canonicalize_name(names.pop())
        if name in found:
            continue
        found.add(name)
        for line in requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                names.add(requirement.name)
    return found


def test_no_library_of_a_layer_can_be_hidden_by_a_project() -> None:
    layers = discover(templates_folder())
    lines = {line for one in layers for line in (*one.manifest.serving, *one.manifest.dependencies)}
    needed = closure({Requirement(line).name for line in lines})
    brought = {
        name.lower()
        for name, distributions in packages_distributions().items()
        if needed & {canonicalize_name(one) for one in distributions}
    }
    for name in brought | {one.replace("-", "_") for one in needed}:
        if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
            with pytest.raises(InvalidChoice):
                check_name(name)
