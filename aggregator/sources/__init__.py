"""Where notices come from: one class per way of access, one small module per portal in need of it.

Every entry of sources.yaml names one of KINDS. See `base.Adapter` for what an adapter is.
"""

from collections.abc import Mapping

from aggregator.sources.base import Adapter, AdapterOptions
from aggregator.sources.contracts_finder import ContractsFinder
from aggregator.sources.contracts_finder_withdrawn import ContractsFinderWithdrawn
from aggregator.sources.feed import Feed
from aggregator.sources.find_a_tender import FindATender
from aggregator.sources.html_list import HtmlList
from aggregator.sources.public_contracts_scotland import PublicContractsScotland
from aggregator.sources.sell2wales import Sell2Wales

KINDS: Mapping[str, type[Adapter]] = {
    "contracts-finder": ContractsFinder,
    "contracts-finder-withdrawn": ContractsFinderWithdrawn,
    "feed": Feed,
    "find-a-tender": FindATender,
    "html-list": HtmlList,
    "public-contracts-scotland": PublicContractsScotland,
    "sell2wales": Sell2Wales,
}

__all__ = ["KINDS", "Adapter", "AdapterOptions"]
