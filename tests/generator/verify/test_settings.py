"""Settings of a copy are changed; what is not named stays as it was written."""

from __future__ import annotations

import tomllib
from pathlib import Path

from generator.verify.settings import change

TEXT = """\
# mine
[gate] # of all
margin = 0.0 # share
rows = 200

[serving]
port = 8000
"""


def test_only_what_is_named_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(TEXT, encoding="utf-8")
    change(tmp_path, {"gate": {"margin": -1.0, "tests": ""}, "log": {"folder": "here"}})
    text = path.read_text(encoding="utf-8")
    assert "# mine\n[gate] # of all\nmargin = -1.0 # share\nrows = 200\n" in text
    assert tomllib.loads(text) == {
        "gate": {"margin": -1.0, "rows": 200, "tests": ""},
        "serving": {"port": 8000},
        "log": {"folder": "here"},
    }


def test_nothing_to_change_leaves_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(TEXT, encoding="utf-8")
    change(tmp_path, {})
    assert (tmp_path / "settings.toml").read_text(encoding="utf-8") == TEXT
