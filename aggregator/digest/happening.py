"""What happened to an opportunity, in plain words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aggregator import stage as stages
from aggregator.digest.clean import one_line
from aggregator.digest.dates import act_by
from aggregator.digest.ending import said_of_the_end
from aggregator.model import DigestItem, Event, EventKind, Precision, ProcurementKind, Stage
from aggregator.parsing.dates import in_words

FIELDS = {
    "title": "Title",
    "description": "Description",
    "additional_text": "Further text",
    "buyers": "Buyer",
    "value": "Value",
    "minimum_value": "Lowest value",
    "deadline": "Deadline",
    "enquiry_deadline": "Last day for questions",
    "engagement_deadline": "Date to take part by",
    "expected_tender": "Expected date of the tender",
    "contract_period": "Contract dates",
    "extension": "Possible extension",
    "places": "Place",
    "lots": "A lot",
    "awards": "Awards",
    "criteria": "How bids are scored",
    "how_to_take_part": "How to take part",
    "portal_url": "Where to bid",
    "contact": "Whom to ask",
    "documents": "Documents",
    "reserved": "Who may bid",
    "reserved_area": "Area of suppliers",
    "suitable_vcse": "Suits voluntary and community organisations",
    "suitable_sme": "Suits small businesses",
}
PROSE = frozenset({"description", "additional_text", "how_to_take_part", "lots"})
"""Changes that name only the part that changed, so several of them cannot be drawn together."""

GAP = re.compile(r" \(([^()]* (?:later|earlier))\)$")
HOUR = re.compile(r", (?:\d{1,2}(?::\d\d)?[ap]m|12 noon|midnight)")
DATES = frozenset({"deadline", "engagement_deadline"})
EXPECTED = "expected_tender"

LONGEST = 220


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing that happened. before and after: what was published, where that says more.

    then: what a reader can do about it.
    """

    words: str
    before: str | None = None
    after: str | None = None
    then: str | None = None


def happenings(item: DigestItem) -> tuple[Happening, ...]:
    """Everything this digest tells of a known opportunity, oldest first.

    Several changes of one field are one, from the first value to the last. To a reader who was
    never told of it, the opportunity as it stands says it all, but not that it looks like a re-run.
    """
    if not item.known:
        return tuple(rerun(one) for one in item.events if one.kind is EventKind.RERUN)
    told = [happening(event, item) for event in collapsed(item.events)]
    return tuple(dict.fromkeys(one for one in told if one))


def collapsed(events: Sequence[Event]) -> list[Event]:
    """The events with changes of one field, or of the stage, drawn together."""
    latest: dict[tuple[str, ...], Event] = {}
    for event in events:
        own = event.id if event.field in PROSE else ""
        key = (event.kind, event.field or "", event.lot_id or "", own)
        earlier = latest.pop(key, None)
        latest[key] = joined(earlier, event) if earlier else event
    return list(latest.values())


def joined(earlier: Event, later: Event) -> Event:
    """The later event told as a change from what stood before the earlier one.

    A new date says how much later it is than the one before; that no longer holds.
    """
    return replace(later, old=earlier.old, new=GAP.sub("", later.new) if later.new else None)


def happening(event: Event, item: DigestItem) -> Happening | None:
    """One event in words; None where heading and date line say it already."""
    match event.kind:
        case EventKind.CHANGED:
            return changed(event, item)
        case EventKind.MOVED_ON:
            return moved_on(event, item)
        case EventKind.APPEARED | EventKind.DEADLINE_NEAR:
            return None
        case EventKind.RERUN:
            return rerun(event)
        case EventKind.CANCELLED:
            then = stages.explain(Stage.CANCELLED) if item.stage is Stage.CANCELLED else None
            return Happening(words=cancelled(item), then=then)
        case _:
            return Happening(words=ended(event, item))


def rerun(event: Event) -> Happening:
    """What it looks like the re-run of, how sure that is, and why."""
    earlier = one_line(event.old, LONGEST) or "an earlier procurement"
    why = one_line(event.new, LONGEST * 2)
    return Happening(
        words=f"Looks like the re-run of {earlier}.",
        then=f"{why[:1].upper()}{why[1:]}." if why else None,
    )


def cancelled(item: DigestItem) -> str:
    """A cancellation with the reason the buyer gave, in its field or in the cancelling notice."""
    if reason := one_line(item.opportunity.facts.reason_ended, LONGEST * 2):
        return f"Cancelled by the buyer: {reason}{'' if reason[-1] in '.!?…' else '.'}"
    if said := said_of_the_end(item.opportunity):
        return f"Cancelled by the buyer: “{said}”"
    return "Cancelled by the buyer."


def ended(event: Event, item: DigestItem) -> str:
    """A passed deadline, a silence, or something open again, in a sentence."""
    return {
        EventKind.REOPENED: "Open again after it had been cancelled or closed.",
        EventKind.CLOSED: "The deadline has passed.",
        EventKind.GONE_QUIET: gone_quiet(item),
        EventKind.NO_LONGER_LISTED: "No longer on the list where we found it. It may have been "
        "withdrawn or moved: look at the notice, or ask the buyer.",
        EventKind.LISTED_AGAIN: "On the list again where we had missed it.",
    }[event.kind]


def changed(event: Event, item: DigestItem) -> Happening:
    """A field with its value before and after; a new deadline only where no other line tells it."""
    if event.field == EXPECTED:
        event = replace(event, old=without_hour(event.old), new=without_hour(event.new))
    name = one_line(event.field, 60) or "notice"
    field = FIELDS.get(name, name.replace("_", " ").capitalize())
    before, after = one_line(event.old, LONGEST), one_line(event.new, LONGEST)
    if before == after:
        return Happening(words=f"{field} changed, and changed back.")
    if before is None or after is None:
        words = f"{field} now stated." if before is None else f"{field} no longer stated."
        return Happening(words=words, before=before, after=after)
    date = act_by(item.opportunity, item.stage)
    if name in DATES and date is not None and date.words == GAP.sub("", after):
        gap = GAP.search(after)
        words = f"{field} moved{f', {gap[1]}' if gap else ''}."
        return Happening(words=words, before=before)
    return Happening(words=f"{field} changed.", before=before, after=after)


def without_hour(text: str | None) -> str | None:
    """An expected date by its day: the hour is the form's, not the buyer's."""
    return HOUR.sub("", text) if text else text


def moved_on(event: Event, item: DigestItem) -> Happening:
    """From one stage to the next, by names for readers; where it stands now is said elsewhere."""
    kind = item.opportunity.facts.kind
    before, after = stage_name(event.old, kind), stage_name(event.new, kind)
    opened = event.new == Stage.OPEN
    if event.new == item.stage:
        after = None
    return Happening(words="Now open." if opened else "Moved on.", before=before, after=after)


def stage_name(value: str | None, kind: ProcurementKind | None) -> str | None:
    """A stage's name for readers; words that are no stage stay as they are."""
    try:
        return stages.label(Stage(value), kind) if value else None
    except ValueError:
        return one_line(value, LONGEST)


def gone_quiet(item: DigestItem) -> str:
    """Worded as what was not seen, never as somebody's fault."""
    published = item.opportunity.latest.published
    since = f" since {in_words(replace(published, precision=Precision.DAY))}" if published else ""
    date = f": {own}" if (own := quiet_date(item)) else ""
    return f"We have seen no news{since}, though the buyer’s own date has passed{date}."


def quiet_date(item: DigestItem) -> str | None:
    """The date the buyer had named, as the event of going quiet carries it."""
    quiet = (event.new for event in item.events if event.kind is EventKind.GONE_QUIET)
    return one_line(next(quiet, None), LONGEST)
