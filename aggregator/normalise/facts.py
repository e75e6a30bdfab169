"""What a release states about its procurement."""

from collections.abc import Iterable
from typing import Any

from aggregator.model import (
    Award,
    Document,
    Facts,
    Lot,
    Money,
    Period,
    ProcurementKind,
    StatedTime,
)
from aggregator.normalise.awards import awards
from aggregator.normalise.dialect import Dialect
from aggregator.normalise.lots import criteria, extension, lots
from aggregator.normalise.parties import Parties
from aggregator.normalise.sections import Sections, codes_of
from aggregator.normalise.values import (
    address_at,
    day_at,
    each_once,
    money_at,
    period_at,
    time_at,
    unanimous,
    web_address,
)
from aggregator.ocds import Part
from aggregator.parsing import places
from aggregator.parsing.dates import ZoneRule, in_words

Stated = dict[str, Any]
"""Some of the fields of Facts by name; `Facts` itself refuses a name that it does not know."""

_LONGEST_NAME = 500
_ENDINGS = frozenset({"tenderCancellation", "contractTermination", "awardCancellation"})


def facts(parts: Sections, dialect: Dialect, *, ocid: str | None, tags: tuple[str, ...]) -> Facts:
    """All fields that are stated; every other is None or empty."""
    zone = dialect.zone
    parties = Parties(parts.release)
    found_lots = lots(parts.tender, parts.items, zone)
    return Facts(
        kind=ProcurementKind.CONTRACT,
        lots=found_lots,
        reference=_reference(parts.tender, ocid),
        documents=_documents(parts),
        reason_ended=_reason_ended(parts) if _ENDINGS.intersection(tags) else None,
        **_who(parties),
        **_what(parts, dialect, found_lots),
        **_by_which_rules(parts),
        **_when(parts, zone),
        **_until_when(parts, found_lots, awards(parts, parties, zone), zone),
        **_who_may_bid(parts.tender, found_lots),
    )


def _who(parties: Parties) -> Stated:
    buyers = parties.buyers()
    return {
        "buyers": buyers,
        "other_organisations": parties.others(buyers),
        "contact": parties.contact(),
    }


def _what(parts: Sections, dialect: Dialect, found: tuple[Lot, ...]) -> Stated:
    """Title, texts, codes, places and sums."""
    tender = parts.tender
    description, glued = _description(tender, dialect)
    return {
        "title": _title(parts),
        "description": description,
        "additional_text": _joined(parts.release.text("description"), glued),
        "category": _category(parts),
        "classifications": each_once(
            (*codes_of(tender), *(code for item in parts.items for code in item.classifications))
        ),
        "places": each_once(place for item in parts.items for place in item.places),
        "value": money_at(tender, "value") or _only_lot_value(found),
        "minimum_value": money_at(tender, "minValue"),
    }


def _by_which_rules(parts: Sections) -> Stated:
    """Status, procedure, law, and what kind of agreement is set up."""
    tender = parts.tender
    return {
        "status": tender.word("status"),
        "method": tender.word("procurementMethod"),
        "method_details": tender.text("procurementMethodDetails"),
        "legal_basis": _legal_basis(tender),
        "special_regime": tender.words("specialRegime"),
        "above_threshold": _above_threshold(parts),
        "framework": _technique(tender, "hasFrameworkAgreement", "frameworkAgreement"),
        "dynamic_market": _technique(
            tender, "hasDynamicPurchasingSystem", "dynamicPurchasingSystem"
        ),
    }


def _when(parts: Sections, zone: ZoneRule) -> Stated:
    """The dates by which somebody must act."""
    tender = parts.tender
    engagement_deadline, engagement_text = _engagement(parts.planning, zone)
    return {
        "deadline": _deadline(tender, zone),
        "enquiry_deadline": time_at(tender.part("enquiryPeriod"), "endDate", zone),
        "engagement_deadline": engagement_deadline,
        "engagement_text": engagement_text,
        "expected_tender": day_at(tender.part("communication"), "futureNoticeDate", zone),
    }


def _until_when(
    parts: Sections, found: tuple[Lot, ...], decided: tuple[Award, ...], zone: ZoneRule
) -> Stated:
    """What was awarded, and how long contracts run."""
    return {
        "awards": decided,
        "contract_period": period_at(parts.tender, "contractPeriod", zone)
        or _shared_period(found, decided),
        "extension": _extension(parts, found),
    }


def _who_may_bid(tender: Part, found: tuple[Lot, ...]) -> Stated:
    """Whom it suits or is reserved for, how bids are scored, and how to take part."""
    suitability, other = tender.part("suitability"), tender.part("otherRequirements")
    return {
        "suitable_sme": _suitable(suitability.yes("sme"), (lot.suitable_sme for lot in found)),
        "suitable_vcse": _suitable(suitability.yes("vcse"), (lot.suitable_vcse for lot in found)),
        "reserved": other.words("reservedParticipation"),
        "reserved_area": _reserved_area(other),
        "criteria": criteria(tender),
        "how_to_take_part": tender.text("submissionMethodDetails"),
        "portal_url": _portal(tender, tender.part("communication")),
    }


def _title(parts: Sections) -> str | None:
    """Defence forms leave tender.title out; an award or contract may still carry one."""
    for part in (parts.tender, parts.release):
        if title := part.label("title"):
            return title
    decided = (*parts.awards, *parts.contracts)
    return unanimous(part.label("title") for part in decided)


def _description(tender: Part, dialect: Dialect) -> tuple[str | None, str | None]:
    """The description, and what the service glued on under its own heading."""
    text = tender.text("description")
    if text is None or dialect.glued is None:
        return text, None
    own, heading, glued = f"\n{text}".partition(f"\n{dialect.glued}")
    return (own.strip() or None, glued.strip() or None) if heading else (text, None)


def _joined(*texts: str | None) -> str | None:
    return "\n\n".join(filter(None, texts)) or None


def _reference(tender: Part, ocid: str | None) -> str | None:
    """The buyer's own reference; where a service fills in the ocid, there is none.

    Sell2Wales writes "<ocid>-tender-1-<reference>".
    """
    published = tender.word("id")
    if published is None or ocid is None or not published.startswith(ocid):
        return published
    _, marker, rest = published.removeprefix(ocid).partition("-tender-")
    return rest.partition("-")[2] or None if marker else None


def _category(parts: Sections) -> str | None:
    key = "mainProcurementCategory"
    return parts.tender.word(key) or unanimous(award.word(key) for award in parts.awards)


def _legal_basis(tender: Part) -> str | None:
    """ "UKPGA 2023/54" or "CELEX 32014L0024"."""
    basis = tender.part("legalBasis")
    return " ".join(filter(None, (basis.word("scheme"), basis.word("id")))) or None


def _above_threshold(parts: Sections) -> bool | None:
    said = parts.tender.yes("aboveThreshold")
    if said is not None:
        return said
    return unanimous(part.yes("aboveThreshold") for part in (*parts.awards, *parts.contracts))


def _technique(tender: Part, flag: str, described: str) -> bool | None:
    """Whether a framework or dynamic system is set up: as flagged, or because it is described."""
    techniques = tender.part("techniques")
    said = techniques.yes(flag)
    return True if said is None and techniques.data.get(described) else said


def _deadline(tender: Part, zone: ZoneRule) -> StatedTime | None:
    """By when a bidder must act: in two-stage procedures, ask to take part."""
    bids = time_at(tender.part("tenderPeriod"), "endDate", zone)
    interest = time_at(tender, "expressionOfInterestDeadline", zone)
    if interest is None:
        return bids
    if bids is not None and bids.instant != interest.instant:
        tender.note(
            "expressionOfInterestDeadline",
            f"taken as the deadline; those invited then bid by {in_words(bids)}",
        )
    return interest


def _engagement(planning: Part, zone: ZoneRule) -> tuple[StatedTime | None, str | None]:
    """Until when and how suppliers can take part in early engagement."""
    due: StatedTime | None = None
    texts: list[str | None] = []
    for milestone in planning.parts("milestones"):
        if milestone.word("type") == "engagement":
            due = due or time_at(milestone, "dueDate", zone)
            texts.append(milestone.text("description"))
    return due, _joined(*texts)


def _only_lot_value(found: tuple[Lot, ...]) -> Money | None:
    """Where there is a single lot, its value is the value of the whole."""
    return found[0].value if len(found) == 1 else None


def _shared_period(found: tuple[Lot, ...], decided: tuple[Award, ...]) -> Period | None:
    """The contract period on which all lots, or else all awards, agree."""
    return unanimous(lot.period for lot in found) or unanimous(award.period for award in decided)


def _extension(parts: Sections, found: tuple[Lot, ...]) -> str | None:
    own = extension(parts.tender) or unanimous(lot.extension for lot in found)
    return own or unanimous(extension(part) for part in (*parts.contracts, *parts.awards))


def _suitable(whole: bool | None, by_lot: Iterable[bool | None]) -> bool | None:
    """Stated for the whole, or true for at least one lot; silence is never "no"."""
    if whole is not None:
        return whole
    return True if any(by_lot) else None


def _reserved_area(other: Part) -> str | None:
    """Where bidders must be based, where participation is reserved to an area."""
    if not other.data.get("reservedParticipationLocation"):
        return None
    location = other.part("reservedParticipationLocation")
    codes = location.part("gazetteer").words("identifiers")
    named = ", ".join(places.name(code) or code for code in codes)
    return location.text("description") or named or None


def _portal(tender: Part, communication: Part) -> str | None:
    """Where bids are made: its own field, or submission details that are nothing but an address."""
    return address_at(communication, "atypicalToolUrl") or web_address(
        tender.text("submissionMethodDetails")
    )


def _documents(parts: Sections) -> tuple[Document, ...]:
    """Files and pages; the notice itself, which every release lists too, is not among them."""
    found: dict[tuple[str, str | None], Document] = {}
    for section in (parts.planning, parts.tender, *parts.awards, *parts.contracts):
        for number, part in enumerate(section.parts("documents"), start=1):
            document = None if is_notice(part) else _document(part, number)
            if document is not None:
                found.setdefault((document.id, document.url), document)
    return tuple(found.values())


def is_notice(document: Part) -> bool:
    """Whether a listed document is a published notice: "tenderNotice", "awardNotice" and so on."""
    kind = document.data.get("documentType")
    return "noticeType" in document.data or (isinstance(kind, str) and kind.endswith("Notice"))


def _document(part: Part, number: int) -> Document | None:
    """None for an entry with neither an address nor a title: it leads nowhere."""
    url = address_at(part, "url")
    title = part.label("title", longest=_LONGEST_NAME)
    title = title or part.label("description", longest=_LONGEST_NAME)
    if url is None and title is None:
        return None
    return Document(
        id=part.word("id") or str(number),
        url=url,
        title=title,
        document_type=part.word("documentType"),
    )


def _reason_ended(parts: Sections) -> str | None:
    """Why a procurement or contract was ended, in the buyer's words."""
    concerned = (parts.tender, *parts.awards, *parts.contracts)
    said = [part.text("statusDetails") for part in concerned]
    for contract in parts.contracts:
        said += [reason.text("description") or reason.word("id") for reason in _reasons(contract)]
    for part in concerned:
        said += [change.text("rationale") for change in part.parts("amendments")]
    return _joined(*dict.fromkeys(said))


def _reasons(contract: Part) -> list[Part]:
    """Why a contract was terminated; the singular is an older spelling of the key."""
    key = "terminationRationaleClassification"
    return contract.parts(f"{key}s") + contract.parts(key)
