"""Faults that were found by attacking; each test is one of them, named as what must be true."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import alert, collect, rebuild, service, stage, subscribe, tick
from aggregator.app import Instance
from aggregator.cli.judging import judged_lines
from aggregator.errors import AlreadyRunning, ConfigError, FairNoticeError
from aggregator.model import (
    Award,
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    MessageState,
    Outcome,
    Parsed,
    RawPayload,
    Request,
    Stage,
    Validators,
    Verdict,
)
from aggregator.ports import Source
from aggregator.sources.html_list import HtmlList
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier, a_notice, a_stated_time, utc
from tests.cli.test_cli import SOURCES, fairnotice
from tests.collect.portal import Portal, a_release, a_source
from tests.telling.test_alert import (
    MONDAY,
    PROFILE,
    a_reader,
    arrives,
    composed,
    delivered,
)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


async def read(source: Source, payload: RawPayload) -> Parsed:
    return source.read(payload)


def the_opportunity(store: Store) -> Any:
    (judged,) = store.opportunities()
    return judged.opportunity


FIRST, SECOND = utc(2026, 12, 4, 12), utc(2026, 12, 11, 12)


def test_a_deadline_corrected_and_corrected_back_is_the_first_one_again(
    store: Store, clock: FrozenClock
) -> None:
    for version, deadline in (("v1", FIRST), ("v2", SECOND), ("v1", FIRST)):
        clock.advance(days=1)
        arrives(
            store,
            clock.now(),
            version=version,
            deadline=a_stated_time(deadline),
            published=a_stated_time(clock.now()),
        )
    assert the_opportunity(store).deadline.instant == FIRST


def test_what_was_cancelled_by_mistake_and_put_back_as_it_was_is_open_again(
    store: Store, clock: FrozenClock
) -> None:
    for version, status in (("v1", "active"), ("v2", "cancelled"), ("v1", "active")):
        clock.advance(days=1)
        arrives(
            store, clock.now(), version=version, status=status, published=a_stated_time(clock.now())
        )
    assert the_opportunity(store).standing.stage is Stage.OPEN


def test_a_cancellation_reaches_who_was_told_though_an_edit_made_it_none_of_their_concern(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(days=1)
    arrives(
        store,
        clock.now(),
        version="v2",
        published=a_stated_time(clock.now()),
        title="Evening venue",
        description="Lot texts were moved to the portal.",
    )
    composed(store, clock)
    clock.advance(days=1)
    arrives(
        store,
        clock.now(),
        notice_id="000002-2026",
        version="v3",
        deadline=None,
        title="Evening venue",
        description="Lot texts were moved to the portal.",
        published=a_stated_time(clock.now()),
        notice_type="UK12",
        tags=("tenderCancellation",),
        status="withdrawn",
        reason_ended="no money",
    )
    (judged,) = store.opportunities()
    assert judged.judgement.verdict is Verdict.NO
    (update,) = composed(store, clock)
    assert "no money" in (update.message.text or "")


def many(store: Store, count: int, at: datetime, *, first: int = 0, **changes: Any) -> None:
    for number in range(first, first + count):
        arrives(
            store,
            at,
            notice_id=f"{number:06d}-2026",
            ocid=f"ocds-h6vhtk-{number:06x}",
            version=str(number),
            **{"title": f"Crisis café number {number}.", **changes},
        )


def test_an_open_now_of_a_weekly_reader_is_told_to_its_end_beside_a_daily_one(
    store: Store, clock: FrozenClock
) -> None:
    many(store, 70, MONDAY, title="Crisis café in Northmoor")
    many(store, 1, MONDAY, first=900, title="Crisis house, other words")
    a_reader(store, clock, criteria=Criteria(words=("café",)), cadence=Cadence.WEEKLY)
    a_reader(store, clock, criteria=Criteria(words=("house",)), cadence=Cadence.DAILY)
    told: set[str] = set()
    for _ in range(21):
        for one in composed(store, clock, only_due=True):
            told |= {opportunity for _, opportunity in one.told}
        clock.advance(days=1)
    assert len(told) == 71


def test_what_is_open_is_told_to_a_reader_who_widens_the_criteria(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock, criteria=Criteria(words=("nothing like it",)))
    assert composed(store, clock) == ()
    clock.advance(days=1)
    a_reader(store, clock, criteria=Criteria(words=("café",)))
    assert len(composed(store, clock)) == 1


def test_a_digest_composed_as_of_next_year_does_not_stop_those_that_are_due_today(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    composed(store, clock)
    composed(store, FrozenClock(MONDAY + timedelta(days=365)))
    clock.advance(days=1)
    arrives(store, clock.now())
    clock.advance(days=1)
    assert len(composed(store, clock, only_due=True)) == 1


async def test_a_message_composed_while_the_clock_was_wrong_is_sent_when_it_is_right_again(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY, deadline=a_stated_time(utc(2028, 3, 1, 12)))
    a_reader(store, clock)
    assert len(composed(store, FrozenClock(MONDAY + timedelta(days=365)))) == 1
    notifier = RecordingNotifier(clock)
    assert (await delivered(store, clock, notifier)).sent == 1


def test_a_reminder_comes_though_the_clock_was_once_a_year_ahead(
    store: Store, clock: FrozenClock
) -> None:
    tick.run(store=store, clock=FrozenClock(MONDAY + timedelta(days=365)))
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(days=4, hours=6)
    tick.run(store=store, clock=clock)
    assert len(composed(store, clock)) == 1


def test_one_mailbox_is_told_once_however_its_address_is_written(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    a_reader(store, clock, channel=Channel(kind=ChannelKind.EMAIL, target="Director@example.org"))
    assert len(composed(store, clock)) == 1


def test_who_comes_back_in_small_letters_is_not_told_again(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock, channel=Channel(kind=ChannelKind.EMAIL, target="Director@example.org"))
    assert len(composed(store, clock)) == 1
    subscribe.remove("director@example.org", store=store, clock=clock)
    a_reader(store, clock)
    clock.advance(days=1)
    assert composed(store, clock) == ()


def test_a_second_subscription_to_a_webhook_is_signed_with_the_secret_it_was_given(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    given = []
    for secret in ("whsec_Zmlyc3Q=", "whsec_c2Vjb25k"):
        channel = Channel(kind=ChannelKind.WEBHOOK, target="https://a.example/hook", secret=secret)
        _, subscription = subscribe.add(
            "a@example.org",
            criteria=Criteria(),
            channel=channel,
            cadence=Cadence.DAILY,
            store=store,
            clock=clock,
        )
        given.append(subscription.channel.secret)
    (one,) = composed(store, clock)
    assert given == [one.message.channel.secret] * 2


ROWS = {"title": {"select": "a"}}


def a_list() -> HtmlList:
    options = HtmlList.Options.model_validate(
        {
            "kind_of_notice": "contract",
            "path": "/list?page={page}",
            "pages": 5,
            "tags": ["tender"],
            "expect": "h1",
            "rows": "li",
            "key": {"select": "a", "attr": "href"},
            "fields": {"title": {"select": "a"}, "deadline": {"select": "b", "optional": True}},
        }
    )
    return HtmlList(id="a-list", base_url="https://list.example.org", options=options)


@dataclass
class Pages:
    """A list on several pages; `broken` ones are cut, and what did not change is 304."""

    clock: FrozenClock
    pages: list[list[str]]
    broken: set[int] = field(default_factory=set)

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        rows = self.pages[request.page - 1] if request.page <= len(self.pages) else []
        body = "<html><h1>Bids</h1>" + "".join(
            f"<li><a href='/{key}'>Crisis café {key}</a><b>18 December 2026, 12 noon</b></li>"
            for key in rows
        )
        body += "" if request.page in self.broken else "</html>"
        etag = str(hash(body))
        same = validators is not None and validators.etag == etag
        return RawPayload(
            request=request,
            status=304 if same else 200,
            headers={"etag": etag},
            body=b"" if same else body.encode(),
            retrieved_at=self.clock.now(),
        )


async def listed(portal: Pages, store: Store) -> Any:
    (run,) = await collect.run(
        [a_list()], store=store, fetch=portal, read=read, clock=portal.clock, profile=PROFILE
    )
    return run


async def test_a_page_that_could_not_be_read_is_asked_again_though_the_first_is_unchanged(
    store: Store, clock: FrozenClock
) -> None:
    portal = Pages(clock, [["a", "b"], ["c"]], broken={2})
    assert (await listed(portal, store)).outcome is Outcome.PARTIAL
    portal.broken = set()
    clock.advance(hours=2)
    await listed(portal, store)
    assert len(list(store.stored_notices())) == 3


async def test_old_rows_of_a_list_that_was_first_read_in_part_are_not_told_as_new(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    composed(store, clock)
    portal = Pages(clock, [["a", "b"], ["c"]], broken={2})
    await listed(portal, store)
    portal.broken, portal.pages[0] = set(), ["a", "b", "x"]
    clock.advance(hours=2)
    await listed(portal, store)
    (update,) = composed(store, clock)
    assert [section.heading for section in update.digest.sections] == ["Already open"]


def test_an_intended_award_whose_time_to_object_is_over_is_not_told_as_a_chance(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    composed(store, clock)
    arrives(
        store,
        MONDAY,
        backfill=True,
        notice_type="UK5",
        tags=("award",),
        deadline=None,
        published=a_stated_time(MONDAY - timedelta(days=25)),
        awards=(
            Award(
                id="1",
                suppliers=("Arden Care Ltd",),
                status="pending",
                standstill_end=a_stated_time(MONDAY - timedelta(days=10)),
            ),
        ),
    )
    assert the_opportunity(store).standing.stage is Stage.INTENDED_DIRECT
    clock.advance(days=1)
    assert composed(store, clock) == ()


def test_an_engagement_that_is_over_is_not_told_as_a_chance(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    composed(store, clock)
    over = a_stated_time(MONDAY - timedelta(days=10))
    arrives(
        store,
        MONDAY,
        backfill=True,
        notice_type="UK2",
        tags=("planning",),
        deadline=None,
        engagement_deadline=over,
        published=a_stated_time(MONDAY - timedelta(days=25)),
    )
    assert the_opportunity(store).standing.stage is Stage.ENGAGEMENT
    clock.advance(days=1)
    assert composed(store, clock) == ()


class Undated:
    """The same portal without a Date header, or with a wrong one."""

    def __init__(self, portal: Portal, date: str | None = None) -> None:
        self.portal, self.date = portal, date

    async def fetch(self, request: Request, validators: Validators | None = None) -> RawPayload:
        payload = await self.portal.fetch(request, validators)
        headers = {} if self.date is None else {"date": self.date}
        return RawPayload(
            request=request,
            status=200,
            headers=headers,
            body=payload.body,
            retrieved_at=payload.retrieved_at,
        )


async def gathered(fetch: Any, store: Store, clock: FrozenClock) -> Any:
    (run,) = await collect.run(
        [a_source()], store=store, fetch=fetch, read=read, clock=clock, profile=PROFILE
    )
    return run


async def test_a_run_with_the_clock_a_year_ahead_does_not_hide_what_is_published_later(
    store: Store, clock: FrozenClock
) -> None:
    published = MONDAY + timedelta(days=1)
    old = MONDAY - timedelta(days=1)
    releases = {old: a_release(1, old), published: a_release(2, published)}
    right = FrozenClock(MONDAY)
    portal = Undated(Portal(clock=right, releases=releases))
    await gathered(portal, store, clock)

    class Ahead(Undated):
        async def fetch(self, request: Request, validators: Any = None) -> RawPayload:
            payload = await super().fetch(request, validators)
            return RawPayload(
                request=request,
                status=200,
                headers={},
                body=payload.body,
                retrieved_at=MONDAY + timedelta(days=365),
            )

    ahead = FrozenClock(MONDAY + timedelta(days=365))
    for _ in range(2):
        await gathered(Ahead(portal.portal), store, ahead)
        ahead.advance(minutes=5)
    right.advance(days=2)
    await gathered(portal, store, right)
    assert {n.notice.notice_id for n in store.stored_notices()} == {"000001-2026", "000002-2026"}


async def test_a_portal_that_says_it_is_1970_is_not_asked_for_half_a_century(
    store: Store, clock: FrozenClock
) -> None:
    old = MONDAY - timedelta(days=5)
    portal = Portal(clock=clock, releases={old: a_release(1, old)})
    wrong = Undated(portal, "Thu, 01 Jan 1970 00:00:00 GMT")
    run = await gathered(wrong, store, clock)
    assert run.requests < 100
    (stored,) = store.stored_notices()
    assert stored.backfill


def test_the_rest_of_a_flood_waits_until_its_beginning_is_released(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(hours=1)
    many(store, alert.BRAKE + 10, MONDAY)
    for _ in range(5):
        composed(store, clock)
        clock.advance(days=1)
    assert {one.state for one in store.deliveries()} == {MessageState.HELD}


def test_a_correction_wins_over_a_notice_that_was_dated_into_the_future_by_mistake(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY, published=a_stated_time(utc(2027, 11, 2)), deadline=a_stated_time(FIRST))
    clock.advance(days=1)
    arrives(
        store,
        clock.now(),
        version="v2",
        published=a_stated_time(utc(2026, 11, 2)),
        deadline=a_stated_time(SECOND),
    )
    assert the_opportunity(store).deadline.instant == SECOND


async def test_who_comes_back_is_told_what_was_dropped_when_they_left(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, MONDAY)
    a_reader(store, clock)
    composed(store, clock)
    subscribe.remove("director@example.org", store=store, clock=clock)
    notifier = RecordingNotifier(clock)
    assert (await delivered(store, clock, notifier)).dropped == 1
    a_reader(store, clock)
    clock.advance(days=1)
    assert len(composed(store, clock)) == 1


def test_a_tender_that_names_its_winner_is_not_called_open(
    store: Store, clock: FrozenClock
) -> None:
    arrives(
        store,
        MONDAY,
        notice_type=None,
        tags=("tender",),
        deadline=None,
        status=None,
        legal_basis=None,
        awards=(Award(id="1", status="active", suppliers=("Arden Care Ltd",)),),
    )
    assert not stage.is_open(the_opportunity(store).standing)


async def test_a_rebuild_after_a_notice_was_shown_again_with_a_new_date_changes_nothing(
    store: Store, clock: FrozenClock
) -> None:
    first, second, third = (MONDAY + timedelta(days=days) for days in (-3, -2, -1))
    early, late = (when.isoformat() for when in (FIRST, SECOND))
    portal = Portal(
        clock=clock,
        releases={
            first: a_release(1, first, tenderPeriod={"endDate": early}),
            second: a_release(1, second, tenderPeriod={"endDate": late}),
        },
    )
    await gathered(portal, store, clock)
    before = store.digest_of_state()
    del portal.releases[first], portal.releases[second]
    again = MONDAY + timedelta(hours=1)
    portal.releases[again] = a_release(1, again, tenderPeriod={"endDate": late})
    clock.advance(hours=3)
    await gathered(portal, store, clock)
    assert store.digest_of_state() == before
    portal.releases[third] = portal.releases.pop(again)
    rebuilt = await rebuild.run(
        {"find-a-tender": a_source()}, store=store, read=read, profile=PROFILE
    )
    assert rebuilt.state == before


async def test_a_rebuild_after_a_correction_and_back_ends_in_the_same_state(
    store: Store, clock: FrozenClock
) -> None:
    for day, deadline in ((0, FIRST), (1, SECOND), (2, FIRST), (3, SECOND)):
        at = clock.now() - timedelta(hours=1)
        release = a_release(1, at, tenderPeriod={"endDate": deadline.isoformat()})
        await gathered(Portal(clock=clock, releases={at: release}), store, clock)
        assert the_opportunity(store).deadline.instant == deadline, day
        clock.advance(days=1)
    before = store.digest_of_state()
    rebuilt = await rebuild.run(
        {"find-a-tender": a_source()}, store=store, read=read, profile=PROFILE
    )
    assert rebuilt.state == before


def test_two_rows_of_one_key_in_a_list_do_not_change_places_at_every_reading(
    store: Store, clock: FrozenClock
) -> None:
    rows = [a_notice(version=v, published=None) for v in ("v1", "v2")]
    for _ in range(3):
        store.add_notices(rows, payload_id=None, retrieved_at=clock.now(), backfill=False)
        clock.advance(hours=2)
    assert len(list(store.stored_notices())) == 2


@pytest.mark.parametrize("command", [("run",), ("doctor",), ("demo",), ("collect",), ("rebuild",)])
def test_a_file_in_the_place_of_the_home_folder_is_named_in_a_line(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text(SOURCES, encoding="utf-8")
    home = tmp_path / "home"
    home.touch()
    result = fairnotice(*command, "--home", home, "--sources", sources)
    assert result.exit_code != 0
    assert result.exception is None or isinstance(result.exception, FairNoticeError | SystemExit)


def test_a_date_that_does_not_exist_in_a_file_is_named(tmp_path: Path) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text(SOURCES + "  last_checked_live: 2026-02-30\n", encoding="utf-8")
    result = fairnotice("sources", "list", "--home", tmp_path / "var", "--sources", sources)
    assert isinstance(result.exception, ConfigError)


@pytest.mark.parametrize(
    "line", [b"[" * 200_000, b'{"id":"\\ud800","title":"\\ud800 mental health"}']
)
def test_a_line_to_judge_may_hold_anything(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(line + b'\n{"id":1,"title":"Crisis cafe"}\n')
    lines = list(judged_lines(file.read_bytes().splitlines(), PROFILE))
    assert len("\n".join(lines).encode().splitlines()) == 2


@pytest.mark.parametrize(
    "address",
    ["http://[::1", "https://a.example:99999/x", "https://u:p@a.example/", "https://exa mple/"],
)
def test_a_web_address_that_cannot_be_is_refused_when_it_is_entered(
    tmp_path: Path, address: str
) -> None:
    result = fairnotice(
        "subscribe", "add", "a@example.org", "--webhook", address, "--home", tmp_path
    )
    assert (result.exit_code, "web address" in result.output) == (2, True)


async def test_nothing_is_delivered_while_a_rebuild_keeps_the_database_to_itself(
    tmp_path: Path,
) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text(SOURCES, encoding="utf-8")
    instance = Instance.at(tmp_path / "var", sources)
    with (
        instance.store() as store,
        service.only_one(instance.home, "deliver"),
        pytest.raises(AlreadyRunning),
    ):
        await service.rebuild(instance, store)


def test_the_first_collection_is_open_now_to_who_subscribed_before_it(
    store: Store, clock: FrozenClock
) -> None:
    a_reader(store, clock)
    composed(store, clock)
    clock.advance(hours=2)
    many(store, alert.BRAKE + 10, clock.now(), backfill=True)
    (first,) = composed(store, clock)
    assert not first.held
