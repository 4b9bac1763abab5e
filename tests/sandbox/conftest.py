from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.windows import ZONE
from jiancha_sandbox.city import SandboxCity


@pytest.fixture(scope="session")
def city() -> SandboxCity:
    """As the demo sees it: half a quarter after the 2021 Q1 window."""
    return SandboxCity(2021, datetime(2021, 3, 31, 9, tzinfo=ZONE))


@pytest.fixture(scope="session")
def old_city() -> SandboxCity:
    """As the long comparison sees it: all of 2021 is over."""
    return SandboxCity(2021, datetime(2021, 12, 31, 9, tzinfo=ZONE))
