# ours: kept current by mlops-maturity upgrade
"""Which version answers whom: the same key always meets the same one.

A key is hashed with a salt that each experiment draws anew, so that who met the challenger of one
experiment says nothing of the next one.
"""

from __future__ import annotations

from hashlib import blake2b

_BYTES = 8


def place(salt: str, key: object) -> float:
    """Where a key falls, from 0 to 1, evenly.

    Args:
        salt: of the experiment.
        key: a text or a number; 5, 5.0 and "5" are the same key.
    """
    if isinstance(key, float) and key.is_integer():
        key = int(key)
    found = blake2b(f"{salt}\x00{key}".encode("utf-8", "surrogatepass"), digest_size=_BYTES)
    # Of 64 bits, the last few do not fit a float: rounding must not reach 1.
    return (int.from_bytes(found.digest(), "big") >> 11) / 2.0**53


def is_challenged(salt: str, share: float, key: object) -> bool:
    """Whether the challenger answers this key.

    Args:
        salt: of the experiment.
        share: of the keys that meet the challenger, from 0 to 1.
        key: a text or a number.
    """
    return place(salt, key) < share
