"""Which deadline to go by where text and date field disagree."""

from typing import Any

import pytest

from aggregator import merge
from aggregator.model import Opportunity, Precision, StatedTime, StoredNotice
from aggregator.testing import a_stated_time, a_stored_notice, utc

FIELD = a_stated_time(utc(2026, 12, 4, 23, 59))


def told(day: int = 1, text: str = "", **changes: Any) -> StoredNotice:
    plain = {
        "notice_id": f"{day:06}-2026",
        "published": a_stated_time(utc(2026, 11, day, 9)),
        "description": f"A crisis café. {text}",
        "deadline": FIELD,
    }
    return a_stored_notice(day, **{**plain, **changes})


def merged(*notices: StoredNotice) -> Opportunity:
    return merge.opportunity("fn-1", notices)


def test_an_hour_stated_outright_on_the_same_day_wins_and_both_are_kept() -> None:
    opportunity = merged(told(text="Tenders must be returned by 12 noon on 4 December 2026."))
    assert opportunity.deadline is not None
    assert opportunity.deadline.instant == utc(2026, 12, 4, 12)
    assert opportunity.deadline_in_field == FIELD
    (flag,) = opportunity.flags
    assert flag.startswith(
        "The text says Friday 4 December 2026, 12 noon, the date field Friday 4 December 2026, "
    )
    assert opportunity.facts.deadline == FIELD


def test_a_date_a_few_days_off_wins_too() -> None:
    opportunity = merged(told(text="Tenders must be returned by 12 noon on 2 December 2026."))
    assert opportunity.deadline is not None
    assert opportunity.deadline.instant == utc(2026, 12, 2, 12)


def test_a_date_far_off_is_only_flagged() -> None:
    opportunity = merged(told(text="Tenders must be returned by 12 noon on 4 March 2027."))
    assert (opportunity.deadline, opportunity.deadline_in_field) == (FIELD, None)
    assert "The field is taken" in opportunity.flags[0]


def test_a_date_before_publication_is_none_of_this_notice() -> None:
    old = told(5, text="Tenders must be returned by 12 noon on 4 November 2026.")
    opportunity = merged(old)
    assert (opportunity.deadline, opportunity.flags) == (FIELD, ())


@pytest.mark.parametrize(
    "text",
    [
        "Tenders must be returned by 4 December 2026.",
        "Tenders must be returned by 11:59pm on 4 December 2026.",
        "Nothing is said here.",
    ],
)
def test_a_text_that_agrees_or_is_silent_is_no_conflict(text: str) -> None:
    opportunity = merged(told(text=text))
    assert (opportunity.deadline, opportunity.deadline_in_field) == (FIELD, None)
    assert opportunity.flags == ()


def test_a_bare_day_in_the_field_gets_its_hour_from_the_text() -> None:
    day = StatedTime(
        text="2026-12-04",
        instant=utc(2026, 12, 4, 23, 59).replace(second=59),
        precision=Precision.DAY,
        rule="a bare day",
    )
    notice = told(text="Tenders must be returned by 5pm on 4 December 2026.", deadline=day)
    opportunity = merged(notice)
    assert opportunity.deadline is not None
    assert opportunity.deadline.instant == utc(2026, 12, 4, 17)


def test_a_text_that_still_names_the_former_deadline_does_not_undo_the_move() -> None:
    text = "Tenders must be returned by 12 noon on 4 December 2026."
    moved = a_stated_time(utc(2026, 12, 9, 12))
    first = told(1, text=text, deadline=a_stated_time(utc(2026, 12, 4, 12)))
    second = told(9, text=text, deadline=moved, tags=("tenderUpdate",))
    opportunity = merged(first, second)
    assert opportunity.deadline == moved
    assert "check with the buyer" in opportunity.flags[0]


def test_a_text_alone_gives_a_deadline_where_there_is_no_field() -> None:
    opportunity = merged(
        told(text="Tenders must be returned by 12 noon on 4 December 2026.", deadline=None)
    )
    assert opportunity.deadline is not None
    assert opportunity.deadline.instant == utc(2026, 12, 4, 12)
    assert opportunity.flags == ("The deadline is taken from the text of the notice.",)


def test_a_change_notice_can_move_the_deadline_in_prose() -> None:
    change = told(
        9,
        text="Tenders must be returned by 12 noon on 18 December 2026.",
        deadline=None,
        notice_type=None,
        tags=("tenderUpdate",),
        status=None,
    )
    opportunity = merged(told(1), change)
    assert opportunity.deadline is not None
    assert opportunity.deadline.instant == utc(2026, 12, 18, 12)
    assert opportunity.deadline_in_field == FIELD


def test_a_change_notice_with_two_dates_moves_nothing() -> None:
    change = told(
        9,
        text="Tenders must be returned by 12 noon on 18 December 2026. "
        "Tenders must be returned by 12 noon on 21 December 2026.",
        deadline=None,
        notice_type=None,
        tags=("tenderUpdate",),
    )
    assert merged(told(1), change).deadline == FIELD


def test_a_date_in_an_announced_award_is_no_deadline_for_bids() -> None:
    announced = told(
        text="A (PSR) intention to award notice.",
        notice_type=None,
        legal_basis="CELEX 32014L0024",
        tags=("tender",),
    )
    opportunity = merged(announced)
    assert opportunity.deadline is None
    assert opportunity.facts.deadline == FIELD
    assert "no bids are asked for" in opportunity.flags[0]


def test_an_award_that_repeats_the_old_deadline_is_not_odd() -> None:
    award = told(20, notice_type=None, tags=("award",), deadline=a_stated_time(utc(2026, 11, 10)))
    opportunity = merged(award)
    assert opportunity.flags == ()
    assert opportunity.deadline == a_stated_time(utc(2026, 11, 10))
