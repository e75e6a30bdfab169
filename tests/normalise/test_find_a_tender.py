"""What a Find a Tender release says, field by field."""

from decimal import Decimal

import pytest

from aggregator.model import (
    AwardCriterion,
    Buyer,
    Classification,
    Contact,
    Document,
    Facts,
    Money,
    Notice,
    Period,
    Place,
    Precision,
    ProcurementKind,
    RelatedProcess,
)
from aggregator.normalise import notice_from_release
from aggregator.parsing.dates import in_words
from aggregator.testing import utc
from normalise.releases import FIND_A_TENDER, UK4, UK7, Release, changed


def notice(release: Release) -> Notice:
    return notice_from_release(release, FIND_A_TENDER)


def facts(release: Release) -> Facts:
    return notice(release).facts


def test_a_clean_release_raises_no_flags() -> None:
    assert notice(UK4).flags == ()
    assert notice(UK7).flags == ()


def test_the_notice_is_known_by_its_own_id_and_page() -> None:
    found = notice(UK4)
    assert (found.source_id, found.notice_id, found.ocid) == (
        *("find-a-tender", "000123-2026", "ocds-h6vhtk-0a1b2c"),
    )
    assert found.url == "https://www.find-tender.service.gov.uk/Notice/000123-2026"
    assert found.published is not None
    assert found.published.instant == utc(2026, 11, 2, 9, 30)
    assert (found.tags, found.language) == (("tender",), "en")


def test_the_notice_type_is_that_of_the_document_with_the_notice_id() -> None:
    assert notice(UK4).notice_type == "UK4"
    assert notice(UK7).notice_type == "UK7"


def test_a_legacy_form_has_no_notice_type() -> None:
    release = changed(UK4, "tender.documents", [])
    assert notice(changed(release, "tender.legalBasis.id", "32014L0024")).notice_type is None


def test_notice_types_of_other_notices_decide_only_where_they_agree() -> None:
    assert notice(changed(UK4, "id", "000999-2026")).notice_type is None
    older = changed(UK4, "tender.documents.1", {"id": "A-2"})
    assert notice(older).notice_type == "UK3"


def test_a_merely_redated_release_keeps_its_version() -> None:
    redated = changed(UK4, "date", "2026-11-09T09:30:00+00:00")
    assert notice(redated).version == notice(UK4).version
    assert notice(changed(UK4, "tender.title", "New")).version != notice(UK4).version


def test_texts_are_plain() -> None:
    assert facts(UK4).title == "Crisis café for adults"
    assert facts(UK4).description == "An evening crisis café.\nRun by the voluntary sector."


def test_extra_information_is_additional_text() -> None:
    assert facts(changed(UK4, "description", "SC Ref")).additional_text == "SC Ref"


def test_what_is_bought_and_how() -> None:
    found = facts(UK4)
    assert found.kind is ProcurementKind.CONTRACT
    assert (found.reference, found.status, found.category) == ("NM-2026-17", "active", "services")
    assert (found.method, found.method_details) == ("open", "Open procedure")
    assert found.legal_basis == "UKPGA 2023/54"
    assert found.special_regime == ("lightTouch",)
    assert found.above_threshold is True


def test_the_ocid_is_no_reference_of_the_buyer() -> None:
    assert facts(UK7).reference is None


def test_the_buyer_comes_with_region_and_postcode() -> None:
    assert facts(UK4).buyers == (
        Buyer(
            name="Northmoor Council",
            id="GB-PPON-AAAA-1111-BBBB",
            region="UKE42",
            postcode="LS1 1UR",
        ),
    )


def test_a_missing_buyer_is_found_among_the_parties() -> None:
    assert facts(changed(UK4, "buyer", None)).buyers[0].name == "Northmoor Council"


def test_several_bodies_may_buy_together() -> None:
    party = {"name": "Southmoor Council", "id": "x", "roles": ["buyer", "procuringEntity"]}
    release = changed(UK4, "parties.1", party)
    assert [buyer.name for buyer in facts(release).buyers] == [
        "Northmoor Council",
        "Southmoor Council",
    ]


def test_without_a_buyer_the_procuring_entity_stands_in() -> None:
    release = changed(changed(UK4, "buyer", None), "parties.0.roles", ["procuringEntity"])
    assert [buyer.name for buyer in facts(release).buyers] == ["Northmoor Council"]


def test_other_parties_are_named_for_masking() -> None:
    assert facts(UK4).other_organisations == ("Northmoor County Court",)
    assert facts(UK7).other_organisations == ("Harbour Minds",)


def test_a_buyer_that_reviews_itself_is_no_other_party() -> None:
    release = changed(UK4, "parties.1.name", "NORTHMOOR COUNCIL")
    assert facts(release).other_organisations == ()


def test_the_contact_is_the_buyers_and_dead_addresses_are_dropped() -> None:
    assert facts(UK4).contact == Contact(
        name="The Commissioning Team",
        email="commissioning@northmoor.example.org",
        telephone="01234 567890",
        url=None,
    )


def test_a_supplier_is_never_the_contact() -> None:
    release = changed(UK7, "parties.1.contactPoint", {"email": "minds@harbour.example.org"})
    assert facts(release).contact is None


def test_codes_come_from_the_items_where_there_is_no_main_one() -> None:
    expected = Classification(scheme="CPV", id="85312320", description="Counselling services")
    assert facts(UK4).classifications == (expected,)
    assert facts(UK4).lots[0].classifications == (expected,)


def test_a_main_code_comes_first_and_check_digits_go() -> None:
    release = changed(UK4, "tender.classification", {"scheme": "CPV", "id": "85100000-0"})
    assert [code.id for code in facts(release).classifications] == ["85100000", "85312320"]


def test_codes_of_an_award_count_too() -> None:
    assert [code.id for code in facts(UK7).classifications] == ["85312320"]
    assert facts(UK7).places == (Place(code="UKE42"),)


def test_the_value_has_both_amounts() -> None:
    assert facts(UK4).value == Money(amount=Decimal(495000), gross=Decimal(594000))


@pytest.mark.parametrize(
    "value", [{"amountGross": 0}, {"amount": 0.01, "amountGross": 0.01}, {"amount": 0}, {}, None]
)
def test_placeholders_are_no_value_and_no_fault(value: object) -> None:
    release = changed(changed(UK4, "tender.lots", []), "tender.value", value)
    assert facts(release).value is None
    assert notice(release).flags == ()


@pytest.mark.parametrize("amount", [float("inf"), float("nan"), -1, 10**30, "lots", [5], True])
def test_impossible_amounts_are_left_out_and_told(amount: object) -> None:
    release = changed(changed(UK4, "tender.lots", []), "tender.value", {"amount": amount})
    assert facts(release).value is None
    assert notice(release).flags
    assert all("tender, value, amount" in flag for flag in notice(release).flags)


def test_the_value_of_an_only_lot_is_the_value_of_the_whole() -> None:
    release = changed(UK4, "tender.value", None)
    assert facts(release).value == Money(amount=Decimal(495000), gross=Decimal(594000))


def test_values_of_several_lots_are_not_added_up() -> None:
    release = changed(UK4, "tender.value", None)
    release["tender"]["lots"].append({"id": "2", "value": {"amount": 5}})
    assert facts(release).value is None
    assert facts(release).lots[1].value == Money(amount=Decimal(5))


def test_other_currencies_are_kept() -> None:
    release = changed(UK4, "tender.value", {"amount": 5, "currency": "aed"})
    assert facts(release).value == Money(amount=Decimal(5), currency="AED")


def test_the_deadlines() -> None:
    found = facts(UK4)
    assert found.deadline is not None
    assert found.enquiry_deadline is not None
    assert in_words(found.deadline) == "Friday 4 December 2026, 12 noon"
    assert in_words(found.enquiry_deadline) == "Friday 20 November 2026, 5pm"


def test_a_bare_date_is_a_deadline_to_the_day() -> None:
    found = facts(changed(UK4, "tender.tenderPeriod.endDate", "2026-06-19")).deadline
    assert found is not None
    assert found.precision is Precision.DAY


def test_in_two_stages_the_first_deadline_counts_and_the_second_is_told() -> None:
    release = changed(UK4, "tender.expressionOfInterestDeadline", "2026-11-27T12:00:00+00:00")
    found = notice(release)
    assert found.facts.deadline is not None
    assert in_words(found.facts.deadline) == "Friday 27 November 2026, 12 noon"
    assert "Friday 4 December 2026, 12 noon" in found.flags[0]


def test_a_placeholder_date_is_left_out_and_told() -> None:
    found = notice(changed(UK4, "tender.tenderPeriod.endDate", "0001-01-01T00:00:00Z"))
    assert found.facts.deadline is None
    assert found.flags == (
        "tender, tenderPeriod, endDate: '0001-01-01T00:00:00Z' is a placeholder,"
        " not a date, left out",
    )


def test_early_engagement_has_a_date_and_says_how_to_join() -> None:
    milestone = {
        "id": "engagement",
        "type": "engagement",
        "description": "Fill in the questionnaire.",
        "dueDate": "2026-09-21T23:59:59+01:00",
    }
    release = changed(UK4, "planning", {"milestones": [{"type": "other"}, milestone]})
    found = facts(release)
    assert found.engagement_deadline is not None
    assert in_words(found.engagement_deadline) == "Monday 21 September 2026, 11:59pm"
    assert found.engagement_text == "Fill in the questionnaire."


def test_the_next_notice_is_expected_on_a_day() -> None:
    release = changed(UK4, "tender.communication.futureNoticeDate", "2027-01-29T23:59:59Z")
    found = facts(release).expected_tender
    assert found is not None
    assert in_words(found) == "Friday 29 January 2027"


def test_a_lot_says_all_about_itself() -> None:
    (lot,) = facts(UK4).lots
    assert (lot.id, lot.status, lot.description) == ("1", "active", None)
    assert lot.criteria == (
        AwardCriterion(name="Quality", kind="quality", weight="70%"),
        AwardCriterion(name="Price", kind="price", weight="30%"),
    )
    assert (lot.suitable_sme, lot.suitable_vcse) == (True, True)
    assert lot.extension == "Two further years, one at a time."
    assert lot.places == (Place(code="UKE42"),)
    period = lot.period
    assert period is not None
    assert [in_words(day) for day in (period.start, period.end, period.latest_end) if day] == [
        *("Thursday 1 April 2027", "Sunday 31 March 2030", "Wednesday 31 March 2032"),
    ]


def test_what_all_lots_say_holds_for_the_whole() -> None:
    found = facts(UK4)
    assert found.contract_period == found.lots[0].period
    assert found.extension == "Two further years, one at a time."
    assert found.suitable_vcse is True


def test_lots_that_differ_leave_the_whole_open() -> None:
    release = changed(UK4, "tender.lots.0.suitability", None)
    release["tender"]["lots"].append({"id": "2", "contractPeriod": {"durationInDays": 30}})
    found = facts(release)
    assert found.contract_period is None
    assert found.suitable_vcse is None
    assert found.lots[1].period == Period(days=30)


def test_reserved_participation_and_its_area() -> None:
    other = {
        "reservedParticipation": "smeVcse",
        "reservedParticipationLocation": {
            "gazetteer": {"scheme": "NUTS", "identifiers": ["UKE42", "UKX99"]}
        },
    }
    found = facts(changed(UK4, "tender.otherRequirements", other))
    assert found.reserved == ("smeVcse",)
    assert found.reserved_area == "Leeds, UKX99"


@pytest.mark.parametrize(
    ("techniques", "framework"),
    [
        ({"hasFrameworkAgreement": True}, True),
        ({"hasFrameworkAgreement": False}, False),
        ({"frameworkAgreement": {"type": "open"}}, True),
        ({}, None),
    ],
)
def test_frameworks(techniques: object, framework: bool | None) -> None:
    assert facts(changed(UK4, "tender.techniques", techniques)).framework is framework


def test_how_to_take_part_and_the_portal() -> None:
    found = facts(UK4)
    assert found.how_to_take_part == "https://portal.example.org/respond/1"
    assert found.portal_url == "https://portal.example.org/respond/1"


@pytest.mark.parametrize(
    "words", ["Email us at bids@example.org", "javascript:alert(1)", "http://", "https://localhost"]
)
def test_words_about_bidding_are_no_portal_address(words: str) -> None:
    assert facts(changed(UK4, "tender.submissionMethodDetails", words)).portal_url is None


def test_documents_are_listed_without_the_notices_themselves() -> None:
    assert facts(UK4).documents == (
        Document(
            id="A-1",
            url="https://www.find-tender.service.gov.uk/Notice/Attachment/A-1",
            title="The specification",
            document_type="biddingDocuments",
        ),
    )


def test_an_award_has_its_contract_folded_in() -> None:
    (award,) = facts(UK7).awards
    assert (award.id, award.title, award.status) == ("1", "Crisis café", "active")
    assert award.suppliers == ("Harbour Minds",)
    assert award.value == Money(amount=Decimal(400000), gross=Decimal(480000))
    assert award.lots == ("1",)
    days = (award.decided, award.signed, award.period and award.period.end)
    assert [in_words(day) for day in days if day] == [
        *("Wednesday 10 February 2027", "Thursday 25 February 2027", "Sunday 31 March 2030"),
    ]
    assert award.standstill_end is not None
    assert in_words(award.standstill_end) == "Monday 22 February 2027, 11:59pm"


def test_a_supplier_without_name_is_looked_up() -> None:
    release = changed(UK7, "awards.0.suppliers", [{"id": "GB-CHC-0000000", "name": None}])
    assert facts(release).awards[0].suppliers == ("Harbour Minds",)


def test_a_contract_without_its_award_stands_for_itself() -> None:
    found = facts(changed(UK7, "awards", None)).awards
    assert [(award.id, award.status) for award in found] == [("1", "active")]
    assert found[0].signed is not None


def test_what_awards_agree_on_holds_for_the_whole() -> None:
    found = facts(UK7)
    assert (found.category, found.above_threshold) == ("services", False)
    assert found.contract_period == found.awards[0].period


def test_a_title_missing_on_defence_forms_is_taken_from_the_contract() -> None:
    assert facts(changed(UK7, "tender.title", None)).title == "Crisis café"


def test_a_canonical_link_names_the_procurement_it_was_copied_from() -> None:
    links = [
        {"rel": "canonical", "href": "https://api.example.org/v1/Notice?id=ocds-r6ebe6-0000830315"},
        {"rel": "self", "href": "https://example.org"},
    ]
    assert notice(changed(UK4, "links", links)).related == (
        RelatedProcess(
            relationship="canonical", identifier="ocds-r6ebe6-0000830315", scheme="ocid"
        ),
    )


def test_related_processes_keep_relationship_scheme_and_identifier() -> None:
    rows = [
        {
            "relationship": ["framework"],
            "scheme": "ocid",
            "identifier": "ocds-h6vhtk-000001",
        },
        {"relationship": "planning", "uri": "https://example.org/earlier"},
        {"relationship": ["planning"]},
    ]
    assert notice(changed(UK4, "relatedProcesses", rows)).related == (
        RelatedProcess(relationship="framework", identifier="ocds-h6vhtk-000001", scheme="ocid"),
        RelatedProcess(relationship="planning", identifier="https://example.org/earlier"),
    )


def test_a_cancellation_says_why() -> None:
    release = changed(UK4, "tag", ["tenderCancellation"])
    release = changed(release, "tender.status", "withdrawn")
    release = changed(release, "tender.statusDetails", "Funding fell through.")
    assert facts(release).reason_ended == "Funding fell through."


def test_a_termination_says_why() -> None:
    release = changed(UK7, "tag", ["contractTermination"])
    reasons = [{"id": "mutual", "description": "By mutual agreement"}, {"id": "expiry"}]
    release = changed(release, "contracts.0.terminationRationaleClassifications", reasons)
    assert facts(release).reason_ended == "By mutual agreement\n\nexpiry"


def test_no_reason_is_given_for_what_goes_on() -> None:
    assert facts(changed(UK4, "tender.statusDetails", "All well")).reason_ended is None


def test_addresses_as_a_php_object_are_a_list() -> None:
    release = changed(UK4, "tender.items.0.deliveryAddresses", {"1": {"region": "UK"}})
    assert facts(release).places == (Place(code="UK"),)
    assert notice(release).flags == ()


def test_a_delta_says_only_what_it_says() -> None:
    delta = {
        "ocid": "ocds-h6vhtk-0a1b2c",
        "id": "000200-2026",
        "tag": ["tenderUpdate"],
        "date": "2026-11-20T10:00:00Z",
        "tender": {"id": "NM-2026-17", "title": "Crisis café for adults"},
    }
    stated = {
        name for name in Facts.__dataclass_fields__ if getattr(facts(delta), name) not in (None, ())
    }
    assert stated == {"kind", "title", "reference"}
