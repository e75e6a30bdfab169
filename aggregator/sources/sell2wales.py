"""Sell2Wales: notices of Welsh bodies, in English, in Welsh, or in both within one field.

API documentation: https://api.sell2wales.gov.wales/v1. Since May 2026 the API answers 500 ("Error
converting data type nvarchar to float.") for most types, with the language asked for or without;
with locale=0 some types answer 200 and nothing, which must never be taken for "no tenders", so a
language is always asked for. Whether there are types for notices UK1 to UK12 is not known.
"""

from aggregator.sources.proactis import NoticeTypes, Proactis, ProactisOptions

ENGLISH = "2057"
TYPES = {
    2: "contract notice",
    51: "website invitation to tender",
    21: "social and other specific services",
    1: "prior information notice",
    52: "website prior information notice",
    14: "corrigendum",
    24: "concession notice",
    3: "contract award notice",
    53: "website contract award notice",
    15: "voluntary ex ante transparency notice",
    20: "modification notice",
}
"""Left out: utilities (4 to 7, 22), design contests (12, 13), subcontracts (54 to 56)."""


class Sell2WalesOptions(ProactisOptions):
    """All types unless the entry names some."""

    notice_types: NoticeTypes = tuple(TYPES)


class Sell2Wales(Proactis):
    """Licence: Open Government Licence v3.0. No limit is documented; be slow."""

    Options = Sell2WalesOptions
    types = TYPES
    locale = ENGLISH
    broken = (
        "This is the outage of the Sell2Wales API known since May 2026: its own program fails. "
        "Until it is mended, the web search is the only way (entry sell2wales-pages)."
    )
