from pathlib import Path

import pytest

from generator.context import choose
from generator.errors import InvalidManifest
from generator.layers import discover
from generator.render import RenderedTree, render
from tests.worlds import BASE, PACKAGE, PROJECT, SERVING, write_layers


def rendered(folder: Path, **layers: dict[str, str | bytes]) -> RenderedTree:
    return render(discover(write_layers(folder, **layers)), choose("my-churn"))


def test_names_of_files_and_values_are_filled_in(tmp_path: Path) -> None:
    tree = rendered(tmp_path)
    assert tree["README.md"].content == b"# my-churn\n"
    assert "src/my_churn/model.py" in tree


def test_a_file_that_is_not_declared_is_copied_as_it_lies(tmp_path: Path) -> None:
    workflow = "run: echo ${{ secrets.TOKEN }} {% x %}\r\n"
    tree = rendered(tmp_path, base=BASE | {f"{PROJECT}/ci.yml": workflow})
    assert tree["ci.yml"].content == workflow.encode()


def test_rendering_twice_gives_the_same_bytes_in_the_same_order(tmp_path: Path) -> None:
    layers = discover(write_layers(tmp_path, serving=SERVING))
    first, second = (render(layers, choose("churn")) for _ in range(2))
    assert list(first.items()) == list(second.items())
    assert list(first) == sorted(first)


def test_a_shared_file_takes_what_each_layer_declares(tmp_path: Path) -> None:
    text = rendered(tmp_path, serving=SERVING)["pyproject.toml"].content.decode()
    assert '"click>=8",\n    "starlette>=0.40",' in text
    assert "serving = [" in text


def test_owners_come_from_the_manifest(tmp_path: Path) -> None:
    tree = rendered(tmp_path)
    owners = {path: file.owner for path, file in tree.items()}
    assert owners["README.md"] == owners["src/my_churn/model.py"] == "yours"
    assert owners["pyproject.toml"] == "shared"
    assert owners["src/my_churn/ops/train.py"] == "ours"


def test_a_value_that_does_not_exist_is_an_error_not_an_empty_text(tmp_path: Path) -> None:
    wrong = BASE | {f"{PROJECT}/README.md": "{{ cookiecutter.nothing }}"}
    with pytest.raises(InvalidManifest, match="nothing"):
        rendered(tmp_path, base=wrong)


def test_a_template_cannot_leave_the_project(tmp_path: Path) -> None:
    outside = "{{ '..' }}"
    with pytest.raises(InvalidManifest, match="outside the project"):
        rendered(tmp_path, base=BASE | {f"{PROJECT}/{outside}/x.txt": ""})


def test_a_declared_replacement_wins_over_the_earlier_layer(tmp_path: Path) -> None:
    wiring = f"src/{PACKAGE}/ops/train.py"
    manifest = f'title = "x"\nsince = 1\nreplaces = ["{wiring}"]'
    tree = rendered(tmp_path, x={"layer.toml": manifest, f"{PROJECT}/{wiring}": "# ours\n"})
    assert tree["src/my_churn/ops/train.py"].layer == "x"


def test_the_executable_bit_is_kept(tmp_path: Path) -> None:
    write_layers(tmp_path)
    (tmp_path / "base" / PROJECT / "README.md").chmod(0o755)
    tree = render(discover(tmp_path), choose("churn"))
    assert tree["README.md"].executable
    assert not tree["pyproject.toml"].executable


def test_a_star_in_a_glob_of_owners_stays_in_its_folder(tmp_path: Path) -> None:
    deep = f"{PROJECT}/src/{PACKAGE}/ops/model.py"
    tree = rendered(tmp_path, base=BASE | {deep: "# ours\n"})
    assert tree["src/my_churn/ops/model.py"].owner == "ours"
    assert tree["src/my_churn/model.py"].owner == "yours"
