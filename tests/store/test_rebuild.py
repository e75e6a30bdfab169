"""A rebuild ends in the same state, and neither loses nor repeats an alert."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import UnknownIdentifier
from aggregator.model import EventKind, StoredNotice, Verdict
from aggregator.store import Store
from aggregator.testing import a_judgement, a_subscriber, an_event, an_opportunity
from store.made import MORNING, a_message, arrive, happens, known, of

Judge = Callable[[str], Verdict]


def core(_: str) -> Verdict:
    return Verdict.CORE


def derive(store: Store, stored: StoredNotice, judge: Judge = core) -> None:
    """The shape of the real derivation, with the words of the title as link keys."""
    notice = stored.notice
    keys = tuple((notice.facts.title or "").split())
    own = store.identity_of(notice.source_id, notice.notice_id)
    shared = [candidate.opportunity_id for candidate in store.sharing(keys)]
    found = dict.fromkeys([*([own] if own else []), *shared])
    there = {one: store.notices_of(one) for one in found if store.notices_of(one)}
    ids = sorted(there, key=lambda one: there[one][0].number)
    opportunity_id = ids[0] if ids else own or f"fn-{notice.notice_id}"
    notices = {n.number: n for one in ids for n in there[one]} | {stored.number: stored}
    for younger in ids[1:]:
        store.add_alias(younger, opportunity_id, stored.retrieved_at)
        store.remove_opportunity(younger)
    store.set_identity(notice.source_id, notice.notice_id, opportunity_id)
    store.keep_link_keys(stored.number, keys)
    opportunity = of(opportunity_id, [notices[number] for number in sorted(notices)])
    store.save_opportunity(opportunity, a_judgement(judge(opportunity_id)))
    kind = EventKind.CHANGED if ids else EventKind.APPEARED
    happened = an_event(
        id=f"{kind}-{notice.notice_id}-{notice.version}",
        opportunity_id=opportunity_id,
        kind=kind,
        backfill=stored.backfill,
    )
    store.add_events([happened])


def collect(store: Store, *titles: str, judge: Judge = core, backfill: bool = False) -> None:
    """Notices arrive one after the other and are derived at once, each with a clock event."""
    for title in titles:
        with store.transaction():
            number = store.counts().notices
            stored = arrive(store, notice_id=f"n{number}", title=title, backfill=backfill)
            derive(store, stored, judge)
            tick(store, f"tick-{number}")


def tick(store: Store, event_id: str) -> None:
    latest = next(store.opportunities(), None)
    if latest:
        happens(store, event_id, latest.opportunity.id, kind=EventKind.DEADLINE_NEAR)


def rebuild(
    store: Store, judge: Judge = core, notices: Iterable[StoredNotice] | None = None
) -> None:
    with store.transaction():
        store.clear_derived()
        for stored in store.stored_notices() if notices is None else notices:
            derive(store, stored, judge)
        store.finish_rebuild()


def untold(store: Store) -> list[str]:
    found = store.untold_events("sub-1", "email:x", after_number=0)
    return [event.id for event in found if not event.backfill]


@pytest.fixture
def told(store: Store) -> Callable[[str, str], None]:
    store.add_subscriber(a_subscriber())

    def tell(event_id: str, opportunity_id: str) -> None:
        message = a_message(f"about {event_id}")
        with store.transaction():
            store.enqueue(message, state="pending", at=MORNING)  # type: ignore[arg-type]
            entries = [(event_id, opportunity_id)]
            store.tell("sub-1", "email:x", entries, message_id=message.id, at=MORNING)

    return tell


SOME = settings(max_examples=60, deadline=None)
TITLES = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=3).map(" ".join)
ARRIVALS = st.lists(st.tuples(st.integers(0, 5), TITLES), max_size=14)
"""Few notice ids, so that most arrive in several versions, before and after they are merged."""

Arrivals = list[tuple[int, str]]


def arrive_in_versions(store: Store, arrivals: Arrivals) -> None:
    for notice_id, title in arrivals:
        with store.transaction():
            version = f"v{store.counts().notices}"
            stored = arrive(store, notice_id=f"n{notice_id}", version=version, title=title)
            derive(store, stored)
            tick(store, f"tick-{version}")


def aliases(store: Store) -> list[tuple[object, ...]]:
    return store._db.rows("SELECT * FROM aliases ORDER BY younger")


@SOME
@given(arrivals=ARRIVALS, kept=st.integers(0, 14))
def test_a_rebuild_ends_in_the_same_state_whatever_was_merged(
    arrivals: Arrivals, kept: int
) -> None:
    with Store.open(None) as store:
        arrive_in_versions(store, arrivals)
        before, events, known_as = store.digest_of_state(), store.events_after(0), aliases(store)
        rebuild(store)
        assert store.events_after(0) == events
        assert store.digest_of_state() == before
        assert aliases(store) == known_as
        store.clear_derived()
        for stored in list(store.stored_notices())[:kept]:
            derive(store, stored)
        rebuild(store)  # as after a kill in the middle
        assert store.digest_of_state() == before
        assert not store.rebuilding()


@SOME
@given(arrivals=ARRIVALS, later=ARRIVALS)
def test_collecting_goes_on_after_a_rebuild_as_if_there_had_been_none(
    arrivals: Arrivals, later: Arrivals
) -> None:
    with Store.open(None) as one, Store.open(None) as other:
        arrive_in_versions(one, arrivals)
        rebuild(one)
        arrive_in_versions(one, later)
        arrive_in_versions(other, [*arrivals, *later])
        assert one.digest_of_state() == other.digest_of_state()


def test_the_hash_of_the_state_sees_every_change(store: Store) -> None:
    states = [store.digest_of_state()]

    def changed() -> None:
        states.append(store.digest_of_state())
        assert len(set(states)) == len(states)

    stored = known(store, "fn-a")
    changed()
    happens(store, "e1", "fn-a")
    changed()
    store._db.write("UPDATE events SET backfill = 1")
    changed()
    store.save_opportunity(of("fn-a", [stored]), a_judgement(score=10.5))
    changed()
    store.renew_notice(
        arrive(store, version="v2").notice, payload_id=None, retrieved_at=stored.retrieved_at
    )
    assert store.digest_of_state() == states[-1], "no opportunity has the new version yet"
    better = an_opportunity(notice_id=stored.notice.notice_id, title="better").notices[0].notice
    store.renew_notice(better, payload_id=None, retrieved_at=stored.retrieved_at)
    changed()


def test_the_hash_of_the_state_does_not_see_the_order_of_a_mapping(store: Store) -> None:
    stored, names = known(store, "fn-a"), ["title", "buyers", "deadline"]
    states = set()
    for order in (names, names[::-1]):
        provenance = dict.fromkeys(order, "find-a-tender/1")
        store.save_opportunity(of("fn-a", [stored], provenance=provenance), a_judgement())
        states.add(store.digest_of_state())
    assert len(states) == 1


def test_an_exception_in_a_rebuild_leaves_everything_as_it_was(store: Store) -> None:
    collect(store, "a", "b", "a b")
    before = store.digest_of_state()

    def broken_off() -> Iterable[StoredNotice]:
        yield next(store.stored_notices())
        raise UnknownIdentifier("stop")

    with pytest.raises(UnknownIdentifier):
        rebuild(store, notices=broken_off())
    assert store.digest_of_state() == before
    assert not store.rebuilding()


def test_during_a_rebuild_each_notice_meets_what_it_met_when_it_arrived(store: Store) -> None:
    collect(store, "a", "b", "b c", "a b")
    assert store.resolve("fn-n1") == "fn-n0"
    store.clear_derived()
    assert store.resolve("fn-n1") == "fn-n1"
    assert store.notices_of("fn-n0") == ()
    for stored in list(store.stored_notices())[:3]:
        derive(store, stored)
    assert [c.opportunity_id for c in store.sharing(("c",))] == ["fn-n1"]
    assert store.rebuilding()


def test_what_was_told_stays_told_and_what_was_not_stays_untold(
    store: Store, told: Callable[[str, str], None]
) -> None:
    collect(store, "a", "b", "a b")
    told("appeared-n0-v1", "fn-n0")
    before = untold(store)
    assert before == ["tick-0", "appeared-n1-v1", "tick-1", "changed-n2-v1", "tick-2"]
    rebuild(store)
    assert untold(store) == before


def test_what_a_rebuild_finds_for_the_first_time_is_not_told(
    store: Store, told: Callable[[str, str], None]
) -> None:
    collect(store, "a")
    with store.transaction():
        store.clear_derived()
        derive(store, store.renew_notice(arrive(store, notice_id="n9", title="z").notice,
                                         payload_id=None, retrieved_at=MORNING))  # fmt: skip
        store.finish_rebuild()
    assert untold(store) == []
    assert [event.backfill for event in store.events_after(0)] == [False, True]


def test_what_comes_after_a_rebuild_is_told(store: Store, told: Callable[[str, str], None]) -> None:
    collect(store, "a")
    rebuild(store)
    last = store.last_event_number()
    collect(store, "b")
    found = store.untold_events("sub-1", "email:x", after_number=last)
    new = [event for event in found if not event.backfill]
    assert [event.id for event in new] == ["appeared-n1-v1", "tick-1"]


def test_an_event_that_is_no_longer_found_is_given_up_and_its_number_never_used_again(
    store: Store,
) -> None:
    collect(store, "a", "b")
    store._db.write("DELETE FROM events WHERE kind = 'deadline_near'")
    rebuild(store, notices=list(store.stored_notices())[:1])
    assert [event.id for event in store.events_after(0)] == ["appeared-n0-v1"]
    happens(store, "e9", "fn-n0")
    assert store.last_event_number() > 4


def test_backfill_stays_backfill(store: Store, told: Callable[[str, str], None]) -> None:
    collect(store, "a", backfill=True)
    collect(store, "b")
    rebuild(store)
    assert untold(store) == ["tick-0", "appeared-n1-v1", "tick-1"]


def test_judging_again_does_not_tell_the_past_as_new(
    store: Store, told: Callable[[str, str], None]
) -> None:
    def no(_: str) -> Verdict:
        return Verdict.NO

    collect(store, "a", judge=no)
    collect(store, "b")
    before = untold(store)
    rebuild(store, core)
    assert store.opportunity("fn-n0").judgement.verdict is Verdict.CORE
    assert untold(store) == before == ["appeared-n1-v1"]
    state = store.digest_of_state()
    rebuild(store, core)
    assert store.digest_of_state() == state
    collect(store, "a")
    assert untold(store)[1:] == ["changed-n2-v1", "tick-2"]


def test_judging_to_and_fro_does_not_tell_the_past_either(
    store: Store, told: Callable[[str, str], None]
) -> None:
    collect(store, "a")
    assert untold(store) == ["appeared-n0-v1", "tick-0"]
    for verdict in (Verdict.CORE, Verdict.NO, Verdict.CORE):
        rebuild(store, lambda _, verdict=verdict: verdict)  # type: ignore[misc]
    assert untold(store) == []


def test_a_notice_that_is_not_replayed_belongs_to_nothing(store: Store) -> None:
    collect(store, "a", "b")
    rebuild(store, notices=list(store.stored_notices())[:1])
    assert store.find_opportunity("n0").opportunity.id == "fn-n0"
    with pytest.raises(UnknownIdentifier, match="There is no opportunity “n1”"):
        store.find_opportunity("n1")


def test_an_alias_that_is_not_found_again_still_leads_people_on(store: Store) -> None:
    collect(store, "a", "b", "a b")
    with store.transaction():
        store.clear_derived()
        for stored in store.stored_notices():
            store.set_identity("find-a-tender", stored.notice.notice_id, "fn-n0")
            derive(store, stored)
        store.finish_rebuild()
    assert store.resolve("fn-n1") == "fn-n0"
    assert store.find_opportunity("fn-n1").opportunity.id == "fn-n0"


def test_an_alias_ends_where_its_younger_id_lives_by_itself_again(store: Store) -> None:
    collect(store, "a", "b", "a b")
    rebuild(store, notices=list(store.stored_notices())[:2])
    assert store.resolve("fn-n1") == "fn-n1"
    assert store.opportunity("fn-n1").opportunity.id == "fn-n1"
    assert store.aliases_of("fn-n0") == ()


def test_identities_and_rejections_and_people_outlive_a_rebuild(
    store: Store, told: Callable[[str, str], None]
) -> None:
    collect(store, "a")
    rebuild(store, notices=())
    assert store.identity_of("find-a-tender", "n0") == "fn-n0"
    assert len(store.subscribers()) == 1
    assert [event.kind for event in store.events_after(0)] == [EventKind.DEADLINE_NEAR]
