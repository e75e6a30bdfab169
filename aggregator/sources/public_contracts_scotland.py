"""Public Contracts Scotland: notices of Scottish bodies, many small ones among them.

API documentation: https://api.publiccontractsscotland.gov.uk/v1. Its list of types wins over other
programs that swap 101 and 102. Quick Quotes go only to suppliers invited and are not published.
Releases of 2019 have no id; later ones have "rls-1-SEP427811". The server does not send its
intermediate certificate, which browsers add and programs cannot: see `ca_bundle` in sources.yaml.
"""

from aggregator.sources.proactis import NoticeTypes, Proactis, ProactisOptions

TYPES = {
    2: "contract notice",
    102: "website contract notice",
    21: "social and other specific services",
    1: "prior information notice",
    101: "website prior information notice",
    14: "corrigendum",
    24: "concession notice",
    3: "contract award notice",
    103: "website contract award notice",
    15: "voluntary ex ante transparency notice",
    20: "modification notice",
}
"""Left out: utilities (4 to 7, 22), design contests (12, 13), awards of Quick Quotes (104)."""


class PublicContractsScotlandOptions(ProactisOptions):
    """All types unless the entry names some."""

    notice_types: NoticeTypes = tuple(TYPES)


class PublicContractsScotland(Proactis):
    """Licence: Open Government Licence v3.0. No limit is documented; be slow."""

    Options = PublicContractsScotlandOptions
    types = TYPES
