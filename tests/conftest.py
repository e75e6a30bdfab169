"""What all tests share: the clock, and the way to real notices where they exist."""

from pathlib import Path

import pytest

from aggregator.testing import FrozenClock, utc

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def clock() -> FrozenClock:
    """A Monday morning."""
    return FrozenClock(utc(2026, 11, 23, 9))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real notices beside the repository; the test is skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the folder of real notices is not here")
    return SHARED
