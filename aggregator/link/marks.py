"""What a notice can be recognised by: its own numbers and those it names."""

import re
from dataclasses import dataclass

from aggregator.model import WITHDRAWN_NOTICE, Notice, RelatedProcess

FIND_A_TENDER = "find-a-tender"
"""How keys name the notices of Find a Tender, whatever its entry in sources.yaml is called."""

EARLIER_NOTICE = frozenset({"planning", "previous"})
"""Relationships that stay within one procurement. Frameworks, parents, renewals and
replacements are other procurements and never join."""

_OCID = re.compile(r"ocds-[a-z0-9]{6}-[A-Za-z0-9-]+")
_PLATFORM_REF = re.compile(r"\((SC|WA) Ref:\s*(\d+)\)")
_OJ_NUMBER = re.compile(r"(\d{4})/S 000-(\d{6})$")
_FTS_NUMBER = re.compile(r"\d{6}-\d{4}$")
_CF_NOTICE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-\d+$", re.ASCII)
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Marks:
    """own: "source/id". originals: ocids of canonical links. platform_ref: ("SC", "833264").
    earlier: keys of the notices it names as its earlier ones."""

    notice: Notice
    own: str
    originals: frozenset[str]
    platform_ref: tuple[str, str] | None
    earlier: frozenset[str]

    @property
    def page(self) -> str | None:
        """The notice on Contracts Finder of which this is one edit, as withdrawals name it."""
        if not (self.notice.ocid or "").startswith("ocds-b5fd17"):
            return None
        match = _CF_NOTICE.match(self.notice.notice_id)
        return f"cf-notice:{match[1]}" if match else None

    @property
    def keys(self) -> tuple[str, ...]:
        """All of them as strings to look up by, its own first."""
        found = {f"notice:{self.own}": None}
        if self.page:
            found[self.page] = None
        if self.notice.ocid:
            found[f"ocid:{self.notice.ocid}"] = None
        if self.originals:
            found |= dict.fromkeys(f"ocid:{ocid}" for ocid in sorted(self.originals))
        if self.platform_ref:
            platform, number = self.platform_ref
            found[f"{platform.lower()}ref:{number}"] = None
        return (*found, *(key for key in sorted(self.earlier) if key not in found))


def marks_of(notice: Notice) -> Marks:
    """Everything by which this notice can find others or be found."""
    related = notice.related
    return Marks(
        notice=notice,
        own=_own(notice),
        originals=_originals(notice) if related else _NONE,
        platform_ref=_platform_ref(notice),
        earlier=_earlier(notice) if related else _NONE,
    )


def _originals(notice: Notice) -> frozenset[str]:
    """The ocids that its canonical links lead to; some of those addresses are malformed."""
    return frozenset(
        match[0]
        for link in notice.related
        if link.relationship == "canonical"
        and (match := _OCID.search(link.identifier))
        and match[0] != notice.ocid
    )


def _own(notice: Notice) -> str:
    """Written so that references of other sources to it can be compared."""
    if (
        notice.ocid
        and notice.ocid.startswith("ocds-h6vhtk")
        and _FTS_NUMBER.match(notice.notice_id)
    ):
        return f"{FIND_A_TENDER}/{notice.notice_id}"
    return f"{notice.source_id}/{notice.notice_id}"


def _earlier(notice: Notice) -> frozenset[str]:
    """A notice that names itself names nothing."""
    own = f"notice:{_own(notice)}"
    return frozenset(
        key
        for link in notice.related
        if link.relationship in EARLIER_NOTICE
        and (key := _earlier_key(notice, link))
        and key != own
    )


def _earlier_key(notice: Notice, link: RelatedProcess) -> str | None:
    """The key of the notice that is named.

    "2024/S 000-012546" is Find a Tender's 012546-2024; any other number after the S is one of the
    European journal, which is no source of ours.
    """
    identifier = link.identifier.strip()
    if link.scheme == WITHDRAWN_NOTICE:
        return f"cf-notice:{identifier}"
    if match := _OJ_NUMBER.match(identifier):
        return f"notice:{FIND_A_TENDER}/{match[2]}-{match[1]}"
    if _FTS_NUMBER.match(identifier):
        return f"notice:{FIND_A_TENDER}/{identifier}"
    if _OCID.fullmatch(identifier):
        return f"ocid:{identifier}" if identifier != notice.ocid else None
    if link.scheme == "EU-OJ" or not identifier:
        return None
    return f"notice:{notice.source_id}/{identifier}"


def _platform_ref(notice: Notice) -> tuple[str, str] | None:
    """Where several references have piled up, the last is the current one."""
    facts = notice.facts
    for words in (facts.additional_text, facts.description):
        if words and " Ref:" in words and (found := _PLATFORM_REF.findall(words)):
            platform, number = found[-1]
            return platform, number.lstrip("0") or "0"
    return None
