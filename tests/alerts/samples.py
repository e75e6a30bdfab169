"""A realistic day: made-up opportunities in every section of a digest."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.model import (
    Award,
    AwardCriterion,
    Certainty,
    Channel,
    ChannelKind,
    Contact,
    DigestItem,
    DigestRun,
    Event,
    EventKind,
    Host,
    Lot,
    Money,
    Period,
    Place,
    Precision,
    ProcurementKind,
    Stage,
    Standing,
    StatedTime,
    Verdict,
)
from aggregator.testing import a_buyer, a_judgement, a_stated_time, an_event, an_opportunity, utc

LONDON = ZoneInfo("Europe/London")
NOW = utc(2026, 11, 24, 8)
HOST = Host(name="Vale of Arden CVS", contact="alerts@vale-cvs.example.org")
MAIL = Channel(kind=ChannelKind.EMAIL, target="director@willow-counselling.example.org")
HOOK = Channel(
    kind=ChannelKind.WEBHOOK,
    target="https://hooks.example.org/in",
    secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
)


def a_run(channel: Channel = MAIL) -> DigestRun:
    return DigestRun(subscriber_id="sub-1", channel=channel, due_at=NOW)


def a_day(year: int, month: int, day: int) -> StatedTime:
    return StatedTime(
        text=f"{year}-{month:02}-{day:02}",
        instant=datetime(year, month, day, 23, 59, 59, tzinfo=LONDON).astimezone(UTC),
        precision=Precision.DAY,
        rule="a bare day",
    )


def an_item(number: int = 1, *, stage: Stage = Stage.OPEN, **changes: Any) -> DigestItem:
    """One item; `events`, `why`, `known` and `judgement` by name, the rest are facts."""
    own: dict[str, Any] = {"events": (), "why": ("mental health is its purpose",), "known": False}
    own["judgement"] = a_judgement()
    own |= {name: changes.pop(name) for name in tuple(changes) if name in own}
    standing = Standing(
        stage=stage,
        since=utc(2026, 11, 20),
        because="a notice says so",
        certainty=Certainty.STATED,
    )
    values: dict[str, Any] = {
        "id": f"fn-sample{number:03}",
        "standing": standing,
        "notice_id": f"{number:06}-2026",
        "url": f"https://www.find-tender.example.org/Notice/{number:06}-2026",
        **changes,
    }
    return DigestItem(opportunity=an_opportunity(**values), stage=stage, **own)


def happened(number: int, kind: EventKind, **changes: Any) -> Event:
    values: dict[str, Any] = {
        "id": f"event-{number}-{kind}-{changes.get('field', '')}",
        "opportunity_id": f"fn-sample{number:03}",
        "at": utc(2026, 11, 23, 17),
        "notice_id": f"{number:06}-2026",
        **changes,
    }
    return an_event(kind=kind, **values)


def changed(number: int, field: str, old: str | None, new: str | None) -> Event:
    return happened(number, EventKind.CHANGED, field=field, old=old, new=new)


def pounds(amount: int) -> Money:
    return Money(amount=Decimal(amount))


def new_ones() -> tuple[DigestItem, ...]:
    cafe = an_item(
        1,
        title="Evening crisis cafés for adults in Northmoor and Vale of Arden",
        description="Northmoor Council and the ICB want two evening crisis cafés, run by the "
        "voluntary sector, where adults in mental distress find a calm place, somebody to talk to "
        "and a way on to further help, on seven evenings a week. The cafés take people without an "
        "appointment and work closely with the crisis line and the community mental health teams.",
        buyers=(a_buyer(), a_buyer("NHS Vale of Arden Integrated Care Board")),
        places=(Place(code="TLE42"), Place(code="TLE41")),
        value=pounds(495000),
        deadline=a_stated_time(utc(2026, 11, 27, 12)),
        enquiry_deadline=a_stated_time(utc(2026, 11, 25, 17)),
        contract_period=Period(
            start=a_day(2027, 4, 1), end=a_day(2030, 3, 31), latest_end=a_day(2032, 3, 31)
        ),
        suitable_vcse=True,
        suitable_sme=True,
        criteria=(
            AwardCriterion(name="Quality", weight="60%"),
            AwardCriterion(name="Price", weight="30%"),
            AwardCriterion(name="Social value", weight="10%"),
        ),
        contact=Contact(
            name="Commissioning team",
            email="tenders@northmoor.example.org",
            telephone="01632 960001",
        ),
        portal_url="https://portal.example.org/tenders/DN700001",
        events=(happened(1, EventKind.APPEARED),),
        why=("mental health is its purpose: the title says “crisis café”", "in Leeds"),
    )
    advocacy = an_item(
        2,
        title="Independent Mental Health Advocacy (IMHA) and Care Act advocacy",
        description="One service for statutory advocacy across the county, in three lots.",
        buyers=(a_buyer("Arden County Council"),),
        places=(Place(code="TLG13"),),
        deadline=a_stated_time(utc(2026, 12, 18, 12)),
        value=pounds(1260000),
        lots=(
            Lot(id="1", title="IMHA"),
            Lot(id="2", title="Care Act advocacy"),
            Lot(id="3", title="NHS complaints advocacy"),
        ),
        judgement=a_judgement(types=("advocacy",), lots=("1",)),
        events=(happened(2, EventKind.APPEARED),),
        why=("mental health is its purpose: the title says “IMHA”, in lot 1 “IMHA”",),
    )
    grant = an_item(
        3,
        kind=ProcurementKind.GRANT,
        title="Small grants for peer support groups 2027",
        description="Grants of £5,000 to £15,000 for groups led by people with lived experience.",
        buyers=(a_buyer("Vale of Arden Community Foundation"),),
        value=None,
        reserved=("charities and community groups with an income under £250,000",),
        reserved_area="Vale of Arden and the bordering districts",
        deadline=a_day(2027, 1, 15),
        places=(Place(name="Vale of Arden"),),
        events=(happened(3, EventKind.APPEARED),),
        why=("mental health is its purpose: the text says “peer support”", "place not stated"),
        url="https://www.arden-foundation.example.org/grants/peer-support-2027",
        source_id="arden-foundation",
    )
    return cafe, advocacy, grant


def changed_ones() -> tuple[DigestItem, ...]:
    moved = an_item(
        4,
        title="Counselling in secondary schools",
        description="Counselling for pupils aged 11 to 18 in nine schools.",
        buyers=(a_buyer("Fenbridge Borough Council"),),
        deadline=a_stated_time(utc(2026, 12, 11, 17)),
        value=pounds(180000),
        known=True,
        events=(
            changed(
                4, "deadline", "Friday 27 November 2026, 12 noon", "Friday 11 December 2026, 5pm"
            ),
            changed(4, "value", "£150,000", "£180,000"),
        ),
        why=("you were told of it before",),
    )
    opened = an_item(
        5,
        title="Housing-related support for adults with severe mental illness",
        description="Floating support and 24 supported flats.",
        buyers=(a_buyer("Eastmarsh Council"),),
        deadline=a_stated_time(utc(2026, 12, 15, 12)),
        known=True,
        events=(happened(5, EventKind.MOVED_ON, old="planned", new="open"),),
        why=("you follow it",),
    )
    closing = an_item(
        6,
        title="Suicide bereavement support (postvention)",
        description="Support for everyone bereaved by suicide, within 72 hours of referral.",
        buyers=(a_buyer("NHS Cheswick and Wyre Integrated Care Board"),),
        deadline=a_stated_time(utc(2026, 11, 30, 12)),
        deadline_in_field=a_stated_time(utc(2026, 11, 30, 23, 59)),
        value=pounds(540000),
        known=True,
        events=(
            happened(6, EventKind.DEADLINE_NEAR, field="deadline", new="Monday 30 November 2026"),
        ),
        why=("you were told of it before",),
    )
    return moved, opened, closing


def early_ones() -> tuple[DigestItem, ...]:
    engagement = an_item(
        7,
        stage=Stage.ENGAGEMENT,
        title="Community mental health: talk with providers about the new model",
        description="An online event and a questionnaire before the specification is written.",
        buyers=(a_buyer("NHS Vale of Arden Integrated Care Board"),),
        deadline=None,
        engagement_deadline=a_stated_time(utc(2026, 12, 3, 14)),
        events=(happened(7, EventKind.APPEARED),),
    )
    direct = an_item(
        8,
        stage=Stage.INTENDED_DIRECT,
        title="Crisis house, Fenbridge: extension for twelve months",
        description="The ICB means to award a further year to the present provider.",
        buyers=(a_buyer("NHS Fenland Integrated Care Board"),),
        deadline=None,
        awards=(
            Award(id="1", suppliers=("Fenbridge Haven Ltd",), standstill_end=a_day(2026, 12, 4)),
        ),
        events=(happened(8, EventKind.APPEARED),),
        value=pounds(462444),
    )
    planned = an_item(
        9,
        stage=Stage.PLANNED,
        title="Mental health support teams in primary schools",
        buyers=(a_buyer("Southmoor Unitary Authority"),),
        deadline=None,
        expected_tender=a_day(2027, 2, 1),
        judgement=a_judgement(Verdict.RELATED),
        events=(happened(9, EventKind.APPEARED),),
    )
    return engagement, direct, planned


def other_ones() -> tuple[DigestItem, ...]:
    already = an_item(
        10,
        title="Individual Placement and Support (IPS) employment service",
        buyers=(a_buyer("Westvale Combined Authority"),),
        deadline=a_stated_time(utc(2026, 12, 9, 12)),
        events=(happened(10, EventKind.APPEARED, backfill=True),),
    )
    cancelled = an_item(
        11,
        stage=Stage.CANCELLED,
        title="Men’s mental wellbeing hubs",
        buyers=(a_buyer("Northmoor Council"),),
        reason_ended="The budget for 2027-28 has not been agreed; the council hopes to run the "
        "competition again in the summer.",
        known=True,
        events=(happened(11, EventKind.CANCELLED),),
        why=("you were told of it before",),
    )
    decided = an_item(
        12,
        stage=Stage.AWARD_INTENDED,
        title="Talking therapies for people with long-term conditions",
        buyers=(a_buyer("NHS Cheswick and Wyre Integrated Care Board"),),
        awards=(
            Award(
                id="1",
                suppliers=("Cheswick Mind", "Wyre Counselling CIC"),
                standstill_end=a_day(2026, 12, 3),
            ),
        ),
        known=True,
        events=(happened(12, EventKind.MOVED_ON, old="open", new="award_intended"),),
        why=("you follow it",),
    )
    return already, cancelled, decided


def a_full_day() -> tuple[DigestItem, ...]:
    return (*new_ones(), *changed_ones(), *early_ones(), *other_ones())
