"""Opportunities to sum up, and the plain names of a few service types."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.model import (
    Certainty,
    Judgement,
    Lot,
    Money,
    Opportunity,
    Period,
    Place,
    Precision,
    Reason,
    Stage,
    Standing,
    StatedTime,
    Verdict,
)
from aggregator.summary import summary
from aggregator.testing import a_judgement, an_opportunity, utc

LONDON = ZoneInfo("Europe/London")
NOW = utc(2026, 11, 24, 8)
LABELS = {
    "crisis": "Somewhere safe to go, or someone to call, in a crisis",
    "advocacy": "Someone on your side: independent advocates",
    "counselling": "Counselling",
    "wellbeing_hub": "Wellbeing hubs and keeping well",
    "involvement_research": "Listening to people, research and evaluation",
    "camhs_cyp": "Help for children and young people with their mental health",
    "infrastructure_vcse": "Running grants or supporting other charities",
}


def a_day(year: int, month: int, day: int) -> StatedTime:
    return StatedTime(
        text=f"{year}-{month:02}-{day:02}",
        instant=datetime(year, month, day, 23, 59, 59, tzinfo=LONDON).astimezone(UTC),
        precision=Precision.DAY,
        rule="a bare day",
    )


def pounds(amount: float) -> Money:
    return Money(amount=Decimal(str(amount)))


def years(count: int, extended: int | None = None) -> Period:
    return Period(
        start=a_day(2027, 4, 1),
        end=a_day(2027 + count, 3, 31),
        latest_end=a_day(2027 + extended, 3, 31) if extended else None,
    )


def an_offer(stage: Stage = Stage.OPEN, **changes: Any) -> Opportunity:
    """A crisis café in Leeds, £495,000 over three years, open until 18 December 2026."""
    standing = Standing(
        stage=stage, since=utc(2026, 11, 20), because="a notice", certainty=Certainty.STATED
    )
    values: dict[str, Any] = {
        "title": "Evening crisis cafés for adults",
        "description": "Two evening crisis cafés where adults in distress find a calm place.",
        "places": (Place(code="TLE42"),),
        "value": pounds(495_000),
        "contract_period": years(3),
        "deadline": StatedTime(
            text="2026-12-18T12:00:00Z",
            instant=utc(2026, 12, 18, 12),
            precision=Precision.MINUTE,
            rule="offset as published",
        ),
        **changes,
    }
    return an_opportunity(standing=standing, **values)


def a_lot(number: int, title: str, value: float | None = None) -> Lot:
    return Lot(id=str(number), title=title, value=None if value is None else pounds(value))


def judged(*types: str, verdict: Verdict = Verdict.CORE, **changes: Any) -> Judgement:
    return a_judgement(verdict, types=types, reasons=(), audiences=("adults",), **changes)


def in_title(service_type: str) -> Reason:
    return Reason(words="", points=10.0, field="title", service_type=service_type)


def lines(
    opportunity: Opportunity, judgement: Judgement | None = None, **options: Any
) -> tuple[str, ...]:
    return summary(opportunity, judgement or judged("crisis"), now=NOW, labels=LABELS, **options)
