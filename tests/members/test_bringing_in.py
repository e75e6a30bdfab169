"""A list asks members and confirms nobody; a group's defaults give way to their choice."""

import pytest

from aggregator import consent, members, service, subscribe
from aggregator.errors import StoreError, UnknownIdentifier, Unwanted
from aggregator.links import Links
from aggregator.members import Bringing, Imported, Outcome
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    ConsentAct,
    Criteria,
    Group,
    Host,
    SubscriberState,
    Wish,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc
from aggregator.tokens import Keys, Purpose

HOST = Host(
    name="Vale of Arden CVS", contact="help@vale-cvs.example.org", base_url="https://v.example.org"
)
KEYS = Keys(("k" * 40,))
LINKS = Links(base_url="https://v.example.org", keys=KEYS)
TYPES = service.type_labels()
LEEDS = Criteria(places=("UKE42",))


@pytest.fixture
def store() -> Store:
    return Store.open(None)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(utc(2026, 11, 23, 9))


def bring(
    text: str, store: Store, clock: FrozenClock, *, send: bool = True, group: Group | None = None
) -> Imported:
    bringing = Bringing(
        store=store, clock=clock, host=HOST, keys=KEYS, types=TYPES, source="members.csv",
        links=LINKS if send else None, group=group,
    )  # fmt: skip
    return members.bring_in(text.encode(), bringing, by="mo@vale-cvs.example.org")


def outcomes(report: Imported) -> list[tuple[str | None, str]]:
    return [(one.address, str(one.outcome)) for one in report.lines]


def presses(address: str, store: Store, clock: FrozenClock) -> None:
    """The owner presses the button behind the link in the mail."""
    found = store.subscriber_by_email(address)
    assert found is not None
    (opt_in,) = store.opt_ins(found.id, since=utc(2026, 1, 1))
    text = KEYS.sign(Purpose.CONFIRM, found.id, opt_in.id, now=clock.now())
    token = KEYS.read(Purpose.CONFIRM, text, now=clock.now())
    consent.confirm(token, store=store, clock=clock, host=HOST, keys=KEYS)


def forum(store: Store, clock: FrozenClock, criteria: Criteria = LEEDS) -> Group:
    known = store.groups()
    group, _ = members.set_group(
        "Crisis forum", criteria, Cadence.WEEKLY, by="host", store=store, clock=clock,
        group_id=known[0].id if known else None,
    )  # fmt: skip
    return group


def test_a_list_asks_everybody_and_confirms_nobody(store: Store, clock: FrozenClock) -> None:
    report = bring("Email,Name\nann@example.org,Ann Ash\nbob@example.org,\n", store, clock)
    assert report.count(Outcome.ASKED) == 2
    for one in store.subscribers():
        assert one.state is SubscriberState.PENDING
        assert store.subscriptions(one.id) == ()
    mails = [one.message for one in store.deliveries()]
    assert {one.channel.target for one in mails} == {"ann@example.org", "bob@example.org"}
    assert all("/confirm/" in (one.text or "") for one in mails)
    assert all("Ann Ash" not in (one.text or "") for one in mails)
    presses("ann@example.org", store, clock)
    ann = store.subscriber_by_email("ann@example.org")
    assert ann is not None
    assert (ann.state, ann.name) == (SubscriberState.CONFIRMED, "Ann Ash")
    acts = [(one.act, one.wording) for one in store.consents(ann.id)]
    assert acts == [(ConsentAct.ASKED, "member 1"), (ConsentAct.GIVEN, "member 1")]
    assert "members.csv, line 2" in store.consents(ann.id)[0].how


def test_a_dry_run_says_the_same_and_changes_nothing(store: Store, clock: FrozenClock) -> None:
    text = "Email,Area\nann@example.org,Leeds\nbob@example.org,Narnia\n"
    dry = bring(text, store, clock, send=False)
    assert store.subscribers() == ()
    assert store.deliveries() == ()
    assert store.moderations() == ()
    assert outcomes(dry) == outcomes(bring(text, store, clock))


def test_a_list_imported_twice_asks_nobody_twice(store: Store, clock: FrozenClock) -> None:
    text = "Email\nann@example.org\nBOB@Example.org\n"
    bring(text, store, clock)
    presses("ann@example.org", store, clock)
    before = store.deliveries()
    again = bring(text.upper(), store, clock)
    assert [one for _, one in outcomes(again)] == ["known", "known"]
    assert store.deliveries() == before


def test_who_was_erased_and_who_stopped_are_left_out_in_the_same_words(
    store: Store, clock: FrozenClock
) -> None:
    bring("Email\nann@example.org\nbob@example.org\n", store, clock)
    for address in ("ann@example.org", "bob@example.org"):
        presses(address, store, clock)
    ann, bob = (subscribe.find(one, store=store) for one in ("ann@example.org", "bob@example.org"))
    consent.erase(ann.id, store=store, clock=clock, keys=KEYS)
    consent.stop(bob.id, "pressed", store=store, clock=clock)
    report = bring("Email\nANN@example.org\nbob@example.org\n", store, clock)
    assert {one.words for one in report.lines} == {members.CANNOT}
    assert len(store.subscribers()) == 1
    with pytest.raises(Unwanted):
        subscribe.add(
            "ann@example.org", criteria=Criteria(), cadence=Cadence.DAILY, store=store, keys=KEYS,
            channel=Channel(kind=ChannelKind.EMAIL, target="ann@example.org"), clock=clock,
        )  # fmt: skip
    with pytest.raises(UnknownIdentifier, match="everything erased"):
        members.evidence("ann@example.org", store=store, keys=KEYS)


def test_one_bad_row_keeps_nobody_else_out(store: Store, clock: FrozenClock) -> None:
    text = (
        "Email,Area,How often,Group,Unsubscribed\n"
        "ann@example.org,Yorkshrie,,,\n"
        "tbc,,,,\n"
        "bob@@example.org,,,,\n"
        "carl@example.org,,fortnightly,,\n"
        "dora@example.org,,,Crisis fourm,\n"
        "eve@example.org,,,,yes\n"
        "fay@example.org,Leeds,weekly,,\n"
        ",,,,\n"
        "fay@example.org,,,,\n"
    )
    report = bring(text, store, clock)
    assert [(one.line, str(one.outcome)) for one in report.lines] == [
        (2, "wrong"), (3, "wrong"), (4, "wrong"), (5, "wrong"), (6, "wrong"), (7, "skipped"),
        (8, "asked"), (10, "skipped"),
    ]  # fmt: skip
    assert "Did you mean one of these: Yorkshire" in report.lines[0].words
    assert "line 8" in report.lines[-1].words
    assert [one.email for one in store.subscribers()] == ["fay@example.org"]


def test_addresses_of_one_row_are_colleagues_and_of_two_rows_are_not(
    store: Store, clock: FrozenClock
) -> None:
    text = 'Organisation,Email\nMinds,"ann@example.org; bob@example.org"\nMinds,carl@example.org\n'
    bring(text, store, clock)
    for address in ("ann@example.org", "bob@example.org", "carl@example.org"):
        presses(address, store, clock)
    ann, bob, carl = (
        subscribe.find(f"{one}@example.org", store=store) for one in ("ann", "bob", "carl")
    )
    assert store.colleagues(ann.id) == (bob.id,)
    assert store.colleagues(carl.id) == ()


def test_a_groups_defaults_go_to_who_chose_nothing(store: Store, clock: FrozenClock) -> None:
    group = forum(store, clock)
    text = "Email,Area\nann@example.org,\nbob@example.org,Bristol\n"
    bring(text, store, clock, group=group)
    forum(store, clock, Criteria(places=("UKD",)))
    for address in ("ann@example.org", "bob@example.org"):
        presses(address, store, clock)
    (ann,) = store.subscriptions(subscribe.find("ann@example.org", store=store).id)
    (bob,) = store.subscriptions(subscribe.find("bob@example.org", store=store).id)
    assert (ann.criteria.places, ann.cadence) == (("UKD",), Cadence.WEEKLY)
    assert bob.criteria.places not in {("UKD",), ("UKE42",)}
    forum(store, clock, Criteria(places=("UKF",)))
    (ann,) = store.subscriptions(ann.subscriber_id)
    (unchanged,) = store.subscriptions(bob.subscriber_id)
    assert (ann.criteria.places, unchanged) == (("UKF",), bob)
    assert store.consents(ann.subscriber_id)[-1].act is ConsentAct.CHANGED


def test_a_members_own_choice_wins_from_then_on(store: Store, clock: FrozenClock) -> None:
    group = forum(store, clock)
    bring("Email\nann@example.org\n", store, clock, group=group)
    presses("ann@example.org", store, clock)
    ann = subscribe.find("ann@example.org", store=store)
    (wish,) = store.subscriptions(ann.id)
    assert wish.group_id == group.id
    own = Wish(criteria=Criteria(words=("hub",)), cadence=Cadence.MONTHLY)
    consent.change(ann.id, wish.id, own, store=store, clock=clock)
    forum(store, clock, Criteria(places=("UKF",)))
    (now,) = store.subscriptions(ann.id)
    assert (now.criteria, now.cadence, now.group_id) == (own.criteria, own.cadence, None)


def test_a_sign_up_of_their_own_goes_before_the_groups_defaults(
    store: Store, clock: FrozenClock
) -> None:
    group = forum(store, clock)
    bring("Email\nann@example.org\n", store, clock, group=group)
    own = Wish(criteria=Criteria(words=("hub",)))
    consent.ask("ann@example.org", own, store=store, clock=clock, host=HOST, links=LINKS)
    presses("ann@example.org", store, clock)
    (wish,) = store.subscriptions(subscribe.find("ann@example.org", store=store).id)
    assert (wish.criteria, wish.group_id) == (own.criteria, None)


def test_a_group_that_goes_leaves_its_members_what_they_get(
    store: Store, clock: FrozenClock
) -> None:
    group = forum(store, clock)
    bring("Email\nann@example.org\nbob@example.org\n", store, clock, group=group)
    presses("ann@example.org", store, clock)
    assert store.member_counts().groups == (("Crisis forum", 2, 1),)
    store.remove_group(group.id)
    presses("bob@example.org", store, clock)
    for address in ("ann@example.org", "bob@example.org"):
        (wish,) = store.subscriptions(subscribe.find(address, store=store).id)
        assert (wish.criteria, wish.group_id) == (LEEDS, None)


def test_two_groups_have_two_names(store: Store, clock: FrozenClock) -> None:
    forum(store, clock)
    with pytest.raises(StoreError, match="already"):
        members.set_group(
            " crisis  FORUM", Criteria(), Cadence.DAILY, by="host", store=store, clock=clock
        )


def test_who_does_not_answer_within_a_week_is_forgotten_and_may_be_asked_anew(
    store: Store, clock: FrozenClock
) -> None:
    group = forum(store, clock)
    bring("Email,Organisation\nann@example.org,Minds\n", store, clock, group=group)
    clock.advance(days=8)
    consent.sweep(store=store, clock=clock)
    assert store.subscribers() == ()
    assert store.member_counts().groups == (("Crisis forum", 0, 0),)
    assert bring("Email\nann@example.org\n", store, clock).count(Outcome.ASKED) == 1


def test_the_export_is_no_formula_and_can_be_read_as_a_list(
    store: Store, clock: FrozenClock
) -> None:
    bring('Email,Name,Organisation\nann@example.org,"=HYPERLINK(1)",\t+Minds\n', store, clock)
    text = members.as_csv(members.listed(store))
    assert "'=HYPERLINK" in text
    again = bring(text.replace("ann@", "bob@"), store, clock)
    assert outcomes(again) == [("bob@example.org", "asked")]


def test_evidence_tells_who_when_how_and_the_words(store: Store, clock: FrozenClock) -> None:
    bring("Email,Organisation\nann@example.org,Minds\n", store, clock)
    presses("ann@example.org", store, clock)
    said = "\n".join(
        members.evidence_words(members.evidence("Ann@example.org", store=store, keys=KEYS))
    )
    for words in (
        "Minds",
        "asked, entered by the host",
        "given, pressed the button",
        "list of member",
    ):
        assert words in said
    with pytest.raises(UnknownIdentifier, match="Nothing is kept"):
        members.evidence("nobody@example.org", store=store, keys=KEYS)
