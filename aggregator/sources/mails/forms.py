"""How one portal writes its alerts, and the notices in a mail written so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aggregator.errors import ParsingError, RecordError
from aggregator.identity import content_version
from aggregator.model import (
    Buyer,
    Classification,
    Facts,
    Money,
    Notice,
    ProcurementKind,
    StatedTime,
)
from aggregator.parsing import money
from aggregator.parsing.dates import parse_iso, parse_with_remark
from aggregator.parsing.iso_dates import ZoneRule
from aggregator.parsing.text import fold
from aggregator.sources.doubts import as_published
from aggregator.sources.mails.message import Mail

ADDRESS = re.compile(r"<?(https?://[^\s<>\"]+)>?")
LABELLED = re.compile(r"([^\W\d][^:\d]{1,70}?)\s*:\s*(.*)")
"""Without figures, so that the time 15:00 is no label."""

CPV = re.compile(r"(?<!\d)\d{8}(?!\d)")
LONGEST = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class MailForm:
    """key: short and for ever, part of every notice's identity. senders: ends of the addresses it
    mails from, to say whose mail it is that held no notice; they prove nothing.

    link: matches the address of a notice's page on the portal itself; its first group is the
    notice's number. labels: field -> the labels by which lines are known, small letters; the
    title's line begins a notice. notices_are: "tender" or another tag.
    """

    key: str
    name: str
    senders: tuple[str, ...]
    link: re.Pattern[str]
    labels: Mapping[str, tuple[str, ...]]
    notices_are: str = "tender"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One notice of an alert: fields by name, and the address of its page."""

    number: str
    url: str
    fields: Mapping[str, str]


def entries(mail: Mail, form: MailForm) -> Iterator[Entry]:
    """Each notice that the mail links to once, with the lines that belong to it."""
    seen: set[str] = set()
    for block in blocks(mail.lines, form):
        told = fields(block, form)
        for url, number in links(block, form):
            if number not in seen:
                seen.add(number)
                yield Entry(number=number, url=url, fields=told)
                told = {}  # what a block tells, it tells of the first


def blocks(lines: Sequence[str], form: MailForm) -> Iterator[Sequence[str]]:
    """The lines of one notice after the other; a line with the title's label begins the next."""
    block: list[str] = []
    for line in lines:
        if field_of(line, form) == "title" and block:
            yield block
            block = []
        block.append(line)
    yield block


def links(block: Sequence[str], form: MailForm) -> list[tuple[str, str]]:
    """The addresses of notices among these lines, with the notices' numbers."""
    found = (form.link.fullmatch(url.rstrip(".,;)")) for url in ADDRESS.findall("\n".join(block)))
    return [(match[0], match[1]) for match in found if match]


def field_of(line: str, form: MailForm) -> str | None:
    """Which field a line begins, None for none."""
    labelled = LABELLED.match(line)
    label = fold(labelled[1] if labelled else line)
    return next((name for name, labels in form.labels.items() if label in labels), None)


def fields(block: Sequence[str], form: MailForm) -> Mapping[str, str]:
    """The fields of one notice; a value stands behind its label or in the lines below."""
    found: dict[str, str] = {}
    current: str | None = None
    for line in block:
        text = ADDRESS.sub("", line).strip()
        labelled = LABELLED.match(text)
        if (name := field_of(text, form)) is not None:
            current, text = name, labelled[2] if labelled else ""
        elif not text or (labelled and current != "description"):
            current = None
        if current and text and (current not in found or current == "description"):
            found[current] = f"{found.get(current, '')}\n{text}".strip()[:LONGEST]
    return found


def notice(entry: Entry, mail: Mail, form: MailForm, source_id: str) -> Notice:
    """What the alert says of one notice. Raises RecordError where not even its title is there."""
    told = entry.fields
    title = told.get("title")
    if not title:
        raise RecordError("title", f"of notice {entry.number} of {form.name} is missing")
    deadline, doubts = date_of("deadline", told)
    low, high = money.span(told.get("value", "")) or (None, None)
    published = None
    if mail.sent:
        published = parse_iso(mail.sent, zone=ZoneRule.OFFSET)
    return Notice(
        source_id=source_id,
        notice_id=f"{form.key}/{entry.number}",
        version=content_version(dict(told)),
        facts=Facts(
            kind=ProcurementKind.CONTRACT,
            title=" ".join(title.split()),
            description=told.get("description"),
            buyers=(Buyer(name=told["buyer"]),) if told.get("buyer") else (),
            reference=told.get("reference") or entry.number,
            classifications=tuple(
                Classification(scheme="CPV", id=code)
                for code in dict.fromkeys(CPV.findall(told.get("cpv", "")))
            ),
            value=Money(amount=high) if high else None,
            minimum_value=Money(amount=low) if low and low != high else None,
            deadline=deadline,
            portal_url=entry.url,
        ),
        published=published,
        url=entry.url,
        tags=(form.notices_are,),
        flags=(f"Known from an e-mail alert of {form.name}; its own page counts.", *doubts),
    )


def date_of(name: str, told: Mapping[str, str]) -> tuple[StatedTime | None, tuple[str, ...]]:
    """The date of a field, or a doubt in its own words."""
    text = told.get(name)
    if not text:
        return None, ()
    try:
        return parse_with_remark(text), ()
    except ParsingError:
        return None, (as_published(name, text),)
