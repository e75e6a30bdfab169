"""The editions as an Atom feed (RFC 4287), newest first, each with the whole bulletin in it."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from feedgen.feed import FeedGenerator

from aggregator.bulletin.render import FEED, address_of, fragment, name_of, title
from aggregator.model import Edition, Host

MOST_EDITIONS = 12
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets)."""

NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)
"""Atom wants a date of an empty feed too; feedgen would take the machine's."""


def feed(editions: Sequence[Edition], host: Host, *, base_url: str) -> bytes:
    """The feed of what was published. editions: newest first; drafts are left out.

    base_url: of the pages, where the host has not set one. An edition keeps its id for ever; the
    feed's own is made of its address.
    """
    address = (host.base_url or base_url).rstrip("/")
    found = [one for one in editions if one.published_at is not None][:MOST_EDITIONS]
    made = FeedGenerator()
    made.id(uuid.uuid5(uuid.NAMESPACE_URL, f"{address}{FEED}").urn)
    made.title(clean(f"Mental-health tenders and grants: {name_of(host)}"))
    made.author({"name": clean(name_of(host))})
    made.link(href=f"{address}{FEED}", rel="self")
    made.link(href=f"{address}/bulletin", rel="alternate")
    made.language("en-GB")
    made.updated(found[0].published_at if found else NOTHING_YET)
    for edition in found:
        bulletin = edition.bulletin
        entry = made.add_entry(order="append")
        entry.id(edition.id)
        entry.title(clean(f"{title(bulletin)}, week of {bulletin.day}"))
        entry.link(href=f"{address}{address_of(bulletin.week)}")
        entry.published(edition.published_at)
        entry.updated(edition.published_at)
        entry.summary(clean(bulletin.counts or "Nothing new this week"))
        entry.content(clean(fragment(edition, host)), type="html")
    written: bytes = made.atom_str(pretty=True)
    return written


def clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return NOT_XML.sub("", text)
