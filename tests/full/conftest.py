"""What the full tests share with those that build projects."""

from tests.full.services import served
from tests.integration.conftest import environments, make

__all__ = ["environments", "make", "served"]
