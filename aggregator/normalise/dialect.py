"""How one service speaks OCDS."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from aggregator.parsing.dates import ZoneRule

_RUNNING_NUMBER = re.compile(r"-\d+$", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """What has to be known of a service before its releases can be read.

    source_id: id of the source. zone: how it means its times. notice_url: address of the page for
    people with {id} for the release id, {page_id} for the release id without a running number at
    its end (Contracts Finder counts edits there), {ocid}; None where only the release itself
    tells the address. glued: the heading under which the service appends further information to
    the description ("Additional information:"). ids_within_ocid: release ids are unique only
    within their ocid, so that both together name a notice.
    """

    source_id: str
    zone: ZoneRule = ZoneRule.OFFSET
    notice_url: str | None = None
    glued: str | None = None
    ids_within_ocid: bool = False

    def page_of(self, notice_id: str, ocid: str | None) -> str | None:
        """The address of a notice's page for people."""
        if self.notice_url is None:
            return None
        return self.notice_url.format(
            id=quote(notice_id, safe=""),
            page_id=quote(_RUNNING_NUMBER.sub("", notice_id), safe=""),
            ocid=quote(ocid or "", safe=""),
        )
