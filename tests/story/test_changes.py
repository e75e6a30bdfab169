"""What subscribers are told when a notice arrives."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from aggregator import changes, merge
from aggregator.model import (
    Contact,
    Event,
    EventKind,
    Lot,
    Money,
    Opportunity,
    Period,
    Place,
    StoredNotice,
)
from aggregator.testing import a_stated_time, a_stored_notice, utc

LONG = (
    "The service offers evening support to adults in distress. It is run from two places in the "
    "city. Staff are trained peers. Referral is not needed. It opens seven days a week. "
)


def told(day: int = 1, **changed: Any) -> StoredNotice:
    """A version of the tender notice, published and retrieved on that day of November."""
    plain = {
        "version": f"v{day}",
        "published": a_stated_time(utc(2026, 11, day, 9)),
        "retrieved_at": utc(2026, 11, day, 12),
    }
    return a_stored_notice(day, **{**plain, **changed})


def story(*notices: StoredNotice) -> Opportunity:
    return merge.opportunity("fn-1", notices)


def events(first: StoredNotice, second: StoredNotice) -> tuple[Event, ...]:
    return changes.events(story(first), story(first, second), second)


def changed(field: str, old: Any, new: Any) -> list[tuple[str | None, str | None]]:
    """What is told of a field that was edited."""
    found = events(told(1, **{field: old}), told(5, **{field: new}))
    assert all((event.kind, event.field) == (EventKind.CHANGED, field) for event in found)
    return [(event.old, event.new) for event in found]


def pounds(amount: int) -> Money:
    return Money(amount=Decimal(amount))


def test_a_story_that_begins_appears() -> None:
    first = told(1)
    (event,) = changes.events(None, story(first), first)
    assert (event.kind, event.at, event.notice_id) == (
        EventKind.APPEARED,
        utc(2026, 11, 1, 12),
        "000001-2026",
    )
    assert not event.backfill


def test_what_is_learnt_while_catching_up_says_so() -> None:
    first = replace(told(1), backfill=True)
    assert changes.events(None, story(first), first)[0].backfill


def test_a_moved_deadline_is_told_with_old_and_new() -> None:
    later = a_stated_time(utc(2026, 12, 11, 12))
    assert changed("deadline", a_stated_time(), later) == [
        ("Friday 4 December 2026, 12 noon", "Friday 11 December 2026, 12 noon (7 days later)")
    ]
    assert changed("deadline", later, a_stated_time())[0][1] == (
        "Friday 4 December 2026, 12 noon (7 days earlier)"
    )


@pytest.mark.parametrize(
    ("hour", "minute", "gap"),
    [(17, 0, "5 hours later"), (11, 0, "1 hour earlier"), (12, 30, "30 minutes later")],
)
def test_another_hour_of_the_same_day_is_told(hour: int, minute: int, gap: str) -> None:
    moved = a_stated_time(utc(2026, 12, 4, hour, minute))
    (told_words,) = changed("deadline", a_stated_time(), moved)
    assert (told_words[1] or "").endswith(f"({gap})")


def test_days_are_counted_on_uk_calendars() -> None:
    before_midnight = a_stated_time(utc(2026, 6, 1, 22, 30))
    after_midnight = a_stated_time(utc(2026, 6, 1, 23, 30))
    (told_words,) = changed("deadline", before_midnight, after_midnight)
    assert (told_words[1] or "").endswith("(1 day later)")


def test_a_deadline_that_becomes_known_is_told() -> None:
    assert changed("deadline", None, a_stated_time()) == [(None, "Friday 4 December 2026, 12 noon")]


def test_the_seconds_by_which_a_days_end_is_written_are_not_told() -> None:
    end = utc(2026, 12, 4, 23, 59)
    assert changed("deadline", a_stated_time(end), a_stated_time(end.replace(second=59))) == []


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("title", "Crisis café for adults", "CRISIS  CAFE for adults"),
        ("title", "CA12345 - Crisis café for adults", "Crisis café for adults"),
        ("description", LONG, "  ".join(LONG.split()) + "\n"),
        ("description", LONG, LONG.replace("peers.", "peers;")),
        ("contact", Contact(name="A", telephone="01"), Contact(name="A", telephone="02")),
        ("how_to_take_part", "Register on the portal.", "register on the  portal."),
        ("additional_text", "(SC Ref:1)", "(SC Ref:2)"),
        ("documents", (), ()),
        ("value", pounds(495000), pounds(495000)),
        ("lots", (Lot(id="1", title="Café"),), (Lot(id="1", title="CAFÉ"),)),
        ("places", (Place(code="UKE2"),), (Place(code="UKE2"), Place(code="UKE2"))),
        ("status", "active", "Active"),
    ],
)
def test_housekeeping_is_silent(field: str, old: object, new: object) -> None:
    assert changed(field, old, new) == []


def test_a_re_dated_notice_is_silent() -> None:
    assert events(told(1), told(5)) == ()


def test_a_changed_title_is_told_whole() -> None:
    old, new = "Crisis café for adults", "Crisis café and helpline for young people"
    assert changed("title", old, new) == [(old, new)]


def test_of_a_changed_text_the_sentences_that_came_and_went_are_told() -> None:
    new = LONG.replace("Referral is not needed.", "Referral by a doctor is needed at all times.")
    assert changed("description", LONG, new) == [
        ("Referral is not needed.", "Referral by a doctor is needed at all times.")
    ]


def test_long_changes_are_shortened() -> None:
    ((_, new),) = changed("description", LONG, "An entirely new text of many words. " * 200)
    assert len(new or "") <= 310


def test_a_changed_value_is_told_in_words() -> None:
    ((old, new),) = changed("value", pounds(495000), pounds(540000))
    assert (old or "").startswith("£495,000")
    assert (new or "").startswith("£540,000")


def test_a_changed_contract_period_is_told() -> None:
    def period(year: int, latest: int | None = None) -> Period:
        return Period(
            start=a_stated_time(utc(2027, 4, 1)),
            end=a_stated_time(utc(year, 3, 31)),
            latest_end=a_stated_time(utc(latest, 3, 31)) if latest else None,
        )

    assert changed("contract_period", period(2030), period(2031, 2033)) == [
        (
            "1 April 2027 to 31 March 2030",
            "1 April 2027 to 31 March 2031, with extensions to 31 March 2033",
        )
    ]


def test_changed_places_reservation_contact_and_way_to_take_part_are_told() -> None:
    places = changed("places", (Place(name="Northmoor"),), (Place(name="Arden"),))
    assert places == [("Northmoor", "Arden")]
    assert changed("reserved", (), ("sheltered workshop",)) == [(None, "sheltered workshop")]
    old = Contact(name="Bid Desk", email="bids@example.org")
    new = Contact(name="Bid Desk", email="tenders@example.org")
    assert changed("contact", old, new) == [
        ("Bid Desk, bids@example.org", "Bid Desk, tenders@example.org")
    ]
    assert changed("how_to_take_part", "By e-mail.", "Only through the new portal.") == [
        ("By e-mail.", "Only through the new portal.")
    ]


def test_lots_are_told_one_by_one() -> None:
    before = (Lot(id="1", title="Café", value=pounds(100)), Lot(id="2", title="Line"))
    after = (
        Lot(id="1", title="Café", value=pounds(200)),
        Lot(id="2", title="Line", status="cancelled"),
        Lot(id="3", title="Outreach"),
    )
    found = events(told(1, lots=before), told(5, lots=after))
    assert [(event.lot_id, event.field) for event in found] == [
        ("1", "lots"),
        ("2", "lots"),
        ("3", "lots"),
    ]
    assert found[0].new is not None
    assert found[0].new.startswith("Lot 1 (Café): £200")
    assert (found[1].old, found[1].new) == ("Lot 2 (Line): going on", "Lot 2 (Line): cancelled")
    assert found[2].new == "new lot: Lot 3 (Outreach)"
    assert len({event.id for event in found}) == 3


def test_the_next_stage_is_told_as_one_step() -> None:
    award = told(
        9, notice_id="000009-2026", notice_type="UK6", tags=("award",), title="Other", deadline=None
    )
    (event,) = events(told(1), award)
    assert (event.kind, event.old, event.new) == (EventKind.MOVED_ON, "open", "award_intended")


def test_from_plan_to_tender_is_a_step_and_no_re_opening() -> None:
    plan = told(1, notice_id="000009-2026", notice_type="UK3", tags=("planning",), deadline=None)
    (event,) = events(plan, told(5))
    assert (event.kind, event.old, event.new) == (EventKind.MOVED_ON, "planned", "open")


def test_a_cancellation_is_told_with_the_stated_reason() -> None:
    end = told(
        9,
        notice_id="000009-2026",
        notice_type="UK12",
        tags=("tenderCancellation",),
        reason_ended="No funding was agreed.",
    )
    (event,) = events(told(1), end)
    assert (event.kind, event.old, event.new) == (
        EventKind.CANCELLED,
        "open",
        "No funding was agreed.",
    )


def test_a_new_tender_after_a_cancellation_re_opens() -> None:
    first = told(1)
    end = told(5, notice_id="000005-2026", notice_type="UK12", tags=("tenderCancellation",))
    again = told(9, notice_id="000009-2026")
    (event,) = changes.events(story(first, end), story(first, end, again), again)
    assert (event.kind, event.old, event.new) == (EventKind.REOPENED, "cancelled", "open")


def test_a_deadline_moved_after_it_had_passed_re_opens() -> None:
    first = told(1, deadline=a_stated_time(utc(2026, 11, 10, 12)))
    second = told(12, tags=("tenderUpdate",), deadline=a_stated_time(utc(2026, 11, 20, 12)))
    again, moved = events(first, second)
    assert (again.kind, again.old, again.new) == (EventKind.REOPENED, "closed", "open")
    assert (moved.kind, moved.field) == (EventKind.CHANGED, "deadline")


def test_a_changed_contract_is_told_with_its_new_end() -> None:
    def contract(day: int, notice_type: str, year: int) -> StoredNotice:
        return told(
            day,
            notice_id=f"00000{day}-2026",
            notice_type=notice_type,
            tags=("award",),
            deadline=None,
            contract_period=Period(end=a_stated_time(utc(year, 3, 31))),
        )

    step, period = events(contract(1, "UK7", 2027), contract(5, "UK10", 2028))
    assert (step.kind, step.new) == (EventKind.MOVED_ON, "modified")
    assert (period.field, period.old, period.new) == (
        "contract_period",
        "until 31 March 2027",
        "until 31 March 2028",
    )


def test_a_copy_on_another_source_changes_nothing() -> None:
    copy = told(
        2,
        source_id="contracts-finder",
        notice_id="c1",
        title="CA1 CRISIS CAFE",
        description="Short.",
        value=pounds(1),
    )
    assert events(told(1), copy) == ()
    assert events(copy, told(3)) == ()


def test_an_older_notice_that_arrives_late_changes_nothing_but_an_unknown_deadline() -> None:
    older = told(1, notice_id="000009-2026", title="Former title", value=pounds(5))
    assert events(told(5, value=None), older) == ()
    (event,) = events(told(5, deadline=None), older)
    assert (event.field, event.old) == ("deadline", None)


def test_the_same_notice_again_brings_nothing() -> None:
    first = told(1)
    assert changes.events(story(first), story(first), first) == ()


def test_events_are_the_same_on_every_run() -> None:
    first, second = told(1), told(5, deadline=a_stated_time(utc(2026, 12, 9)), title="Helpline")
    assert events(first, second) == events(first, second)
    another = told(6, deadline=a_stated_time(utc(2026, 12, 9)), title="Helpline")
    ids = {event.id for event in events(first, second)}
    assert ids.isdisjoint(event.id for event in events(first, another))
