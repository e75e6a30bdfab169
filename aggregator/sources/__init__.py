"""Where notices come from: one class per way of access, one small module per portal in need of it.

Every entry of sources.yaml names one of KINDS. See `base.Adapter` for what an adapter is.
"""

from collections.abc import Mapping

from aggregator.sources.base import Adapter, AdapterOptions
from aggregator.sources.contracts_finder import ContractsFinder
from aggregator.sources.contracts_finder_withdrawn import ContractsFinderWithdrawn
from aggregator.sources.csv_list import CsvList
from aggregator.sources.feed import Feed
from aggregator.sources.find_a_tender import FindATender
from aggregator.sources.host_csv import HostCsv
from aggregator.sources.html_list import HtmlList
from aggregator.sources.html_sections import HtmlSections
from aggregator.sources.in_tend import InTend
from aggregator.sources.json_list import JsonList
from aggregator.sources.mail_folder import MailFolder
from aggregator.sources.plans import PlanFile, PlanTable
from aggregator.sources.public_contracts_scotland import PublicContractsScotland
from aggregator.sources.sell2wales import Sell2Wales
from aggregator.sources.xml_list import XmlList

KINDS: Mapping[str, type[Adapter]] = {
    "contracts-finder": ContractsFinder,
    "contracts-finder-withdrawn": ContractsFinderWithdrawn,
    "csv-list": CsvList,
    "feed": Feed,
    "find-a-tender": FindATender,
    "host-csv": HostCsv,
    "html-list": HtmlList,
    "html-sections": HtmlSections,
    "in-tend": InTend,
    "json-list": JsonList,
    "mail-folder": MailFolder,
    "plan-file": PlanFile,
    "plan-table": PlanTable,
    "public-contracts-scotland": PublicContractsScotland,
    "sell2wales": Sell2Wales,
    "xml-list": XmlList,
}

__all__ = ["KINDS", "Adapter", "AdapterOptions"]
