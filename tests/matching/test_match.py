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
    Period,
    Place,
    ProcurementKind,
    Sort,
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
from tests.matching.samples import NOW, WIDEST, criteria, judgements, opportunities, words

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


def test_places_next_to_a_wanted_one_come_only_where_asked_for() -> None:
    bradford = (Place(code="TLE41"),)
    leeds = Criteria(places=("TLE42",))
    assert why(leeds, places=bradford) is None
    near = replace(leeds, neighbours=True)
    assert "next to Leeds" in (why(near, places=bradford) or ())
    assert why(near, places=(Place(code="TLK3"),)) is None
    belfast = Criteria(places=("TLN06",), neighbours=True)
    assert why(belfast, places=(Place(code="TLN07"),)) is not None


@pytest.mark.parametrize("code", ["UK", "TL", "GB-ENG"])
def test_what_is_offered_to_a_whole_nation_can_be_left_out(code: str) -> None:
    leeds = Criteria(places=("TLE42",), nationwide=False)
    whole = {"places": (Place(code=code),)}
    assert why(leeds, **whole) is None
    assert why(replace(leeds, nationwide=True), **whole) is not None
    assert why(replace(leeds, places=("TLE",)), places=(Place(code="TLE"),)) is not None
    assert why(Criteria(places=("TLL",), nationwide=False), places=(Place(code="TLL"),)) is not None
    own = {"buyers": (a_buyer("Leeds City Council"),), "title": "Crisis café"}
    assert why(leeds, **whole, **own) is not None
    with_leeds = (Place(code=code), Place(code="TLE42"))
    assert why(leeds, places=with_leeds) is not None


def test_a_council_that_names_no_place_buys_for_its_own_land() -> None:
    own = {"buyers": (a_buyer("Leeds City Council"),), "title": "Crisis café", "places": ()}
    assert "in Leeds" in (why(Criteria(places=("TLE42",)), **own) or ())
    assert why(Criteria(places=("TLK3",)), **own) is None
    elsewhere = own | {"title": "Crisis café in Cornwall"}
    assert "place not stated" in (why(Criteria(places=("TLK3",)), **elsewhere) or ())


def test_value_a_year_is_of_the_whole_or_of_any_lot() -> None:
    three_years = Period(start=a_stated_time(utc(2027, 1, 1)), end=a_stated_time(utc(2029, 12, 31)))
    facts = {"value": Money(amount=Decimal(300_000)), "contract_period": three_years}
    assert why(Criteria(most_year=Decimal(100_000)), **facts) is not None
    assert why(Criteria(most_year=Decimal(99_000)), **facts) is None
    assert why(Criteria(least_year=Decimal(101_000)), **facts) is None
    lot = Lot(id="1", value=Money(amount=Decimal(30_000)), period=three_years)
    assert why(Criteria(most_year=Decimal(99_000)), **facts, lots=(lot,)) is not None
    unknown = why(Criteria(most_year=Decimal(5)), value=Money(amount=Decimal(300_000)))
    assert "value a year not stated" in (unknown or ())


def test_not_stated_is_a_bucket_of_its_own_and_in_by_default() -> None:
    stated = Criteria(value_not_stated=False)
    assert why(Criteria(), value=None) is not None
    assert why(stated, value=None) is None
    assert why(stated, value=Money(amount=Decimal(5))) is not None
    assert why(stated, value=None, lots=(Lot(id="1", value=Money(amount=Decimal(5))),)) is not None


@pytest.mark.parametrize(("days", "passes"), [(9, True), (10, True), (11, False)])
def test_days_left_are_counted_to_the_date_to_act_by(days: int, passes: bool) -> None:
    wanted = Criteria(days_left=days)
    now = utc(2026, 11, 24, 12)
    opportunity = an_opportunity(
        deadline=a_stated_time(utc(2026, 12, 4, 12)),
        engagement_deadline=a_stated_time(utc(2026, 11, 25)),
    )
    judgement = a_judgement()
    assert (meets(opportunity, judgement, Stage.OPEN, wanted, now=now) is not None) is passes
    assert meets(opportunity, judgement, Stage.ENGAGEMENT, wanted, now=now) is None
    assert meets(opportunity, judgement, Stage.PLANNED, wanted, now=now) is not None
    assert why(wanted, deadline=None) is not None


def test_without_a_now_days_are_counted_from_the_event() -> None:
    wanted = Criteria(days_left=10)
    late = {"at": utc(2026, 11, 30)}
    assert told(EventKind.APPEARED, criteria=wanted, at=utc(2026, 11, 20)) is not None
    assert told(EventKind.APPEARED, criteria=wanted, **late) is None


def test_only_for_voluntary_organisations_needs_it_said() -> None:
    wanted = Criteria(vcse_only=True)
    assert why(wanted) is None
    assert why(wanted, suitable_vcse=False) is None
    for said in (
        {"suitable_vcse": True},
        {"lots": (Lot(id="1", suitable_vcse=True),)},
        {"reserved": ("smeVcse",)},
        {"kind": ProcurementKind.GRANT},
    ):
        assert why(wanted, **said) is not None, said
    assert why(wanted, reserved=("resProf",)) is None


def test_the_language_of_any_of_its_notices_counts_and_silence_passes() -> None:
    welsh = Criteria(languages=("cy",))
    assert why(welsh, language="cy") is not None
    assert why(welsh, language="CY-GB") is not None
    assert why(welsh, language="en") is None
    assert why(welsh, language=None) is not None


@pytest.mark.parametrize(
    ("kind", "stage", "sort"),
    [
        (ProcurementKind.CONTRACT, Stage.OPEN, Sort.TENDER),
        (ProcurementKind.GRANT, Stage.OPEN, Sort.GRANT),
        (ProcurementKind.GRANT, Stage.AWARDED, Sort.AWARD),
        (ProcurementKind.CONTRACT, Stage.ENGAGEMENT, Sort.ENGAGEMENT),
        (ProcurementKind.CONSULTATION, Stage.OPEN, Sort.ENGAGEMENT),
        (None, Stage.AWARD_INTENDED, Sort.AWARD),
    ],
)
def test_what_people_call_a_notice(kind: ProcurementKind, stage: Stage, sort: Sort) -> None:
    for one in Sort:
        wanted = Criteria(stages=(), sorts=(one,))
        assert (why(wanted, stage=stage, kind=kind) is not None) is (one is sort)
    assert why(Criteria(sorts=(Sort.GRANT,)), kind=None) is not None


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
