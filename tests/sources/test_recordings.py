"""Real answers of the portals, where they stand beside the repository: all of them can be read."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.model import Parsed, Request
from sources.answers import an_answer
from sources.goldens import adapters


def read(source_id: str, path: Path, reader: str, **headers: str) -> Parsed:
    adapter = adapters()[source_id]
    request = Request(source_id=source_id, url=f"{adapter.base_url}/recorded", reader=reader)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    payload = an_answer(adapter, path.read_bytes(), request=request, headers=named)
    return adapter.read(payload)


@pytest.mark.parametrize(
    ("source_id", "pattern"),
    [
        ("find-a-tender", "fts/raw/*.json"),
        ("contracts-finder", "contracts-finder/ocds-search-page-*.json"),
    ],
)
def test_every_recorded_release_becomes_a_notice(
    shared: Path, source_id: str, pattern: str
) -> None:
    paths = [
        path for path in sorted((shared / "data").glob(pattern))
        if "releases" in json.loads(path.read_bytes())
    ]  # fmt: skip
    assert paths
    for path in paths:
        parsed = read(source_id, path, "read_package")
        releases = json.loads(path.read_bytes())["releases"]
        assert parsed.rejections == (), path.name
        assert [n.notice_id for n in parsed.notices] == [release["id"] for release in releases]


def test_the_recorded_list_of_the_health_family_is_read(shared: Path) -> None:
    (path,) = (shared / "data/other/atamis-health-family").glob("listing_page1_*")
    parsed = read("atamis-health-family", path, "read_page", content_type="text/html;charset=UTF-8")
    assert len(parsed.notices) == 10
    assert parsed.rejections == ()
    assert all(notice.facts.deadline and notice.facts.buyers for notice in parsed.notices)
    assert not any(notice.flags for notice in parsed.notices)
    titles = [notice.facts.title or "" for notice in parsed.notices]
    assert "West Midlands Tier 4 CAMHS Lead Provider" in titles
    by_reference = {notice.facts.reference: notice for notice in parsed.notices}
    deadline = by_reference["C452155"].facts.deadline
    assert deadline is not None
    assert deadline.instant.isoformat() == "2026-06-22T11:00:00+00:00"
    assert len(parsed.requests) == 1


def test_the_recorded_detail_page_is_not_taken_for_a_list(shared: Path) -> None:
    (path,) = (shared / "data/other/atamis-health-family").glob("detail_*")
    with pytest.raises(Exception, match="is not on the page"):
        read("atamis-health-family", path, "read_page")


def test_the_recorded_feed_is_read(shared: Path) -> None:
    (path,) = (shared / "data/other/wordpress-rss").glob("*.xml")
    parsed = read("wordpress-example", path, "read_feed", content_type="application/rss+xml")
    assert len(parsed.notices) == 100
    assert parsed.rejections == ()
    assert all(notice.published and notice.url for notice in parsed.notices)
    assert not any("appeared first on" in (n.facts.description or "") for n in parsed.notices)


def test_reading_twice_gives_the_same(shared: Path) -> None:
    path = shared / "data/contracts-finder/ocds-search-page-2025-01-23.json"
    once = read("contracts-finder", path, "read_package")
    assert once == read("contracts-finder", path, "read_package")
    assert replace(once, notices=()) != once
