"""Addresses in a project's settings: verify goes nowhere but to this machine."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from generator.errors import InvalidChoice, Refused

__all__ = ["refuse_remote_addresses"]

# Names and categories of columns are no addresses, whatever they look like.
SCHEMA = "schema"
LOCAL_SCHEMES = frozenset({"file", "sqlite"})


def refuse_remote_addresses(project: Path) -> None:
    """Refuse settings that name an address which is neither a file nor on this machine.

    Raises:
        Refused: with the key of the first such address, never its value.
        InvalidChoice: the settings are no valid TOML.
    """
    path = project / "settings.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidChoice(f"{path}: {error}", hint="settings are TOML in UTF-8") from None
    for key, value in _strings(settings, ""):
        if not _is_local(value):
            raise Refused(
                f"{path}: {key} names an address outside this machine",
                hint="verify runs on a copy and touches no real service; use a local address",
            )


def _strings(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name == SCHEMA:
                continue
            yield from _strings(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, key)


def _is_local(value: str) -> bool:
    if "://" not in value:
        return True
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme.partition("+")[0] in LOCAL_SCHEMES:
        return not host
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
