from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.errors import MaturityError
from generator.errors import InvalidManifest
from generator.layers import discover, for_level, templates_folder
from tests.worlds import PROJECT, SERVING, write, write_layers


def test_layers_come_in_the_order_in_which_they_build_on_each_other(tmp_path: Path) -> None:
    early = {"layer.toml": 'title="a"\nsince=1\nrequires=["serving"]', f"{PROJECT}/a.txt": ""}
    layers = discover(write_layers(tmp_path, serving=SERVING, admin=early))
    assert [layer.name for layer in layers] == ["base", "serving", "admin"]


def test_a_level_holds_the_layers_up_to_it(tmp_path: Path) -> None:
    layers = discover(write_layers(tmp_path, serving=SERVING))
    assert [layer.name for layer in for_level(layers, 0)] == ["base"]
    assert [layer.name for layer in for_level(layers, 1)] == ["base", "serving"]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("since = 1", "title"),
        ('title = "x"\nsince = 9', "since"),
        ('title = "x"\nsince = 1\ncolour = "red"', "colour"),
        ('title = "x"\nsince = 1\nsatisfies = ["C1"]', "satisfies"),
        ('title = "x"\nsince = 1\nrequires = ["nothing"]', "nothing"),
        ('title = "x"\nsince = 1\nrequires = ["x"]', "circle"),
        ('title = "x"\nsince = 1\nsettings = "a = "', "layer.toml"),
        ('title = "x', "layer.toml"),
    ],
)
def test_a_wrong_manifest_is_refused_and_named(tmp_path: Path, manifest: str, said: str) -> None:
    write_layers(tmp_path, x={"layer.toml": manifest, f"{PROJECT}/x.txt": ""})
    with pytest.raises(InvalidManifest, match=said) as caught:
        discover(tmp_path)
    assert caught.value.hint


def test_settings_of_the_shipped_table_are_not_those_of_ones_own() -> None:
    for layer in discover(templates_folder()):
        own = str(layer.view(own_table=True)["settings"])
        assert own == layer.manifest.settings
        for plain, example in layer.manifest.example_settings.items():
            assert own.count(plain) == 1, layer.name
            assert example in str(layer.view()["settings"])


def test_a_layer_cannot_require_a_later_one(tmp_path: Path) -> None:
    low = {"layer.toml": 'title="x"\nsince=0\nrequires=["serving"]', f"{PROJECT}/x.txt": ""}
    write_layers(tmp_path, serving=SERVING, low=low)
    with pytest.raises(InvalidManifest, match="comes before"):
        discover(tmp_path)


def test_an_undeclared_overlap_of_two_layers_is_refused(tmp_path: Path) -> None:
    same = {"layer.toml": 'title="x"\nsince=1', f"{PROJECT}/README.md": "mine"}
    write_layers(tmp_path, x=same)
    with pytest.raises(InvalidManifest, match=r"both bring README\.md"):
        discover(tmp_path)


def test_a_folder_without_layers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidManifest, match="no layer found"):
        discover(tmp_path)


def test_byte_code_is_never_a_template(tmp_path: Path) -> None:
    write_layers(tmp_path)
    write(tmp_path, {f"base/{PROJECT}/src/__pycache__/x.pyc": b"\0", f"base/{PROJECT}/y.pyc": b""})
    names = [path.name for path in discover(tmp_path)[0].files()]
    assert "x.pyc" not in names
    assert "y.pyc" not in names


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_any_bytes_as_a_manifest_end_in_a_clear_error(tmp_path: Path, content: bytes) -> None:
    write_layers(tmp_path, x={"layer.toml": content, f"{PROJECT}/x.txt": ""})
    try:
        discover(tmp_path)
    except MaturityError as error:
        assert error.hint
