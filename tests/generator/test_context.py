import keyword
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.context import check_name, choose
from generator.errors import InvalidChoice


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
