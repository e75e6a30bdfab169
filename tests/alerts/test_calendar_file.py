"""Deadlines as files that calendars take, and take again."""

from datetime import date

import icalendar
import pytest

from aggregator.digest import calendar_file
from aggregator.model import Opportunity, Stage
from aggregator.testing import a_stated_time, a_stored_notice, utc
from alerts.samples import NOW, a_day, an_item

NOON = utc(2026, 12, 4, 12)


def opportunity(**changes: object) -> Opportunity:
    return an_item(**changes).opportunity


def entry(of: Opportunity) -> icalendar.Event:
    content = calendar_file(of, now=NOW)
    assert content is not None
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def test_a_deadline_stands_at_its_minute_with_the_official_page() -> None:
    event = entry(opportunity(title="Crisis café", deadline=a_stated_time(NOON)))
    assert event.decoded("dtstart") == NOON
    assert str(event["summary"]) == "Closes: Crisis café"
    assert str(event["url"]).startswith("https://www.find-tender.example.org/Notice/")
    assert "check the official one" in str(event["description"])
    assert str(event["status"]) == "CONFIRMED"


def test_a_day_without_an_hour_fills_the_day() -> None:
    assert entry(opportunity(deadline=a_day(2027, 1, 15))).decoded("dtstart") == date(2027, 1, 15)


def test_a_moved_deadline_keeps_its_uid_and_counts_up() -> None:
    first = opportunity(deadline=a_stated_time(NOON))
    moved = a_stored_notice(2, version="v2", deadline=a_stated_time(utc(2026, 12, 11, 12)))
    notices = (*first.notices, moved)
    later = opportunity(notices=notices, deadline=a_stated_time(utc(2026, 12, 11, 12)))
    before, after = entry(first), entry(later)
    assert before["uid"] == after["uid"]
    assert int(after["sequence"]) > int(before["sequence"])
    assert after.decoded("dtstart") == utc(2026, 12, 11, 12)


def test_what_was_cancelled_is_marked_and_does_not_vanish() -> None:
    event = entry(opportunity(stage=Stage.CANCELLED, deadline=a_stated_time(NOON)))
    assert str(event["status"]) == "CANCELLED"
    assert str(event["summary"]).startswith("Cancelled: ")
    assert event.decoded("dtstart") == NOON
    assert not event.walk("VALARM")


def test_without_any_date_there_is_no_file() -> None:
    assert calendar_file(opportunity(deadline=None), now=NOW) is None


def test_the_same_story_gives_the_same_bytes() -> None:
    one = opportunity(deadline=a_stated_time(NOON))
    assert calendar_file(one, now=NOW) == calendar_file(one, now=NOW)


@pytest.mark.parametrize("wild", ["BEGIN:VEVENT\r\nSUMMARY:x", "\x00\u2028;,\\", "é" * 5000, None])
def test_a_title_is_only_ever_data(wild: str | None) -> None:
    content = calendar_file(opportunity(title=wild, deadline=a_stated_time(NOON)), now=NOW)
    assert content is not None
    assert content.count(b"BEGIN:VEVENT") - content.count(b"BEGIN:VEVENT SUMMARY") == 1
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
