"""Contracts Finder: English below-threshold notices and all begun under the 2015 regulations.

API documentation: https://www.contractsfinder.service.gov.uk/apidocumentation. Dates match the
latest edit as well as the first publication, so edits come back by themselves and nothing has to be
asked for again (a record would: it has fields that releases lack, so that all would look edited).
Too many calls are answered with 403, or with 200 and an empty list.
"""

from aggregator.normalise import Dialect
from aggregator.parsing.dates import ZoneRule
from aggregator.sources.ocds_api import OcdsApi


class ContractsFinder(OcdsApi):
    """Licence: Open Government Licence v3.0. After a 403 it asks for five minutes of rest."""

    path = "/Published/Notices/OCDS/Search"
    from_parameter = "publishedFrom"
    to_parameter = "publishedTo"
    page = "https://www.contractsfinder.service.gov.uk/Notice/{page_id}"

    forbidden_means_throttled = True

    @property
    def dialect(self) -> Dialect:
        """Release ids are the notice's GUID and a running number; pages go by the GUID alone."""
        return Dialect(
            source_id=self.id,
            zone=ZoneRule.OFFSET,
            notice_url=self.page_url,
            glued="Additional information:",
        )
