"""Addresses of pages that a digest leads to; whoever serves the pages makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

OfAnOpportunity = Callable[[str], str | None]
"""Opportunity id -> the address of a page about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Pages for one reader; None for what nobody serves.

    Every one of them only shows something when it is opened; acting takes a pressed button.
    preferences: how often, where, what. stop: one press ends it. item: the story of an
    opportunity, where it can be followed or said not to be for us. calendar: its deadline as a
    file for a calendar. one_click: where a mail program may post to end it (RFC 8058).
    """

    preferences: str | None = None
    stop: str | None = None
    one_click: str | None = None
    item: OfAnOpportunity | None = None
    calendar: OfAnOpportunity | None = None


NO_LINKS = Links()


def of_site(base_url: str | None) -> Links:
    """What every reader may open without a key of their own: the files for calendars."""
    if base_url is None:
        return NO_LINKS
    base = base_url.rstrip("/")
    return Links(calendar=lambda one: f"{base}{calendar_path(one)}")


def calendar_path(opportunity_id: str) -> str:
    """Where on the host's site the deadline of an opportunity is found."""
    return f"/opportunities/{quote(opportunity_id, safe='')}/deadline.ics"
