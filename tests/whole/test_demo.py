"""The demo: the whole way over real HTTP, twice."""

import email
import re
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator.demo import story
from aggregator.doctor import examine
from aggregator.errors import ConfigError
from aggregator.parsing import dates

pytestmark = pytest.mark.enable_socket


async def test_two_days_from_sample_portals_to_an_inbox(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "demo"
    await story.tell(home)
    printed = capsys.readouterr().out
    for name in ("day one", "day two"):
        (page,) = re.findall(rf"^  {name} → (\S+\.html)$", printed, re.MULTILINE)
        assert page in {str(path) for path in (home / "outbox").iterdir()}
    assert f" list --home {home} --sources {home}/sources.yaml\n" in printed
    assert "│ core    │ Open for bids               │ Evening Crisis Café for adults" in printed
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
    assert first.count("* Distress Brief Intervention Service") == 1
    for never in ("Linen and laundry", "Ultrasound", "car park", "Talking therapies for anxiety"):
        assert never not in first + second
    assert "Men's mental health peer support groups" in second
    assert "was cancelled" in second or "Cancelled" in second
    assert "Supported housing" not in second
    for mail in mails:
        assert mail["Date"].datetime <= datetime.now(UTC)
    pages = "".join(path.read_text(encoding="utf-8") for path in (home / "outbox").glob("*.html"))
    hosts = {urlsplit(link).hostname for link in re.findall(r'href="(http[^"]+)"', pages)}
    assert hosts
    assert all(str(host).endswith(".example.org") for host in hosts), hosts
    results = examine(home, home / "sources.yaml")
    read = [result.words for result in results if "last read" in result.words]
    assert len(read) == 4
    assert dates.in_words(story.last_full_hour(datetime.now(UTC))) in read[0]


def test_the_way_to_go_on_is_the_way_it_was_started() -> None:
    assert story.program(".venv/bin/fairnotice") == ".venv/bin/fairnotice"
    assert story.program("/opt/my tools/fairnotice") == "'/opt/my tools/fairnotice'"
    assert story.program("/somewhere/aggregator/__main__.py").endswith(" -m aggregator")
    assert story.program("pytest") == "fairnotice"


async def test_the_demo_never_empties_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(ConfigError, match="something else than a demo"):
        await story.tell(tmp_path)
    assert (tmp_path / "letters.txt").exists()
