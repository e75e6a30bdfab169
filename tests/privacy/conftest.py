"""A site whose readers live through everything that can leave their address somewhere."""

from pathlib import Path

import pytest

from web.sites import TheSite


@pytest.fixture
def site(tmp_path: Path) -> TheSite:
    return TheSite(tmp_path / "home")
