"""What follows from mails that came back."""

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import alert, consent, schedule, subscribe, verp
from aggregator.bounced import BouncesRead, Reading
from aggregator.bounces import read
from aggregator.deliver import mails_in
from aggregator.errors import ConfigError, PermanentFailure, TemporaryFailure
from aggregator.model import Message, MessageKind, MessageState, Returned, ReturnKind, Subscriber
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier
from aggregator.tokens import Keys
from mail.corpus import About, complaint, exim, report
from mail.readers import a_mail_for, a_reader, tells

KEYS = Keys(("a key of this test that is quite long enough",))
WHO = "director@lighthouse.example.org"


@pytest.fixture
def store() -> Store:
    return Store.open(None)


async def sent(store: Store, clock: FrozenClock, identifier: str = "msg-1") -> Message:
    reader = store.subscriber_by_email(WHO) or a_reader(store, clock, WHO)
    message = a_mail_for(store, reader, identifier, clock.now())
    result = await alert.deliver(store=store, notifier=RecordingNotifier(clock), clock=clock)
    assert result.sent == 1
    return message


def about(message: Message, *, domain: str = "vale-cvs.example.org") -> About:
    back_to = verp.envelope(f"bounces@{domain}", message.id, KEYS)
    return About(address=WHO, message_id=f"<{message.id}@{domain}>", back_to=back_to)


def only_by_id(message: Message) -> About:
    return replace(about(message), back_to="alerts@vale-cvs.example.org")


def reading(store: Store, clock: FrozenClock, *raws: bytes, believe: bool = False) -> BouncesRead:
    def stop(subscriber_id: str) -> bool:
        return consent.stop(subscriber_id, "said so in a test", store=store, clock=clock)

    one = Reading(store=store, clock=clock, keys=KEYS, stop=stop, believe=believe)
    return one.run([read(raw) for raw in raws])


def off(store: Store) -> bool:
    reader = store.subscriber_by_email(WHO)
    assert reader is not None
    return store.is_off(reader.id, f"email:{WHO}")


def hard(on: About) -> bytes:
    return report(on, "5.1.1", f"550 5.1.1 <{on.address}>: User unknown")


def soft(on: About) -> bytes:
    return report(on, "4.2.2", f"452 4.2.2 mailbox full {secrets.token_hex(3)}")


@pytest.mark.parametrize("how", [about, only_by_id])
async def test_an_address_that_does_not_exist_is_given_up_at_once_with_the_evidence(
    store: Store, clock: FrozenClock, how: type
) -> None:
    message = await sent(store, clock)
    result = reading(store, clock, hard(how(message)))
    assert (result.given_up, result.not_ours) == ([WHO], 0)
    assert off(store)
    (evidence,) = store.setbacks(message.subscriber_id)
    assert (evidence.kind, evidence.status, evidence.message_id) == ("hard", "5.1.1", "msg-1")
    assert "User unknown" in store.channels_off()[0].because
    assert not tells(store, message), "what it told is told again, should the address come back"
    assert subscribe.mail_again(WHO, store=store, now=clock.now())
    assert not off(store)


async def test_the_same_mail_read_twice_counts_once(store: Store, clock: FrozenClock) -> None:
    raw = soft(about(await sent(store, clock)))
    assert reading(store, clock, raw).resting == [WHO]
    again = reading(store, clock, raw, raw)
    assert (again.resting, again.known) == ([], 2)


async def test_a_full_mailbox_rests_longer_each_time_and_is_given_up_after_five_days(
    store: Store, clock: FrozenClock
) -> None:
    message, began = await sent(store, clock), clock.now()
    notifier, rests = RecordingNotifier(clock), []
    while not off(store):
        assert reading(store, clock, soft(about(message))).problems == []
        if (until := store.mail_rests_until(message.subscriber_id, message.channel.key)) is None:
            break
        rests.append((until - clock.now()).total_seconds() / 3600)
        clock.moment = until - timedelta(minutes=1)
        assert (await alert.deliver(store=store, notifier=notifier, clock=clock)).sent == 0
        clock.moment = until
        assert (await alert.deliver(store=store, notifier=notifier, clock=clock)).sent == 1
    assert rests == [2, 4, 8, 16, 32, 64]
    assert clock.now() - began > timedelta(days=5)
    assert {one.id for one in notifier.sent} == {"msg-1"}, "the same mail, again and again"
    assert not tells(store, message)


async def test_while_an_address_rests_nothing_else_is_sent_there(
    store: Store, clock: FrozenClock
) -> None:
    message = await sent(store, clock)
    reading(store, clock, soft(about(message)))
    reader = store.subscriber(message.subscriber_id)
    a_mail_for(store, reader, "msg-2", clock.now())
    notifier = RecordingNotifier(clock)
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert notifier.sent == []
    clock.advance(hours=2)
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert {one.id for one in notifier.sent} == {"msg-1", "msg-2"}


async def test_a_resting_address_still_gets_the_mail_it_asked_for_just_now(
    store: Store, clock: FrozenClock
) -> None:
    message = await sent(store, clock)
    reading(store, clock, soft(about(message)))
    asked = replace(message, id="link-1", kind=MessageKind.SERVICE)
    store.enqueue(asked, state=MessageState.PENDING, at=clock.now())
    notifier = RecordingNotifier(clock)
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert [one.id for one in notifier.sent] == ["link-1"]


async def test_a_setback_long_ago_is_forgiven(store: Store, clock: FrozenClock) -> None:
    message = await sent(store, clock)
    for _ in range(3):
        reading(store, clock, soft(about(message)))
    clock.advance(days=15)
    reading(store, clock, soft(about(message)))
    until = store.mail_rests_until(message.subscriber_id, message.channel.key)
    assert until == clock.now() + timedelta(hours=2)


async def test_whoever_calls_us_junk_is_sent_nothing_more(store: Store, clock: FrozenClock) -> None:
    message = await sent(store, clock)
    result = reading(store, clock, complaint(about(message), "abuse", whole=True, redacted=True))
    assert result.stopped == [WHO]
    assert store.subscriptions(message.subscriber_id) == ()


async def test_what_is_refused_for_its_content_stops_nobody_and_is_reported(
    store: Store, clock: FrozenClock
) -> None:
    message = await sent(store, clock)
    result = reading(store, clock, report(about(message), "5.7.1", "554 5.7.1 rejected as spam"))
    assert not off(store)
    assert "rejected as spam" in result.problems[0]
    assert not tells(store, message)


async def test_a_mail_that_was_forwarded_into_the_void_does_not_give_up_our_reader(
    store: Store, clock: FrozenClock
) -> None:
    message = await sent(store, clock)
    raw = hard(replace(about(message), address="former@elsewhere.example.org"))
    assert reading(store, clock, raw).resting == [WHO]
    assert not off(store)


async def test_ten_thousand_forged_bounces_and_complaints_stop_nobody(
    store: Store, clock: FrozenClock
) -> None:
    message = await sent(store, clock)
    forged = [
        Returned(
            kind=(ReturnKind.HARD, ReturnKind.COMPLAINT, ReturnKind.SOFT)[number % 3],
            fingerprint=f"{number}",
            recipients=(WHO,),
            message_ids=(f"{secrets.token_hex(16)}@vale-cvs.example.org", f"{number}@x.org"),
            tokens=(verp.tokens(message.id, Keys((secrets.token_hex(32),)))[0],),
        )
        for number in range(10_000)
    ]
    one = Reading(store=store, clock=clock, keys=KEYS, stop=lambda _: True, believe=True)
    result = one.run(forged)
    assert result.not_ours == 10_000
    assert (result.given_up, result.stopped, result.resting) == ([], [], [])


async def test_a_bounce_of_a_mail_that_never_left_or_left_long_ago_is_not_believed(
    store: Store, clock: FrozenClock
) -> None:
    reader = a_reader(store, clock, WHO)
    waiting = a_mail_for(store, reader, "msg-0", clock.now() + timedelta(hours=3))
    assert reading(store, clock, hard(about(waiting))).not_ours == 1
    message = await sent(store, clock)
    clock.advance(days=31)
    assert reading(store, clock, hard(about(message))).not_ours == 1
    assert not off(store)


async def test_where_most_addresses_vanish_at_once_the_server_is_doubted(
    store: Store, clock: FrozenClock
) -> None:
    raws = []
    for number in range(8):
        reader = a_reader(store, clock, f"reader{number}@lighthouse.example.org")
        message = a_mail_for(store, reader, f"msg-{number}", clock.now())
        raws.append(hard(replace(about(message), address=reader.email)))
    await alert.deliver(store=store, notifier=RecordingNotifier(clock), clock=clock)
    doubted = reading(store, clock, *raws)
    assert (doubted.given_up, len(doubted.problems)) == ([], 1)
    assert len(reading(store, clock, *raws, believe=True).given_up) == 8


async def test_old_forms_are_believed_too(store: Store, clock: FrozenClock) -> None:
    message = await sent(store, clock)
    raw = exim(only_by_id(message), "5.1.1", f"550 5.1.1 <{WHO}>: User unknown")
    assert reading(store, clock, raw).given_up == [WHO]


async def test_evidence_goes_after_ninety_days(store: Store, clock: FrozenClock) -> None:
    message = await sent(store, clock)
    reading(store, clock, soft(about(message)))
    clock.advance(days=91)
    reading(store, clock)
    assert store.setbacks(message.subscriber_id) == ()


# ------------------------------------------------------------------ refused when handed over


class Refusing(RecordingNotifier):
    """Says of some addresses that they do not exist."""

    def __init__(self, clock: FrozenClock, *unknown: str) -> None:
        super().__init__(clock)
        self.unknown = unknown

    async def send(self, message: Message):  # type: ignore[no-untyped-def]
        if message.channel.target in self.unknown:
            raise PermanentFailure("550 5.1.1 User unknown", address=True)
        return await super().send(message)


def mailing(store: Store, clock: FrozenClock, number: int) -> list[Subscriber]:
    readers = [a_reader(store, clock, f"r{one}@lighthouse.example.org") for one in range(number)]
    for one in readers:
        a_mail_for(store, one, f"to-{one.id}", clock.now())
    return readers


async def test_an_address_refused_at_the_door_is_given_up_and_the_others_get_their_mail(
    store: Store, clock: FrozenClock
) -> None:
    readers = mailing(store, clock, 6)
    notifier = Refusing(clock, readers[2].email)
    result = await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert (result.sent, result.failed) == (5, 1)
    assert [one.channel.target for one in result.suspended] == [readers[2].email]
    assert store.is_off(readers[2].id, f"email:{readers[2].email}")


async def test_a_relay_that_knows_nobody_gives_up_nobody(store: Store, clock: FrozenClock) -> None:
    readers = mailing(store, clock, 6)
    notifier = Refusing(clock, *(one.email for one in readers))
    result = await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert (result.failed, result.suspended, store.channels_off()) == (6, [], ())
    assert "check its settings" in result.problems[-1]


async def test_a_server_that_is_away_is_asked_once_and_then_left_alone(
    store: Store, clock: FrozenClock
) -> None:
    mailing(store, clock, 6)
    away = TemporaryFailure("no connection", away=True)
    notifier = RecordingNotifier(clock, failures=[away])
    result = await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert (result.sent, result.waiting) == (0, 6)
    clock.advance(minutes=29)
    assert (await alert.deliver(store=store, notifier=notifier, clock=clock)).sent == 0
    clock.advance(minutes=5)
    assert (await alert.deliver(store=store, notifier=notifier, clock=clock)).sent == 6
    assert len({one.id for one in notifier.sent}) == 6


async def test_five_days_of_refusals_end_in_a_report_and_the_news_is_told_again(
    store: Store, clock: FrozenClock
) -> None:
    reader = a_reader(store, clock, WHO)
    message, began, tries = a_mail_for(store, reader, "msg-1", clock.now()), clock.now(), 0
    problems: list[str] = []
    while store.deliveries()[0].state is not MessageState.FAILED:
        notifier = RecordingNotifier(clock, failures=[TemporaryFailure("451 greylisted")])
        result = await alert.deliver(store=store, notifier=notifier, clock=clock)
        tries, problems = tries + 1, result.problems
        clock.moment = store.deliveries()[0].next_attempt_at or clock.now()
    assert timedelta(days=4) <= clock.now() - began <= timedelta(days=5)
    assert (tries, problems) == (len(schedule.RETRY_LADDER) + 1, ["451 greylisted"])
    assert not tells(store, message)


# ------------------------------------------------------------------ addresses and files


@given(st.from_regex(r"[a-zA-Z0-9_-]{1,120}", fullmatch=True))
def test_every_mail_has_an_envelope_of_its_own_that_survives_a_change_of_case(name: str) -> None:
    address = verp.envelope("bounces@vale-cvs.example.org", name, KEYS)
    assert len(address.partition("@")[0]) <= 64
    assert verp.token_in(address.upper()) in verp.tokens(name, KEYS)
    assert verp.token_in(address) != verp.tokens(f"{name}x", KEYS)[0]


def test_an_old_key_still_reads_what_it_marked() -> None:
    old = verp.tokens("msg-1", KEYS)[0]
    new = Keys(("another key of this test, just as long as the first", *KEYS.secrets))
    assert old in verp.tokens("msg-1", new)
    assert verp.envelope("b@example.org", "msg-1", new) != f"b+{old}@example.org"


def test_an_address_too_long_for_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        verp.envelope(f"{'b' * 38}@example.org", "msg-1", KEYS)


def test_mails_are_found_in_files_folders_maildirs_and_mboxes(tmp_path: Path) -> None:
    raw = hard(About())
    (tmp_path / "one.eml").write_bytes(raw)
    (tmp_path / ".half").write_bytes(b"half")
    (tmp_path / "empty.eml").write_bytes(b"")
    box = b"".join(b"From x Mon Nov 23 09:00:00 2026\n" + raw + b"\n\n" for _ in range(3))
    (tmp_path / "box.mbox").write_bytes(box)
    for part in ("new", "cur", "tmp"):
        (tmp_path / "dir" / part).mkdir(parents=True)
    (tmp_path / "dir" / "new" / "1.host").write_bytes(raw)
    (tmp_path / "dir" / "cur" / "2.host:2,S").write_bytes(raw)
    kinds = [read(one).kind for _, one in (*mails_in(tmp_path), *mails_in(tmp_path / "dir"))]
    assert kinds == [ReturnKind.HARD] * 6
    assert len(list(mails_in(tmp_path / "one.eml"))) == 1
    with pytest.raises(ConfigError, match="is not there"):
        list(mails_in(tmp_path / "none"))
