"""Mental health is often one lot of many."""

from aggregator.model import SubjectLot
from tests.relevance.subjects import RANK, judged, words

GENERIC = (
    SubjectLot(id="1", title="Learning disability"),
    SubjectLot(id="2", title="Physical disability"),
)
MENTAL_HEALTH = SubjectLot(id="3", title="Mental health", description="Support in the community.")


def test_a_lot_for_mental_health_carries_the_whole() -> None:
    judgement = judged("Framework for supported living", lots=(*GENERIC, MENTAL_HEALTH))
    assert judgement.verdict == "core"
    assert judgement.lots == ("3",)
    assert "the title of lot 3 says “Mental health”" in words(judgement)


def test_without_that_lot_the_framework_is_related() -> None:
    judgement = judged("Framework for supported living", lots=GENERIC)
    assert judgement.verdict == "related"
    assert judgement.lots == ()


def test_no_lot_is_named_where_the_whole_is_about_mental_health() -> None:
    judgement = judged("Community mental health service", lots=(MENTAL_HEALTH,))
    assert judgement.verdict == "core"
    assert judgement.lots == ()


def test_a_lot_is_found_under_a_title_that_says_nothing() -> None:
    lot = SubjectLot(id="b", title="Lot B", description="Independent mental health advocacy (IMHA)")
    judgement = judged("Multi-lot framework 2027", lots=(SubjectLot(id="a"), lot))
    assert RANK[judgement.verdict] >= RANK["possible"]
    assert judgement.lots == ("b",)


def test_a_works_lot_does_not_hide_a_service_lot() -> None:
    lots = (
        SubjectLot(id="1", title="Refurbishment of the building"),
        SubjectLot(id="2", title="Mental health crisis house"),
    )
    judgement = judged("Crisis provision in the borough", lots=lots, cpv=("85100000",))
    assert judgement.verdict == "core"
    assert judgement.lots == ("2",)


def test_many_lots_with_a_passing_mention_do_not_add_up() -> None:
    lots = tuple(
        SubjectLot(id=str(n), description="Homes for people with mental health needs or others.")
        for n in range(40)
    )
    assert judged("Repairs framework", lots=lots).verdict != "core"
