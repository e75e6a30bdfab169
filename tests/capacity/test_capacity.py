"""The command that measures capacity, at sizes that take a moment."""

from pathlib import Path

from tests.capacity.__main__ import page, summary
from tests.capacity.growing import Size, grown


def test_sizes_double_until_a_cycle_takes_too_long(tmp_path: Path) -> None:
    cycles = list(grown(0.0, Size(notices=200, readers=110), tmp_path))
    (only,) = cycles
    assert only.mails == 110, "every reader gets a mail, or the figures flatter"
    assert min(only.collect, only.compose, only.deliver) > 0
    assert len(list((tmp_path / "200" / "outbox").rglob("*.eml"))) == 110
    assert "not even the first size" in summary(cycles, 0.0)
    assert "| 200 | 110 | 110 |" in page(cycles, 0.0)
