"""Contracts Finder and the Scottish and Welsh platform, where they differ from Find a Tender."""

from decimal import Decimal

from aggregator.model import AwardCriterion, Document, Money, Notice, Period, Place, RelatedProcess
from aggregator.normalise import notice_from_release
from aggregator.parsing.dates import in_words
from normalise.releases import CONTRACTS_FINDER, EARLY_ENGAGEMENT, SCOTLAND, SCOTTISH, changed


def english(**changes: object) -> Notice:
    release = EARLY_ENGAGEMENT
    for path, value in changes.items():
        release = changed(release, path.replace("__", "."), value)
    return notice_from_release(release, CONTRACTS_FINDER)


def scottish() -> Notice:
    return notice_from_release(SCOTTISH, SCOTLAND)


def test_neither_raises_flags() -> None:
    assert english().flags == ()
    assert scottish().flags == ()


def test_the_page_of_a_contracts_finder_notice_has_no_running_number() -> None:
    assert english().notice_id == "00000000-0000-4000-8000-0000000000aa-900001"
    assert english().url == (
        "https://www.contractsfinder.service.gov.uk/Notice/00000000-0000-4000-8000-0000000000aa"
    )


def test_additional_information_is_unglued() -> None:
    assert english().facts.description == "We want to hear from you."
    assert english().facts.additional_text == "Email us."


def test_an_engagement_without_description_still_has_its_date() -> None:
    facts = english().facts
    assert facts.engagement_deadline is not None
    assert in_words(facts.engagement_deadline) == "Friday 31 July 2026, 11:59pm"
    assert facts.engagement_text is None
    assert facts.status == "planning"


def test_named_places_and_postcodes_get_codes() -> None:
    assert english().facts.places == (
        Place(code="TLG31", postcode="B4 7DJ"),
        Place(code="TLD", name="North West"),
        Place(name="Isle of Man"),
        Place(code="GB-ENG", name="England"),
    )


def test_nought_is_no_value_and_the_least_value_is_kept() -> None:
    assert english().facts.value is None
    assert english().facts.minimum_value == Money(amount=Decimal(10000))


def test_suitability_is_kept_as_ticked() -> None:
    assert (english().facts.suitable_sme, english().facts.suitable_vcse) == (True, False)


def test_main_and_further_codes_stand_at_the_tender() -> None:
    assert [code.id for code in english().facts.classifications] == ["85000000", "85312320"]


def test_a_link_without_scheme_gets_one() -> None:
    assert english().facts.documents == (
        Document(id="2", url="https://www.example.org/questions", title="Questions"),
    )


def test_a_title_outside_the_tender_will_do() -> None:
    assert english(tender__title=None).facts.title == "Wellbeing hubs: early talks"


def test_a_release_without_id_is_known_by_its_notice_code() -> None:
    assert scottish().notice_id == "ocds-r6ebe6-0000000001/JUN000001"
    assert scottish().url == "https://scotland.example.org/show?ID=JUN000001"


def test_without_any_code_the_version_is_the_last_resort() -> None:
    notice = notice_from_release(changed(SCOTTISH, "tender.documents", None), SCOTLAND)
    assert notice.notice_id == f"ocds-r6ebe6-0000000001/{notice.version}"


def test_scottish_times_are_uk_time() -> None:
    deadline = scottish().facts.deadline
    assert deadline is not None
    assert in_words(deadline) == "Wednesday 1 July 2026, 12 noon"


def test_the_substance_stands_in_the_lots_and_the_notes() -> None:
    facts = scottish().facts
    assert facts.lots[0].description == "Schools in the north."
    assert facts.additional_text == "To register, use the portal.\n(SC Ref:800001)"
    assert facts.lots[0].period == facts.contract_period == Period(days=1080)
    assert facts.extension == "Up to 24 months.\n\nOptions: More schools."


def test_weights_hidden_in_descriptions_are_found() -> None:
    assert scottish().facts.lots[0].criteria == (
        AwardCriterion(name="Quality", kind="quality", weight="60%"),
        AwardCriterion(name="price", kind="price"),
    )


def test_reserved_contracts_and_frameworks() -> None:
    assert scottish().facts.reserved == ("shelteredWorkshop",)
    assert scottish().facts.framework is True


def test_places_come_as_code_and_as_words() -> None:
    assert scottish().facts.places == (Place(code="UKM82"), Place(name="Glen Arden"))


def test_the_tool_named_for_bids_goes_before_the_general_portal() -> None:
    facts = scottish().facts
    assert facts.portal_url == "https://tool.example.org"
    assert facts.how_to_take_part == "http://portal.example.org"


def test_a_link_to_itself_is_no_relation_and_an_earlier_notice_is() -> None:
    assert scottish().related == (
        RelatedProcess(relationship="planning", identifier="2026/S 000-000100", scheme="EU-OJ"),
    )


def test_a_broken_canonical_address_still_names_the_ocid() -> None:
    href = "https://api.wales.example.org/v1?lang=cy/Notice?id=ocds-kuma6s-100001"
    links = [{"rel": "canonical", "href": href}]
    related = notice_from_release(changed(SCOTTISH, "links", links), SCOTLAND).related
    assert related[-1].identifier == "ocds-kuma6s-100001"


def test_files_without_address_keep_their_title_and_nameless_ones_go() -> None:
    assert [document.title for document in scottish().facts.documents] == ["Specification"]


def test_welsh_references_are_freed_of_their_prefix() -> None:
    ocid = "ocds-r6ebe6-0000000001"
    for published, reference in (
        (f"{ocid}-tender-1-WELL/26/3", "WELL/26/3"),
        (f"{ocid}-tender-1", None),
        ("WELL/26/3", "WELL/26/3"),
    ):
        release = changed(SCOTTISH, "tender.id", published)
        assert notice_from_release(release, SCOTLAND).facts.reference == reference


def test_the_language_is_written_small() -> None:
    assert scottish().language == "en"
