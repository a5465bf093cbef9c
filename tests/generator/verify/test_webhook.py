"""A webhook keeps what is posted to it, in order."""

from __future__ import annotations

import json
import urllib.request

import pytest

from generator.verify.webhook import Webhook


def test_what_is_posted_is_kept_until_it_is_closed() -> None:
    with Webhook() as webhook:
        for number in range(3):
            body = json.dumps({"number": number}).encode()
            with urllib.request.urlopen(webhook.address, body, timeout=5) as reply:
                assert reply.status == 204
    assert webhook.posted == [{"number": 0}, {"number": 1}, {"number": 2}]
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(webhook.address, b"{}", timeout=5)
