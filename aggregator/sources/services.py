"""Which service speaks which OCDS, told by the prefix of the ocid alone.

For releases that come from a file: there is no entry of sources.yaml to ask.
"""

from collections.abc import Mapping

from aggregator.normalise import Dialect
from aggregator.parsing.dates import ZoneRule
from aggregator.sources.contracts_finder import ContractsFinder
from aggregator.sources.find_a_tender import FindATender

NOWHERE = "https://example.org"

DIALECTS: Mapping[str, Dialect] = {
    "ocds-h6vhtk": FindATender(
        id="find-a-tender", base_url=NOWHERE, options=FindATender.Options()
    ).dialect,
    "ocds-b5fd17": ContractsFinder(
        id="contracts-finder", base_url=NOWHERE, options=ContractsFinder.Options()
    ).dialect,
    # Public Contracts Scotland and Sell2Wales stamp UK local time with Z ("12:00 noon on 30 May
    # 2019" came as 2019-05-30T12:00:00Z).
    "ocds-r6ebe6": Dialect(source_id="public-contracts-scotland", zone=ZoneRule.UK_LOCAL),
    "ocds-kuma6s": Dialect(source_id="sell2wales", zone=ZoneRule.UK_LOCAL),
}

UNKNOWN = Dialect(source_id="file")


def dialect_of(ocid: object) -> Dialect:
    """The dialect of the service that minted the ocid; plain OCDS for an unknown one."""
    return DIALECTS.get(ocid[:11], UNKNOWN) if isinstance(ocid, str) else UNKNOWN
