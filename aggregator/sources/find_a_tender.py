"""Find a Tender, the UK's central service: above-threshold and Procurement Act notices.

API documentation: https://www.find-tender.service.gov.uk/apidocumentation. Known bugs: `links.next`
loses notices, `stages` hides the new forms, and a window goes by first publication, so a notice
that was touched later is not seen again.
"""

import re

from aggregator.model import Request
from aggregator.normalise import Dialect
from aggregator.parsing.dates import ZoneRule
from aggregator.sources.ocds_api import OcdsApi

OCID = re.compile(r"ocds-[a-z0-9]{6}-[0-9A-Za-z-]{1,60}")


class FindATender(OcdsApi):
    """Licence: Open Government Licence v3.0. Pace: 12 calls in 120 seconds for the whole site."""

    path = "/api/1.0/ocdsReleasePackages"
    from_parameter = "updatedFrom"
    to_parameter = "updatedTo"
    page = "https://www.find-tender.service.gov.uk/Notice/{id}"

    def reread(self, ocid: str) -> tuple[Request, ...]:
        """All releases of one procurement as they stand now, newest first, a hundred at most."""
        if not OCID.fullmatch(ocid):
            return ()
        url = f"{self.base_url}{self.path}/{ocid}"
        return (Request(source_id=self.id, url=url, reader="read_package"),)

    @property
    def dialect(self) -> Dialect:
        """Offsets mix but are right; the page for people goes by the release id."""
        return Dialect(
            source_id=self.id,
            zone=ZoneRule.OFFSET,
            notice_url=self.page_url,
        )
