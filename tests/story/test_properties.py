"""What holds for every story, however wild."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aggregator import changes, link, merge, stage
from aggregator.model import (
    Award,
    Candidate,
    Facts,
    Lot,
    Notice,
    Period,
    RelatedProcess,
    Stage,
    StoredNotice,
)
from aggregator.testing import a_buyer, a_stated_time, utc

SOURCES = st.sampled_from(["find-a-tender", "contracts-finder", "sell2wales", "a-feed"])
TYPES = st.none() | st.sampled_from([f"UK{number}" for number in range(1, 18)])
TAGS = st.lists(
    st.sampled_from(
        [
            "planning",
            "planningUpdate",
            "tender",
            "tenderUpdate",
            "tenderAmendment",
            "tenderCancellation",
            "award",
            "awardUpdate",
            "contract",
            "contractUpdate",
            "contractAmendment",
            "contractTermination",
        ]
    ),
    max_size=2,
    unique=True,
).map(tuple)
TEXTS = st.none() | st.sampled_from(
    [
        "A crisis café.",
        "A (PSR) intention to award notice.",
        "A (PSR) confirmation of award notice.",
        "Tenders must be returned by 12 noon on 4 December 2026.",
        "Providers may apply at any time. (SC Ref:900200)",
    ]
)
START = utc(2026, 10, 1)
TIMES = st.none() | st.integers(0, 120).map(
    lambda day: a_stated_time(START + timedelta(days=day, hours=day % 24))
)
STATUSES = st.none() | st.sampled_from(["active", "complete", "withdrawn", "planned", "planning"])
PERIODS = st.none() | st.builds(Period, start=TIMES, end=TIMES, latest_end=TIMES)
LOTS = st.lists(
    st.builds(
        Lot,
        id=st.sampled_from(["1", "2", "LOT-0000"]),
        title=st.none() | st.just("Café"),
        status=STATUSES,
    ),
    max_size=2,
    unique_by=lambda lot: lot.id,
).map(tuple)
AWARDS = st.lists(
    st.builds(
        Award,
        id=st.sampled_from(["1", "2"]),
        suppliers=st.sampled_from([(), ("Arden Mind",), ("Moor Care",)]),
        status=st.sampled_from([None, "active", "pending", "unsuccessful"]),
    ),
    max_size=2,
    unique_by=lambda award: award.id,
).map(tuple)
RELATED = st.just(()) | st.sampled_from(
    [
        (RelatedProcess(relationship="canonical", identifier="ocds-r6ebe6-0000900001"),),
        (RelatedProcess(relationship="planning", identifier="2026/S 000-000003"),),
    ]
)


def on_find_a_tender(stored: StoredNotice) -> StoredNotice:
    """The same on one source, where order of publication is order of events."""
    return replace(stored, notice=replace(stored.notice, source_id="find-a-tender"))


OVER = frozenset(
    {Stage.CANCELLED, Stage.AWARD_INTENDED, Stage.AWARDED, Stage.IN_CONTRACT, Stage.MODIFIED}
)


def facts(lots: st.SearchStrategy[Any] = LOTS) -> st.SearchStrategy[Facts]:
    return st.builds(
        Facts,
        title=st.none() | st.sampled_from(["Crisis café", "Helpline"]),
        description=TEXTS,
        additional_text=TEXTS,
        buyers=st.sampled_from([(), (a_buyer(),), (a_buyer("Arden ICB"),)]),
        status=STATUSES,
        legal_basis=st.sampled_from([None, "UKPGA 2023/54", "CELEX 32014L0024"]),
        deadline=TIMES,
        engagement_deadline=TIMES,
        expected_tender=TIMES,
        contract_period=PERIODS,
        lots=lots,
        awards=AWARDS,
    )


def a_story(lots: st.SearchStrategy[Any] = LOTS) -> st.SearchStrategy[list[StoredNotice]]:
    notice = st.builds(
        Notice,
        source_id=SOURCES,
        notice_id=st.integers(1, 6).map(lambda number: f"{number:06}-2026"),
        version=st.integers(0, 9**9).map(str),
        facts=facts(lots),
        ocid=st.sampled_from([None, "ocds-h6vhtk-00000a", "ocds-r6ebe6-0000900001"]),
        tags=TAGS,
        notice_type=TYPES,
        related=RELATED,
    )
    return st.lists(notice, min_size=1, max_size=5).map(in_november)


def in_november(notices: list[Notice]) -> list[StoredNotice]:
    """Published one a day, in this order."""
    return [
        StoredNotice(
            number=day,
            notice=replace(notice, published=a_stated_time(utc(2026, 11, day, 9))),
            retrieved_at=utc(2026, 11, 25),
        )
        for day, notice in enumerate(notices, start=1)
    ]


@settings(deadline=None)
@given(a_story(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_facts_nor_standing(
    story: list[StoredNotice], chance: Any
) -> None:
    shuffled = story.copy()
    chance.shuffle(shuffled)
    arrived = [replace(stored, number=n) for n, stored in enumerate(shuffled, start=1)]
    one, other = merge.opportunity("fn-1", story), merge.opportunity("fn-1", arrived)
    assert one.facts == other.facts
    assert one.provenance == other.provenance
    assert one.standing == other.standing
    assert (one.deadline, one.deadline_in_field, one.flags) == (
        other.deadline,
        other.deadline_in_field,
        other.flags,
    )


@settings(deadline=None)
@given(a_story())
def test_merging_again_what_is_merged_changes_nothing(story: list[StoredNotice]) -> None:
    once = merge.opportunity("fn-1", story)
    again = merge.opportunity("fn-1", once.notices)
    assert again == once
    newest = once.notices[-1]
    doubled = merge.opportunity("fn-1", [*story, replace(newest, number=99)])
    assert doubled.facts == once.facts
    assert doubled.standing == once.standing


@settings(deadline=None)
@given(a_story(), SOURCES)
def test_silence_never_overwrites(story: list[StoredNotice], source: str) -> None:
    before = merge.opportunity("fn-1", story)
    silent = StoredNotice(
        number=50,
        notice=Notice(
            source_id=source,
            notice_id="000050-2026",
            version="v1",
            facts=Facts(),
            published=a_stated_time(utc(2026, 11, 20)),
        ),
        retrieved_at=utc(2026, 11, 25),
    )
    after = merge.opportunity("fn-1", [*story, silent])
    assert after.facts == before.facts
    assert after.standing == before.standing


@settings(deadline=None)
@given(a_story())
def test_every_stated_field_names_a_notice_that_stated_it(story: list[StoredNotice]) -> None:
    opportunity = merge.opportunity("fn-1", story)
    by_name = {f"{s.notice.source_id}/{s.notice.notice_id}": s.notice for s in story}
    stated = {
        name
        for name in Facts.__dataclass_fields__
        if getattr(opportunity.facts, name) not in (None, ())
    }
    assert set(opportunity.provenance) == stated
    assert set(opportunity.provenance.values()) <= set(by_name)


@settings(deadline=None)
@given(a_story(lots=st.just(())), facts(lots=st.just(())), TYPES, TAGS)
def test_an_older_notice_that_arrives_late_never_opens_what_is_over(
    story: list[StoredNotice], older: Facts, notice_type: str | None, tags: tuple[str, ...]
) -> None:
    story = [on_find_a_tender(stored) for stored in story]
    before = merge.opportunity("fn-1", story)
    assume(before.standing.stage in OVER)
    late = StoredNotice(
        number=60,
        notice=Notice(
            source_id="find-a-tender",
            notice_id="000060-2026",
            version="v1",
            facts=older,
            notice_type=notice_type,
            tags=tags,
            published=a_stated_time(utc(2026, 10, 15)),
        ),
        retrieved_at=utc(2026, 11, 26),
    )
    assume(stage.read(late.notice).stage is not Stage.STANDING)
    after = merge.opportunity("fn-1", [*story, late])
    assert not stage.is_open(after.standing)
    kinds = {event.kind.value for event in changes.events(before, after, late)}
    assert "reopened" not in kinds


@settings(deadline=None)
@given(a_story())
def test_arriving_one_by_one_gives_distinct_events_and_the_same_each_time(
    story: list[StoredNotice],
) -> None:
    def run() -> list[Any]:
        found: list[Any] = []
        before = None
        for count in range(1, len(story) + 1):
            after = merge.opportunity("fn-1", story[:count])
            found += changes.events(before, after, story[count - 1])
            before = after
        return found

    events = run()
    assert events == run()
    assert events[0].kind == "appeared"
    assert len({event.id for event in events}) == len(events)
    assert all(event.old != event.new for event in events[1:])


@settings(deadline=None)
@given(a_story(), st.integers(-100, 900), st.integers(0, 200))
def test_the_clock_never_opens_closes_or_reminds_out_of_turn(
    story: list[StoredNotice], days: int, span: int
) -> None:
    opportunity = merge.opportunity("fn-1", story)
    now = START + timedelta(days=days)
    then = now + timedelta(days=span)
    at = stage.at(opportunity, now)
    if not stage.is_open(opportunity.standing):
        assert not stage.is_open(at)
    if at.stage is Stage.OPEN and opportunity.deadline:
        assert now < opportunity.deadline.instant
    events = stage.clock_events(opportunity, now, then)
    assert all(now < event.at <= then for event in events)
    assert len({event.id for event in events}) == len(events)
    stage.urgency(opportunity, now)


@settings(max_examples=60, deadline=None)
@given(a_story())
def test_linked_notices_always_share_a_key(story: list[StoredNotice]) -> None:
    """Else the store could not find them for one another."""
    for one, other in itertools.permutations(story, 2):
        candidate = Candidate(opportunity_id="fn-1", stored=other, keys=link.keys(other.notice))
        for join in link.decide(one.notice, [candidate]):
            assert 1 <= join.rule <= 3
            assert join.evidence
            assert not set(link.keys(one.notice)).isdisjoint(candidate.keys)


@settings(max_examples=60, deadline=None)
@given(a_story())
def test_linking_does_not_depend_on_which_of_two_came_first(story: list[StoredNotice]) -> None:
    for one, other in itertools.combinations(story, 2):
        joins = [
            link.decide(new.notice, [Candidate(opportunity_id="fn-1", stored=old, keys=())])
            for new, old in ((one, other), (other, one))
        ]
        assert [j.rule for j in joins[0]] == [j.rule for j in joins[1]]
