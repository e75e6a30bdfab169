"""What holds for a summary of anything whatever."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import worth
from aggregator.digest.dates import act_by
from aggregator.model import (
    Award,
    Buyer,
    Facts,
    Judgement,
    Lot,
    Money,
    Opportunity,
    Period,
    Place,
    Precision,
    ProcurementKind,
    Reason,
    Stage,
    StatedTime,
    Verdict,
)
from aggregator.stage import at
from aggregator.summary import LONGEST, summary
from aggregator.testing import an_opportunity
from aggregator.whereabouts import areas
from summary.samples import LABELS, NOW, an_offer

WILD = st.text(max_size=80) | st.sampled_from(
    [
        "",
        "x" * 5_000,
        "IMHA " * 400,
        "A\nB\r\n* forged",
        "lone \ud800",
        "e" + "\u0301" * 300,
        "£5,000 per annum, £9 a year",
        "<b>",
        "{{ 1 }}",
        "(" * 200,
        ". " * 500,
    ]
)
MOMENTS = st.integers(0, 155 * 366 * 86_400).map(
    lambda seconds: datetime(1985, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
TIMES = st.builds(
    StatedTime,
    text=st.just(""),
    instant=MOMENTS,
    precision=st.sampled_from(Precision),
    rule=st.just(""),
)
AMOUNTS = st.none() | st.decimals(
    min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False
)
MONEY = st.builds(
    Money, amount=AMOUNTS, currency=st.sampled_from(["GBP", "EUR", "XYZ"]), gross=AMOUNTS
)
PERIODS = st.builds(
    Period,
    start=st.none() | TIMES,
    end=st.none() | TIMES,
    latest_end=st.none() | TIMES,
    days=st.none() | st.integers(1, 36_600),
)
PLACES = st.builds(
    Place,
    code=st.none() | st.sampled_from(["UKE42", "TLE42", "UK", "UKL", "GB-ENG", "TLK", "UKZZZ"]),
    name=st.none() | WILD,
    postcode=st.none() | st.sampled_from(["LS1 4PL", "B13", "?"]),
)
LOTS = st.lists(
    st.builds(
        Lot,
        id=st.sampled_from(["1", "2", "LOT-0003", ""]) | WILD,
        title=st.none() | WILD,
        value=st.none() | MONEY,
        period=st.none() | PERIODS,
        places=st.lists(PLACES, max_size=2).map(tuple),
    ),
    max_size=4,
).map(tuple)
FACTS = {
    "kind": st.none() | st.sampled_from(ProcurementKind),
    "title": st.none() | WILD,
    "description": st.none() | WILD,
    "buyers": st.lists(
        st.builds(Buyer, name=st.sampled_from(["Leeds City Council", "Kent CC"]) | WILD), max_size=2
    ).map(tuple),
    "places": st.lists(PLACES, max_size=12).map(tuple),
    "value": st.none() | MONEY,
    "minimum_value": st.none() | MONEY,
    "deadline": st.none() | TIMES,
    "engagement_deadline": st.none() | TIMES,
    "expected_tender": st.none() | TIMES,
    "contract_period": st.none() | PERIODS,
    "framework": st.none() | st.booleans(),
    "lots": LOTS,
    "awards": st.lists(
        st.builds(Award, id=st.just("1"), suppliers=st.lists(WILD, max_size=5).map(tuple)),
        max_size=3,
    ).map(tuple),
    "reserved": st.lists(WILD, max_size=3).map(tuple),
    "reserved_area": st.none() | WILD,
    "portal_url": st.none() | st.sampled_from(["https://portal.example.org/1", "http://["]) | WILD,
}
JUDGEMENTS = st.builds(
    Judgement,
    verdict=st.sampled_from(Verdict),
    score=st.just(1.0),
    types=st.lists(st.sampled_from([*LABELS, "other"]) | WILD, max_size=3).map(tuple),
    reasons=st.lists(
        st.builds(
            Reason,
            words=WILD,
            points=st.just(1.0),
            field=st.none() | st.just("title"),
            service_type=st.none() | st.sampled_from([*LABELS]),
        ),
        max_size=2,
    ).map(tuple),
    lots=st.lists(st.sampled_from(["1", "2", "LOT-0003"]), max_size=2).map(tuple),
    audiences=st.lists(st.sampled_from(["adults", "men", "unheard_of"]) | WILD, max_size=4).map(
        tuple
    ),
)
STAGES = st.sampled_from(Stage)


@given(st.fixed_dictionaries({}, optional=FACTS), STAGES, JUDGEMENTS, MOMENTS, st.booleans())
@settings(max_examples=400, deadline=None)
def test_never_more_than_two_lines_and_240_characters(
    facts: dict[str, object], stage: Stage, judgement: Judgement, now: datetime, alone: bool
) -> None:
    opportunity = an_offer(stage, **facts)
    found = summary(opportunity, judgement, now=now, labels=LABELS, alone=alone)
    assert len(found) <= 2
    for line in found:
        assert 0 < len(line) <= LONGEST
        assert line == line.strip()
        assert not {"Cc", "Cs", "Zl", "Zp"}.intersection(map(unicodedata.category, line))
    assert found == summary(opportunity, judgement, now=now, labels=LABELS, alone=alone)


PLAIN = {
    **FACTS,
    "title": st.none() | st.sampled_from(["Crisis café", "Counselling for 11 to 18", "IMHA in 24"]),
    "description": st.none()
    | st.sampled_from(
        ["A café.", "A contract value of £90,000 per annum.", "Up to £5,000, £7,500."]
    ),
    "places": st.lists(
        st.sampled_from([Place(code="UKE42"), Place(name="Area 51"), Place(code="TLK")]), max_size=5
    ).map(tuple),
    "lots": st.lists(
        st.builds(
            Lot,
            id=st.sampled_from(["1", "2", "3"]),
            title=st.none() | st.just("Ward 7"),
            value=st.none() | MONEY,
            period=st.none() | PERIODS,
        ),
        max_size=4,
    ).map(tuple),
    "awards": st.just(()) | st.just((Award(id="1", suppliers=("4 Winds", "Mind 2000")),)),
    "reserved": st.just(()) | st.just(("vcse",)),
    "reserved_area": st.none() | st.just("Area 51"),
    "portal_url": st.none() | st.just("https://portal24.example.org/7"),
    "buyers": st.just((Buyer(name="Northmoor Council"),)),
}
NUMBERS = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?½?(?: million)?")


@given(st.fixed_dictionaries({}, optional=PLAIN), STAGES, JUDGEMENTS)
@settings(max_examples=400, deadline=None)
def test_every_number_is_stated_or_follows_from_a_stated_rule(
    facts: dict[str, object], stage: Stage, judgement: Judgement
) -> None:
    opportunity = an_offer(stage, **facts)
    labels = {**LABELS, **dict.fromkeys(judgement.types, "a service")}
    found = summary(opportunity, judgement, now=NOW, labels=labels)
    known = stated(opportunity.facts) | derived(opportunity.facts) | dates_of(opportunity)
    for number in NUMBERS.findall(" ".join(found)):
        assert number in known, (number, found)


def stated(facts: Facts) -> set[str]:
    """The numbers in texts and names."""
    texts = [facts.title, facts.description, facts.portal_url, facts.reserved_area]
    texts += [place.name for place in facts.places]
    texts += [text for lot in facts.lots for text in (lot.id, lot.title)]
    texts += [name for award in facts.awards for name in award.suppliers]
    return set(NUMBERS.findall(" ".join(filter(None, texts))))


def derived(facts: Facts) -> set[str]:
    """Rounded amounts, sums a year (value ÷ months × 12), lengths, and counts."""
    periods = [facts.contract_period, *(lot.period for lot in facts.lots)]
    values = [facts.value, facts.minimum_value, *(lot.value for lot in facts.lots)]
    amounts = [one for money in values if money for one in (money.amount, money.gross) if one]
    terms = [term for period in periods if period and (term := worth.term(period))]
    spans = [length for term in terms for length in (term.months, term.longest)]
    sums = [*amounts, *(amount * 12 / length for amount in amounts for length in spans)]
    words = [worth.in_words(one) for one in sums] + [f"{one:,.2f} {one:,.0f}" for one in amounts]
    words += [worth.span(length) for length in spans]
    named = sum(len(award.suppliers) for award in facts.awards)
    counts = [len(facts.lots), len(areas(facts)) - 3, len(facts.lots) - 3, named - 3]
    return set(NUMBERS.findall(" ".join((*words, *map(str, counts)))))


def dates_of(opportunity: Opportunity) -> set[str]:
    """Days, years and hours of stated dates, and of a counted one said to be counted."""
    facts = opportunity.facts
    periods = [facts.contract_period, *(lot.period for lot in facts.lots)]
    years = [
        str(time.instant.year + more)
        for period in periods
        if period
        for time in (period.start, period.end, period.latest_end)
        if time
        for more in (0, 1)
    ]
    date = act_by(opportunity, at(opportunity, NOW).stage)
    return {*years, *NUMBERS.findall(date.words if date else "")}


def test_a_summary_of_a_huge_notice_takes_no_time() -> None:
    lots = tuple(Lot(id=str(n), title="Crisis " * 200) for n in range(500))
    places = tuple(Place(name=f"Place {n}") for n in range(2_000))
    huge = an_opportunity(
        title="IMHA (" * 20_000,
        description="A contract value of £90,000 per annum. " * 5_000,
        lots=lots,
        places=places,
    )
    judgement = Judgement(verdict=Verdict.CORE, score=9, types=("crisis",), lots=("7",))
    began = datetime.now(UTC)
    summary(huge, judgement, now=NOW, labels=LABELS)
    assert datetime.now(UTC) - began < timedelta(seconds=1)


@given(st.decimals(min_value="0.01", max_value=10**12, places=2))
def test_a_rounded_sum_is_within_half_a_percent(number: Decimal) -> None:
    near = worth.rounded(number)
    assert abs(near - number) <= max(number / 200, Decimal("0.5"))
