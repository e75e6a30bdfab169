"""How an opportunity would suit a charity of a quarter of a million pounds in Leeds."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.fit import LONGEST_LINE, Aspect, Finding, Fit, Sign, fit
from aggregator.model import Judgement, Opportunity, Place, ProcurementKind, ProviderProfile, Stage
from summary.samples import LABELS, NOW, a_day, a_lot, an_offer, judged, pounds, years
from summary.test_properties import FACTS, JUDGEMENTS, MOMENTS, STAGES

CHARITY = ProviderProfile(
    income=Decimal(250_000), places=("TLE42",), services=("crisis", "counselling"), vcse=True
)


def of(
    opportunity: Opportunity,
    profile: ProviderProfile = CHARITY,
    judgement: Judgement | None = None,
    now: datetime = NOW,
) -> Fit:
    return fit(opportunity, judgement or judged("crisis"), profile, now, labels=LABELS)


def finding(found: Fit, aspect: Aspect) -> Finding | None:
    return next((one for one in found.findings if one.aspect is aspect), None)


def words(found: Fit, aspect: Aspect) -> tuple[Sign, str]:
    one = finding(found, aspect)
    assert one is not None
    return one.sign, one.words


def valued(amount: int, count: int = 3, **changes: Any) -> Opportunity:
    return an_offer(value=pounds(amount), contract_period=years(count), **changes)


@pytest.mark.parametrize(
    ("total", "sign", "said"),
    [
        (45_000, Sign.HELPS, "£15,000 a year (£45,000 over 3 years), a small part of your income"),
        (189_000, Sign.HELPS, "£63,000 a year (£189,000 over 3 years), about a quarter of your"),
        (420_000, Sign.HINDERS, "£140,000 a year (£420,000 over 3 years), a bit over half of your"),
        (600_000, Sign.HINDERS, "£200,000 a year (£600,000 over 3 years), a bit over three quarte"),
        (750_000, Sign.HINDERS, "about as much as your income: much would hang on it"),
        (1_500_000, Sign.HINDERS, "about twice your income: a large step"),
        (2_625_000, Sign.HINDERS, "about 3.5 times your income: a large step"),
    ],
)
def test_the_value_a_year_stands_beside_the_income(total: int, sign: Sign, said: str) -> None:
    found = words(of(valued(total)), Aspect.SIZE)
    assert found[0] is sign
    assert said in found[1]


def test_how_the_sum_a_year_came_about_is_said() -> None:
    opportunity = an_offer(contract_period=years(3, 5))
    assert words(of(opportunity), Aspect.SIZE)[1] == (
        "£99,000 to £165,000 a year (£495,000 over 3 years, or 5 years if extended), "
        "at most about two thirds of your income: much would hang on it"
    )


def test_a_bid_for_the_smallest_lot_that_fits_is_what_counts() -> None:
    lots = (a_lot(1, "Advocacy", 90_000), a_lot(2, "Café", 240_000), a_lot(3, "House", 900_000))
    found = of(an_offer(lots=lots), judgement=judged("crisis", lots=("2", "3")))
    assert words(found, Aspect.SIZE) == (
        Sign.HELPS,
        "the smallest of 2 lots, lot 2 “Café”, is worth £80,000 a year (£240,000 over 3 years), "
        "about a third of your income",
    )
    assert finding(found, Aspect.PARTNER) is None


def test_lots_without_values_share_a_sum_in_ways_nobody_knows() -> None:
    found = of(an_offer(lots=(a_lot(1, "A"), a_lot(2, "B"))))
    assert words(found, Aspect.SIZE) == (
        Sign.UNKNOWN,
        "£495,000 in all for 2 lots; what one lot is worth is not stated",
    )


def test_without_dates_lots_are_measured_by_what_charities_win() -> None:
    lots = (a_lot(1, "A", 90_000), a_lot(2, "B", 180_000))
    found = of(an_offer(lots=lots, contract_period=None))
    assert words(found, Aspect.SIZE) == (
        Sign.HELPS,
        "the smallest of 2 lots, lot 1 “A”, is worth £90,000 in all; half of the contracts that "
        "charities win are below £95,000",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": None}, "the value is not stated"),
        ({"framework": True}, "how much work each provider on the list will get is not stated"),
        (
            {"kind": ProcurementKind.GRANT},
            "£495,000 in all; the sum for one grant is not stated",
        ),
        ({"contract_period": None}, "£495,000 in all; how much a year is not stated"),
    ],
)
def test_what_is_not_stated_is_unknown(changes: dict[str, Any], said: str) -> None:
    assert words(of(an_offer(**changes)), Aspect.SIZE) == (Sign.UNKNOWN, said)


def test_without_an_income_only_very_large_contracts_are_warned_of() -> None:
    nothing_said = ProviderProfile(vcse=True)
    assert words(of(valued(420_000), nothing_said), Aspect.SIZE)[0] is Sign.UNKNOWN
    sign, said = words(of(valued(4_200_000), nothing_said), Aspect.SIZE)
    assert sign is Sign.HINDERS
    assert "about 13 in 100 are so large" in said


@pytest.mark.parametrize("income", ["NaN", "Infinity", "0", "-5"])
def test_an_income_that_is_no_amount_counts_as_not_known(income: str) -> None:
    found = of(valued(420_000), ProviderProfile(income=Decimal(income)))
    assert words(found, Aspect.SIZE)[0] is Sign.UNKNOWN


def test_a_partner_is_likely_where_one_lot_is_far_above_the_income() -> None:
    assert words(of(valued(1_800_000)), Aspect.PARTNER) == (
        Sign.HINDERS,
        "a partner is likely needed at this size",
    )
    assert finding(of(valued(600_000)), Aspect.PARTNER) is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("The buyer considers that this contract is suitable for consortia.", Sign.HELPS),
        ("We welcome consortium bids from small groups.", Sign.HELPS),
        ("The ICB seeks a lead provider for the hub.", Sign.UNKNOWN),
    ],
)
def test_what_the_text_says_of_joint_bids_is_quoted(text: str, sign: Sign) -> None:
    found = words(of(an_offer(description=text)), Aspect.PARTNER)
    assert found[0] is sign
    assert re.search("“(.+?)”", found[1])[1] in text  # type: ignore[index]


def test_a_contract_that_has_no_consortia_says_nothing_of_partners() -> None:
    text = "Information with regard to insurance and consortia requirements."
    assert finding(of(an_offer(description=text)), Aspect.PARTNER) is None


@pytest.mark.parametrize(
    ("code", "vcse", "sign"),
    [
        ("vcse", True, Sign.HELPS),
        ("vcse", False, Sign.HINDERS),
        ("vcse", None, Sign.UNKNOWN),
        ("smeVcse", True, Sign.HELPS),
        ("smeVcse", False, Sign.UNKNOWN),
        ("shelteredWorkshop", True, Sign.UNKNOWN),
        ("charities with a garden", True, Sign.UNKNOWN),
    ],
)
def test_a_reservation_helps_or_hinders_only_where_we_know(
    code: str, vcse: bool | None, sign: Sign
) -> None:
    found = of(an_offer(reserved=(code,)), ProviderProfile(vcse=vcse))
    assert words(found, Aspect.WHO_MAY_BID)[0] is sign


@pytest.mark.parametrize(
    ("area", "sign"),
    [
        ("Leeds", Sign.HELPS),
        ("United Kingdom", Sign.HELPS),
        ("Leeds and Bradford", Sign.HELPS),
        ("England", Sign.HELPS),
        ("Plymouth", Sign.HINDERS),
        ("Kent, Cornwall", Sign.HINDERS),
        ("Vale of Arden and the bordering districts", Sign.UNKNOWN),
        ("Leeds or next door", Sign.UNKNOWN),
    ],
)
def test_a_reader_outside_the_reserved_area_is_warned(area: str, sign: Sign) -> None:
    found = words(of(an_offer(reserved_area=area)), Aspect.WHO_MAY_BID)
    assert found[0] is sign
    assert f"only suppliers based in {area} may bid" in found[1]


def test_places_inside_and_outside_are_told_by_name() -> None:
    assert words(of(an_offer()), Aspect.PLACE) == (Sign.HELPS, "in Leeds, where you work")
    kent = an_offer(places=(Place(code="TLK41"),))
    assert words(of(kent), Aspect.PLACE) == (
        Sign.HINDERS,
        "in Plymouth, outside your places (Leeds)",
    )
    nowhere = an_offer(places=(Place(code="GB-ENG"),))
    assert words(of(nowhere), Aspect.PLACE)[0] is Sign.UNKNOWN


def test_a_nation_stands_in_for_places() -> None:
    welsh = ProviderProfile(nation="GB-WLS")
    assert words(of(an_offer(places=(Place(code="UKL22"),)), welsh), Aspect.PLACE)[0] is Sign.HELPS
    assert words(of(an_offer(), welsh), Aspect.PLACE)[0] is Sign.HINDERS


def test_services_are_compared() -> None:
    assert words(of(an_offer()), Aspect.SERVICE) == (
        Sign.HELPS,
        "it is about what you do: somewhere safe to go, or someone to call, in a crisis",
    )
    other = of(an_offer(), judgement=judged("advocacy"))
    assert words(other, Aspect.SERVICE) == (
        Sign.HINDERS,
        "not among your services: someone on your side: independent advocates",
    )
    assert words(of(an_offer(), judgement=judged()), Aspect.SERVICE)[0] is Sign.UNKNOWN


def test_a_tick_for_voluntary_organisations_helps_and_its_lack_bars_nobody() -> None:
    assert words(of(an_offer(suitable_vcse=True)), Aspect.SUITED)[0] is Sign.HELPS
    assert words(of(an_offer(suitable_vcse=False)), Aspect.SUITED)[0] is Sign.UNKNOWN
    assert finding(of(an_offer()), Aspect.SUITED) is None


@pytest.mark.parametrize(
    ("day", "sign", "said"),
    [
        (30, Sign.HINDERS, "only 6 days left"),
        (25, Sign.HINDERS, "only 1 day left"),
    ],
)
def test_a_short_time_hinders(day: int, sign: Sign, said: str) -> None:
    opportunity = an_offer(deadline=a_day(2026, 11, day))
    assert words(of(opportunity), Aspect.TIME) == (sign, said)


def test_the_days_of_a_full_tender_are_the_measure() -> None:
    assert words(of(an_offer(deadline=a_day(2026, 12, 18))), Aspect.TIME) == (
        Sign.HINDERS,
        "24 days left; a full tender is mostly open for 25",
    )
    assert words(of(an_offer(deadline=a_day(2026, 12, 19))), Aspect.TIME)[0] is Sign.HELPS
    grant = an_offer(kind=ProcurementKind.GRANT, deadline=a_day(2026, 12, 8))
    assert words(of(grant), Aspect.TIME) == (Sign.HELPS, "14 days left, time for an application")


def test_what_is_over_has_no_days_left() -> None:
    assert finding(of(an_offer(Stage.AWARDED)), Aspect.TIME) is None


def test_an_empty_profile_is_told_only_of_the_notice() -> None:
    found = of(an_offer(), ProviderProfile())
    assert {one.aspect for one in found.findings} == {Aspect.SIZE, Aspect.TIME}


def test_a_digest_has_room_for_two_lines() -> None:
    found = of(valued(420_000, suitable_vcse=True, deadline=a_day(2026, 11, 30)))
    assert found.lines() == (
        "In your favour: the buyer says it suits voluntary organisations.",
        "Look out: £140,000 a year (£420,000 over 3 years), a bit over half of your income: much "
        "would hang on it.",
    )


NEVER = re.compile(r"\b(?:must|turnover|required|requirement|eligible|qualify|cannot bid)\b")


@given(
    st.fixed_dictionaries({}, optional=FACTS),
    STAGES,
    JUDGEMENTS,
    MOMENTS,
    st.builds(
        ProviderProfile,
        income=st.none() | st.decimals(min_value=0, max_value=10**10, places=2),
        places=st.lists(st.sampled_from(["TLE42", "UKK", "GB-WLS", "x"]), max_size=3).map(tuple),
        services=st.lists(st.sampled_from([*LABELS]), max_size=3).map(tuple),
        vcse=st.none() | st.booleans(),
        nation=st.none() | st.sampled_from(["GB-ENG", "GB-SCT"]),
    ),
)
@settings(max_examples=150, deadline=None)
def test_no_condition_of_the_buyers_is_ever_made_up(
    facts: dict[str, Any], stage: Stage, judgement: Judgement, now: datetime, profile: Any
) -> None:
    found = of(an_offer(stage, **facts), profile, judgement, now)
    for one in found.findings:
        assert one.words
        ours = re.sub("“[^”]*”", "", one.words)
        assert (
            one.aspect is Aspect.WHO_MAY_BID
            or not NEVER.search(ours)
            or NEVER.search(" ".join(judgement.types))
        )
    assert len(found.lines()) <= 2
    assert all(len(line) <= LONGEST_LINE for line in found.lines())
