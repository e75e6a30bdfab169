"""Real answers of the portals, where they stand beside the repository: all of them can be read."""

import json
from collections import Counter
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from aggregator import stage
from aggregator.model import Notice, Parsed, Request, Stage
from aggregator.parsing.dates import in_words, to_uk
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


MONTHS = {
    "public-contracts-scotland": "pcs/ocds-releases-2019-04-type2.jsonl",
    "sell2wales": "sell2wales/ocds-releases-2025-02-type2.jsonl",
}


def a_month(shared: Path, source_id: str) -> dict[str, Notice]:
    """The recorded releases in a package as the platform sends it, by ocid; all must be read."""
    lines = (shared / "data" / MONTHS[source_id]).read_text(encoding="utf-8").splitlines()
    adapter = adapters()[source_id]
    body = f'{{"uri":"x","version":"1.1","releases":[{",".join(lines)}]}}'
    request = Request(source_id=source_id, url="https://portal.example/x", reader="read_package")
    parsed = adapter.read(an_answer(adapter, body, request=request))
    assert parsed.rejections == ()
    assert len(parsed.notices) == len(lines) == 90
    return {notice.ocid or "": notice for notice in parsed.notices}


@pytest.mark.parametrize("source_id", MONTHS)
def test_a_recorded_month_of_scotland_and_wales_is_read_whole(shared: Path, source_id: str) -> None:
    found = a_month(shared, source_id).values()
    assert len({notice.notice_id for notice in found}) == 90
    assert not any(notice.flags for notice in found)
    assert all(notice.facts.deadline and notice.facts.buyers and notice.url for notice in found)
    assert {notice.language for notice in found} == {"en"}, "also where the text is Welsh"
    pence = [n.facts.value.amount for n in found if n.facts.value and n.facts.value.amount]
    assert min(pence) >= 1, "a penny is a placeholder"
    published = [to_uk(n.published.instant) for n in found if n.published]
    assert {moment.time() for moment in published} == {time.min}, "the day alone is told"


@pytest.mark.parametrize(
    ("source_id", "number", "on_uk_clocks", "in_utc"),
    [
        # the first three and the sixth say so in prose: "12:00 noon on 28 May 2019"
        ("public-contracts-scotland", "r6ebe6-0000581665", "Tuesday 28 May 2019, 12 noon", 11),
        ("public-contracts-scotland", "r6ebe6-0000580205", "Thursday 30 May 2019, 12 noon", 11),
        ("public-contracts-scotland", "r6ebe6-0000574493", "Wednesday 22 May 2019, 12 noon", 11),
        ("public-contracts-scotland", "r6ebe6-0000581999", "Friday 17 May 2019, 9am", 8),
        ("public-contracts-scotland", "r6ebe6-0000575122", "Thursday 30 May 2019, 2pm", 13),
        ("sell2wales", "kuma6s-148402", "Monday 7 April 2025, 12 noon", 11),
        ("sell2wales", "kuma6s-148361", "Wednesday 14 May 2025, 12 noon", 11),
        ("sell2wales", "kuma6s-146446", "Tuesday 1 April 2025, 2pm", 13),
        ("sell2wales", "kuma6s-148129", "Wednesday 26 March 2025, 2pm", 14),
        ("sell2wales", "kuma6s-148458", "Thursday 13 March 2025, 12 noon", 12),
    ],
)
def test_recorded_deadlines_are_uk_time_in_spite_of_their_z(
    shared: Path, source_id: str, number: str, on_uk_clocks: str, in_utc: int
) -> None:
    """Checked by hand, before and after clocks change on 30 March 2025."""
    deadline = a_month(shared, source_id)[f"ocds-{number}"].facts.deadline
    assert deadline is not None
    assert (in_words(deadline), deadline.instant.hour) == (on_uk_clocks, in_utc)


def test_recorded_items_of_contracts_finder_are_read_where_they_are_withdrawn(
    shared: Path,
) -> None:
    (path,) = (shared / "data/contracts-finder").glob("rest-v2-search-items-*.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    statuses = Counter(row["item"]["noticeStatus"] for row in rows)
    body = json.dumps({"hitCount": len(rows), "noticeList": rows})
    adapter = adapters()["contracts-finder-withdrawn"]
    parsed = adapter.read(an_answer(adapter, body))
    assert len(parsed.notices) == statuses["Withdrawn"] > 0
    assert {rejection.field for rejection in parsed.rejections} == {"noticeStatus"}
    assert len(parsed.rejections) == len(rows) - statuses["Withdrawn"]
    assert not any("&" in (n.facts.title or "") and ";" in (n.facts.title or "")
                   for n in parsed.notices)  # fmt: skip
    assert all(stage.read(notice).stage is Stage.CANCELLED for notice in parsed.notices)


def test_reading_twice_gives_the_same(shared: Path) -> None:
    path = shared / "data/contracts-finder/ocds-search-page-2025-01-23.json"
    once = read("contracts-finder", path, "read_package")
    assert once == read("contracts-finder", path, "read_package")
    assert replace(once, notices=()) != once
