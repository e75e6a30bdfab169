"""What it is, for whom, where, how much a year, until when, how to take part: in two lines."""

from dataclasses import replace
from decimal import Decimal

import pytest

from aggregator.model import (
    Award,
    Buyer,
    Money,
    Period,
    Place,
    ProcurementKind,
    Stage,
    Verdict,
)
from summary.samples import a_day, a_lot, an_offer, in_title, judged, lines, pounds, years

WINNER = (Award(id="1", suppliers=("Fenbridge Haven Ltd",)),)


def test_an_open_tender_in_two_lines() -> None:
    opportunity = an_offer(portal_url="https://www.portal.example.org/tenders/1")
    assert lines(opportunity) == (
        "Somewhere safe to go, or someone to call, in a crisis. For adults in Leeds.",
        "£165,000 a year (£495,000 in all), April 2027 to March 2030. "
        "Bid by Friday 18 December 2026, 12 noon, at portal.example.org.",
    )


def test_beside_a_stage_and_a_date_neither_is_said_again() -> None:
    opportunity = an_offer(portal_url="https://portal.example.org/tenders/1")
    assert lines(opportunity, alone=False)[1] == (
        "£165,000 a year (£495,000 in all), April 2027 to March 2030. Bid at portal.example.org."
    )


def test_an_extension_makes_the_sum_a_year_a_range() -> None:
    assert lines(an_offer(contract_period=years(3, 5)))[1].startswith(
        "£99,000 to £165,000 a year (£495,000 in all), April 2027 to March 2030 "
        "(March 2032 if extended)."
    )


def test_what_is_not_stated_is_said_to_be_so() -> None:
    opportunity = an_offer(value=None, contract_period=None, deadline=None, places=())
    assert lines(opportunity) == (
        "Somewhere safe to go, or someone to call, in a crisis. For adults.",
        "The sum is not stated. No deadline is stated.",
    )


def test_a_pound_is_no_value() -> None:
    assert "The sum is not stated." in lines(an_offer(value=pounds(1)))[1]


def test_a_sum_in_the_text_is_quoted_where_the_field_is_empty() -> None:
    one = an_offer(value=None, description="Grants of up to £5,000 for groups. Closes soon.")
    assert "The text says “up to £5,000”." in lines(one)[1]
    several = an_offer(value=None, description="£5,000 for lot 1, £7,500 for lot 2.")
    assert "The text names more than one sum." in lines(several)[1]


def test_a_sum_a_year_in_the_text_is_taken_as_it_stands() -> None:
    text = "An advocacy service. The contract value is £90,000 per annum, with two break points."
    assert lines(an_offer(value=None, description=text))[1].startswith("£90,000 a year, April 2027")


def test_a_framework_is_no_sum_for_one_provider() -> None:
    opportunity = an_offer(framework=True)
    assert lines(opportunity)[1].startswith("Up to £495,000 for all providers on the list together")


def test_a_value_with_vat_alone_and_one_in_euros_are_told() -> None:
    gross = an_offer(value=Money(amount=None, gross=Decimal(360_000)))
    assert lines(gross)[1].startswith("£120,000 a year (£360,000 in all)")
    euros = an_offer(value=Money(amount=Decimal(90_000), currency="EUR"))
    assert lines(euros)[1].startswith("€90,000")


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(days=720), "£248,000 a year (£495,000 in all), for 2 years."),
        (
            Period(start=a_day(2027, 4, 1), end=a_day(2027, 9, 30)),
            "£495,000 in all, April 2027 to September 2027.",
        ),
        (Period(start=a_day(2027, 4, 1)), "£495,000 in all, from April 2027."),
        (Period(start=a_day(2027, 4, 1), end=a_day(2026, 1, 1)), "£495,000 in all."),
    ],
)
def test_a_contract_is_as_long_as_its_dates_say(period: Period, words: str) -> None:
    assert lines(an_offer(contract_period=period))[1].removeprefix("About ").startswith(words)


def test_lots_are_told_with_the_one_that_fits() -> None:
    lots = (a_lot(1, "Day centre"), a_lot(2, "Advocacy"), a_lot(3, "Meals"))
    first = lines(an_offer(lots=lots), judged("advocacy", lots=("2",)))[0]
    assert "That is lot 2 “Advocacy”, out of 3 lots (parts)." in first
    assert "It comes in 3 lots" in lines(an_offer(lots=lots))[0]


def test_lots_with_their_own_values_are_told_from_the_smallest_to_the_largest() -> None:
    lots = (a_lot(1, "North", 60_000), a_lot(2, "South", 180_000))
    assert lines(an_offer(value=None, lots=lots))[1].startswith(
        "Each lot about £20,000 to £60,000 a year, April 2027 to March 2030."
    )


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.AWARDED, "No more bids: it went to Fenbridge Haven Ltd."),
        (Stage.IN_CONTRACT, "No more bids: it went to Fenbridge Haven Ltd."),
        (Stage.AWARD_INTENDED, "No more bids: the buyer has chosen Fenbridge Haven Ltd."),
        (Stage.MODIFIED, "No bids now: the contract with Fenbridge Haven Ltd has changed."),
        (Stage.CANCELLED, "Stop work on this: the buyer has dropped it."),
    ],
)
def test_what_is_decided_never_sounds_open(stage: Stage, words: str) -> None:
    opportunity = an_offer(stage, awards=WINNER)
    second = lines(opportunity)[1]
    assert second.startswith(words)
    assert "Bid by" not in second
    assert "lots" not in " ".join(lines(an_offer(stage, lots=(a_lot(1, "A"), a_lot(2, "B")))))


def test_a_passed_deadline_is_told_first() -> None:
    opportunity = an_offer(deadline=a_day(2026, 11, 20))
    assert lines(opportunity)[1].startswith(
        "No more bids: it closed on Friday 20 November 2026. £165,000 a year"
    )


def test_a_grant_is_applied_for_and_not_run() -> None:
    opportunity = an_offer(kind=ProcurementKind.GRANT, title="Small grants", value=pounds(40_000))
    first, second = lines(opportunity, judged("infrastructure_vcse", "wellbeing_hub"))
    assert first.startswith("Grant money: wellbeing hubs and keeping well.")
    assert second.startswith("£40,000 in the pot")
    assert "Apply by Friday 18 December 2026" in second


def test_early_stages_say_what_a_reader_can_do() -> None:
    engagement = an_offer(Stage.ENGAGEMENT, engagement_deadline=a_day(2026, 12, 3))
    assert lines(engagement)[1].endswith(
        "Not a tender yet. Give the buyer your views by Thursday 3 December 2026."
    )
    planned = an_offer(Stage.PLANNED, expected_tender=a_day(2027, 2, 15))
    assert lines(planned)[1].endswith(
        "Not open yet. The tender is expected for Monday 15 February 2027."
    )
    direct = an_offer(Stage.INTENDED_DIRECT, awards=WINNER, deadline=None)
    assert (
        "The buyer plans to give this to Fenbridge Haven Ltd without a competition."
        in (lines(direct)[1])
    )


def test_a_date_that_has_passed_is_never_told_as_one_to_act_by() -> None:
    past = a_day(2026, 11, 20)
    engagement = an_offer(Stage.ENGAGEMENT, engagement_deadline=past)
    assert "The time to give views ended on Friday 20 November 2026." in lines(engagement)[1]
    planned = an_offer(Stage.PLANNED, expected_tender=past)
    assert lines(planned)[1].endswith("The tender was expected for Friday 20 November 2026.")
    ended = (replace(WINNER[0], standstill_end=past),)
    direct = lines(an_offer(Stage.INTENDED_DIRECT, awards=ended, deadline=None))[1]
    assert "that you could do it ended on" in direct
    chosen = lines(an_offer(Stage.AWARD_INTENDED, awards=ended, deadline=None))[1]
    assert "The choice could be questioned until" in chosen


def test_who_may_bid_comes_before_how() -> None:
    opportunity = an_offer(reserved=("vcse",), reserved_area="Leeds")
    assert (
        "Reserved for voluntary, community and social enterprises; only suppliers in Leeds. Bid by"
        in lines(opportunity)[1]
    )


def test_the_type_that_the_title_names_comes_first() -> None:
    opportunity = an_offer(title="Better Mental Health Fund Evaluation")
    judgement = judged("wellbeing_hub", "involvement_research")
    judgement = replace(judgement, reasons=(in_title("wellbeing_hub"),))
    assert lines(opportunity, judgement)[0].startswith(
        "Listening to people, research and evaluation; wellbeing hubs and keeping well."
    )


def test_what_is_only_possible_is_said_to_be_so() -> None:
    first = lines(an_offer(), judged("counselling", verdict=Verdict.POSSIBLE))[0]
    assert first.startswith("It may be about this: counselling.")


def test_what_is_not_about_it_gets_no_service_type() -> None:
    first = lines(an_offer(), judged("counselling", verdict=Verdict.NO))[0]
    assert first == "For adults in Leeds."


def test_an_audience_named_by_the_service_is_not_said_twice() -> None:
    opportunity = an_offer(title="Young people's mental health")
    judgement = replace(judged("camhs_cyp"), audiences=("children_young_people", "adults"))
    assert lines(opportunity, judgement)[0] == (
        "Help for children and young people with their mental health. Also for adults in Leeds."
    )


def test_an_aside_far_down_the_text_makes_no_audience() -> None:
    opportunity = an_offer(
        title="Crisis café", description=f"A calm place. {'x ' * 300} We also see adults."
    )
    assert lines(opportunity)[0].endswith("In Leeds.")


def test_a_short_form_in_the_title_is_explained() -> None:
    first = lines(an_offer(title="IMHA service"), judged("counselling"))[0]
    assert first.endswith("IMHA means an advocate for people held under the Mental Health Act.")


def test_all_of_england_and_an_office_are_no_place() -> None:
    trust = (Buyer(name="Northmoor NHS Foundation Trust"),)
    office = (Place(code="TLD45", postcode="PR5 6AW"), Place(code="GB-ENG", name="England"))
    assert "in " not in lines(an_offer(places=office, buyers=trust))[0].split(".")[1]
    regions = tuple(Place(code=f"UK{letter}") for letter in "CDEFGHIJK")
    assert "in " not in lines(an_offer(places=regions, buyers=trust))[0].split(".")[1]


def test_many_places_are_counted() -> None:
    places = tuple(Place(code=code) for code in ("TLE42", "TLE41", "TLG31", "TLC31", "TLK41"))
    assert lines(an_offer(places=places))[0].endswith("and 2 more.")


def test_a_line_too_long_loses_its_last_sentences_and_no_word_is_cut() -> None:
    opportunity = an_offer(
        Stage.AWARDED,
        awards=(Award(id="1", suppliers=tuple(f"{'Long name ' * 7}{n}" for n in range(3))),),
    )
    first, second = lines(opportunity)
    assert len(second) <= 240
    assert second.endswith(".")
    assert first.endswith(".")
