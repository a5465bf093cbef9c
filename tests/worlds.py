"""Tiny worlds for tests: folders of text, and small layers of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

PROJECT = "{{cookiecutter.project_slug}}"
PACKAGE = "{{cookiecutter.package_name}}"

BASE_MANIFEST = """
title = "base"
since = 0
yours = ["README.md", "src/*/model.py"]
shared = ["pyproject.toml", ".gitignore"]
render = ["README.md", "pyproject.toml", ".gitignore"]
serving = ["click>=8"]
dependencies = ["rich>=13"]
ignore = [".venv/"]
"""
PYPROJECT = """# shared
[project]
name = "{{ cookiecutter.project_slug }}"
version = "0.1.0"
dependencies = [
{% for layer in cookiecutter._layers %}{% for line in layer.serving %}    "{{ line }}",
{% endfor %}{% endfor %}]

[dependency-groups]
{% for layer in cookiecutter._layers %}{{ layer.name }} = [
{% for line in layer.dependencies %}    "{{ line }}",
{% endfor %}]
{% endfor %}"""
IGNORE = """{% for layer in cookiecutter._layers %}{% for line in layer.ignore %}{{ line }}
{% endfor %}{% endfor %}"""

BASE = {
    "layer.toml": BASE_MANIFEST,
    "cookiecutter.json": json.dumps({"project_slug": "tiny", "package_name": "tiny"}),
    f"{PROJECT}/README.md": "# {{ cookiecutter.project_slug }}\n",
    f"{PROJECT}/pyproject.toml": PYPROJECT,
    f"{PROJECT}/.gitignore": IGNORE,
    f"{PROJECT}/src/{PACKAGE}/__init__.py": "",
    f"{PROJECT}/src/{PACKAGE}/model.py": "# yours\nANSWER = 42\n",
    f"{PROJECT}/src/{PACKAGE}/ops/train.py": "# ours\none = 1\ntwo = 2\nthree = 3\nfour = 4\n",
}
SERVING_MANIFEST = """
title = "serving"
since = 1
requires = ["base"]
serving = ["starlette>=0.40"]
dependencies = ["httpx>=0.27"]
ignore = ["logs/"]
"""
SERVING = {
    "layer.toml": SERVING_MANIFEST,
    f"{PROJECT}/src/{PACKAGE}/ops/serve.py": "# ours\nport = 8080\n",
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` (relative path to text or bytes) below `folder` and return it."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def write_layers(folder: Path, **layers: Mapping[str, str | bytes]) -> Path:
    """Write layers below `folder`, each given as its files; `base` is there by default."""
    for name, files in ({"base": BASE} | layers).items():
        write(folder / name, files)
    return folder


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` but git's own: relative path to bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
