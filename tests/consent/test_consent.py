"""Double opt-in, changing, stopping, erasing: what a person agreed to, and the record of it."""

import hashlib
import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from aggregator import alert, consent, relevance, subscribe
from aggregator.consent.wording import WORDINGS
from aggregator.deliver import FileOutbox, Sender
from aggregator.derive import derive
from aggregator.errors import ExpiredToken, StoreError, UnknownIdentifier, Unwanted
from aggregator.links import Links, links_of
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    ConsentAct,
    Criteria,
    Host,
    Message,
    SubscriberState,
    Wish,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, RecordingNotifier, a_notice, utc
from aggregator.tokens import Purpose, Token, keys_of

MONDAY = utc(2026, 11, 23, 9)
KEYS = keys_of(["k" * 40])
HOST = Host(
    name="Vale of Arden CVS",
    contact="help@vale-cvs.example.org",
    base_url="https://notices.vale-cvs.example.org",
    address="The Old School, Northmoor",
)
LINKS = links_of(HOST, KEYS) or Links(base_url="", keys=KEYS)
ANN, BEN = "ann@example.org", "ben@example.org"
WISH = Wish(criteria=Criteria(types=("crisis",)), cadence=Cadence.WEEKLY)
SENDER = Sender(address="alerts@vale-cvs.example.org", name=HOST.name)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(MONDAY)


def asks(store: Store, clock: FrozenClock, address: str = ANN, wish: Wish = WISH) -> consent.Asked:
    return consent.ask(address, wish, store=store, clock=clock, host=HOST, links=LINKS)


def mails(store: Store, kind: str = "") -> list[Message]:
    found = [one.message for one in store.deliveries()]
    return [one for one in reversed(found) if one.id.startswith(kind)]


def token_of(message: Message, clock: FrozenClock) -> Token:
    link = next(line for line in (message.text or "").splitlines() if line.startswith("https://"))
    purpose, text = link.removeprefix(HOST.base_url or "").strip("/").split("/")
    return KEYS.read(Purpose(purpose), text, now=clock.now())


def confirms(store: Store, clock: FrozenClock, number: int = -1) -> consent.Confirmed:
    waiting = [one for one in mails(store) if one.id.startswith(("confirm-", "move-"))]
    token = token_of(waiting[number], clock)
    return consent.confirm(token, store=store, clock=clock, host=HOST, keys=KEYS)


def joined(store: Store, clock: FrozenClock, address: str = ANN) -> str:
    asks(store, clock, address)
    return confirms(store, clock).subscriber.id


def content_of(store: Store) -> list[object]:
    """Every row of every table."""
    tables = store._db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
    return [(name, store._db.rows(f"SELECT * FROM {name}")) for (name,) in tables]


def arrives(store: Store, clock: FrozenClock, **changes: object) -> None:
    with store.transaction():
        added = store.add_notices(
            [a_notice(**changes)], payload_id=None, retrieved_at=clock.now(), backfill=False
        )
        derive(added, store=store, profile=relevance.load_profile())


def composed(store: Store, clock: FrozenClock) -> int:
    result = alert.compose(store=store, host=HOST, hour=7, now=clock.now(), names={}, labels={})
    assert result.problems == ()
    return len(result.composed)


def test_nothing_but_one_question_is_sent_until_it_is_confirmed(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, clock)
    assert asks(store, clock).mailed
    assert composed(store, clock) == 0
    (question,) = mails(store)
    assert question.channel.target == ANN
    confirmed = confirms(store, clock)
    assert not confirmed.again
    assert confirmed.subscriber.state is SubscriberState.CONFIRMED
    (subscription,) = store.subscriptions()
    assert (subscription.criteria, subscription.cadence) == (WISH.criteria, Cadence.WEEKLY)
    assert composed(store, clock) == 1


def test_a_link_confirms_once_however_often_it_is_pressed(store: Store, clock: FrozenClock) -> None:
    joined(store, clock)
    before = content_of(store)
    assert confirms(store, clock).again
    assert content_of(store) == before


def test_the_question_holds_no_word_that_a_stranger_typed(store: Store, clock: FrozenClock) -> None:
    asks(store, clock, wish=Wish(criteria=Criteria(words=("win a prize at evil.example",))))
    (question,) = mails(store)
    assert "evil" not in f"{question.subject}{question.text}"


def only_file(folder: Path) -> bytes:
    (file,) = folder.iterdir()
    return file.read_bytes()


async def test_the_question_travels_as_one_short_plain_mail(
    store: Store, clock: FrozenClock, tmp_path: Path
) -> None:
    asks(store, clock)
    outbox = FileOutbox(tmp_path, sender=SENDER, clock=clock, with_html=True)
    assert (await alert.deliver(store=store, notifier=outbox, clock=clock)).sent == 1
    mail = message_from_bytes(only_file(tmp_path), policy=policy.default)
    assert mail.get_content_type() == "text/plain"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] is None
    assert mail["To"] == ANN
    assert (mail.get_content() or "").replace("\r\n", "\n") == mails(store)[0].text


def test_nobody_can_be_bombed_with_questions(store: Store, clock: FrozenClock) -> None:
    for _ in range(300):
        asks(store, clock)
        clock.advance(minutes=4)
    assert len(mails(store)) <= 3


def test_who_corrects_the_form_at_once_confirms_what_was_meant(
    store: Store, clock: FrozenClock
) -> None:
    asks(store, clock)
    clock.advance(minutes=2)
    asks(store, clock, wish=Wish(criteria=Criteria(types=("perinatal",))))
    confirms(store, clock)
    assert [one.criteria.types for one in store.subscriptions()] == [("perinatal",)]


def test_what_nobody_confirms_is_forgotten_after_a_week(store: Store, clock: FrozenClock) -> None:
    asks(store, clock)
    clock.advance(days=7)
    assert consent.sweep(store=store, clock=clock) == ()
    clock.advance(seconds=1)
    assert len(consent.sweep(store=store, clock=clock)) == 1
    assert store.subscribers() == ()
    assert mails(store) == []


def test_the_sweep_leaves_confirmed_readers_alone(store: Store, clock: FrozenClock) -> None:
    joined(store, clock)
    asks(store, clock, BEN)
    clock.advance(days=8)
    consent.sweep(store=store, clock=clock)
    assert [one.email for one in store.subscribers()] == [ANN]


def test_a_swept_question_says_that_it_is_gone(store: Store, clock: FrozenClock) -> None:
    asks(store, clock)
    token = token_of(mails(store)[0], clock)
    clock.advance(days=8)
    consent.sweep(store=store, clock=clock)
    with pytest.raises(ExpiredToken):
        consent.confirm(token, store=store, clock=clock, host=HOST, keys=KEYS)


def test_a_known_address_signs_up_again_by_the_same_question(
    store: Store, clock: FrozenClock
) -> None:
    joined(store, clock)
    clock.advance(days=1)
    asks(store, clock, wish=Wish(criteria=Criteria(types=("perinatal",))))
    assert len(store.subscriptions()) == 1
    first, second = (one.text for one in mails(store, "confirm-"))
    assert (first or "")[:200] == (second or "")[:200]
    confirms(store, clock)
    assert len(store.subscriptions()) == 2


def test_the_record_says_who_when_how_and_in_which_words(store: Store, clock: FrozenClock) -> None:
    identifier = joined(store, clock)
    consent.pause(identifier, store=store, clock=clock)
    consent.resume(identifier, store=store, clock=clock)
    consent.stop(identifier, "one press in a mail", store=store, clock=clock)
    record = store.consents(identifier)
    acts = [one.act for one in record]
    assert acts == [
        ConsentAct.ASKED, ConsentAct.GIVEN, ConsentAct.PAUSED, ConsentAct.RESUMED,
        ConsentAct.WITHDRAWN,
    ]  # fmt: skip
    assert record[1].wording == "sign-up 1"
    assert "Vale of Arden CVS will keep your address" in (record[1].words or "")
    assert all(one.at == MONDAY and one.how for one in record)


def test_the_words_of_a_version_never_change() -> None:
    known = {
        "sign-up 1": "eaecf3fbb33d53c2",
        "change of address 1": "9aab75368da7d995",
        "colleague 1": "8a7e904f6f11596a",
    }
    assert {
        one.version: hashlib.sha256(one.text.encode()).hexdigest()[:16] for one in WORDINGS
    } == known


async def test_after_stopping_nothing_is_sent_not_even_what_waits(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, clock)
    identifier = joined(store, clock)
    notifier = RecordingNotifier(clock)
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    assert composed(store, clock) == 1
    assert consent.stop(identifier, "a press", store=store, clock=clock)
    assert not consent.stop(identifier, "a press", store=store, clock=clock)
    assert (await alert.deliver(store=store, notifier=notifier, clock=clock)).dropped == 1
    assert [one.id[:8] for one in notifier.sent] == ["confirm-"]


async def test_while_paused_nothing_is_sent_and_then_everything(
    store: Store, clock: FrozenClock
) -> None:
    identifier = joined(store, clock)
    assert composed(store, clock) == 0
    consent.pause(identifier, store=store, clock=clock)
    arrives(store, clock)
    clock.advance(days=7)
    assert composed(store, clock) == 0
    consent.resume(identifier, store=store, clock=clock)
    assert composed(store, clock) == 1


def test_a_pause_does_not_bring_back_who_stopped(store: Store, clock: FrozenClock) -> None:
    identifier = joined(store, clock)
    consent.stop(identifier, "a press", store=store, clock=clock)
    consent.pause(identifier, store=store, clock=clock)
    consent.resume(identifier, store=store, clock=clock)
    assert store.subscriber(identifier).state is SubscriberState.ENDED


def moves(store: Store, clock: FrozenClock, identifier: str, address: str) -> None:
    consent.ask_to_move(identifier, address, store=store, clock=clock, host=HOST, links=LINKS)


async def test_a_new_address_confirms_and_the_old_one_is_told(
    store: Store, clock: FrozenClock
) -> None:
    arrives(store, clock)
    identifier = joined(store, clock)
    assert composed(store, clock) == 1
    moves(store, clock, identifier, BEN)
    assert store.subscriber(identifier).email == ANN
    confirms(store, clock)
    assert store.subscriber(identifier).email == BEN
    assert mails(store, "moved-")[0].channel.target == ANN
    notifier = RecordingNotifier(clock)
    await alert.deliver(store=store, notifier=notifier, clock=clock)
    digests = [one for one in notifier.sent if one.html]
    assert [one.channel.target for one in digests] == [BEN]
    assert composed(store, clock) == 0, "nothing is told twice for the new address"


def test_an_address_with_digests_of_its_own_is_not_taken_over(
    store: Store, clock: FrozenClock
) -> None:
    identifier = joined(store, clock)
    joined(store, clock, BEN)
    moves(store, clock, identifier, BEN.upper())
    with pytest.raises(StoreError, match="of its own"):
        confirms(store, clock)
    assert store.subscriber(identifier).email == ANN


def test_a_colleague_is_asked_and_joins_the_organisation(store: Store, clock: FrozenClock) -> None:
    identifier = joined(store, clock)
    consent.invite(identifier, BEN, store=store, clock=clock, host=HOST, links=LINKS)
    consent.name_organisation(identifier, "Arden  Listening", store=store)
    other = confirms(store, clock).subscriber
    assert store.colleagues(identifier) == (other.id,)
    organisation = store.organisation(other.organisation_id or "")
    assert organisation is not None
    assert organisation.name == "Arden Listening"
    assert [one.criteria for one in store.subscriptions(other.id)] == [WISH.criteria]


def test_a_subscription_is_changed_by_its_owner_alone(store: Store, clock: FrozenClock) -> None:
    ann, ben = joined(store, clock), joined(store, clock, BEN)
    (own,) = store.subscriptions(ann)
    wish = Wish(criteria=Criteria(types=("perinatal",)), cadence=Cadence.DAILY)
    with pytest.raises(UnknownIdentifier):
        consent.change(ben, own.id, wish, store=store, clock=clock)
    consent.change(ann, own.id, wish, store=store, clock=clock)
    assert store.subscriptions(ann)[0].criteria == wish.criteria
    assert not consent.drop_wish(ann, own.id, store=store, clock=clock), "the last one is stopped"


def files_holding(folder: Path, words: bytes) -> list[str]:
    return [
        path.name for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()
    ]


async def test_who_is_erased_is_in_no_byte_of_any_file(tmp_path: Path, clock: FrozenClock) -> None:
    canary = "canary-7f3a@example.org"
    with Store.open(tmp_path / "fairnotice.db") as store:
        arrives(store, clock)
        identifier = joined(store, clock, canary)
        composed(store, clock)
        notifier = RecordingNotifier(clock)
        await alert.deliver(store=store, notifier=notifier, clock=clock)
        moves(store, clock, identifier, "canary-new@example.org")
        moves(store, clock, identifier, canary)
        joined(store, clock, BEN)
        assert files_holding(tmp_path, b"canary-7f3a")
        messages = consent.erase(identifier, store=store, clock=clock, keys=KEYS)
        assert len(messages) >= 2
        assert files_holding(tmp_path, b"canary") == []
        assert [one.email for one in store.subscribers()] == [BEN]
    assert files_holding(tmp_path, b"canary") == []


def test_who_was_erased_is_not_brought_back_by_a_list_but_by_themselves(
    store: Store, clock: FrozenClock
) -> None:
    identifier = joined(store, clock)
    consent.erase(identifier, store=store, clock=clock, keys=KEYS)

    def entered() -> None:
        subscribe.add(
            ANN.upper(),
            criteria=Criteria(),
            channel=Channel(kind=ChannelKind.EMAIL, target=ANN),
            cadence=Cadence.DAILY,
            store=store,
            clock=clock,
            keys=KEYS,
        )

    with pytest.raises(Unwanted):
        entered()
    assert store.subscribers() == ()
    joined(store, clock)
    entered()
    assert len(store.subscribers()) == 1


def test_everything_held_is_handed_out(store: Store, clock: FrozenClock) -> None:
    arrives(store, clock)
    identifier = joined(store, clock)
    composed(store, clock)
    joined(store, clock, BEN)
    held = store.held_on(identifier)
    names = {name for name, _ in held.tables}
    assert {"subscribers", "subscriptions", "opt_ins", "consents", "messages", "ledger",
            "digest_runs", "channel_starts"} <= names  # fmt: skip
    for text in (consent.as_json(held), consent.as_csv(held)):
        assert ANN in text
        assert BEN not in text
    assert json.loads(consent.as_json(held))["subscribers"][0]["email"] == ANN


def test_the_sheet_runs_no_formula(store: Store, clock: FrozenClock) -> None:
    identifier = joined(store, clock)
    consent.name_organisation(identifier, "x", store=store)
    criteria = Criteria(words=("=1+1",))
    store.set_provider_profile(identifier, None)
    consent.change(identifier, store.subscriptions()[0].id, Wish(criteria=criteria), store=store,
                   clock=clock)  # fmt: skip
    lines = consent.as_csv(store.held_on(identifier)).splitlines()
    assert not [line for line in lines if line.rsplit(",", 1)[-1][:1] in {"=", "+", "@"}]


def test_the_link_to_preferences_goes_to_known_addresses_once_an_hour(
    store: Store, clock: FrozenClock
) -> None:
    joined(store, clock)

    def sent(address: str) -> bool:
        return consent.send_link(address, store=store, clock=clock, host=HOST, links=LINKS)

    assert [sent(ANN), sent(ANN), sent(BEN)] == [True, False, False]
    assert token_of(mails(store, "link-")[0], clock).subscriber_id == store.subscribers()[0].id


async def test_mails_of_the_service_go_before_digests(store: Store, clock: FrozenClock) -> None:
    arrives(store, clock)
    joined(store, clock)
    composed(store, clock)
    clock.advance(hours=1)
    asks(store, clock, BEN)
    due = [one.message for one in store.due_messages(clock.now())]
    assert [bool(one.html) for one in due] == [False, False, True]
