"""What the package offers, and what importing it costs."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import assessment

MODULES = [module.name for module in pkgutil.walk_packages(assessment.__path__, "assessment.")]


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_those_of_all(name):
    module = importlib.import_module(name)
    own = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and getattr(value, "__module__", None) == name
    }
    assert own <= set(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)
    assert list(module.__all__) == sorted(
        module.__all__, key=lambda public: (not public.isupper(), not public[0].isupper(), public)
    )


def test_importing_the_package_and_its_errors_is_light():
    code = "import assessment.errors, sys; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
