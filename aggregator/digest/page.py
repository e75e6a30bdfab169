"""The words round the items: subject, heading, counts, footer."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aggregator.digest.beside import Ended, about_sources, checked, ended, watching
from aggregator.digest.clean import one_line
from aggregator.digest.compose import Heading
from aggregator.digest.links import Links
from aggregator.digest.view import View
from aggregator.digest.words import ENGLISH, Words
from aggregator.model import (
    Digest,
    DigestItem,
    DigestKind,
    DigestSection,
    EventKind,
    Host,
    Precision,
    Stage,
    StatedTime,
)
from aggregator.parsing.dates import in_words

LONGEST_TITLE = 56
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.+_-]{1,64}@[A-Za-z0-9.-]{1,190}")
STOP_SUBJECT = "Stop Fair Notice"

DECIDES = (
    "The official notice decides: read it before you act. We are not the record, and we may be "
    "wrong."
)
NOT_EVERYTHING = (
    "Not everything is advertised. Small contracts, grant renewals and sub-contracts often are "
    "not: keep talking to those who buy near you."
)

HEADINGS = {
    DigestKind.OPEN_NOW: "Open now, for you",
    DigestKind.UPDATE: "News for you",
    DigestKind.BETWEEN: "Before your next digest",
    DigestKind.STILL_WATCHING: "Nothing new, still watching",
}
BY_HEADING = {
    Heading.OPEN_NOW: "open now",
    Heading.NEW: "new",
    Heading.CHANGED: "changed",
    Heading.CLOSING: "closing soon",
    Heading.HEADS_UP: "early notice",
    Heading.ALREADY_OPEN: "already open",
    Heading.DECIDED: "decided or closed",
}
MOVED, CANCELLED, OPENED = "deadline moved", "cancelled", "now open"
NOUNS = (
    BY_HEADING[Heading.OPEN_NOW],
    BY_HEADING[Heading.NEW],
    MOVED,
    CANCELLED,
    OPENED,
    BY_HEADING[Heading.CLOSING],
    BY_HEADING[Heading.CHANGED],
    BY_HEADING[Heading.HEADS_UP],
    BY_HEADING[Heading.ALREADY_OPEN],
    BY_HEADING[Heading.DECIDED],
)
"""What an item counts as, the most important first; a subject names the first three."""

PLURALS = {MOVED: "deadlines moved", BY_HEADING[Heading.HEADS_UP]: "early notices"}
MOST_COUNTS = 3
GLANCED = 4
"""Items from which a list at the top is a help."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Items under a heading: the first ones in full, the rest in short."""

    heading: str
    full: tuple[View, ...]
    short: tuple[View, ...]

    @property
    def items(self) -> tuple[View, ...]:
        """All of them in order."""
        return self.full + self.short


OUR_BRAND, OUR_BRAND_ON_DARK = "#0b4f4a", "#8fd6cc"
"""The colour of headings where the host has none of its own, by day and by night."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Everything a mail says, text and HTML alike."""

    subject: str
    heading: str
    summary: str
    from_whom: str
    stop_above: str
    why: str | None
    glance: tuple[View, ...]
    sections: tuple[Section, ...]
    waiting: str | None
    footer: tuple[str, ...]
    stop_link: str | None
    stop_words: str
    watching: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    lapsed: tuple[Ended, ...] = ()
    preferences: str | None = None
    words: Words = ENGLISH
    brand: str = OUR_BRAND
    on_dark: str = OUR_BRAND_ON_DARK


def page(
    digest: Digest,
    host: Host,
    sections: tuple[Section, ...],
    left_out: int,
    links: Links,
    *,
    glance: bool,
) -> Page:
    """The page of a digest.

    left_out: how many opportunities are in no section. glance: whether there is room to list the
    items once more at the top.
    """
    name = one_line(host.name, 120) or "your host"
    stop, by_mail = links.stop, stop_by_mail(host)
    contact = one_line(host.contact, 200) or name
    items = tuple(item for section in sections for item in section.items)
    return Page(
        subject=subject(digest),
        heading=HEADINGS[digest.kind],
        summary=f"{day(digest)}: {counts(digest)}." if digest.sections else f"{day(digest)}.",
        from_whom=f"From Fair Notice, run by {name}.",
        stop_above=f"To stop or change these mails, write to {contact}.",
        why=why_these(items),
        glance=items if glance and len(items) >= GLANCED else (),
        sections=sections,
        waiting=waiting(left_out),
        footer=(
            *footer(digest, name, contact, by_message=not (stop or by_mail)),
            *by_post(host),
        ),
        stop_link=stop or by_mail,
        stop_words="Stop these mails" if stop else "Stop these mails with one message",
        watching=watching(digest),
        sources=about_sources(digest),
        lapsed=tuple(ended(digest)),
        preferences=links.preferences,
        brand=host.colours.brand if host.colours else OUR_BRAND,
        on_dark=host.colours.on_dark if host.colours else OUR_BRAND_ON_DARK,
    )


def why_these(items: Sequence[View]) -> str | None:
    """Once for all what every item without a reason of its own is here for."""
    usual = sum(1 for item in items if item.why is None)
    if not usual:
        return None
    if len(items) == 1:
        return "You get this because mental health is its purpose."
    unless = "" if usual == len(items) else ", unless it says otherwise"
    return f"You get these because mental health is their purpose{unless}."


def subject(digest: Digest) -> str:
    """What and how many: "2 new, 1 deadline moved: Crisis café for adults and 2 more"."""
    if digest.kind is DigestKind.STILL_WATCHING and digest.watch:
        return f"{HEADINGS[digest.kind]}: {checked(digest.watch, digest.composed_at)}"
    items = [item for section in digest.sections for item in section.items]
    title = one_line(items[0].opportunity.facts.title, LONGEST_TITLE) or "a notice without a title"
    others = len(items) - 1 + digest.left_out
    first = ", ".join(counted(digest.sections)[:MOST_COUNTS])
    return f"{first}: {title}{f' and {others} more' if others else ''}"


def counts(digest: Digest) -> str:
    """ "2 new, 1 deadline moved, 1 cancelled"."""
    return ", ".join(counted(digest.sections))


def counted(sections: Iterable[DigestSection]) -> list[str]:
    """What there is and how many of each, what matters most first."""
    found = Counter(
        noun_of(Heading(section.heading), item) for section in sections for item in section.items
    )
    return [f"{found[noun]} {plural(noun, found[noun])}" for noun in NOUNS if found[noun]]


def noun_of(heading: Heading, item: DigestItem) -> str:
    """What one item counts as; the changes that matter most by their own name."""
    if heading is Heading.DECIDED and item.stage is Stage.CANCELLED:
        return CANCELLED
    if heading is Heading.CHANGED and any(
        event.kind is EventKind.CHANGED and event.field == "deadline" for event in item.events
    ):
        return MOVED
    if heading is Heading.CHANGED and any(
        event.kind is EventKind.MOVED_ON and event.new == Stage.OPEN for event in item.events
    ):
        return OPENED
    return BY_HEADING[heading]


def plural(noun: str, number: int) -> str:
    """ "2 deadlines moved"; most of the words stay as they are."""
    return PLURALS.get(noun, noun) if number > 1 else noun


def day(digest: Digest) -> str:
    """The day of the digest in words."""
    moment = digest.composed_at
    return in_words(StatedTime(text="", instant=moment, precision=Precision.DAY, rule=""))


def waiting(left_out: int) -> str | None:
    """What did not fit, said in the open."""
    if not left_out:
        return None
    others = "1 more opportunity" if left_out == 1 else f"{left_out} more opportunities"
    return f"{others} did not fit into this mail; the most urgent are above, the rest will follow."


def footer(digest: Digest, name: str, contact: str, *, by_message: bool) -> Iterator[str]:
    """Who writes, why, and what this is not. by_message: no link to stop follows."""
    address = one_line(digest.run.channel.target, 254) or "this address"
    yield f"You get this because {address} is subscribed to Fair Notice at {name}."
    yield DECIDES
    yield NOT_EVERYTHING
    if by_message:
        yield f"To stop these mails, or with a question, write to {contact}."
    else:
        yield f"{name} runs this service. To reach a person, write to {contact}."


def by_post(host: Host) -> tuple[str, ...]:
    """Where the host is, where it says so: who writes must be known (PECR, regulation 23)."""
    where = one_line(host.address, 200)
    return (f"{one_line(host.name, 120) or 'Your host'}, {where}.",) if where else ()


def stop_by_mail(host: Host) -> str | None:
    """A message to the host that says stop; None where the contact is no mail address."""
    if not MAIL_ADDRESS.fullmatch(host.contact):
        return None
    return f"mailto:{host.contact}?subject={quote(STOP_SUBJECT)}"
