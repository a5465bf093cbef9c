from pathlib import Path

import pytest

from generator.context import choose
from generator.create import create, project_files
from generator.errors import InvalidRecord
from generator.layers import discover
from generator.record import BASE, RECORD, read_base, read_record
from tests.worlds import SERVING, write_layers


@pytest.fixture
def project(tmp_path: Path) -> Path:
    layers = discover(write_layers(tmp_path / "templates", serving=SERVING))
    tree, record = project_files(layers, 1, choose("churn"))
    return create(tree, record, tmp_path / "churn").folder


def test_the_record_says_what_was_generated(project: Path) -> None:
    record = read_record(project)
    assert (record.level, record.layers) == (1, ("base", "serving"))
    assert record.files["src/churn/ops/serve.py"].layer == "serving"
    assert list(record.files) == sorted(record.files)


def test_the_base_holds_what_upgrades_merge_and_nothing_of_yours(project: Path) -> None:
    base = read_base(project, read_record(project))
    assert "src/churn/model.py" not in base
    for path, file in base.items():
        assert (project / path).read_bytes() == file.content


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("level = 1", "level = 2"),
        lambda text: text + "\n",
        lambda text: "",
        lambda text: "<<<<<<< yours\n" + text,
        lambda text: text.partition("[digest]")[0],
    ],
)
def test_an_edited_record_is_noticed(project: Path, change: object) -> None:
    path = project / RECORD
    path.write_text(change(path.read_text()))  # type: ignore[operator]
    with pytest.raises(InvalidRecord, match="not as the tool wrote it") as caught:
        read_record(project)
    assert "git checkout" in str(caught.value.hint)


def test_a_missing_record_says_how_to_adopt_the_project(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord) as caught:
        read_record(tmp_path)
    assert "adopt" in str(caught.value.hint)


def test_a_damaged_base_is_noticed(project: Path) -> None:
    (project / BASE).write_bytes(b"something else")
    with pytest.raises(InvalidRecord, match="not the base of its record"):
        read_base(project, read_record(project))
