"""How often a reader hears of us: as often as asked, sooner only for what cannot wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from aggregator import alert, relevance, subscribe, tick
from aggregator.alert import Composed
from aggregator.derive import derive
from aggregator.errors import PermanentFailure, TemporaryFailure
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    DigestKind,
    Finding,
    FindingKind,
    Follow,
    Health,
    HealthState,
    Host,
    MessageState,
    SourceTrouble,
    Subscription,
    Verdict,
    Watch,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier, a_notice, a_stated_time, utc

PROFILE = relevance.load_profile()
HOST = Host(name="Arden Voluntary Action", contact="hello@example.org")
MONDAY = utc(2026, 11, 23, 7, 1)
EMAIL = Channel(kind=ChannelKind.EMAIL, target="director@example.org")
ALL_WELL = Watch(checked=23)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


def arrives(store: Store, at: datetime, number: int = 1, **changes: Any) -> str:
    notice = a_notice(
        notice_id=changes.pop("notice_id", f"{number:06}-2026"),
        ocid=f"ocds-h6vhtk-{number:06}",
        title=changes.pop("title", f"Crisis café number {number}"),
        published=a_stated_time(at),
        **{"deadline": a_stated_time(at + timedelta(days=60)), "version": "v1", **changes},
    )
    with store.transaction():
        added = store.add_notices([notice], payload_id=None, retrieved_at=at, backfill=False)
        derive(added, store=store, profile=PROFILE)
    return store.find_opportunity(f"ocds-h6vhtk-{number:06}").opportunity.id


def moves(store: Store, at: datetime, number: int = 1, days: int = 70) -> None:
    arrives(store, at, number, version=f"v{at}", deadline=a_stated_time(at + timedelta(days=days)))


def a_reader(store: Store, clock: FrozenClock, **changes: Any) -> Subscription:
    wishes: dict[str, Any] = {
        "criteria": Criteria(),
        "channel": EMAIL,
        "cadence": Cadence.WEEKLY,
        **changes,
    }
    _, wish = subscribe.add(wishes["channel"].target, store=store, clock=clock, **wishes)
    return wish


def due(store: Store, now: datetime, **changes: Any) -> tuple[Composed, ...]:
    result = alert.compose(
        store=store, host=HOST, hour=7, now=now, names={}, labels={}, only_due=True, **changes
    )
    assert result.problems == ()
    return result.composed


def kinds(composed: tuple[Composed, ...]) -> list[DigestKind]:
    return [one.digest.kind for one in composed]


def follow(store: Store, wish: Subscription, opportunity_id: str, since: datetime) -> None:
    store.add_follow(
        Follow(subscriber_id=wish.subscriber_id, opportunity_id=opportunity_id, since=since)
    )


# ------------------------------------------------------------------------------ the cadence


def test_whoever_wants_it_at_once_hears_within_a_quarter_of_an_hour_and_in_groups(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock, cadence=Cadence.IMMEDIATE)
    due(store, MONDAY)
    arrives(store, MONDAY + timedelta(minutes=16), 1)
    arrives(store, MONDAY + timedelta(minutes=22), 2)
    assert due(store, MONDAY + timedelta(minutes=13)) == ()
    (first,) = due(store, MONDAY + timedelta(minutes=29))
    assert len(first.digest.event_ids) == 2
    arrives(store, MONDAY + timedelta(minutes=30), 3)
    assert due(store, MONDAY + timedelta(minutes=31)) == ()
    assert len(due(store, MONDAY + timedelta(minutes=44))) == 1


def test_each_reader_is_told_at_the_hour_they_chose(store: Store, clock: FrozenClock) -> None:
    a_reader(store, clock, cadence=Cadence.DAILY, hour=16)
    due(store, MONDAY)
    arrives(store, MONDAY + timedelta(hours=1))
    assert due(store, utc(2026, 11, 23, 15, 59)) == ()
    assert kinds(due(store, utc(2026, 11, 23, 16, 1))) == [DigestKind.UPDATE]


def test_one_digest_for_all_that_is_due_however_many_subscriptions(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock, cadence=Cadence.DAILY)
    a_reader(store, clock, cadence=Cadence.WEEKLY, criteria=Criteria(words=("café",)))
    a_reader(store, clock, cadence=Cadence.MONTHLY, criteria=Criteria(verdicts=tuple(Verdict)))
    due(store, MONDAY)
    arrives(store, MONDAY + timedelta(hours=1))
    assert len(due(store, utc(2026, 12, 1, 7, 1))) == 1
    assert due(store, utc(2026, 12, 1, 8)) == ()


def test_after_a_week_out_of_service_there_is_one_mail_not_seven(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock, cadence=Cadence.DAILY)
    due(store, MONDAY)
    for day in range(7):
        arrives(store, MONDAY + timedelta(days=day, hours=2), day + 1)
    back = MONDAY + timedelta(days=8)
    (one,) = due(store, back)
    assert len(one.digest.event_ids) == 7
    assert due(store, back + timedelta(minutes=5)) == ()


def test_a_digest_between_two_regular_ones_takes_nothing_from_them(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    due(store, MONDAY)
    soon = MONDAY + timedelta(days=1, hours=2)
    arrives(store, soon, 1, deadline=a_stated_time(soon + timedelta(days=3)))
    arrives(store, soon, 2)
    (between,) = due(store, soon)
    assert between.digest.kind is DigestKind.BETWEEN
    assert "number 1" in (between.message.text or "")
    assert "number 2" not in (between.message.text or "")
    (regular,) = due(store, MONDAY + timedelta(days=7))
    assert regular.digest.kind is DigestKind.UPDATE
    assert "number 2" in (regular.message.text or "")
    assert "number 1" not in (regular.message.text or "")


# ------------------------------------------------------------------- what breaks the cadence


def test_a_change_of_what_is_followed_is_told_the_same_working_day(
    store: Store, clock: FrozenClock
) -> None:
    wish = a_reader(store, clock)
    followed = arrives(store, MONDAY, 1)
    arrives(store, MONDAY, 2)
    due(store, MONDAY)
    follow(store, wish, followed, MONDAY)
    wednesday = MONDAY + timedelta(days=2, hours=4)
    moves(store, wednesday, 1)
    moves(store, wednesday, 2)
    (between,) = due(store, wednesday + timedelta(minutes=5))
    assert between.digest.kind is DigestKind.BETWEEN
    assert "number 1" in (between.message.text or "")
    assert "number 2" not in (between.message.text or "")
    assert due(store, wednesday + timedelta(minutes=25)) == ()


def test_nobody_is_disturbed_at_night_or_for_a_change_on_a_saturday(
    store: Store, clock: FrozenClock
) -> None:
    wish = a_reader(store, clock)
    followed = arrives(store, MONDAY, 1)
    due(store, MONDAY)
    follow(store, wish, followed, MONDAY)
    friday_night = utc(2026, 11, 27, 22)
    moves(store, friday_night, 1)
    assert due(store, friday_night + timedelta(minutes=5)) == ()
    assert due(store, utc(2026, 11, 28, 12)) == ()
    assert kinds(due(store, utc(2026, 11, 30, 7, 1))) == [DigestKind.UPDATE]


def test_a_deadline_before_the_next_digest_is_told_on_a_saturday_too(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    due(store, MONDAY)
    saturday = utc(2026, 11, 28, 12)
    arrives(store, saturday, 1, deadline=a_stated_time(utc(2026, 11, 30, 12)))
    assert kinds(due(store, saturday)) == [DigestKind.BETWEEN]


def test_a_close_deadline_of_a_weekly_wish_is_not_hidden_by_a_daily_one(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock, cadence=Cadence.DAILY, criteria=Criteria(words=("nowhere",)))
    a_reader(store, clock, criteria=Criteria(words=("café",)))
    due(store, MONDAY)
    tuesday = MONDAY + timedelta(hours=23)
    arrives(store, tuesday, 1, deadline=a_stated_time(tuesday + timedelta(days=4)))
    assert due(store, utc(2026, 11, 24, 7, 0)) == ()
    assert kinds(due(store, utc(2026, 11, 24, 7, 5))) == [DigestKind.BETWEEN]


# --------------------------------------------------------------------------- nothing is new


def test_a_week_without_news_is_told_to_weekly_readers_and_names_what_was_checked(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    due(store, MONDAY, watch=ALL_WELL)
    (note,) = due(store, MONDAY + timedelta(days=7), watch=ALL_WELL)
    assert note.digest.kind is DigestKind.STILL_WATCHING
    assert note.message.subject == (
        "Nothing new, still watching: 23 sources checked, all of them answering"
    )
    assert due(store, MONDAY + timedelta(days=7, hours=1), watch=ALL_WELL) == ()
    assert due(store, MONDAY + timedelta(days=8), watch=ALL_WELL) == ()


def test_daily_readers_are_not_told_that_there_is_nothing_unless_they_asked(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock, cadence=Cadence.DAILY)
    due(store, MONDAY, watch=ALL_WELL)
    for day in range(1, 20):
        assert due(store, MONDAY + timedelta(days=day), watch=ALL_WELL) == ()


def test_trouble_with_a_source_is_told_once_to_whom_it_touches_and_once_that_it_is_over(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock, cadence=Cadence.DAILY)
    due(store, MONDAY, watch=ALL_WELL)
    quiet = SourceTrouble(source_id="find-a-tender", name="Find a Tender", since=MONDAY)
    other = SourceTrouble(source_id="sell2wales", name="Sell2Wales", since=MONDAY)
    trouble = Watch(checked=23, troubles=(quiet, other))
    days = [MONDAY + timedelta(days=day) for day in (2, 3, 4, 7, 8)]
    told = [due(store, day, watch=trouble) for day in days]
    assert [len(one) for one in told] == [1, 0, 0, 0, 0]
    text = told[0][0].message.text or ""
    assert "We have seen nothing from Find a Tender since 23 November 2026." in text
    assert told[0][0].digest.troubles == (quiet,)
    arrives(store, MONDAY + timedelta(days=8, hours=3), 2)
    (update,) = due(store, MONDAY + timedelta(days=9), watch=ALL_WELL)
    assert "Find a Tender answers again" in (update.message.text or "")
    arrives(store, MONDAY + timedelta(days=9, hours=3), 3)
    (later,) = due(store, MONDAY + timedelta(days=10), watch=ALL_WELL)
    assert "answers again" not in (later.message.text or "")


def test_troubles_of_two_sources_never_make_mails_on_two_days_running(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock, cadence=Cadence.DAILY)
    due(store, MONDAY, watch=ALL_WELL)
    one, two = (
        SourceTrouble(source_id=name, name=name, since=MONDAY) for name in ("first", "second")
    )
    start = MONDAY + timedelta(days=7)
    assert len(due(store, start, watch=Watch(checked=2, troubles=(one,)))) == 1
    both = Watch(checked=2, troubles=(one, two))
    assert due(store, start + timedelta(days=1), watch=both) == ()
    assert len(due(store, start + timedelta(days=2), watch=both)) == 1


# -------------------------------------------------------------------------- follows that end


def test_a_follow_ends_with_notice_once_its_matter_has_rested(
    store: Store, clock: FrozenClock
) -> None:
    wish = a_reader(store, clock)
    followed = arrives(store, MONDAY)
    due(store, MONDAY, watch=ALL_WELL)
    follow(store, wish, followed, MONDAY)
    cancelled = MONDAY + timedelta(days=1)
    arrives(
        store,
        cancelled,
        notice_id="000002-2026",
        version="v2",
        notice_type="UK12",
        tags=("tenderCancellation",),
        deadline=None,
    )
    due(store, cancelled + timedelta(hours=2), watch=ALL_WELL)
    assert store.follows(wish.subscriber_id)
    (note,) = due(store, utc(2027, 3, 1, 7, 1), watch=ALL_WELL)
    assert "No longer followed" in (note.message.text or "")
    assert "Cancelled since 24 November 2026, and nothing new after that." in (
        note.message.text or ""
    )
    assert store.follows(wish.subscriber_id) == ()


def test_an_address_that_refuses_everything_is_asked_ever_more_seldom(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock, cadence=Cadence.IMMEDIATE)
    arrives(store, MONDAY)
    tries = []
    for quarter in range(20 * 96):
        now = MONDAY + timedelta(minutes=15 * quarter)
        for one in due(store, now):
            tries.append(now)
            store.record_failure(
                one.message.id,
                answer="no such address",
                state=MessageState.FAILED,
                next_attempt_at=None,
                at=now,
            )
    assert len(tries) == 5
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    assert gaps == sorted(gaps)


def test_an_hour_that_does_not_exist_is_the_hosts_hour(store: Store, clock: FrozenClock) -> None:
    a_reader(store, clock, cadence=Cadence.DAILY, hour=1)
    due(store, MONDAY)
    arrives(store, MONDAY)
    assert kinds(due(store, MONDAY + timedelta(days=1))) == [DigestKind.UPDATE]


def standing(name: str, state: HealthState, since: datetime, now: datetime) -> Health:
    return Health(
        source_id=name, name=name.title(), state=state, at=now, since=since, because="…",
        last_notice_at=since - timedelta(days=1),
        findings=(Finding(kind=FindingKind.DROP, words="one notice where ten are usual"),),
    )  # fmt: skip


def test_where_every_source_is_silent_it_is_told_as_one_trouble() -> None:
    later = MONDAY + timedelta(days=3)
    failing = [standing(name, HealthState.FAILING, MONDAY, later) for name in ("one", "two")]
    never = standing("never asked", HealthState.NEVER_ASKED, MONDAY, later)
    assert alert.watch([*failing, never], now=MONDAY).troubles == ()
    found = alert.watch([*failing, never], now=later)
    assert (found.checked, [one.name for one in found.troubles]) == (2, ["any of our sources"])


def test_readers_are_told_what_health_says_of_a_source_and_never_more() -> None:
    later = MONDAY + timedelta(days=3)
    states = [
        standing("quiet", HealthState.QUIET, MONDAY, later),
        standing("odd", HealthState.SUSPICIOUS, MONDAY, later),
        standing("well", HealthState.WELL, MONDAY, later),
        standing("new", HealthState.UNKNOWN, MONDAY, later),
        standing("passing", HealthState.FAILING, later - timedelta(hours=5), later),
    ]
    found = alert.watch(states, now=later)
    assert found.checked == 5
    quiet, odd = found.troubles
    assert (quiet.name, quiet.since, quiet.words) == ("Quiet", MONDAY - timedelta(days=1), None)
    assert odd.words == (
        "What we have read from Odd since Monday 23 November may not be all: "
        "one notice where ten are usual."
    )


# ---------------------------------------------------------------------- nothing lost silently


async def test_what_was_refused_for_good_is_told_again_by_the_next_digest(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock, cadence=Cadence.DAILY)
    due(store, MONDAY)
    clock.moment = MONDAY
    notifier = RecordingNotifier(clock, failures=[PermanentFailure("the content is refused")])
    assert (await alert.deliver(store=store, notifier=notifier, clock=clock)).failed == 1
    clock.moment = MONDAY + timedelta(days=1)
    (again,) = due(store, clock.moment)
    assert "number 1" in (again.message.text or "")
    assert (await alert.deliver(store=store, notifier=notifier, clock=clock)).sent == 1
    assert due(store, MONDAY + timedelta(days=2)) == ()


async def test_what_may_have_arrived_before_it_failed_is_not_told_twice(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock, cadence=Cadence.DAILY)
    due(store, MONDAY)
    clock.moment = MONDAY
    cut = TemporaryFailure("cut off after the last line", unsure=True)
    notifier = RecordingNotifier(clock, failures=[cut, PermanentFailure("refused")])
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    clock.moment = MONDAY + timedelta(hours=3)
    result = await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert (result.failed, result.problems) == (1, ["refused"])
    assert due(store, MONDAY + timedelta(days=1)) == ()


async def test_a_lapsed_follow_is_taken_up_again_when_its_notice_did_not_arrive(
    store: Store, clock: FrozenClock
) -> None:
    wish = a_reader(store, clock)
    followed = arrives(store, MONDAY)
    due(store, MONDAY)
    follow(store, wish, followed, MONDAY)
    (delivery,) = store.deliveries()
    with store.transaction():
        store.lapse_follows(wish.subscriber_id, [followed], message_id=delivery.message.id)
    assert store.follows(wish.subscriber_id) == ()
    store.record_failure(
        delivery.message.id,
        answer="refused",
        state=MessageState.FAILED,
        next_attempt_at=None,
        at=MONDAY,
    )
    assert [one.opportunity_id for one in store.follows(wish.subscriber_id)] == [followed]


def test_followers_and_readers_of_everything_are_reminded_whatever_the_verdict(
    store: Store, clock: FrozenClock
) -> None:
    wish = a_reader(store, clock, cadence=Cadence.DAILY)
    road = arrives(
        store, MONDAY, title="Road resurfacing", description="Planing and surfacing works."
    )
    due(store, MONDAY)
    follow(store, wish, road, MONDAY)
    tick.run(store=store, clock=FrozenClock(MONDAY))
    near = MONDAY + timedelta(days=47)
    assert tick.run(store=store, clock=FrozenClock(near)) == 1
    (reminder,) = due(store, near)
    assert "Road resurfacing" in (reminder.message.text or "")


def test_a_tick_looks_at_everything_where_somebody_asked_for_everything(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY, title="Road resurfacing", description="Planing and surfacing works.")
    tick.run(store=store, clock=FrozenClock(MONDAY))
    later = FrozenClock(MONDAY + timedelta(days=47))
    assert tick.run(store=store, clock=later) == 0
    a_reader(store, clock, criteria=Criteria(verdicts=()))
    later.advance(days=7)
    assert tick.run(store=store, clock=later) == 1
