"""A site in a folder of its own."""

from pathlib import Path

import pytest

from web.sites import TheSite


@pytest.fixture
def site(tmp_path: Path) -> TheSite:
    return TheSite(tmp_path / "home")
