from pathlib import Path

import pytest

from generator.errors import InvalidChoice, Refused
from generator.verify.addresses import refuse_remote_addresses


@pytest.mark.parametrize(
    "address",
    [
        "https://tracking.example.org",
        "http://10.0.0.7:5000",
        "postgresql+psycopg2://user:secret@db.internal/mlflow",
        "s3://bucket/artifacts",
        "sqlite://host/mlflow.db",
        "http://127.0.0.1.example.org",
        "http://[::1",
    ],
)
def test_an_address_outside_this_machine_is_refused_without_showing_it(
    tmp_path: Path, address: str
) -> None:
    (tmp_path / "settings.toml").write_text(f'[tracking]\nservers = [{{ uri = "{address}" }}]\n')
    with pytest.raises(Refused, match=r"tracking\.servers\.uri") as caught:
        refuse_remote_addresses(tmp_path)
    assert "secret" not in str(caught.value)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:5000",
        "http://localhost",
        "http://[::1]:80",
        "sqlite:///a.db",
        "data/x.csv",
    ],
)
def test_files_and_loopback_are_fine(tmp_path: Path, address: str) -> None:
    (tmp_path / "settings.toml").write_text(f'uri = "{address}"\n')
    refuse_remote_addresses(tmp_path)


def test_settings_that_are_no_toml_are_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("a = ")
    with pytest.raises(InvalidChoice):
        refuse_remote_addresses(tmp_path)
