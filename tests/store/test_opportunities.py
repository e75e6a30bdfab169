"""Opportunities: saved, found, listed, removed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.errors import StoreError, UnknownIdentifier
from aggregator.model import (
    Certainty,
    JudgedOpportunity,
    Link,
    Opportunity,
    Stage,
    Standing,
    StoredNotice,
    Verdict,
)
from aggregator.store import Store
from aggregator.store.opportunities import SELECTED_OF_CONCERN
from aggregator.testing import a_judgement, a_stated_time, a_stored_notice, utc
from store.made import MORNING, arrive, known, of


def test_an_opportunity_comes_back_as_it_was_saved(store: Store) -> None:
    first, second = arrive(store), arrive(store, version="v2", title="Crisis café, two lots")
    opportunity = of(
        "fn-a",
        [second, first],
        facts=replace(first.notice.facts, title="merged from both"),
        provenance={"title": "pcs/2", "buyers": "find-a-tender/1"},
        links=(Link(source_id="pcs", notice_id="2", rule=1, evidence="the same ocid"),),
        deadline=a_stated_time(utc(2026, 12, 1)),
        deadline_in_field=a_stated_time(),
        flags=("the text names another deadline",),
        standing=Standing(
            stage=Stage.UNKNOWN, since=None, because="nothing says", certainty=Certainty.GUESSED
        ),
    )
    judgement = a_judgement(Verdict.POSSIBLE, lots=("1",), audiences=("men",))
    store.save_opportunity(opportunity, judgement)
    assert store.opportunity("fn-a") == JudgedOpportunity(
        opportunity=opportunity, judgement=judgement
    )
    assert next(store.opportunities()) == store.opportunity("fn-a")


def test_saving_again_takes_the_place_of_what_was_known(store: Store) -> None:
    stored = known(store, "fn-a")
    opportunity = of("fn-a", [stored], deadline=None)
    store.save_opportunity(opportunity, a_judgement(Verdict.NO))
    assert store.opportunity("fn-a").opportunity == opportunity
    assert store.opportunity("fn-a").judgement.verdict is Verdict.NO
    assert len(list(store.opportunities())) == 1


def test_the_facts_of_one_notice_are_not_stored_twice(store: Store) -> None:
    known(store, "fn-a", description="x" * 9000)
    assert store._db.value("SELECT length(body) FROM opportunities") < 2000
    assert store.opportunity("fn-a").opportunity.facts.description == "x" * 9000


def test_an_opportunity_of_notices_that_are_not_stored_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.save_opportunity(of("fn-a", [a_stored_notice(99)]), a_judgement())
    assert list(store.opportunities()) == []


def test_an_unknown_opportunity_is_named(store: Store) -> None:
    with pytest.raises(UnknownIdentifier, match="fn-nothing"):
        store.opportunity("fn-nothing")


def test_the_notices_of_an_opportunity_come_in_order_of_arrival(store: Store) -> None:
    first, second = known(store, "fn-a"), arrive(store)
    store.save_opportunity(of("fn-a", [second, first]), a_judgement())
    assert store.notices_of("fn-a") == (first, second)
    assert store.notices_of("fn-b") == ()


def test_a_notice_belongs_to_the_opportunity_that_took_it_last(store: Store) -> None:
    old, young = known(store, "fn-old"), known(store, "fn-young")
    store.save_opportunity(of("fn-old", [old, young]), a_judgement())
    assert store.notices_of("fn-old") == (old, young)
    assert store.notices_of("fn-young") == ()
    store.remove_opportunity("fn-young")
    assert store.notices_of("fn-old") == (old, young)


def test_a_notice_given_up_in_a_split_is_free_again(store: Store) -> None:
    stays, goes = known(store, "fn-a"), arrive(store)
    store.save_opportunity(of("fn-a", [stays, goes]), a_judgement())
    store.save_opportunity(of("fn-a", [stays]), a_judgement())
    assert store.notices_of("fn-a") == (stays,)
    store.save_opportunity(of("fn-b", [goes]), a_judgement())
    assert store.notices_of("fn-b") == (goes,)


def test_a_removed_opportunity_is_gone_and_its_notices_stay(store: Store) -> None:
    stored = known(store, "fn-a")
    store.remove_opportunity("fn-a")
    with pytest.raises(UnknownIdentifier):
        store.opportunity("fn-a")
    assert store.notices_of("fn-a") == ()
    assert list(store.stored_notices()) == [stored]
    store.remove_opportunity("fn-a")


def test_opportunities_come_latest_changed_first(store: Store) -> None:
    for name, hours in (("fn-a", 1), ("fn-b", 3), ("fn-c", 2), ("fn-d", 3)):
        known(store, name, retrieved_at=MORNING + timedelta(hours=hours))
    found = [judged.opportunity.id for judged in store.opportunities()]
    assert found == ["fn-b", "fn-d", "fn-c", "fn-a"]
    assert [j.opportunity.id for j in store.opportunities(limit=2)] == ["fn-b", "fn-d"]
    assert list(store.opportunities(limit=0)) == []


def test_opportunities_are_chosen_by_verdict_and_stage(store: Store) -> None:
    for number, (verdict, stage) in enumerate(
        (v, s) for v in Verdict for s in (Stage.OPEN, Stage.AWARDED)
    ):
        stored = arrive(store, notice_id=f"{number}")
        standing = Standing(stage=stage, since=None, because="so", certainty=Certainty.STATED)
        store.save_opportunity(
            of(f"{verdict}-{stage}", [stored], standing=standing), a_judgement(verdict)
        )

    def chosen(**wanted: object) -> set[str]:
        return {judged.opportunity.id for judged in store.opportunities(**wanted)}  # type: ignore[arg-type]

    assert len(chosen()) == 8
    assert chosen(verdicts=(Verdict.NO,)) == {"no-open", "no-awarded"}
    assert chosen(verdicts=(Verdict.CORE, Verdict.NO), stages=(Stage.OPEN,)) == {
        "core-open",
        "no-open",
    }
    assert chosen(verdicts=(Verdict.CORE,)) == {"core-open", "core-awarded"}
    assert chosen(stages=(Stage.ENDED,)) == set()
    assert chosen(verdicts={Verdict.RELATED, Verdict.POSSIBLE}, stages={Stage.AWARDED}) == {
        "related-awarded",
        "possible-awarded",
    }


def test_opportunities_of_concern_are_listed_without_reading_the_others(store: Store) -> None:
    plan = store._db.rows(f"EXPLAIN QUERY PLAN {SELECTED_OF_CONCERN}", (0, "[]", 1, "[]", -1))
    assert any("COVERING INDEX opportunities_of_concern" in row[3] for row in plan)


def test_saving_and_removing_while_listing_neither_skips_nor_repeats(store: Store) -> None:
    with store.transaction():
        for number in range(450):
            known(store, f"fn-{number:03}")
    seen = []
    for judged in store.opportunities():
        seen.append(judged.opportunity.id)
        late = arrive(store, notice_id=f"late {len(seen)}", retrieved_at=utc(2027, 1, 1))
        again: list[StoredNotice] = [*judged.opportunity.notices, late]
        store.save_opportunity(of(judged.opportunity.id, again), judged.judgement)
        if len(seen) == 1:
            store.remove_opportunity("fn-400")
    assert len(seen) == len(set(seen)) == 449


class TestFinding:
    """What a person types."""

    @pytest.fixture(autouse=True)
    def opportunities(self, store: Store) -> None:
        known(store, "fn-abc2defgh3", notice_id="012345-2026", ocid="ocds-h6vhtk-0aaaaa")
        known(store, "fn-abz2defgh3", notice_id="CF-77", source_id="contracts-finder", ocid=None)
        store.add_alias("fn-young", "fn-abc2defgh3", MORNING)

    def found(self, store: Store, text: str) -> Opportunity:
        return store.find_opportunity(text).opportunity

    @pytest.mark.parametrize(
        "text",
        [
            "fn-abc2defgh3",
            "FN-ABC2DEFGH3",
            "  fn-abc2defgh3\n",
            "fn-young",
            "fn-abc",
            "012345-2026",
            "ocds-h6vhtk-0aaaaa",
        ],
    )
    def test_an_id_a_beginning_an_alias_a_notice_id_or_an_ocid_finds_it(
        self, store: Store, text: str
    ) -> None:
        assert self.found(store, text).id == "fn-abc2defgh3"

    def test_a_beginning_that_fits_several_names_them(self, store: Store) -> None:
        with pytest.raises(UnknownIdentifier, match=r"several.*fn-abc2defgh3 \(Crisis café"):
            self.found(store, "fn-ab")

    def test_a_mistyped_id_names_what_is_near(self, store: Store) -> None:
        with pytest.raises(UnknownIdentifier, match=r"no opportunity “.*n3”.*Near it.*fgh3"):
            self.found(store, "fn-abc2defgn3")

    def test_what_is_like_nothing_is_said_plainly(self, store: Store) -> None:
        with pytest.raises(UnknownIdentifier, match=r"There is no opportunity “soup”\.$"):
            self.found(store, "soup")

    def test_signs_that_mean_something_to_sql_mean_nothing(self, store: Store) -> None:
        for text in ("fn-%", "fn-ab_2", "' OR 1=1 --", "", " ", "%", "\ud800"):
            with pytest.raises(UnknownIdentifier):
                self.found(store, text)

    def test_several_opportunities_of_one_ocid_are_named_up_to_three(self, store: Store) -> None:
        for number in range(5):
            known(store, f"fn-lot{number}", ocid="ocds-b5fd17-many")
        with pytest.raises(UnknownIdentifier, match=r"fn-lot0.*fn-lot2.* and more\.$"):
            self.found(store, "ocds-b5fd17-many")

    def test_a_notice_id_used_by_two_sources_names_both(self, store: Store) -> None:
        known(store, "fn-pcs", notice_id="012345-2026", source_id="pcs")
        with pytest.raises(UnknownIdentifier, match=r"fn-abc2defgh3.*fn-pcs"):
            self.found(store, "012345-2026")
