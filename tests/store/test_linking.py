"""Link keys, identities, aliases."""

import pytest

from aggregator.errors import StoreError
from aggregator.store import Store
from aggregator.testing import a_judgement, a_notice
from store.made import MORNING, arrive, happens, known, of


def test_nothing_is_shared_where_no_key_is_known(store: Store) -> None:
    assert store.sharing(()) == ()
    assert store.sharing(("ocid:1", "title:2")) == ()


def test_a_candidate_names_its_opportunity_and_the_keys_it_shares(store: Store) -> None:
    stored = known(store, "fn-a")
    store.keep_link_keys(stored.number, ("ocid:1", "ref:DN7", "title:café"))
    (candidate,) = store.sharing(("title:café", "url:2", "ocid:1"))
    assert candidate.opportunity_id == "fn-a"
    assert candidate.stored == stored
    assert candidate.keys == ("title:café", "ocid:1")


def test_surer_keys_come_first_and_under_one_key_the_newest(store: Store) -> None:
    for name, keys in (("fn-a", "xy"), ("fn-b", "y"), ("fn-c", "x"), ("fn-d", "y")):
        store.keep_link_keys(known(store, name).number, tuple(keys))
    assert [c.opportunity_id for c in store.sharing("xy")] == ["fn-c", "fn-a", "fn-d", "fn-b"]
    assert [c.opportunity_id for c in store.sharing("yx")] == ["fn-d", "fn-b", "fn-a", "fn-c"]
    assert [c.opportunity_id for c in store.sharing("yx", limit=2)] == ["fn-d", "fn-b"]


def test_a_crowded_key_does_not_hide_what_shares_a_surer_one(store: Store) -> None:
    sure = known(store, "fn-sure")
    store.keep_link_keys(sure.number, ("ocid:1", "buyer:northmoor"))
    for number in range(120):
        crowd = known(store, f"fn-{number}")
        store.keep_link_keys(crowd.number, ("buyer:northmoor",))
    found = store.sharing(("ocid:1", "buyer:northmoor"))
    assert len(found) == 50
    assert found[0].opportunity_id == "fn-sure"


def test_keys_kept_twice_are_kept_once(store: Store) -> None:
    stored = known(store, "fn-a")
    store.keep_link_keys(stored.number, ("ocid:1", "ocid:1"))
    store.keep_link_keys(stored.number, ("ocid:1",))
    assert len(store.sharing(("ocid:1", "ocid:1"))) == 1


def test_a_notice_without_an_opportunity_is_no_candidate(store: Store) -> None:
    stored = arrive(store)
    store.keep_link_keys(stored.number, ("ocid:1",))
    assert store.sharing(("ocid:1",)) == ()
    store.set_identity("find-a-tender", "000001-2026", "fn-a")
    assert [c.opportunity_id for c in store.sharing(("ocid:1",))] == ["fn-a"]


def test_a_candidate_names_the_opportunity_that_holds_it_now(store: Store) -> None:
    stored = known(store, "fn-a")
    store.keep_link_keys(stored.number, ("ocid:1",))
    store.save_opportunity(of("fn-split", [stored]), a_judgement())
    assert [c.opportunity_id for c in store.sharing(("ocid:1",))] == ["fn-split"]


def test_keys_of_a_notice_that_is_not_stored_are_refused(store: Store) -> None:
    with pytest.raises(StoreError):
        store.keep_link_keys(99, ("ocid:1",))


def test_half_a_surrogate_in_a_key_is_found_again(store: Store) -> None:
    stored = known(store, "fn-a")
    store.keep_link_keys(stored.number, ("title:\ud800",))
    assert len(store.sharing(("title:\ud800",))) == 1


def test_a_notice_keeps_the_opportunity_it_was_given_to(store: Store) -> None:
    assert store.identity_of("pcs", "1") is None
    store.set_identity("pcs", "1", "fn-a")
    assert store.identity_of("pcs", "1") == "fn-a"
    assert store.identity_of("find-a-tender", "1") is None
    store.set_identity("pcs", "1", "fn-b")
    assert store.identity_of("pcs", "1") == "fn-b"


def test_the_younger_id_means_the_older_one_after_a_merge(store: Store) -> None:
    store.set_identity("pcs", "1", "fn-young")
    store.add_alias("fn-young", "fn-old", MORNING)
    assert store.resolve("fn-young") == "fn-old"
    assert store.resolve("fn-old") == "fn-old"
    assert store.resolve("fn-unheard-of") == "fn-unheard-of"
    assert store.identity_of("pcs", "1") == "fn-old"
    assert store.aliases_of("fn-old") == ("fn-young",)
    assert store.aliases_of("fn-young") == ()


def test_aliases_of_aliases_lead_to_the_end(store: Store) -> None:
    store.add_alias("fn-3", "fn-2", MORNING)
    store.add_alias("fn-2", "fn-1", MORNING)
    store.add_alias("fn-4", "fn-3", MORNING)
    assert {store.resolve(f"fn-{n}") for n in (1, 2, 3, 4)} == {"fn-1"}
    assert store.aliases_of("fn-1") == ("fn-2", "fn-3", "fn-4")


def test_ids_never_lead_in_a_circle(store: Store) -> None:
    store.add_alias("fn-2", "fn-1", MORNING)
    store.add_alias("fn-1", "fn-2", MORNING)
    store.add_alias("fn-1", "fn-1", MORNING)
    assert store.resolve("fn-2") == store.resolve("fn-1") == "fn-1"


def test_merging_what_was_merged_elsewhere_merges_all_three(store: Store) -> None:
    store.add_alias("fn-2", "fn-1", MORNING)
    store.add_alias("fn-2", "fn-0", MORNING)
    assert {store.resolve(f"fn-{n}") for n in (0, 1, 2)} == {"fn-0"}


def test_a_candidate_of_a_merged_opportunity_names_the_older_one(store: Store) -> None:
    old, young = known(store, "fn-old"), known(store, "fn-young")
    store.keep_link_keys(young.number, ("ref:DN7",))
    store.add_alias("fn-young", "fn-old", MORNING)
    store.remove_opportunity("fn-young")
    assert store.sharing(("ref:DN7",))[0].opportunity_id == "fn-old"
    store.save_opportunity(of("fn-old", [old, young]), a_judgement())
    assert store.sharing(("ref:DN7",))[0].opportunity_id == "fn-old"


def test_a_new_version_of_a_merged_notice_does_not_rewrite_where_it_came_from(
    store: Store,
) -> None:
    """Or a rebuild would merge the two before the notice that showed they are one."""
    store.set_identity("pcs", "1", "fn-young")
    store.add_alias("fn-young", "fn-old", MORNING)
    store.set_identity("pcs", "1", "fn-old")
    store.clear_derived()
    assert store.identity_of("pcs", "1") == "fn-young"
    store.add_alias("fn-young", "fn-old", MORNING)
    assert store.identity_of("pcs", "1") == "fn-old"


def test_events_move_over_with_their_opportunity(store: Store) -> None:
    known(store, "fn-old")
    happens(store, "e1", "fn-young")
    happens(store, "e2", "fn-old")
    store.add_alias("fn-young", "fn-old", MORNING)
    assert [event.id for event in store.events_of("fn-old")] == ["e1", "e2"]
    assert store.events_of("fn-young") == store.events_of("fn-old")
    assert {event.opportunity_id for event in store.events_after(0)} == {"fn-old"}


def test_a_notice_and_its_versions_have_one_identity(store: Store) -> None:
    first = arrive(store)
    second = arrive(store, version="v2")
    store.keep_link_keys(first.number, ("ocid:1",))
    store.keep_link_keys(second.number, ("ocid:1",))
    store.set_identity("find-a-tender", a_notice().notice_id, "fn-a")
    assert [c.opportunity_id for c in store.sharing(("ocid:1",))] == ["fn-a", "fn-a"]
