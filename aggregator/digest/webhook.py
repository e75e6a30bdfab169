"""A digest as the JSON body of a webhook: type, timestamp and data as Standard Webhooks asks.

All times are ISO 8601 in UTC, all amounts strings of decimal digits, what is not stated is null.
Receivers are asked to ignore keys they do not know; a change that breaks them raises `version`.
"events" is empty for what the receiver was never told before: there the item says it all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.digest.clean import link, one_line
from aggregator.digest.compose import Heading
from aggregator.digest.dates import act_by, days_left
from aggregator.digest.message import message_of
from aggregator.digest.page import counts
from aggregator.digest.view import Room, View, view
from aggregator.match import all_places
from aggregator.model import (
    Digest,
    DigestItem,
    DigestKind,
    Event,
    Facts,
    Host,
    Message,
    Money,
    Notice,
    StatedTime,
)
from aggregator.parsing import places
from aggregator.parsing.dates import in_words

VERSION = 1
LARGEST = 90_000
MOST_EVENTS = 10
LONGEST_TEXT = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How much is said of each item: its name in the body, the room for texts, the keys."""

    name: str
    room: Room
    keys: frozenset[str] | None = None


SHORT = frozenset({"opportunity_id", "title", "stage", "known", "deadline", "url", "events"})
FORMS = (
    Form(name="full", room=Room(title=300, detail=400)),
    Form(name="short", room=Room(title=140, opening=0, detail=80, link=300), keys=SHORT),
    Form(
        name="minimal",
        room=Room(title=60, opening=0, detail=40, link=120),
        keys=SHORT - {"events"},
    ),
)
TYPES = {
    DigestKind.OPEN_NOW: "digest.open_now",
    DigestKind.UPDATE: "digest.update",
    DigestKind.BETWEEN: "digest.between",
    DigestKind.STILL_WATCHING: "digest.still_watching",
}
KEYS = {
    Heading.OPEN_NOW: "open_now",
    Heading.NEW: "new",
    Heading.CHANGED: "changed",
    Heading.CLOSING: "closing_soon",
    Heading.HEADS_UP: "heads_up",
    Heading.ALREADY_OPEN: "already_open",
    Heading.DECIDED: "decided",
}


def render_webhook(digest: Digest, host: Host, *, names: Mapping[str, str]) -> Message:
    """The digest as the exact text that is signed and sent, 90 kB at most.

    A longer one says less of each item, named by "form" (full, short, minimal), but leaves none
    out. names: source id -> name for readers.
    """
    for form in FORMS:
        values = content(digest, host, names, form)
        body = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        if len(body.encode()) <= LARGEST:
            break
    return message_of(digest, json_body=body)


def content(digest: Digest, host: Host, names: Mapping[str, str], form: Form) -> dict[str, Any]:
    """The body as values."""
    return {
        "type": TYPES[digest.kind],
        "timestamp": iso(digest.composed_at),
        "data": {
            "version": VERSION,
            "host": {"name": one_line(host.name, 200), "contact": one_line(host.contact, 200)},
            "subscriber_id": digest.run.subscriber_id,
            "due_at": iso(digest.run.due_at),
            "summary": counts(digest),
            "watch": watched(digest),
            "lapsed_follows": [one.opportunity_id for one in digest.lapsed],
            "left_out": digest.left_out,
            "form": form.name,
            "notice": "Not the official record: read the official notice before acting on it.",
            "sections": [
                {
                    "key": KEYS[Heading(section.heading)],
                    "heading": section.heading,
                    "items": [
                        entry(item, digest.composed_at, names, form) for item in section.items
                    ],
                }
                for section in digest.sections
            ],
        },
    }


def watched(digest: Digest) -> dict[str, Any] | None:
    """How the sources do, where that is told: how many were checked, which are in trouble."""
    troubles, watch = digest.troubles, digest.watch
    if watch is None and not troubles and not digest.mended:
        return None
    return {
        "sources_checked": watch.checked if watch else None,
        "in_trouble": [
            {"source": one.source_id, "name": one_line(one.name, 120), "since": iso(one.since)}
            for one in (watch.troubles if watch else troubles)[:40]
        ],
        "answering_again": [one.source_id for one in digest.mended[:40]],
    }


def entry(item: DigestItem, now: datetime, names: Mapping[str, str], form: Form) -> dict[str, Any]:
    """One opportunity."""
    shown = view(item, now, form.room, names)
    values = {
        **identified(item, shown, form.room),
        **dated(item, now),
        **described(item, shown),
    }
    if form.keys is None:
        return values
    return {key: value for key, value in values.items() if key in form.keys}


def identified(item: DigestItem, shown: View, room: Room) -> dict[str, Any]:
    """What it is and where it stands."""
    notices = [stored.notice for stored in item.opportunity.notices]
    return {
        "opportunity_id": item.opportunity.id,
        "title": shown.title,
        "kind": item.opportunity.facts.kind,
        "stage": item.stage,
        "stage_label": shown.stage,
        "known": item.known,
        "verdict": item.judgement.verdict,
        "types": list(item.judgement.types),
        "why": [one_line(words, 240) for words in item.why],
        "events": [happened(one, room) for one in item.events[-MOST_EVENTS:]] if item.known else [],
        "url": link(item.opportunity.latest.url, room.link),
        "notices": [published(notice) for notice in notices[-10:]],
        "probably_same": [
            {
                "opportunity_id": one.opportunity.id,
                "title": one_line(one.opportunity.facts.title, room.title),
                "url": link(one.opportunity.latest.url, room.link),
            }
            for one in item.same
        ],
    }


def dated(item: DigestItem, now: datetime) -> dict[str, Any]:
    """The dates; `act_by` is the one that matters at this stage."""
    date = act_by(item.opportunity, item.stage)
    return {
        "deadline": time(item.opportunity.deadline),
        "deadline_in_field": time(item.opportunity.deadline_in_field),
        "act_by": date
        and {
            "label": date.label,
            "instant": iso(date.instant),
            "words": date.words,
            "counted": date.counted,
            "days_left": days_left(date.instant, now),
        },
    }


def described(item: DigestItem, shown: View) -> dict[str, Any]:
    """What it is about, for whom, where and for how much."""
    facts = item.opportunity.facts
    return {
        "summary": list(shown.summary),
        "fit": [{"label": one.label, "words": one.words} for one in shown.fit],
        "description": one_line(facts.description, LONGEST_TEXT),
        "buyers": [one_line(buyer.name, 200) for buyer in facts.buyers[:10]],
        "contact": contact(facts),
        "places": located(facts),
        "value": amount(facts.value),
        "suitable_vcse": facts.suitable_vcse,
        "suitable_sme": facts.suitable_sme,
        "reserved": [one_line(words, 200) for words in facts.reserved[:10]],
        "reserved_area": one_line(facts.reserved_area, 200),
        "criteria": [
            {"name": one_line(one.name, 200), "weight": one_line(one.weight, 40)}
            for one in facts.criteria[:20]
        ],
        "details": [{"label": one.label, "words": one.words} for one in shown.details],
        "notes": list(shown.notes),
    }


def happened(event: Event, room: Room) -> dict[str, Any]:
    """One event as it was recorded."""
    return {
        "id": event.id,
        "kind": event.kind,
        "at": iso(event.at),
        "field": event.field,
        "lot_id": one_line(event.lot_id, 80),
        "old": one_line(event.old, room.detail),
        "new": one_line(event.new, room.detail),
        "source": event.source_id,
        "notice_id": one_line(event.notice_id, 120),
    }


def published(notice: Notice) -> dict[str, Any]:
    """One notice behind the opportunity."""
    return {
        "source": notice.source_id,
        "notice_id": one_line(notice.notice_id, 120),
        "url": link(notice.url),
        "published": time(notice.published),
    }


def contact(facts: Facts) -> dict[str, Any] | None:
    """Whom to ask, as published."""
    if facts.contact is None:
        return None
    return {
        "name": one_line(facts.contact.name, 200),
        "email": one_line(facts.contact.email, 254),
        "telephone": one_line(facts.contact.telephone, 60),
        "url": link(facts.contact.url),
    }


def located(facts: Facts) -> Sequence[dict[str, Any]]:
    """Places of delivery, those of lots included, each once."""
    found = {
        (place.code, place.name): {
            "code": one_line(place.code, 20),
            "name": (place.code and places.name(place.code)) or one_line(place.name, 120),
        }
        for place in all_places(facts)
    }
    return list(found.values())[:40]


def amount(money: Money | None) -> dict[str, Any] | None:
    """An amount without VAT, and with it where only that is known."""
    if money is None or (money.amount is None and money.gross is None):
        return None
    return {
        "amount": None if money.amount is None else str(money.amount),
        "gross": None if money.gross is None else str(money.gross),
        "currency": one_line(money.currency, 3),
    }


def time(stated: StatedTime | None) -> dict[str, Any] | None:
    """A date as published, as an instant, and in words."""
    if stated is None:
        return None
    return {
        "text": one_line(stated.text, 120),
        "instant": iso(stated.instant),
        "precision": stated.precision,
        "words": in_words(stated),
    }


def iso(moment: datetime) -> str:
    """ "2026-12-04T12:00:00Z"."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
