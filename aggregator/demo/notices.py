"""Made-up notices in the real shapes, with times that move with the day of the demo.

`hours` counts from day one: negative ones were published before it, later ones appear by day two.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")
Release = dict[str, Any]
NEXT_DAY = 14
NHS_PORTAL = "https://nhs-portal.example.org"
"""Pages for people are at addresses that are nobody's, so that none of them leads astray."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One made-up publication: what it is and when it appears."""

    hours: float
    content: Any


def uk_day(start: datetime, days: int, at: time = time(12)) -> datetime:
    """That many days after the start of the demo, at that UK time."""
    day = start.astimezone(UK).date() + timedelta(days=days)
    return datetime.combine(day, at, UK)


def iso(moment: datetime) -> str:
    """As Find a Tender prints times."""
    return moment.astimezone(UK).isoformat(timespec="seconds").replace("+00:00", "Z")


def fts_release(
    number: int,
    ocid: int,
    published: datetime,
    title: str,
    description: str,
    *,
    buyer: str,
    region: str,
    notice_type: str,
    tag: tuple[str, ...] = ("tender",),
    section: str = "tender",
    cpv: str = "85312320",
    **tender: Any,
) -> Release:
    """A Find a Tender release of the Procurement Act."""
    notice_id = f"{number:06d}-{published.year}"
    party = "GB-PPON-DEMO-" + str(abs(hash_of(buyer)) % 10_000).zfill(4)
    release: Release = {
        "ocid": f"ocds-h6vhtk-{ocid:06x}",
        "id": notice_id,
        "tag": list(tag),
        "date": iso(published),
        "initiationType": "tender",
        "language": "en",
        "buyer": {"id": party, "name": buyer},
        "parties": [fts_party(party, buyer, region)],
        "tender": {
            "id": f"DEMO-{number}",
            "title": title,
            "description": description,
            **fts_tender(region, cpv),
            **tender,
        },
    }
    holder = release["tender"] if section == "tender" else release.setdefault(section, {})
    holder["documents"] = [fts_page(notice_id, notice_type, published)]
    return release


def fts_party(party: str, buyer: str, region: str) -> dict[str, Any]:
    """The buyer with its address."""
    return {
        "id": party,
        "name": buyer,
        "roles": ["buyer"],
        "address": {"region": region, "country": "GB"},
        "contactPoint": {"name": "Commissioning team", "email": "buying@example.org"},
    }


def fts_tender(region: str, cpv: str) -> dict[str, Any]:
    """What all tenders of the sample share."""
    return {
        "legalBasis": {"scheme": "UKPGA", "id": "2023/54"},
        "status": "active",
        "mainProcurementCategory": "services",
        "items": [
            {
                "id": "1",
                "additionalClassifications": [{"scheme": "CPV", "id": cpv}],
                "deliveryAddresses": [{"region": region, "country": "GB"}],
            }
        ],
    }


def fts_page(notice_id: str, notice_type: str, published: datetime) -> dict[str, Any]:
    """The notice itself, which every release lists among its documents."""
    return {
        "id": notice_id,
        "documentType": "tenderNotice",
        "noticeType": notice_type,
        "url": f"https://find-a-tender.example.org/Notice/{notice_id}",
        "datePublished": iso(published),
    }


def hash_of(text: str) -> int:
    """A number that is the same in every run, unlike hash()."""
    return sum(ord(letter) * 31**place for place, letter in enumerate(text[:12]))


def money(pounds: int) -> dict[str, Any]:
    """An amount without VAT and with it."""
    return {"amount": pounds, "amountGross": round(pounds * 1.2), "currency": "GBP"}


QUALITY = {
    "criteria": [
        {"type": "quality", "name": "Quality", "numbers": [{"number": 60}]},
        {"type": "price", "name": "Price", "numbers": [{"number": 30}]},
        {"type": "quality", "name": "Social value", "numbers": [{"number": 10}]},
    ]
}


def crisis_cafe(start: datetime, number: int, published: datetime, deadline: datetime) -> Release:
    """An open tender whose deadline moves on the second day."""
    moved = number != CAFE
    return fts_release(
        number,
        0x0A0001,
        published,
        "Evening Crisis Café for adults",
        "A crisis café open every evening, as an alternative to A&E for adults in mental health "
        "crisis. We welcome bids from voluntary organisations and partnerships.",
        buyer="Northmoor Council",
        region="UKE22",
        notice_type="UK4",
        tag=("tenderUpdate",) if moved else ("tender",),
        tenderPeriod={"endDate": iso(deadline)},
        enquiryPeriod={"endDate": iso(uk_day(start, 9, time(17)))},
        value=money(420_000),
        procurementMethodDetails="Open procedure",
        submissionMethodDetails="https://portal.example.org/northmoor/crisis-cafe",
        lots=[
            {
                "id": "1",
                "status": "active",
                "suitability": {"sme": True, "vcse": True},
                "awardCriteria": QUALITY,
                "contractPeriod": {
                    "startDate": iso(uk_day(start, 120, time(0))),
                    "endDate": iso(uk_day(start, 120 + 3 * 365, time(0))),
                },
            }
        ],
    )


def schools_counselling(start: datetime, published: datetime) -> Release:
    """An open tender of three lots that is cancelled on the second day."""
    lots = [
        {"id": str(place), "title": f"Lot {place}: {area} schools", "status": "active",
         "value": money(90_000)}
        for place, area in enumerate(("northern", "central", "coastal"), 1)
    ]  # fmt: skip
    return fts_release(
        910102,
        0x0A0002,
        published,
        "School-based counselling for pupils aged 11 to 18",
        "Counselling in secondary schools by qualified counsellors, in three lots.",
        buyer="Vale of Arden County Council",
        region="UKG13",
        notice_type="UK4",
        tenderPeriod={"endDate": iso(uk_day(start, 25))},
        value=money(270_000),
        lots=lots,
    )


def schools_counselling_ended(start: datetime, published: datetime) -> Release:
    """Its procurement termination notice."""
    return fts_release(
        910203,
        0x0A0002,
        published,
        "School-based counselling for pupils aged 11 to 18",
        "The procurement is ended. Funding for the coming school year was not confirmed; the "
        "council expects to consult providers again in the spring.",
        buyer="Vale of Arden County Council",
        region="UKG13",
        notice_type="UK12",
        tag=("tenderCancellation",),
        status="withdrawn",
    )


def advocacy_engagement(start: datetime, published: datetime) -> Release:
    """Early engagement with a date to take part by."""
    release = fts_release(
        910103,
        0x0A0003,
        published,
        "Independent Mental Health Advocacy (IMHA): early conversation with providers",
        "We want to hear from providers of independent advocacy before we write the specification.",
        buyer="Vale of Arden Integrated Care Board",
        region="UKG1",
        notice_type="UK2",
        tag=("planning",),
        section="planning",
        cpv="85000000",
        status="planning",
    )
    release["planning"]["milestones"] = [
        {
            "id": "1",
            "type": "engagement",
            "dueDate": iso(uk_day(start, 9, time(17))),
            "description": "Join the online meeting or answer the short questionnaire.",
        }
    ]
    return release


def psr_intention(start: datetime, published: datetime) -> Release:
    """The trap: tagged tender, active, with a date, and yet not open to bids."""
    release = fts_release(
        910104,
        0x0A0004,
        published,
        "Talking therapies for anxiety and depression",
        "This is a Provider Selection Regime intention to award notice under the most suitable "
        "provider process. The awarding of this contract is subject to the Health Care Services "
        "(Provider Selection Regime) Regulations 2023. The contract has not yet formally been "
        "awarded. Representations by providers must be made by midnight of the date given.",
        buyer="Saltmarsh Integrated Care Board",
        region="UKH1",
        notice_type="",
        cpv="85121270",
        legalBasis={"scheme": "CELEX", "id": "32014L0024"},
        tenderPeriod={"endDate": iso(uk_day(start, 8, time(23, 59)))},
    )
    release["tender"]["documents"] = []
    return release


def scottish_copy(published: datetime, number: int, ocid: int, deadline: datetime) -> Release:
    """One of two copies of the same Scottish notice under two procurement numbers."""
    release = fts_release(
        number,
        ocid,
        published,
        "Distress Brief Intervention Service",
        "A compassionate response within 24 hours for people in emotional distress. "
        "(SC Ref:990001)",
        buyer="Glenmorrow Health and Social Care Partnership",
        region="UKM7",
        notice_type="",
        cpv="85323000",
        legalBasis={"scheme": "CELEX", "id": "32014L0024"},
        tenderPeriod={"endDate": iso(deadline)},
    )
    release["tender"]["documents"] = []
    canonical = "https://api.publiccontractsscotland.gov.uk/v1/Notice?id=ocds-r6ebe6-0000990001"
    release["links"] = [{"rel": "canonical", "href": canonical}]
    return release


CAFE, CAFE_MOVED = 910101, 910202


def find_a_tender(start: datetime) -> list[Sample]:
    """Everything the sample Find a Tender publishes."""

    def at(hours: float) -> datetime:
        return start + timedelta(hours=hours)

    deadline, later = uk_day(start, 18), uk_day(start, 25)
    scottish = uk_day(start, 22)
    return [
        *(simple(start, *one) for one in plain(start)),
        Sample(hours=-200, content=crisis_cafe(start, CAFE, at(-200), deadline)),
        Sample(hours=-170, content=schools_counselling(start, at(-170))),
        Sample(hours=-120, content=advocacy_engagement(start, at(-120))),
        Sample(hours=-60, content=psr_intention(start, at(-60))),
        Sample(hours=-50, content=scottish_copy(at(-50), 910108, 0x0A0009, scottish)),
        Sample(hours=-49.9, content=scottish_copy(at(-49.9), 910109, 0x0A000A, scottish)),
        Sample(hours=NEXT_DAY, content=crisis_cafe(start, CAFE_MOVED, at(NEXT_DAY), later)),
        Sample(
            hours=NEXT_DAY + 0.5,
            content=schools_counselling_ended(start, at(NEXT_DAY + 0.5)),
        ),
    ]


Plain = tuple[float, int, int, str, str, str, str, dict[str, Any]]
"""Hours from the start, numbers of notice and ocid, title, text, notice type, CPV, and the rest."""


def plain(start: datetime) -> list[Plain]:
    """Notices of which nothing more is told."""
    return [
        (-150, 910105, 0x0A0005, "Linen and laundry for Saltmarsh Mental Health NHS Trust",
         "Collection, washing and delivery of linen for inpatient wards.", "UK4", "98310000",
         {"tenderPeriod": {"endDate": iso(uk_day(start, 20))}}),
        (-100, 910106, 0x0A0006, "Resurfacing of the market square car park",
         "Planing and resurfacing works.", "UK4", "45233222",
         {"tenderPeriod": {"endDate": iso(uk_day(start, 15))}}),
        (-80, 910107, 0x0A0007, "Suicide bereavement support service",
         "We plan to invite tenders for support to people bereaved by suicide.", "UK3",
         "85312300", {"status": "planned",
                      "communication": {"futureNoticeDate": iso(uk_day(start, 40))}}),
        (NEXT_DAY + 1, 910201, 0x0A0008, "Men's mental health peer support groups",
         "Peer support groups and a helpline for men's mental health across the district.", "UK4",
         "85312300", {"tenderPeriod": {"endDate": iso(uk_day(start, 16, time(17)))},
                      "value": money(60_000)}),
    ]  # fmt: skip


def simple(
    start: datetime,
    hours: float,
    number: int,
    ocid: int,
    title: str,
    text: str,
    kind: str,
    cpv: str,
    more: dict[str, Any],
) -> Sample:
    """One of them as a release."""
    planned = kind == "UK3"
    return Sample(
        hours=hours,
        content=fts_release(
            number,
            ocid,
            start + timedelta(hours=hours),
            title,
            text,
            buyer="Northmoor Council",
            region="UKE22",
            notice_type=kind,
            tag=("planning",) if planned else ("tender",),
            section="planning" if planned else "tender",
            cpv=cpv,
            **more,
        ),
    )


def cf_release(guid: str, number: int, published: datetime, **tender: Any) -> Release:
    """A Contracts Finder release."""
    buyer = tender.pop("buyer")
    return {
        "ocid": f"ocds-b5fd17-{guid}",
        "id": f"{guid.replace('a', 'b')}-{number}",
        "date": iso(published),
        "tag": ["tender"],
        "initiationType": "tender",
        "language": "en",
        "buyer": {"id": "GB-CFS-000001", "name": buyer},
        "parties": [
            {
                "id": "GB-CFS-000001",
                "name": buyer,
                "roles": ["buyer"],
                "contactPoint": {"email": "housing@example.org"},
            }
        ],
        "tender": {
            "id": f"DEMO-CF-{number}",
            "status": "active",
            "datePublished": iso(published),
            "mainProcurementCategory": "services",
            **tender,
        },
    }


def contracts_finder(start: datetime) -> list[Sample]:
    """Everything the sample Contracts Finder publishes."""

    def at(hours: float) -> datetime:
        return start + timedelta(hours=hours)

    guid = "0a0a0a0a-0000-4000-8000-0000000000{:02d}"
    place = [{"id": "1", "deliveryAddresses": [{"region": "Yorkshire and the Humber"}]}]
    return [
        Sample(
            hours=-140,
            content=cf_release(
                guid.format(1),
                990101,
                at(-140),
                buyer="Northmoor District Council",
                title="Supported housing for adults with mental health needs",
                description="Accommodation-based mental health support in two houses.\r\n"
                "Additional information: visits can be arranged.",
                classification={"scheme": "CPV", "id": "85311000"},
                tenderPeriod={"endDate": iso(uk_day(start, 12, time(23, 59)))},
                value={"amount": 180_000, "currency": "GBP"},
                suitability={"sme": True, "vcse": True},
                items=place,
            ),
        ),
        Sample(
            hours=-90,
            content=cf_release(
                guid.format(2),
                990102,
                at(-90),
                buyer="Northmoor District Council",
                title="Grounds maintenance for parks",
                description="Mowing, planting and hedge cutting.",
                classification={"scheme": "CPV", "id": "77310000"},
                tenderPeriod={"endDate": iso(uk_day(start, 12))},
                suitability={"sme": True, "vcse": False},
                items=place,
            ),
        ),
    ]


def feed_items(start: datetime) -> list[Sample]:
    """What the sample infrastructure body posts: title, text and address."""
    closing = uk_day(start, 30)
    return [
        Sample(
            hours=-75,
            content=(
                "Small grants for community mental health and wellbeing",
                "Grants of up to £5,000 for groups that support people's mental wellbeing. "
                f"Applications must be received by 12 noon on {closing:%-d %B %Y}.",
                "community-mental-health-grants",
            ),
        ),
        Sample(
            hours=-30,
            content=("Our annual meeting", "Tea and cakes at the town hall.", "annual-meeting"),
        ),
    ]


def feed_xml(items: list[tuple[str, str, str, datetime]]) -> str:
    """An RSS feed as WordPress writes it."""
    rows = "".join(
        f"<item><title>{escape(title)}</title>"
        f"<link>https://voluntaryaction.example.org/{slug}/</link>"
        f'<guid isPermaLink="false">https://voluntaryaction.example.org/?p={slug}</guid>'
        f"<pubDate>{published:%a, %d %b %Y %H:%M:%S +0000}</pubDate>"
        f"<description><![CDATA[<p>{text}</p>]]></description></item>"
        for title, text, slug, published in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        "<title>Arden Voluntary Action: funding</title>"
        "<link>https://voluntaryaction.example.org/</link><description>Funding news</description>"
        f"{rows}</channel></rss>"
    )


def list_rows(start: datetime) -> list[Sample]:
    """What the sample NHS portal lists: reference, id, title, body, deadline."""
    return [
        Sample(
            hours=-110,
            content=(
                "C990001",
                "a07DEMO00001",
                "Children and young people's emotional wellbeing service",
                "Saltmarsh Integrated Care Board",
                uk_day(start, 14),
                "PSR Competitive Process",
            ),
        ),
        Sample(
            hours=-105,
            content=(
                "C990002",
                "a07DEMO00002",
                "Ultrasound machines",
                "Saltmarsh Hospitals NHS Foundation Trust",
                uk_day(start, 10),
                "PA23 Open Procedure",
            ),
        ),
    ]


def list_html(rows: list[tuple[str, str, str, str, datetime, str]]) -> str:
    """The list page of an Atamis portal."""
    body = "".join(
        f'<tr><td class="col-ref">{ref}</td><td class="col-title">'
        '<a class="result-title" '
        f'href="{NHS_PORTAL}/ProSpend__CS_ContractPage?SearchType=Projects&amp;uid={uid}">'
        f'{escape(title)}</a></td><td class="js-dyn-holder">'
        f'<span class="js-dyn" data-label="Contracting Authority">{escape(buyer)}</span>'
        f'<span class="js-dyn" data-label="Response Deadline">'
        f"{deadline.day}/{deadline.month}/{deadline.year} {deadline:%H:%M}</span>"
        f'<span class="js-dyn" data-label="Procurement Route">{route}</span></td></tr>'
        for ref, uid, title, buyer, deadline, route in rows
    )
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Atamis</title></head><body>"
        "<h1 class='sp-title'>Find Opportunities</h1><table class='sp-table js-dyn-table'><thead>"
        "<tr><th>Reference</th><th>Opportunity Title</th><th>Action</th></tr></thead>"
        f"<tbody>{body}</tbody></table><span>Page 1 of 1</span></body></html>"
    )
