"""The drafts say what the map says, name the host, and are no legal advice."""

import os
from pathlib import Path

import pytest

from aggregator import privacy
from aggregator.consent import SWEPT_AFTER
from aggregator.model import Host
from aggregator.privacy import Affected
from aggregator.testing import utc

DOCS = Path(__file__).resolve().parents[2] / "docs" / "privacy"
HOST = Host(name="[your organisation]", contact="[your contact]", address="[your address]")


@pytest.mark.parametrize("name", privacy.DRAFTS)
def test_the_committed_draft_is_what_the_map_makes(name: str) -> None:
    """WRITE_DRAFTS=1 writes them anew."""
    text = privacy.DRAFTS[name](privacy.load(), HOST)
    file = DOCS / f"{name}.md"
    if os.environ.get("WRITE_DRAFTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, (
        f"{file.name} differs from the data map: run WRITE_DRAFTS=1 python -m pytest "
        "tests/privacy/test_drafts.py, and read what changed"
    )


@pytest.mark.parametrize("name", privacy.DRAFTS)
def test_every_draft_says_that_it_is_one(name: str) -> None:
    text = privacy.DRAFTS[name](privacy.load(), HOST)
    assert "This is a draft" in text
    assert "not legal advice" in text
    assert "[your organisation]" in text
    assert "{" not in text


@pytest.mark.parametrize("name", ["notice", "records", "dpia", "agreement"])
def test_every_kind_of_data_is_in_every_draft(name: str) -> None:
    text = privacy.DRAFTS[name](privacy.load(), HOST).casefold()
    for kind in privacy.load().kinds:
        assert kind.what.casefold() in text, kind.id


def test_the_notice_names_rights_and_the_way_to_the_ico() -> None:
    text = privacy.notice(privacy.load(), HOST)
    for words in ("erase", "take with you", "object", "ico.org.uk", "within 30 days", "28 days"):
        assert words in text


def test_the_week_of_the_unconfirmed_is_the_one_the_sweep_keeps() -> None:
    assert SWEPT_AFTER.days == privacy.load().days["unconfirmed"]


def test_a_breach_is_to_be_reported_within_72_hours() -> None:
    affected = Affected(people=(812, 40), rows={"address": (812, 40)})
    now = utc(2026, 11, 23, 9)
    text = privacy.breach(privacy.load(), HOST, affected, since=utc(2026, 11, 20), now=now)
    assert "To be reported by 09:00 on 26 November 2026" in text
    assert "People in the database: 812; of these, 40 came since then." in text
    assert "| 812 | 40 |" in text
