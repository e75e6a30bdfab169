"""What all tests share: the clock, the look at every mail, the way to real notices."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from aggregator.deliver.email import AUDIT
from aggregator.testing import FrozenClock, utc
from tests.mail.conformance import faults

SHARED = Path(__file__).resolve().parents[2] / "shared"

# A busy machine takes seconds over what an idle one does at once: time is never the complaint.
settings.register_profile(
    "fairnotice", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("fairnotice")


LONG = ("slow", "browser", "replay")
"""The marks of what takes long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests come first, so that no worker is left alone with them at the end."""
    long = {item.path for item in items if any(map(item.get_closest_marker, LONG))}
    items.sort(key=lambda item: item.path not in long)


FOUND: list[str] = []


def look_at(event: str, values: tuple[object, ...]) -> None:
    """Audits every mail that any test builds; what is found fails that test."""
    if event == AUDIT and isinstance(raw := values[0], bytes):
        FOUND.extend(faults(raw))


sys.addaudithook(look_at)


@pytest.fixture(autouse=True)
def every_mail_is_in_order() -> Iterator[None]:
    """Fails the test that built a mail whose bytes are not right."""
    FOUND.clear()
    yield
    assert FOUND == []


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
