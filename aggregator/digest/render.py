"""From a digest to an e-mail: plain text and HTML of equal content, never too large.

Mail programs cut what is longer than about 100 kB, so a mail stays under 90 kB with everything
that transport adds. A digest too long for that is written shorter, step by step; only what even
the shortest form has no room for is counted instead of shown.
"""

import base64
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from aggregator.digest import welsh
from aggregator.digest.brief import brief
from aggregator.digest.happening import Happening
from aggregator.digest.links import Links, of_site
from aggregator.digest.message import message_of
from aggregator.digest.page import Page, Section, page, stop_by_mail
from aggregator.digest.view import Room, View, view
from aggregator.digest.webhook import render_webhook
from aggregator.model import ChannelKind, Digest, Host, Language, Message

FULL_ITEMS = 8
"""Items in full. The rest in one line each: two minutes are soon over."""

LARGEST = 90_000
FOR_HEADERS = 3_000
NO_NAMES: Mapping[str, str] = {}
ROOMY = Room()
TIGHT = Room(title=100, opening=140, detail=120)
BAREST = Room(title=60, opening=0, detail=60, link=120)


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How long a digest is written.

    full: items in full. room: for texts. thin: one-liners without buyer, place and reason. most:
    items shown at all. Where none is in full, no list at the top says the same once more.
    """

    full: int
    room: Room = ROOMY
    thin: bool = False
    most: int | None = None


FORMS = (
    Form(full=FULL_ITEMS),
    Form(full=FULL_ITEMS, room=TIGHT),
    Form(full=FULL_ITEMS, room=TIGHT, thin=True),
    Form(full=3, room=TIGHT, thin=True),
    Form(full=0, room=BAREST, thin=True),
    *(Form(full=0, room=BAREST, thin=True, most=most) for most in (50, 30, 15)),
)
"""From generous to barest. Everything that `compose` lets through has room in the barest; those
with `most` are for digests made otherwise."""

MOST_CHANGES = 3
DAY_AND_MONTH = re.compile(r"(?<=\d) (?=[A-Z][a-z]{2})")


def render(
    digest: Digest,
    host: Host,
    *,
    names: Mapping[str, str] = NO_NAMES,
    links: Links | None = None,
) -> Message:
    """The message for the digest's channel. names: source id -> name for readers.

    links: pages to lead to; None for those that anybody may open on the host's site.
    """
    if digest.run.channel.kind is ChannelKind.WEBHOOK:
        return render_webhook(digest, host, names=names)
    return render_email(digest, host, names=names, links=links)


def render_email(
    digest: Digest,
    host: Host,
    *,
    names: Mapping[str, str] = NO_NAMES,
    links: Links | None = None,
) -> Message:
    """The digest as subject, text and HTML of at most 90 kB as sent."""
    pages = of_site(host.base_url) if links is None else links
    for form in FORMS:
        content = written(digest, host, form, names, pages)
        text, html = as_text(content), as_html(content)
        if size(text) + size(html) + FOR_HEADERS <= LARGEST:
            break
    headers = list_headers(pages, host)
    return message_of(digest, subject=content.subject, text=text, html=html, headers=headers)


def list_headers(links: Links, host: Host) -> dict[str, str] | None:
    """How a mail program ends it: by RFC 8058 where a page takes its post, else by a message."""
    ways = (links.one_click, stop_by_mail(host))
    listed = ", ".join(f"<{way}>" for way in ways if way)
    if not listed:
        return None
    headers = {"List-Unsubscribe": listed}
    if links.one_click:
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def written(digest: Digest, host: Host, form: Form, names: Mapping[str, str], links: Links) -> Page:
    """The page in one form, in the reader's language."""
    total = sum(len(section.items) for section in digest.sections)
    cut = max(0, total - form.most) if form.most else 0
    found = tuple(sections(digest, form, names, links))
    content = page(digest, host, found, digest.left_out + cut, links, glance=form.full > 0)
    return content if digest.language is Language.ENGLISH else welsh.of(content)


def sections(
    digest: Digest, form: Form, names: Mapping[str, str], links: Links
) -> Iterator[Section]:
    """The first items in full, the rest in short, no more than the form has room for."""
    before = 0
    explained: set[str | None] = set()
    for section in digest.sections:
        room = len(section.items) if form.most is None else max(0, form.most - before)
        views = [
            brief(view(item, digest.composed_at, form.room, names, links), item, form.room)
            for item in section.items[:room]
        ]
        full = max(0, form.full - before)
        before += len(section.items)
        if views:
            yield Section(
                heading=section.heading,
                full=tuple(explained_once(one, explained) for one in views[:full]),
                short=tuple(shortened(one, form) for one in views[full:]),
            )


def explained_once(one: View, explained: set[str | None]) -> View:
    """The item, what its stage means left out where an item above said so."""
    if one.meaning in explained:
        return replace(one, meaning=None)
    explained.add(one.meaning)
    return one


def shortened(one: View, form: Form) -> View:
    """What a one-liner shows of an item."""
    line = replace(
        one, happened=one.happened[:MOST_CHANGES], sources=one.sources[:1], calendar=None
    )
    if not form.thin:
        return line
    changes = tuple(Happening(words=change.words) for change in line.happened[:1])
    return replace(line, happened=changes, buyer=None, gist=None, why=None, page=None)


def size(text: str) -> int:
    """Bytes of a part as it is sent: quoted-printable, or base64 where that is smaller."""
    content = text.replace("\n", "\r\n").encode()
    return min(len(quopri.encodestring(content)), len(base64.encodebytes(content)) * 79 // 77)


def as_text(content: Page) -> str:
    """The plain-text part."""
    return template("digest.txt.j2").render(page=content, words=content.words)


def as_html(content: Page) -> str:
    """The HTML part, its style put on each element because mail programs drop style sheets."""
    return inliner().inline(template("digest.html.j2").render(page=content, words=content.words))


@cache
def template(name: str) -> Template:
    """A template; text is escaped in HTML, and a missing value is an error."""
    environment: Any = Environment(
        loader=PackageLoader("aggregator", "templates"),
        undefined=StrictUndefined,
        autoescape=name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["whole_dates"] = whole_dates
    loaded: Template = environment.get_template(name)
    return loaded


def whole_dates(text: str) -> str:
    """The text with days and months that no end of a line parts."""
    return DAY_AND_MONTH.sub("\u00a0", text)


@cache
def inliner() -> css_inline.CSSInliner:
    """Keeps media queries (dark mode, small screens) and never loads anything."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
