"""The demo: the whole way over real HTTP, twice."""

import email
from email import policy
from pathlib import Path

import pytest

from aggregator.demo import story
from aggregator.errors import ConfigError

pytestmark = pytest.mark.enable_socket


async def test_two_days_from_sample_portals_to_an_inbox(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "demo"
    await story.tell(home)
    printed = capsys.readouterr().out
    assert "2 webhooks received" in printed
    mails = sorted(
        (email.message_from_bytes(path.read_bytes(), policy=policy.default)
         for path in (home / "outbox").glob("*.eml")),
        key=lambda mail: str(mail["Subject"]).startswith("1 new"),
    )  # fmt: skip
    first, second = (mail.get_body(("plain",)).get_content() for mail in mails)  # type: ignore[union-attr]
    assert "Evening Crisis Café for adults" in first
    assert "Small grants for community mental health and wellbeing" in first
    assert "Distress Brief Intervention Service" in first
    assert first.count("Distress Brief Intervention Service") == 1
    for never in ("Linen and laundry", "Ultrasound", "car park", "Talking therapies for anxiety"):
        assert never not in first + second
    assert "Men's mental health peer support groups" in second
    assert "was cancelled" in second or "Cancelled" in second
    assert "Supported housing" not in second


async def test_the_demo_never_empties_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(ConfigError, match="something else than a demo"):
        await story.tell(tmp_path)
    assert (tmp_path / "letters.txt").exists()
