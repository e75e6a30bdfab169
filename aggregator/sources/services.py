"""Which service speaks which OCDS, told by the prefix of the ocid alone.

For releases that come from a file: there is no entry of sources.yaml to ask.
"""

from collections.abc import Mapping

from aggregator.normalise import Dialect
from aggregator.sources.contracts_finder import ContractsFinder
from aggregator.sources.find_a_tender import FindATender
from aggregator.sources.public_contracts_scotland import PublicContractsScotland
from aggregator.sources.sell2wales import Sell2Wales

NOWHERE = "https://example.org"

DIALECTS: Mapping[str, Dialect] = {
    "ocds-h6vhtk": FindATender(
        id="find-a-tender", base_url=NOWHERE, options=FindATender.Options()
    ).dialect,
    "ocds-b5fd17": ContractsFinder(
        id="contracts-finder", base_url=NOWHERE, options=ContractsFinder.Options()
    ).dialect,
    "ocds-r6ebe6": PublicContractsScotland(
        id="public-contracts-scotland",
        base_url=NOWHERE,
        options=PublicContractsScotland.Options(),
    ).dialect,
    "ocds-kuma6s": Sell2Wales(
        id="sell2wales", base_url=NOWHERE, options=Sell2Wales.Options()
    ).dialect,
}

UNKNOWN = Dialect(source_id="file")


def dialect_of(ocid: object) -> Dialect:
    """The dialect of the service that minted the ocid; plain OCDS for an unknown one."""
    return DIALECTS.get(ocid[:11], UNKNOWN) if isinstance(ocid, str) else UNKNOWN
