"""The index gives what asking each subscription would give, and no more."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.match import Index, match
from aggregator.model import (
    Criteria,
    EventKind,
    JudgedOpportunity,
    Place,
    ProcurementKind,
    Stage,
    Verdict,
)
from aggregator.testing import (
    a_buyer,
    a_judgement,
    a_subscription,
    an_event,
    an_opportunity,
)
from matching.samples import NOW, criteria, judgements, opportunities

LABELS = {"crisis": "Crisis support"}


def subscriptions(*wishes: Criteria):
    return tuple(
        a_subscription(id=f"want-{number}", criteria=one) for number, one in enumerate(wishes)
    )


def one_by_one(event, judged, stage, wishes, told, followed):
    found = (
        match(
            event,
            judged.opportunity,
            judged.judgement,
            stage,
            wish,
            told=wish.id in told,
            followed=wish.id in followed,
            now=NOW,
            labels=LABELS,
        )
        for wish in wishes
    )
    return tuple(one for one in found if one is not None)


ids = st.sets(st.sampled_from([f"want-{number}" for number in range(9)]), max_size=3)


@settings(max_examples=300)
@given(
    st.lists(criteria.map(lambda values: Criteria(**values)), max_size=8),
    opportunities,
    judgements,
    st.sampled_from(Stage),
    st.sampled_from(EventKind),
    st.booleans(),
    ids,
    ids,
)
def test_the_index_agrees_with_asking_each_subscription(
    wishes, opportunity, judgement, stage, kind, backfill, told, followed
) -> None:
    wanted = subscriptions(*wishes, *wishes[:1])
    judged = JudgedOpportunity(opportunity=opportunity, judgement=judgement)
    event = an_event(kind=kind, backfill=backfill)
    index = Index(wanted, labels=LABELS)
    assert index.matches(event, judged, stage, now=NOW, told=told, followed=followed) == one_by_one(
        event, judged, stage, wanted, told, followed
    )


@settings(max_examples=300)
@given(
    st.lists(criteria, min_size=1, max_size=6),
    st.sets(st.sampled_from(sorted(Criteria.__dataclass_fields__)), max_size=3),
    opportunities,
    st.sampled_from([Stage.OPEN, Stage.ENGAGEMENT, Stage.UNKNOWN]),
)
def test_the_index_agrees_where_filters_are_wide(wishes, kept, opportunity, stage) -> None:
    wide = [Criteria(**{name: one[name] for name in kept}) for one in wishes]
    wanted = subscriptions(*wide)
    judged = JudgedOpportunity(opportunity=opportunity, judgement=a_judgement())
    found = Index(wanted, labels=LABELS).matches(an_event(), judged, stage, now=NOW)
    assert found == one_by_one(an_event(), judged, stage, wanted, (), ())


def test_an_index_of_nobody_finds_nobody() -> None:
    judged = JudgedOpportunity(opportunity=an_opportunity(), judgement=a_judgement())
    index = Index(())
    assert len(index) == 0
    assert index.matches(an_event(), judged, Stage.OPEN, told={"want-1"}) == ()


def test_the_one_reason_is_the_one_most_the_readers_own() -> None:
    judged = JudgedOpportunity(
        opportunity=an_opportunity(
            title="Crisis café", places=(Place(code="TLE42"),), buyers=(a_buyer("Northmoor"),)
        ),
        judgement=a_judgement(types=("crisis",)),
    )
    everything = Criteria(
        words=("café",), buyers=("Northmoor",), types=("crisis",), places=("TLE42",)
    )
    wishes = subscriptions(
        everything,
        replace(everything, words=()),
        replace(everything, words=(), buyers=()),
        Criteria(places=("TLE42",)),
        Criteria(),
        Criteria(most_value=Decimal(5)),
    )
    found = Index(wishes, labels=LABELS).matches(an_event(), judged, Stage.OPEN)
    assert [one.because for one in found] == [
        "It mentions “café”.",
        "You asked for Northmoor.",
        "You asked for “Crisis support”.",
        "In Leeds.",
        "Mental health is its purpose (the title says “crisis café”).",
        "Mental health is its purpose (the title says “crisis café”).",
    ]
    followed = Index(wishes).matches(an_event(), judged, Stage.OPEN, followed={"want-4"})
    assert followed[4].because == "You follow it."


def test_a_bare_kind_of_notice_nobody_knows_reaches_those_who_want_what_is_open() -> None:
    opportunity = an_opportunity(kind=None)
    judged = JudgedOpportunity(opportunity=opportunity, judgement=a_judgement(Verdict.CORE))
    index = Index(subscriptions(Criteria(), Criteria(stages=(Stage.AWARDED,))))
    (only,) = index.matches(an_event(), judged, Stage.UNKNOWN)
    assert only.subscription_id == "want-0"


def test_news_is_for_those_who_ask_for_news() -> None:
    judged = JudgedOpportunity(
        opportunity=an_opportunity(kind=ProcurementKind.NEWS), judgement=a_judgement()
    )
    wishes = subscriptions(Criteria(), Criteria(kinds=(ProcurementKind.NEWS,)))
    (only,) = Index(wishes).matches(an_event(), judged, Stage.UNKNOWN)
    assert only.subscription_id == "want-1"
