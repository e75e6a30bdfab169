"""What time brings: closed, over, gone quiet, and the reminders on the way."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator import merge, stage
from aggregator.model import (
    Award,
    Certainty,
    Event,
    EventKind,
    Opportunity,
    Period,
    ProcurementKind,
    Stage,
)
from aggregator.testing import a_buyer, a_stated_time, a_stored_notice, utc

DEADLINE = utc(2026, 12, 4, 12)
ALWAYS = (utc(2000, 1, 1), utc(2100, 1, 1))


def a_story(**changes: Any) -> Opportunity:
    return merge.opportunity("fn-1", [a_stored_notice(**changes)])


def planning(notice_type: str, **changes: Any) -> Opportunity:
    return a_story(
        **{"notice_type": notice_type, "tags": ("planning",), "deadline": None, **changes}
    )


def a_period(start: datetime, end: datetime, latest: datetime | None = None) -> Period:
    return Period(
        start=a_stated_time(start),
        end=a_stated_time(end),
        latest_end=a_stated_time(latest) if latest else None,
    )


def stage_at(opportunity: Opportunity, moment: datetime) -> Stage:
    return stage.at(opportunity, moment).stage


def kinds(events: tuple[Event, ...]) -> list[str]:
    return [event.kind.value for event in events]


def test_a_tender_closes_when_its_deadline_passes() -> None:
    story = a_story()
    assert stage_at(story, DEADLINE - timedelta(seconds=1)) is Stage.OPEN
    closed = stage.at(story, DEADLINE)
    assert (closed.stage, closed.since) == (Stage.CLOSED, DEADLINE)
    assert closed.because == "the deadline, Friday 4 December 2026, 12 noon, has passed"
    assert closed.certainty is Certainty.DERIVED
    assert story.standing.stage is Stage.OPEN


def test_a_closed_tender_goes_quiet_sixty_days_after_the_buyers_own_date() -> None:
    start = utc(2027, 4, 1)
    story = a_story(contract_period=a_period(start, utc(2030, 3, 31)))
    assert stage_at(story, start + timedelta(days=59)) is Stage.CLOSED
    quiet = stage.at(story, start + timedelta(days=60))
    assert quiet.stage is Stage.STALLED
    assert (
        quiet.because == "nothing new since 2 November 2026; the buyer’s own date was 1 April 2027"
    )


@pytest.mark.parametrize("notice_type", ["UK1", "UK3"])
def test_a_plan_goes_quiet_sixty_days_after_its_expected_date(notice_type: str) -> None:
    story = planning(notice_type, expected_tender=a_stated_time(utc(2027, 1, 4)))
    assert stage_at(story, utc(2027, 1, 5)) is story.standing.stage
    assert stage.is_live(story, utc(2027, 1, 5))
    assert stage_at(story, utc(2027, 3, 6)) is Stage.STALLED
    assert not stage.is_live(story, utc(2027, 3, 6))


def test_an_engagement_whose_date_has_passed_is_over_but_still_an_engagement() -> None:
    story = planning("UK2", engagement_deadline=a_stated_time(utc(2026, 11, 20, 17)))
    assert stage.is_live(story, utc(2026, 11, 20, 16))
    over = stage.at(story, utc(2026, 11, 20, 18))
    assert over.stage is Stage.ENGAGEMENT
    assert "the engagement ended on Friday 20 November 2026, 5pm" in over.because
    assert not stage.is_live(story, utc(2026, 11, 20, 18))
    assert stage_at(story, utc(2027, 6, 1)) is Stage.STALLED


def test_a_contract_ends_by_its_dates_and_says_that_it_may_go_on() -> None:
    period = a_period(utc(2026, 1, 1), utc(2029, 12, 31), utc(2031, 12, 31))
    story = a_story(
        notice_type="UK7",
        tags=("award", "contract"),
        deadline=None,
        awards=(Award(id="1", period=period),),
    )
    assert stage_at(story, utc(2029, 5, 1)) is Stage.IN_CONTRACT
    assert stage_at(story, utc(2029, 9, 1)) is Stage.ENDING
    extended = stage.at(story, utc(2030, 6, 1))
    assert extended.stage is Stage.ENDING
    assert extended.because == "it ran until 31 December 2029 and may run until 31 December 2031"
    assert stage_at(story, utc(2032, 1, 1)) is Stage.ENDED


def test_a_contract_for_some_weeks_is_not_ending_on_the_day_of_its_award() -> None:
    published = utc(2026, 11, 2, 9)
    story = a_story(
        notice_type="UK7",
        tags=("award", "contract"),
        deadline=None,
        published=a_stated_time(published),
        awards=(Award(id="1", period=a_period(utc(2026, 11, 1), utc(2027, 1, 31))),),
    )
    assert stage_at(story, published) is Stage.IN_CONTRACT
    assert stage_at(story, utc(2026, 12, 30)) is Stage.ENDING


def test_a_cancelled_or_unknown_story_stays_as_it_is() -> None:
    cancelled = a_story(notice_type="UK12", tags=("tenderCancellation",))
    assert stage_at(cancelled, utc(2040, 1, 1)) is Stage.CANCELLED
    news = a_story(notice_type=None, tags=(), kind=ProcurementKind.NEWS, deadline=None)
    assert stage_at(news, utc(2040, 1, 1)) is Stage.UNKNOWN


def test_a_list_to_join_outlives_its_first_round() -> None:
    story = a_story(
        notice_type="UK14", contract_period=a_period(utc(2026, 12, 1), utc(2030, 12, 1))
    )
    assert stage_at(story, utc(2028, 1, 1)) is Stage.STANDING
    assert stage.is_live(story, utc(2028, 1, 1))
    assert stage_at(story, utc(2030, 12, 2)) is Stage.CLOSED


def test_a_list_that_names_no_end_is_not_offered_for_ever() -> None:
    story = a_story(notice_type="UK14", deadline=None)
    assert stage.is_live(story, utc(2029, 1, 1))
    assert not stage.is_live(story, utc(2031, 1, 1))


def test_a_grant_is_closed_after_its_deadline_but_never_said_to_have_gone_quiet() -> None:
    story = a_story(notice_type=None, tags=(), legal_basis=None, kind=ProcurementKind.GRANT)
    assert stage_at(story, utc(2027, 12, 1)) is Stage.CLOSED
    assert EventKind.GONE_QUIET not in kinds(stage.clock_events(story, *ALWAYS))


def test_an_announced_award_can_be_acted_on_until_the_standstill_ends() -> None:
    story = a_story(
        notice_type="UK6",
        tags=("award", "contract"),
        deadline=None,
        published=a_stated_time(utc(2026, 2, 12, 10)),
    )
    assert stage.objections_until(story) == utc(2026, 2, 23, 23, 59).replace(second=59)
    assert stage.is_live(story, utc(2026, 2, 23, 12))
    assert not stage.is_live(story, utc(2026, 2, 24, 12))


def test_the_end_of_the_standstill_that_a_notice_states_comes_first() -> None:
    story = a_story(
        notice_type="UK6",
        deadline=None,
        awards=(Award(id="1", standstill_end=a_stated_time(utc(2026, 11, 20, 23))),),
    )
    assert stage.objections_until(story) == utc(2026, 11, 20, 23)


def test_where_a_standstill_is_voluntary_none_is_assumed() -> None:
    announced = {"notice_type": "UK6", "tags": ("award",), "deadline": None}
    assert stage.objections_until(a_story(**announced)) is not None
    assert stage.objections_until(a_story(**announced, above_threshold=False)) is None
    light = a_story(**announced, special_regime=("lightTouch",))
    assert stage.objections_until(light) is None
    assert not stage.is_live(light, utc(2026, 11, 3))


def test_bank_holidays_of_the_buyers_nation_count() -> None:
    def until(region: str) -> datetime | None:
        return stage.objections_until(
            a_story(
                notice_type="UK6",
                tags=("award",),
                deadline=None,
                published=a_stated_time(utc(2026, 11, 23, 10)),
                buyers=(a_buyer(region=region),),
            )
        )

    england, scotland = until("UKE21"), until("TLM50")
    assert england is not None
    assert scotland == england + timedelta(days=1)  # St Andrew's Day


def test_an_intended_approach_leaves_fourteen_days_and_an_intention_eight_working_days() -> None:
    health = {
        "notice_type": None,
        "legal_basis": "CELEX 32014L0024",
        "deadline": None,
        "published": a_stated_time(utc(2026, 11, 2, 9)),
    }
    approach = a_story(
        **health, tags=("planning",), description="A (PSR) notice of intended approach."
    )
    intention = a_story(**health, tags=("award",), description="A (PSR) intention to award notice.")
    assert approach.standing.stage is Stage.INTENDED_DIRECT
    assert stage.objections_until(approach) == utc(2026, 11, 16, 23, 59).replace(second=59)
    assert stage.objections_until(intention) == utc(2026, 11, 12, 23, 59).replace(second=59)
    assert stage.objections_until(a_story()) is None


def test_reminders_come_at_fourteen_seven_three_and_one_days_then_it_closes() -> None:
    events = stage.clock_events(a_story(), utc(2026, 11, 2, 9), utc(2027, 1, 1))
    assert [(event.kind.value, (DEADLINE - event.at).days) for event in events] == [
        ("deadline_near", 14),
        ("deadline_near", 7),
        ("deadline_near", 3),
        ("deadline_near", 1),
        ("closed", 0),
    ]
    assert events[0].new == "Friday 4 December 2026, 12 noon"
    assert events[0].notice_id == "000001-2026"


def test_no_reminder_is_given_for_days_before_the_notice_was_published() -> None:
    late = a_story(published=a_stated_time(utc(2026, 12, 2)))
    assert kinds(stage.clock_events(late, *ALWAYS)) == ["deadline_near", "closed", "gone_quiet"]


def test_an_instant_belongs_to_the_span_that_ends_with_it() -> None:
    story = a_story()
    first = stage.clock_events(story, DEADLINE - timedelta(hours=1), DEADLINE)
    second = stage.clock_events(story, DEADLINE, DEADLINE + timedelta(hours=1))
    assert (kinds(first), kinds(second)) == (["closed"], [])


def test_time_asked_for_in_pieces_gives_the_same_events() -> None:
    story = a_story()
    start, end = utc(2026, 11, 1), utc(2027, 6, 1)
    whole = stage.clock_events(story, start, end)
    pieces: list[Event] = []
    while start < end:
        pieces += stage.clock_events(story, start, start + timedelta(hours=7))
        start += timedelta(hours=7)
    assert tuple(pieces) == whole
    assert len({event.id for event in whole}) == len(whole) == 6


def test_a_moved_deadline_has_reminders_of_its_own() -> None:
    moved = a_story(deadline=a_stated_time(utc(2026, 12, 11, 12)))
    ids = {event.id for event in stage.clock_events(moved, *ALWAYS)}
    assert ids.isdisjoint(event.id for event in stage.clock_events(a_story(), *ALWAYS))


def test_an_engagement_has_reminders_and_may_go_quiet_but_never_closes() -> None:
    story = planning("UK2", engagement_deadline=a_stated_time(utc(2026, 11, 20)))
    events = stage.clock_events(story, *ALWAYS)
    assert set(kinds(events)) == {"deadline_near", "gone_quiet"}


@pytest.mark.parametrize("notice_type", ["UK6", "UK7", "UK12"])
def test_there_are_no_reminders_for_what_takes_no_bids(notice_type: str) -> None:
    story = a_story(notice_type=notice_type, tags=("award",))
    assert stage.clock_events(story, *ALWAYS) == ()


def test_the_most_urgent_comes_first() -> None:
    now = utc(2026, 11, 21)
    soon, later = a_story(), a_story(deadline=a_stated_time(utc(2026, 12, 20)))
    undated = planning("UK3")
    over = a_story(notice_type="UK12", tags=("tenderCancellation",))
    ordered = sorted([over, undated, later, soon], key=lambda o: stage.urgency(o, now))
    assert ordered == [soon, later, undated, over]


def test_the_latest_year_that_is_read_as_a_date_breaks_nothing() -> None:
    story = a_story(deadline=a_stated_time(utc(2150, 12, 31)))
    assert stage_at(story, utc(2026, 12, 1)) is Stage.OPEN
    assert kinds(stage.clock_events(story, *ALWAYS)) == []
