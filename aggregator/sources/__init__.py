"""Where notices come from: one class per way of access, one small module per portal in need of it.

Every entry of sources.yaml names one of KINDS. See `base.Adapter` for what an adapter is.
"""

from collections.abc import Mapping

from aggregator.sources.base import Adapter, AdapterOptions
from aggregator.sources.contracts_finder import ContractsFinder
from aggregator.sources.feed import Feed
from aggregator.sources.find_a_tender import FindATender
from aggregator.sources.html_list import HtmlList

KINDS: Mapping[str, type[Adapter]] = {
    "contracts-finder": ContractsFinder,
    "feed": Feed,
    "find-a-tender": FindATender,
    "html-list": HtmlList,
}

__all__ = ["KINDS", "Adapter", "AdapterOptions"]
