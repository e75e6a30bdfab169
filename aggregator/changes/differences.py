"""The facts that differ between two states of a story, each with old and new in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aggregator.changes import wording
from aggregator.model import Contact, Facts, Lot, Opportunity, Stage, StatedTime, StoredNotice
from aggregator.parsing import text


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """field: its name in Facts. lot_id: where it concerns one lot. old, new: None for unknown."""

    field: str
    old: str | None
    new: str | None
    lot_id: str | None = None


RUNNING = frozenset(
    {Stage.AWARDED, Stage.IN_CONTRACT, Stage.MODIFIED, Stage.ENDING, Stage.ENDED, Stage.CANCELLED}
)
WHILE_RUNNING = ("contract_period", "value")
"""All that still matters once the contract is awarded."""

GIVEN_UP = frozenset({"cancelled", "withdrawn", "unsuccessful"})


def differences(
    before: Opportunity, after: Opportunity, arrived: StoredNotice
) -> tuple[Difference, ...]:
    """What the arrived notice changed that a reader must know, in a fixed order.

    A notice older than what was known, or the first copy from another source, changes nothing but
    the deadline.
    """
    found: list[Difference] = []
    running = after.standing.stage in RUNNING
    if not running and (moved := _deadline(before, after)):
        found.append(moved)
    if _is_news(after, before, arrived):
        for field, compare in COMPARED.items():
            if (running and field not in WHILE_RUNNING) or not _same_source(field, before, after):
                continue
            if _differs(field, before.facts, after.facts):
                found.extend(compare(field, before.facts, after.facts))
    return tuple(found)


def _is_news(after: Opportunity, before: Opportunity, arrived: StoredNotice) -> bool:
    """The last word of all that is known, and from a source already heard."""
    sources = {stored.notice.source_id for stored in before.notices}
    return arrived.notice.source_id in sources and after.notices[-1].number == arrived.number


def _same_source(field: str, before: Opportunity, after: Opportunity) -> bool:
    """False where another source now speaks for the field: a change of voice, not of fact."""
    old, new = before.provenance.get(field), after.provenance.get(field)
    return old is None or new is None or old.split("/", 1)[0] == new.split("/", 1)[0]


def _differs(field: str, old: Facts, new: Facts) -> bool:
    return bool(getattr(old, field) != getattr(new, field))


def _deadline(before: Opportunity, after: Opportunity) -> Difference | None:
    old, new = before.deadline, after.deadline
    if new is None or wording.same_moment(old, new):
        return None
    return Difference(field="deadline", old=wording.time(old), new=wording.moved(old, new))


def _time(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    old: StatedTime | None = getattr(before, field)
    new: StatedTime = getattr(after, field)
    if not wording.same_moment(old, new):
        yield Difference(field=field, old=wording.time(old), new=wording.moved(old, new))


def _title(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    old, new = before.title, after.title
    if old and new and not wording.same_title(old, new):
        yield Difference(field=field, old=old, new=new)


def _prose(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    """A long text: only the sentences that went and came."""
    old: str | None = getattr(before, field)
    new: str = getattr(after, field)
    if old is None:
        yield Difference(field=field, old=None, new=wording.shortened(new))
    elif not wording.same_prose(old, new):
        gone, come = wording.sentences_changed(old, new)
        yield Difference(field=field, old=gone, new=come)


def _value(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    old, new = wording.money(before.value), wording.money(after.value)
    if old != new:
        yield Difference(field=field, old=old, new=new)


def _period(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    old, new = wording.period(before.contract_period), wording.period(after.contract_period)
    if new and old != new:
        yield Difference(field=field, old=old, new=new)


def _places(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    old, new = wording.places(before.places), wording.places(after.places)
    if old and new and old != new:
        yield Difference(field=field, old=old, new=new)


def _words(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    """Short words, alone or as a list."""
    old, new = wording.plain(getattr(before, field)), wording.plain(getattr(after, field))
    if text.fold(old or "") != text.fold(new or ""):
        yield Difference(field=field, old=old, new=new)


def _contact(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    """Another person or address to write to; another telephone number is housekeeping."""
    old, new = before.contact, after.contact
    if old and new and _addressed(old) != _addressed(new):
        yield Difference(field=field, old=wording.contact(old), new=wording.contact(new))


def _addressed(contact: Contact) -> tuple[str, str]:
    return text.fold(contact.name or ""), text.fold(contact.email or "")


def _lots(field: str, before: Facts, after: Facts) -> Iterator[Difference]:
    known = {lot.id: lot for lot in before.lots}
    for lot in after.lots:
        old = known.get(lot.id)
        if old is None:
            if known:
                words = f"new lot: {wording.lot_name(lot)}"
                yield Difference(field=field, lot_id=lot.id, old=None, new=words)
        elif old != lot and (told := _lot(old, lot)):
            yield told


def _lot(old: Lot, new: Lot) -> Difference | None:
    """One lot: given up, or other in title, value or period."""
    pairs = [
        (wording.lot_state(old.status, GIVEN_UP), wording.lot_state(new.status, GIVEN_UP)),
        (wording.money(old.value), wording.money(new.value)),
        (wording.period(old.period), wording.period(new.period)),
    ]
    if old.title and new.title and not wording.same_title(old.title, new.title):
        pairs.insert(0, (old.title, new.title))
    changed = [(was, now) for was, now in pairs if now and was != now]
    if not changed:
        return None
    was = "; ".join(was for was, _ in changed if was)
    now = "; ".join(now for _, now in changed if now)
    name = wording.lot_name(new)
    return Difference(
        field="lots", lot_id=new.id, old=f"{name}: {was}" if was else None, new=f"{name}: {now}"
    )


COMPARED: dict[str, Callable[[str, Facts, Facts], Iterator[Difference]]] = {
    "enquiry_deadline": _time,
    "engagement_deadline": _time,
    "expected_tender": _time,
    "title": _title,
    "description": _prose,
    "value": _value,
    "lots": _lots,
    "places": _places,
    "contract_period": _period,
    "reserved": _words,
    "reserved_area": _words,
    "how_to_take_part": _prose,
    "contact": _contact,
}
"""What is compared besides the deadline, in the order in which it is told."""
