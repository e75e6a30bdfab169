"""Made-up releases in the shapes of the real services. All bodies and people are fictional."""

from copy import deepcopy
from typing import Any

from aggregator.normalise import Dialect
from aggregator.parsing.dates import ZoneRule

FIND_A_TENDER = Dialect(
    source_id="find-a-tender", notice_url="https://www.find-tender.service.gov.uk/Notice/{id}"
)
CONTRACTS_FINDER = Dialect(
    source_id="contracts-finder",
    notice_url="https://www.contractsfinder.service.gov.uk/Notice/{page_id}",
    glued="Additional information:",
)
SCOTLAND = Dialect(source_id="public-contracts-scotland", zone=ZoneRule.UK_LOCAL)

Release = dict[str, Any]

UK4: Release = {
    "ocid": "ocds-h6vhtk-0a1b2c",
    "buyerID": [],
    "id": "000123-2026",
    "tag": ["tender"],
    "date": "2026-11-02T09:30:00+00:00",
    "initiationType": "tender",
    "language": "en",
    "parties": [
        {
            "name": "Northmoor Council",
            "id": "GB-PPON-AAAA-1111-BBBB",
            "identifier": {"scheme": "GB-PPON", "id": "AAAA-1111-BBBB"},
            "address": {
                "streetAddress": "1 Moor Lane",
                "locality": "Northmoor",
                "postalCode": "LS11UR",
                "country": "GB",
                "region": "UKE42",
            },
            "contactPoint": {
                "name": "The Commissioning Team",
                "email": "commissioning@northmoor.example.org",
                "telephone": "01234 567890",
                "url": "http://",
            },
            "roles": ["buyer"],
            "details": {"url": "https://northmoor.example.org"},
        },
        {"name": "Northmoor County Court", "id": "GB-FTS-7", "roles": ["reviewBody"]},
    ],
    "buyer": {"id": "GB-PPON-AAAA-1111-BBBB", "name": "Northmoor Council"},
    "tender": {
        "id": "NM-2026-17",
        "legalBasis": {"id": "2023/54", "scheme": "UKPGA"},
        "title": "Crisis caf&eacute; for adults",
        "description": "An evening crisis café.<br/>Run by the voluntary sector.",
        "status": "active",
        "items": [
            {
                "id": "1",
                "additionalClassifications": [
                    {"scheme": "CPV", "id": "85312320", "description": "Counselling services"}
                ],
                "deliveryAddresses": [{"region": "UKE42", "country": "GB"}],
                "relatedLot": "1",
            }
        ],
        "value": {"amountGross": 594000.0, "amount": 495000.0, "currency": "GBP"},
        "procurementMethod": "open",
        "procurementMethodDetails": "Open procedure",
        "mainProcurementCategory": "services",
        "specialRegime": ["lightTouch"],
        "aboveThreshold": True,
        "submissionMethodDetails": "https://portal.example.org/respond/1",
        "tenderPeriod": {"endDate": "2026-12-04T12:00:00+00:00"},
        "enquiryPeriod": {"endDate": "2026-11-20T17:00:00+00:00"},
        "lots": [
            {
                "id": "1",
                "status": "active",
                "description": None,
                "value": {"amountGross": 594000.0, "amount": 495000.0, "currency": "GBP"},
                "awardCriteria": {
                    "criteria": [
                        {
                            "type": "quality",
                            "name": "Quality",
                            "numbers": [{"number": 70, "weight": "percentageExact"}],
                        },
                        {
                            "type": "price",
                            "name": "Price",
                            "numbers": [{"number": 30.0, "weight": "percentageExact"}],
                        },
                    ]
                },
                "suitability": {"sme": True, "vcse": True},
                "contractPeriod": {
                    "startDate": "2027-04-01T00:00:00+01:00",
                    "endDate": "2030-03-31T23:59:59+01:00",
                    "maxExtentDate": "2032-03-31T23:59:59+01:00",
                },
                "hasRenewal": True,
                "renewal": {"description": "Two further years, one at a time."},
            }
        ],
        "documents": [
            {
                "id": "000100-2026",
                "documentType": "plannedProcurementNotice",
                "noticeType": "UK3",
                "url": "https://www.find-tender.service.gov.uk/Notice/000100-2026",
            },
            {
                "id": "000123-2026",
                "documentType": "tenderNotice",
                "noticeType": "UK4",
                "url": "https://www.find-tender.service.gov.uk/Notice/000123-2026",
                "format": "text/html",
            },
            {
                "id": "A-1",
                "documentType": "biddingDocuments",
                "description": "The specification",
                "url": "https://www.find-tender.service.gov.uk/Notice/Attachment/A-1",
            },
        ],
    },
}

UK7: Release = {
    "ocid": "ocds-h6vhtk-0a1b2c",
    "id": "000456-2027",
    "tag": ["award", "contract"],
    "date": "2027-03-01T10:00:00Z",
    "language": "en",
    "buyer": {"id": "GB-FTS-1", "name": "Vale of Arden ICB"},
    "parties": [
        {"name": "Vale of Arden ICB", "id": "GB-FTS-1", "roles": ["buyer"]},
        {
            "name": "Harbour Minds",
            "id": "GB-CHC-0000000",
            "roles": ["supplier"],
            "details": {"scale": "sme", "vcse": True},
        },
    ],
    "tender": {
        "id": "ocds-h6vhtk-0a1b2c",
        "legalBasis": {"id": "2023/54", "scheme": "UKPGA"},
        "title": "Crisis café for adults",
        "status": "complete",
        "lots": [{"id": "1", "status": "complete"}],
    },
    "awards": [
        {
            "id": "1",
            "status": "active",
            "date": "2027-02-10T00:00:00Z",
            "mainProcurementCategory": "services",
            "aboveThreshold": False,
            "suppliers": [{"id": "GB-CHC-0000000", "name": "Harbour Minds"}],
            "items": [
                {
                    "id": "1",
                    "additionalClassifications": [{"scheme": "CPV", "id": "85312320"}],
                    "deliveryAddresses": [{"region": "UKE42"}],
                    "relatedLot": "1",
                }
            ],
            "standstillPeriod": {"endDate": "2027-02-22T23:59:59Z"},
            "relatedLots": ["1"],
        }
    ],
    "contracts": [
        {
            "id": "1",
            "awardID": "1",
            "title": "Crisis café",
            "status": "active",
            "period": {
                "startDate": "2027-04-01T00:00:00+01:00",
                "endDate": "2030-03-31T23:59:59+01:00",
            },
            "value": {"amountGross": 480000, "amount": 400000, "currency": "GBP"},
            "dateSigned": "2027-02-25T00:00:00Z",
            "documents": [
                {"id": "000456-2027", "documentType": "contractNotice", "noticeType": "UK7"}
            ],
        }
    ],
}

EARLY_ENGAGEMENT: Release = {
    "ocid": "ocds-b5fd17-00000000-0000-4000-8000-000000000001",
    "id": "00000000-0000-4000-8000-0000000000aa-900001",
    "language": "en",
    "date": "2026-07-01T22:10:19+01:00",
    "tag": ["planning"],
    "title": "Wellbeing hubs: early talks",
    "planning": {
        "milestones": [
            {
                "id": "1",
                "title": "Engagement end date",
                "type": "engagement",
                "dueDate": "2026-07-31T23:59:59+01:00",
            }
        ],
        "documents": [
            {
                "id": "1",
                "documentType": "marketEngagementNotice",
                "url": "https://www.contractsfinder.service.gov.uk/Notice/00000000-0000-4000-8000-0000000000aa",
            },
            {"id": "2", "description": "Questions", "url": "www.example.org/questions"},
        ],
    },
    "tender": {
        "id": "NMC001-DN000001-00000001",
        "title": "Wellbeing hubs: early talks",
        "description": "We want to hear from you.\r\n\r\nAdditional information: \r\nEmail us.",
        "status": "planning",
        "classification": {"scheme": "CPV", "id": "85000000", "description": "Health services"},
        "additionalClassifications": [{"scheme": "CPV", "id": "85312320"}],
        "items": [
            {
                "id": "1",
                "deliveryAddresses": [
                    {"postalCode": "B4 7DJ"},
                    {"region": "North West", "countryName": "United Kingdom"},
                    {"countryName": "Isle of Man"},
                    {"region": "England", "countryName": "United Kingdom"},
                ],
            }
        ],
        "minValue": {"amount": 10000, "currency": "GBP"},
        "value": {"amount": 0, "currency": "GBP"},
        "contractPeriod": {"startDate": "2027-01-01T00:00:00Z", "endDate": "2027-12-31T23:59:59Z"},
        "suitability": {"sme": True, "vcse": False},
        "communication": {"futureNoticeDate": "2026-10-01T23:59:59+01:00"},
    },
    "parties": [
        {
            "id": "GB-CFS-1",
            "name": "Northmoor Council",
            "address": {"postalCode": "LS1 1UR"},
            "contactPoint": {"email": "talks@northmoor.example.org"},
            "roles": ["buyer"],
        }
    ],
    "buyer": {"id": "GB-CFS-1", "name": "Northmoor Council"},
}

SCOTTISH: Release = {
    "ocid": "ocds-r6ebe6-0000000001",
    "date": "2026-06-01T00:00:00Z",
    "tag": ["tender"],
    "language": "EN",
    "description": "To register, use the portal.\n(SC Ref:800001)",
    "parties": [
        {
            "name": "Glen Arden Council",
            "id": "org-1",
            "address": {"region": "UKM82", "postalCode": "G21 4LS"},
            "contactPoint": {"email": "buy@glenarden.example.org", "url": "http://"},
            "roles": ["buyer", "reviewBody"],
        },
        {"name": "Glen Agents", "id": "org-2", "roles": ["processContactPoint"]},
    ],
    "buyer": {"name": "Glen Arden Council", "id": "org-1"},
    "tender": {
        "id": "ocds-r6ebe6-0000000001",
        "title": "Counselling for young people",
        "description": "Counselling in schools.",
        "status": "active",
        "items": [
            {
                "id": "1",
                "additionalClassifications": [{"id": "85312320", "scheme": "CPV"}],
                "deliveryLocation": {"description": "Glen Arden"},
                "deliveryAddresses": [{"region": "UKM82"}],
                "relatedLot": "1",
            }
        ],
        "classification": {"id": "85312300", "scheme": "CPV"},
        "otherRequirements": {"reservedParticipation": ["shelteredWorkshop"]},
        "submissionMethodDetails": "http://portal.example.org",
        "communication": {"atypicalToolUrl": "https://tool.example.org"},
        "tenderPeriod": {"endDate": "2026-07-01T12:00:00Z"},
        "documents": [
            {
                "id": "JUN000001",
                "documentType": "contractNotice",
                "url": "https://scotland.example.org/show?ID=JUN000001",
            },
            {"id": "JUN000001-1", "title": "Specification"},
            {"id": "economic1", "documentType": "economicSelectionCriteria"},
        ],
        "lots": [
            {
                "id": "1",
                "description": "Schools in the north.",
                "status": "active",
                "contractPeriod": {"durationInDays": 1080},
                "hasRenewal": True,
                "renewal": {"description": "Up to 24 months."},
                "hasOptions": True,
                "options": {"description": "More schools."},
                "awardCriteria": {
                    "criteria": [
                        {"type": "quality", "name": "Quality", "description": "60%"},
                        {"type": "price"},
                    ]
                },
            }
        ],
        "techniques": {
            "hasFrameworkAgreement": True,
            "frameworkAgreement": {"maximumParticipants": 7.9e28},
        },
        "lotDetails": {"maximumLotsBidPerSupplier": 2147483647},
        "legalBasis": {"id": "32014L0024", "scheme": "CELEX"},
    },
    "links": [
        {
            "rel": "canonical",
            "href": "https://api.scotland.example.org/v1/Notice?id=ocds-r6ebe6-0000000001",
        }
    ],
    "relatedProcesses": [
        {
            "id": "1",
            "relationship": ["planning"],
            "scheme": "EU-OJ",
            "identifier": "2026/S 000-000100",
        }
    ],
}


def changed(release: Release, path: str, value: object) -> Release:
    """A copy with another value at a dotted path ("tender.lots.0.value"); None removes it."""
    copy = deepcopy(release)
    *steps, last = path.split(".")
    place: Any = copy
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    if isinstance(place, list):
        place[int(last)] = value
    elif value is None:
        place.pop(last, None)
    else:
        place[last] = value
    return copy
