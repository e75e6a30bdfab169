"""Which notice has the last word."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

from aggregator import merge
from aggregator.model import StoredNotice
from aggregator.testing import a_notice, a_stated_time, utc

MONDAY = utc(2026, 11, 2, 9)


def came(
    number: int, notice_id: str, version: str, published: datetime, day: int = 0
) -> StoredNotice:
    notice = replace(
        a_notice(), notice_id=notice_id, version=version, published=a_stated_time(published)
    )
    return StoredNotice(
        number=number, notice=notice, retrieved_at=MONDAY + timedelta(days=day), payload_id=number
    )


def numbers(*notices: StoredNotice) -> list[int]:
    return [stored.number for stored in merge.in_order(notices)]


def test_different_notices_go_by_publication_whenever_they_came() -> None:
    award = came(1, "B", "v1", utc(2026, 10, 20), day=0)
    tender = came(2, "A", "v1", utc(2026, 9, 1), day=1)
    assert numbers(award, tender) == [2, 1]


def test_versions_of_one_notice_go_by_arrival_whatever_date_they_state() -> None:
    mistyped = came(1, "A", "v1", utc(2027, 11, 2), day=0)
    correction = came(2, "A", "v2", utc(2026, 11, 2), day=1)
    assert numbers(mistyped, correction) == [1, 2]


def test_a_mistyped_date_does_not_put_a_notice_behind_the_ones_that_followed_its_correction() -> (
    None
):
    mistyped = came(1, "A", "v1", utc(2027, 11, 2), day=0)
    correction = came(2, "A", "v2", utc(2026, 11, 2), day=1)
    award = came(3, "B", "v1", utc(2026, 12, 1), day=29)
    assert numbers(mistyped, correction, award) == [1, 2, 3]


def test_an_edit_that_keeps_its_first_date_still_stands_after_the_version_it_edits() -> None:
    first = came(1, "A", "v1", utc(2026, 11, 2), day=0)
    between = came(2, "B", "v1", utc(2026, 11, 5), day=3)
    edit = came(3, "A", "v2", utc(2026, 11, 9), day=7)
    assert numbers(first, between, edit) == [1, 2, 3]


def test_versions_served_together_go_by_the_dates_they_state() -> None:
    newer = came(1, "A", "v2", utc(2026, 11, 9))
    older = came(2, "A", "v1", utc(2026, 11, 2))
    assert numbers(newer, older) == [2, 1]


def test_the_order_does_not_depend_on_the_order_in_which_they_are_given() -> None:
    notices = (
        came(1, "A", "v1", utc(2027, 11, 2), day=0),
        came(2, "A", "v2", utc(2026, 11, 2), day=1),
        came(3, "B", "v1", utc(2026, 11, 2), day=2),
        came(4, "A", "v3", utc(2026, 11, 1), day=3),
    )
    assert len({tuple(numbers(*order)) for order in permutations(notices)}) == 1
