"""The index gives what asking each subscription would give, and no more."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
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
from tests.matching.samples import NOW, criteria, judgements, opportunities

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


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
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


TOGETHER = {"neighbours": ("places",), "nationwide": ("places",)}


@pytest.mark.parametrize("field", sorted(Criteria.__dataclass_fields__))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(criteria, min_size=4, max_size=8),
    opportunities,
    judgements,
    st.sampled_from([Stage.OPEN, Stage.ENGAGEMENT, Stage.UNKNOWN]),
)
def test_the_index_agrees_on_each_criterion_by_itself(
    field, wishes, opportunity, judgement, stage
) -> None:
    asked = {"verdicts": (), "stages": ()}
    names = (field, *TOGETHER.get(field, ()))
    wanted = subscriptions(*(Criteria(**asked | {n: one[n] for n in names}) for one in wishes))
    judged = JudgedOpportunity(opportunity=opportunity, judgement=judgement)
    found = Index(wanted, labels=LABELS).matches(an_event(), judged, stage, now=NOW)
    assert found == one_by_one(an_event(), judged, stage, wanted, (), ())


@pytest.mark.parametrize(
    ("facts", "wish"),
    [
        ({"places": ()}, Criteria(places=("TLE42",))),
        ({"places": (Place(code="TLE41"),)}, Criteria(places=("TLE42",), neighbours=True)),
        (
            {"places": (Place(code="TLK"),), "buyers": (a_buyer("Leeds City Council"),)},
            Criteria(places=("TLK3",)),
        ),
        (
            {"places": (Place(code="GB-WLS"),), "buyers": (a_buyer("Leeds City Council"),)},
            Criteria(places=("TLE42",), nationwide=False),
        ),
        ({"buyers": (a_buyer("The Northmoor Council"),)}, Criteria(buyers=("northmoor",))),
        ({"title": "Café"}, Criteria(words=("CAFE",))),
    ],
)
def test_the_index_finds_what_is_met_in_a_roundabout_way(facts, wish) -> None:
    judged = JudgedOpportunity(
        opportunity=an_opportunity(**{"title": "Crisis café"} | facts), judgement=a_judgement()
    )
    # others wish for the same in ordinary ways, so that no set is empty
    others = (Criteria(places=("TLC",)), Criteria(words=("zebra",)), Criteria(buyers=("Arden",)))
    wanted = subscriptions(*others, wish)
    (found,) = (
        one
        for one in Index(wanted).matches(an_event(), judged, Stage.OPEN)
        if one.subscription_id == "want-3"
    )
    assert found.why


def test_news_and_what_is_unknown_are_kept_apart_however_they_come() -> None:
    index = Index(subscriptions(Criteria()))
    for kind, times in ((ProcurementKind.NEWS, 0), (None, 1), (ProcurementKind.NEWS, 0)):
        judged = JudgedOpportunity(opportunity=an_opportunity(kind=kind), judgement=a_judgement())
        assert len(index.matches(an_event(), judged, Stage.UNKNOWN)) == times


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
