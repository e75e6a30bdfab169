"""Likely links between real notices, where the folder of real notices is there.

Excerpts of pages are read by the small reader below: they hold a few facts of a notice each.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from aggregator import relevance
from aggregator.derive import derive
from aggregator.model import Buyer, Facts, Notice, StatedTime
from aggregator.parsing.dates import ZoneRule, parse_iso
from aggregator.store import Store
from aggregator.testing import utc
from story.test_real_notices import notices

COPIES = {"pcs": "ocds-r6ebe6", "sell2wales": "ocds-kuma6s"}


def lines(file: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def on(day: str | None) -> StatedTime | None:
    return parse_iso(day, zone=ZoneRule.OFFSET) if day and len(day) > len("2026-06") else None


def excerpt(source: str, row: dict[str, Any], **facts: Any) -> Notice:
    tag = row["stage"] if "stage" in row else row["history"][-1]["tag"]
    return Notice(
        source_id=source,
        notice_id=row.get("notice_id") or row["ocid"],
        version="v1",
        ocid=row["ocid"],
        published=on(row.get("published") or row["history"][-1].get("date")),
        tags=(tag,),
        facts=Facts(
            title=row["title"],
            buyers=(Buyer(name=row["buyer"]),) if row.get("buyer") else (),
            **facts,
        ),
    )


def excerpts(data: Path) -> Iterator[Notice]:
    """Copies on Find a Tender with the text that their originals' pages repeat, and originals."""
    told: dict[str, str] = {}
    for source in COPIES:
        for row in lines(data / source / "extracts-mental-health.jsonl"):
            if row.get("title") and row.get("history") and isinstance(row.get("buyer"), str):
                yield excerpt(source, row, description=row.get("description"))
            if text := row.get("find_a_tender_release_description"):
                told[row["find_a_tender_ocid"]] = text
    for row in lines(data / "fts" / "derived" / "web-excerpts-health.jsonl"):
        if row["ocid"] and row["published"]:
            text = told.get(row["ocid"])
            yield excerpt("find-a-tender", row, additional_text=text, deadline=on(row["deadline"]))


@cache
def linked(data: Path) -> Store:
    """Every real notice and excerpt, derived in order of publication."""
    store = Store.open(None)
    found = [*notices(data).values(), *excerpts(data)]
    told = [notice for notice in found if notice.published]
    told.sort(key=lambda notice: notice.published.instant)  # type: ignore[union-attr]
    profile = relevance.load_profile()
    with store.transaction():
        added = store.add_notices(
            told, payload_id=None, retrieved_at=utc(2026, 11, 20), backfill=True
        )
        assert derive(added, store=store, profile=profile) == ()
    return store


def places(store: Store, ocid: str) -> set[str]:
    return {
        place
        for stored in store.stored_notices()
        if stored.notice.ocid == ocid
        and (place := store.whereabouts((stored.notice.source_id, stored.notice.notice_id)))
    }


def are_linked(store: Store, one: str, other: str) -> bool:
    """Whether two ocids are one story, or are probably one."""
    first, second = places(store, one), places(store, other)
    assert first, f"{one} is not there"
    assert second, f"{other} is not there"
    return bool(first & second) or any(
        link.other_id in second for place in first for link in store.likely_links_of(place)
    )


def test_the_scottish_and_welsh_pairs_are_linked(shared: Path) -> None:
    store = linked(shared / "data")
    assert are_linked(store, "ocds-r6ebe6-0000821412", "ocds-h6vhtk-060cb0")
    assert are_linked(store, "ocds-kuma6s-163793", "ocds-h6vhtk-056b12")
    assert are_linked(store, "ocds-h6vhtk-06a894", "ocds-h6vhtk-06a88f")


def test_the_award_that_came_as_a_new_procurement_is_linked(shared: Path) -> None:
    store = linked(shared / "data")
    tender = "ocds-b5fd17-ff6e6bd9-1d35-449a-938a-f504e5a2d153"
    award = "ocds-b5fd17-fffc1305-c8ad-477c-ba6e-d47ce45c6fb8"
    (place,) = places(store, tender)
    assert place not in places(store, award)
    (link,) = store.likely_links_of(place)
    assert link.evidence == (
        "same In-Tend number IT-285-8679 and same buyer"
        " (Hertfordshire County Council - Children's Services)"
    )


def test_re_tenders_and_call_offs_of_real_notices_are_not_linked(shared: Path) -> None:
    """Re-tenders with the same title, and the direct award that names its framework."""
    store = linked(shared / "data")
    assert not are_linked(store, "ocds-h6vhtk-02c03b", "ocds-kuma6s-152252")
    assert not are_linked(store, "ocds-r6ebe6-0000780163", "ocds-r6ebe6-0000644409")
    call_off = "ocds-b5fd17-71b2b17c-1e8c-4a47-a886-0dd552b773a9"
    assert not any(store.likely_links_of(place) for place in places(store, call_off))


def test_every_likely_link_of_the_real_notices_was_read(shared: Path) -> None:
    """A new one is to be read before it is added here."""
    found = {
        frozenset({"/".join(link.notice), "/".join(link.other_notice)})
        for link in linked(shared / "data").likely_links()
    }
    assert found == READ


READ = {
    frozenset(pair)
    for pair in (
        (
            "contracts-finder/26453ba6-804a-4a46-9e66-95d3597bfbc7-819867",
            "contracts-finder/4ef5faa8-1c10-498a-96c9-5b805c3b5a86-819861",
        ),
        (
            "sell2wales/ocds-kuma6s-148297-release-148297",
            "sell2wales/ocds-kuma6s-148390-release-148390",
        ),
        (
            "sell2wales/ocds-kuma6s-148338-release-148338",
            "sell2wales/ocds-kuma6s-148374-release-148374",
        ),
        ("find-a-tender/ocds-h6vhtk-056b12", "sell2wales/ocds-kuma6s-163793"),
        ("find-a-tender/ocds-h6vhtk-060cb0", "pcs/ocds-r6ebe6-0000821412"),
    )
}
