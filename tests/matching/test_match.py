"""Who is told of what, and why."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.match import match, meets
from aggregator.model import (
    Criteria,
    EventKind,
    Lot,
    Match,
    Money,
    Place,
    ProcurementKind,
    Stage,
    Verdict,
)
from aggregator.testing import (
    a_buyer,
    a_judgement,
    a_stated_time,
    a_subscription,
    an_event,
    an_opportunity,
    utc,
)
from matching.samples import NOW, WIDEST, criteria, judgements, opportunities, words

DEADLINE = utc(2026, 12, 4, 12)
ANY_STAGE = Criteria(stages=())


def why(
    criteria: Criteria, *, stage: Stage = Stage.OPEN, **facts: object
) -> tuple[str, ...] | None:
    judgement = facts.pop("judgement", a_judgement())
    return meets(an_opportunity(**facts), judgement, stage, criteria)


def told(
    kind: EventKind,
    *,
    stage: Stage = Stage.OPEN,
    criteria: Criteria | None = None,
    told: bool = False,
    followed: bool = False,
    **event: object,
) -> Match | None:
    return match(
        an_event(kind=kind, **event),
        an_opportunity(deadline=a_stated_time(DEADLINE)),
        a_judgement(),
        stage,
        a_subscription(criteria=criteria or Criteria()),
        told=told,
        followed=followed,
    )


# ------------------------------------------------------------------------------- the filter


def test_what_is_core_and_open_meets_the_usual_filter_and_the_reason_is_said() -> None:
    assert why(Criteria()) == ("mental health is its purpose (the title says “crisis café”)",)


@pytest.mark.parametrize("verdict", [Verdict.RELATED, Verdict.POSSIBLE, Verdict.NO])
def test_other_verdicts_are_told_only_where_asked_for(verdict: Verdict) -> None:
    judgement = a_judgement(verdict)
    assert why(Criteria(), judgement=judgement) is None
    assert why(Criteria(verdicts=(verdict,)), judgement=judgement) is not None
    assert why(Criteria(verdicts=()), judgement=judgement) is not None


def test_a_part_of_the_purpose_is_never_called_the_purpose() -> None:
    (reason,) = why(Criteria(verdicts=()), judgement=a_judgement(Verdict.RELATED)) or ()
    assert reason.startswith("mental health is part of it")


@pytest.mark.parametrize(
    ("stage", "usual"),
    [
        (Stage.OPEN, True),
        (Stage.ENGAGEMENT, True),
        (Stage.PLANNED, True),
        (Stage.INTENDED_DIRECT, True),
        (Stage.PIPELINE, False),
        (Stage.CLOSED, False),
        (Stage.AWARD_INTENDED, False),
        (Stage.AWARDED, False),
        (Stage.CANCELLED, False),
    ],
)
def test_a_closed_award_is_no_opportunity_unless_asked_for(stage: Stage, usual: bool) -> None:
    assert (why(Criteria(), stage=stage) is not None) is usual
    assert why(Criteria(stages=(stage,)), stage=stage) is not None


def test_one_wanted_service_type_is_enough_and_is_named() -> None:
    judgement = a_judgement(types=("peer_support", "crisis"))
    assert why(Criteria(types=("advocacy",)), judgement=judgement) is None
    reasons = why(Criteria(types=("advocacy", "peer_support")), judgement=judgement) or ()
    assert reasons[1] == "you asked for “peer support”"
    labelled = meets(
        an_opportunity(),
        judgement,
        Stage.OPEN,
        Criteria(types=("crisis",)),
        labels={"crisis": "Crisis alternatives"},
    )
    assert "you asked for “Crisis alternatives”" in (labelled or ())


def test_kinds_are_filtered_and_an_unknown_kind_passes() -> None:
    grants = Criteria(kinds=(ProcurementKind.GRANT,))
    assert why(grants, kind=ProcurementKind.CONTRACT) is None
    assert why(grants, kind=ProcurementKind.GRANT) is not None
    assert why(grants, kind=None) is not None


def test_a_place_matches_when_one_holds_the_other() -> None:
    leeds = Criteria(places=("TLE42",))
    for code in ("TLE42", "UKE42", "TLE4", "TLE", "UK"):
        assert why(leeds, places=(Place(code=code),)) is not None, code
    for code in ("TLE41", "TLK3", "UKM"):
        assert why(leeds, places=(Place(code=code),)) is None, code
    assert why(Criteria(places=("TLE",)), places=(Place(code="TLE42"),)) is not None


def test_an_unstated_place_passes_and_is_said() -> None:
    leeds = Criteria(places=("TLE42",))
    for places in ((), (Place(name="various locations"),)):
        assert "place not stated" in (why(leeds, places=places) or ())
    assert "in Leeds" in (why(leeds, places=(Place(code="TLE42"),)) or ())


def test_a_place_without_a_code_is_found_by_postcode_or_region_name() -> None:
    leeds = Criteria(places=("TLE42",))
    assert "in Leeds" in (why(leeds, places=(Place(postcode="LS1 4AP"),)) or ())
    assert why(leeds, places=(Place(postcode="EX1 1JL"),)) is None
    assert why(leeds, places=(Place(name="South West"),)) is None


def test_the_place_of_a_lot_counts() -> None:
    lots = (Lot(id="1", places=(Place(code="TLK3"),)), Lot(id="2", places=(Place(code="TLE42"),)))
    assert why(Criteria(places=("TLE42",)), lots=lots) is not None


def test_words_are_whole_words_in_any_spelling_of_title_text_or_lots() -> None:
    facts = {
        "title": "Café ‘Haven’",
        "description": "Peer–support in St Anne’s.",
        "lots": (Lot(id="1", title="Art therapy", description="for carers"),),
    }
    for word in ("cafe", "HAVEN", "peer support", "peer-support", "st anne's", "art", "Carers"):
        assert why(Criteria(words=(word,)), **facts) is not None, word
    for word in ("caf", "part", "port", "arts", "support peer", "", "…", "!!!"):
        assert why(Criteria(words=(word,)), **facts) is None, word
    assert "it mentions “haven”" in (why(Criteria(words=("x", "haven")), **facts) or ())


def test_an_unwanted_word_outweighs_everything_else() -> None:
    assert why(Criteria(without_words=("café",))) is None
    assert why(Criteria(words=("café",), without_words=("adults",))) is None
    assert why(Criteria(without_words=("adult", "laundry", "???"))) is not None


def test_a_buyer_is_found_by_part_of_its_name() -> None:
    facts = {"buyers": (a_buyer("Arden County Council"), a_buyer("Northmoor Council"))}
    assert "you asked for Northmoor Council" in (
        why(Criteria(buyers=("northmoor",)), **facts) or ()
    )
    assert why(Criteria(buyers=("The Northmoor Council",)), **facts) is not None
    for name in ("moor", "Northmoor District Council", "", "-"):
        assert why(Criteria(buyers=(name,)), **facts) is None, name


def test_value_bounds_let_through_what_is_not_stated_and_say_so() -> None:
    bounds = Criteria(least_value=Decimal(50_000), most_value=Decimal(500_000))
    for amount, passes in ((49_999, False), (50_000, True), (500_000, True), (500_001, False)):
        value = Money(amount=Decimal(amount))
        assert (why(bounds, value=value) is not None) is passes, amount
        assert (why(bounds, value=Money(amount=None, gross=value.amount)) is not None) is passes
    for unstated in (None, Money(amount=None), Money(amount=Decimal(9), currency="EUR")):
        assert "value not stated" in (why(bounds, value=unstated) or ())


def test_the_lots_that_match_are_named() -> None:
    lots = tuple(Lot(id=str(number), title=f"Part {number}") for number in range(1, 7))
    (reason,) = why(Criteria(), lots=lots, judgement=a_judgement(lots=("2", "5"))) or ()
    assert reason.endswith("in lot 2 “Part 2” and lot 5 “Part 5”")
    (reason,) = why(Criteria(), lots=lots, judgement=a_judgement(lots=tuple("123456"))) or ()
    assert reason.endswith("lot 3 “Part 3” and 3 more lots")
    (reason,) = why(
        Criteria(), lots=(Lot(id="LOT-0001"),), judgement=a_judgement(lots=("LOT-0001",))
    )
    assert "lot" not in reason


# ------------------------------------------------------------------------------- the events


LISTING = (EventKind.NO_LONGER_LISTED, EventKind.LISTED_AGAIN)


@pytest.mark.parametrize("kind", LISTING)
def test_a_row_that_is_gone_or_back_concerns_only_those_who_know_of_it(kind: EventKind) -> None:
    assert told(kind) is None
    assert told(kind, told=True) is not None


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind not in LISTING])
def test_what_was_never_told_is_new_whatever_the_event_was(kind: EventKind) -> None:
    found = told(kind)
    assert found is not None
    assert found.subscription_id == "want-1"
    assert found.event.kind is kind
    assert found.why[0].startswith("mental health is its purpose")


@pytest.mark.parametrize("kind", EventKind)
def test_what_was_never_told_and_does_not_meet_the_filter_stays_untold(kind: EventKind) -> None:
    assert told(kind, stage=Stage.AWARDED) is None


@pytest.mark.parametrize(
    "kind", [EventKind.CHANGED, EventKind.CANCELLED, EventKind.REOPENED, EventKind.MOVED_ON]
)
@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.AWARDED, Stage.CANCELLED, Stage.STALLED])
def test_who_was_told_hears_of_every_change_also_outside_the_filter(
    kind: EventKind, stage: Stage
) -> None:
    found = told(kind, stage=stage, told=True)
    assert found is not None
    assert found.why == ("you were told of it before",)


def test_nothing_appears_twice() -> None:
    assert told(EventKind.APPEARED, told=True) is None
    assert told(EventKind.APPEARED, told=True, followed=True) is None


@pytest.mark.parametrize("kind", [EventKind.CLOSED, EventKind.GONE_QUIET])
def test_a_passed_deadline_and_a_silence_are_for_followers(kind: EventKind) -> None:
    assert told(kind, stage=Stage.CLOSED, told=True) is None
    found = told(kind, stage=Stage.CLOSED, told=True, followed=True)
    assert found is not None
    assert found.why == ("you follow it",)


@pytest.mark.parametrize(("day", "reminded"), [(20, False), (27, True), (1, False), (3, False)])
def test_who_was_told_is_reminded_once_at_seven_days_and_a_follower_always(
    day: int, reminded: bool
) -> None:
    at = utc(2026, 11 if day > 10 else 12, day, 12)
    found = told(EventKind.DEADLINE_NEAR, told=True, at=at, field="deadline")
    assert (found is not None) is reminded
    assert told(EventKind.DEADLINE_NEAR, told=True, followed=True, at=at) is not None


def test_the_date_of_an_engagement_is_reminded_of_by_its_own_date() -> None:
    opportunity = an_opportunity(
        deadline=None, engagement_deadline=a_stated_time(utc(2026, 12, 10, 14))
    )
    event = an_event(
        kind=EventKind.DEADLINE_NEAR, at=utc(2026, 12, 3, 14), field="engagement_deadline"
    )
    found = match(
        event,
        opportunity,
        a_judgement(),
        Stage.ENGAGEMENT,
        a_subscription(),
        told=True,
        followed=False,
    )
    assert found is not None


def test_signing_the_contract_is_silent_unless_asked_for_by_name() -> None:
    signed = {"kind": EventKind.MOVED_ON, "stage": Stage.IN_CONTRACT, "told": True}
    signed |= {"old": "awarded", "new": "in_contract"}
    assert told(**signed) is None
    assert told(**signed, followed=True) is None
    assert told(**signed, criteria=Criteria(stages=(Stage.IN_CONTRACT,))) is not None


def test_a_follower_hears_of_what_meets_no_filter() -> None:
    nothing = Criteria(words=("zebra",))
    assert told(EventKind.CHANGED, criteria=nothing) is None
    assert told(EventKind.CHANGED, criteria=nothing, followed=True) is not None


def test_a_backfill_shows_what_is_still_live_and_nothing_that_is_over() -> None:
    any_stage = {"criteria": ANY_STAGE, "backfill": True}
    assert told(EventKind.APPEARED, stage=Stage.OPEN, **any_stage) is not None
    for stage in (Stage.CLOSED, Stage.AWARDED, Stage.CANCELLED, Stage.ENDED, Stage.UNKNOWN):
        assert told(EventKind.APPEARED, stage=stage, **any_stage) is None
    for kind in (EventKind.DEADLINE_NEAR, EventKind.CLOSED, EventKind.GONE_QUIET):
        assert told(kind, told=True, followed=True, backfill=True) is None


def test_a_deadline_that_moved_while_we_were_away_is_told_all_the_same() -> None:
    assert told(EventKind.CHANGED, told=True, backfill=True, field="deadline") is not None


# --------------------------------------------------------------------------- for all filters


@given(opportunities, judgements, st.sampled_from(Stage), criteria)
def test_adding_a_criterion_never_widens(opportunity, judgement, stage, wanted) -> None:
    narrow = Criteria(**wanted)
    if meets(opportunity, judgement, stage, narrow, now=NOW) is None:
        return
    assert set(wanted) == {field.name for field in fields(Criteria)} == set(WIDEST)
    for name, widest in WIDEST.items():
        if name != "neighbours":
            without = replace(narrow, **{name: widest})
            assert meets(opportunity, judgement, stage, without, now=NOW) is not None, name


@given(opportunities, judgements, st.sampled_from(Stage), criteria, words)
def test_an_exclusion_only_ever_takes_away(opportunity, judgement, stage, wanted, word) -> None:
    before = Criteria(**wanted)
    after = replace(before, without_words=(*before.without_words, word))
    kept = meets(opportunity, judgement, stage, after, now=NOW)
    assert kept is None or kept == meets(opportunity, judgement, stage, before, now=NOW)


@given(opportunities, judgements, st.sampled_from(Stage), criteria)
def test_what_holds_an_unwanted_word_never_comes(opportunity, judgement, stage, wanted) -> None:
    unwanted = Criteria(**{**wanted, "without_words": ("crisis",)})
    for text in (opportunity.facts.title, opportunity.facts.description):
        if text and "crisis" in text.split():
            assert meets(opportunity, judgement, stage, unwanted, now=NOW) is None


@given(opportunities, judgements, st.sampled_from(Stage), criteria, st.sampled_from(EventKind))
def test_a_follower_never_hears_less(opportunity, judgement, stage, wanted, kind) -> None:
    subscription = a_subscription(criteria=Criteria(**wanted))
    event = an_event(kind=kind, at=utc(2026, 11, 27, 12))
    for was_told in (False, True):
        plain, following = (
            match(
                event, opportunity, judgement, stage, subscription, told=was_told, followed=followed
            )
            for followed in (False, True)
        )
        assert plain is None or following is not None
        assert following is None or all(following.why)
