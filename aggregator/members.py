"""Members of a host's network: its list brought in, groups with defaults, counts and evidence."""

import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from defusedcsv import csv

from aggregator import consent, roster, subscribe
from aggregator.criteria import criteria_from
from aggregator.deliver import checked_address
from aggregator.errors import PermanentFailure, StoreError, UnknownIdentifier
from aggregator.links import Links
from aggregator.model import (
    Cadence,
    ConsentAct,
    ConsentEntry,
    Criteria,
    Group,
    Host,
    Moderation,
    ModerationAct,
    Organisation,
    Subscriber,
    SubscriberState,
    Wish,
)
from aggregator.ports import Clock
from aggregator.roster import Roster, RosterRow
from aggregator.store import Store
from aggregator.tokens import Keys

CADENCES = {
    "daily": Cadence.DAILY, "every day": Cadence.DAILY, "day": Cadence.DAILY,
    "weekly": Cadence.WEEKLY, "once a week": Cadence.WEEKLY, "week": Cadence.WEEKLY,
    "monthly": Cadence.MONTHLY, "once a month": Cadence.MONTHLY, "month": Cadence.MONTHLY,
    "immediate": Cadence.IMMEDIATE, "immediately": Cadence.IMMEDIATE, "at once": Cadence.IMMEDIATE,
}  # fmt: skip
CANNOT = "cannot be entered by a list; its owner can sign up on the pages"


class Outcome(StrEnum):
    """What becomes of one address of a list."""

    ASKED = "asked"
    KNOWN = "known"
    SKIPPED = "skipped"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListLine:
    """What became of one address, or of a line without one, in words."""

    line: int
    address: str | None
    outcome: Outcome
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """The report on a list. not_used: columns that were passed over."""

    lines: tuple[ListLine, ...]
    not_used: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """How many addresses had this outcome."""
        return sum(one.outcome is outcome for one in self.lines)


@dataclass(frozen=True, kw_only=True)
class Bringing:
    """What bringing a list in needs. links: None for a dry run, which changes nothing.

    source: the name of the file, for the consent record. group: of rows that name none.
    """

    store: Store
    clock: Clock
    host: Host
    keys: Keys
    types: Mapping[str, str]
    source: str
    links: Links | None = None
    group: Group | None = None

    def run(self, listed: Roster) -> Imported:
        """Bring a whole list in, or say what would become of it."""
        seen: dict[str, int] = {}
        found = [one for row in listed.rows for one in self.row(row, seen)]
        return Imported(lines=tuple(found), not_used=listed.not_used)

    def row(self, row: RosterRow, seen: dict[str, int]) -> list[ListLine]:
        """The addresses of one row, in a transaction of their own."""
        if row.problems:
            skipped = any("the list says" in one for one in row.problems)
            outcome = Outcome.SKIPPED if skipped else Outcome.WRONG
            return [line(row, ", ".join(row.addresses) or None, outcome, "; ".join(row.problems))]
        wish, group, problems = self.wanted(row)
        if problems:
            return [line(row, ", ".join(row.addresses), Outcome.WRONG, " ".join(problems))]
        with self.store.transaction():
            done = [self.address(row, typed, wish, group, seen) for typed in row.addresses]
            if self.links is not None:
                self.gather(row, [one.address for one in done if one.outcome is Outcome.ASKED])
        return done

    def wanted(self, row: RosterRow) -> tuple[Wish, Group | None, list[str]]:
        """What a row asks for, the group it names, and what is wrong with it.

        The group comes back only where its defaults are meant: the row chose nothing itself.
        """
        problems: list[str] = []
        group = self.group
        if named := row.given.get("group"):
            try:
                group = self.store.group(named)
            except UnknownIdentifier as fault:
                problems.append(str(fault))
        chosen = {name: text for name, text in row.given.items() if name in CHOICES}
        found = criteria_from(chosen, types=self.types)
        if isinstance(found, tuple):
            problems += [problem.words for problem in found]
            found = Criteria()
        cadence = group.cadence if group else Cadence.DAILY
        if often := row.given.get("cadence"):
            known = CADENCES.get(" ".join(often.casefold().split()))
            if known is None:
                problems.append(f"“{often[:40]}” is none of daily, weekly, monthly or immediate.")
            cadence = known or cadence
        if not chosen and group is not None:
            found = group.criteria
        return Wish(criteria=found, cadence=cadence), group, problems

    def address(
        self,
        row: RosterRow,
        typed: str,
        wish: Wish,
        group: Group | None,
        seen: dict[str, int],
    ) -> ListLine:
        """One address: asked, known, or not to be asked."""
        try:
            address = checked_address(typed)
        except PermanentFailure:
            return line(row, typed, Outcome.WRONG, "this is no address that mail can be sent to")
        if (before := seen.setdefault(address.casefold(), row.line)) != row.line:
            words = f"it stands in line {before} already; that line counts"
            return line(row, address, Outcome.SKIPPED, words)
        known = self.store.subscriber_by_email(address)
        if self.store.is_suppressed(self.keys.fingerprints(address)):
            return line(row, address, Outcome.SKIPPED, CANNOT)
        if known is not None:
            return self.known(row, known, group)
        if self.links is not None:
            self.ask(address, row, wish, group)
        words = "asked by mail" if self.links else "would be asked by mail"
        return line(
            row, address, Outcome.ASKED, words + (f", as one of {group.name}" if group else "")
        )

    def known(self, row: RosterRow, subscriber: Subscriber, group: Group | None) -> ListLine:
        """Somebody we know already is not asked again, whatever the list says."""
        if subscriber.state is SubscriberState.ENDED:
            return line(row, subscriber.email, Outcome.SKIPPED, CANNOT)
        joined = bool(group) and group not in self.store.groups_of(subscriber.id)
        if joined and group and self.links is not None:
            self.store.join_group(subscriber.id, group.id)
        if subscriber.state is SubscriberState.PENDING:
            words = "has been asked and has not answered yet; not asked again"
        else:
            words = "gets mails already; nothing of that changes"
        if joined and group:
            words += f"; now one of {group.name}" if self.links else f"; to be one of {group.name}"
        return line(row, subscriber.email, Outcome.KNOWN, words)

    def ask(self, address: str, row: RosterRow, wish: Wish, group: Group | None) -> None:
        """Put the question to its owner in the outbox."""
        if self.links is None:
            raise ValueError("a dry run asks nobody")
        chose = CHOICES & row.given.keys() or "cadence" in row.given
        subscriber = consent.invite_member(
            address,
            wish,
            how=f"entered by the host, from the list {self.source}, line {row.line}",
            store=self.store,
            clock=self.clock,
            host=self.host,
            links=self.links,
            group_id=group.id if group and not chose else None,
        )
        if group is not None:
            self.store.join_group(subscriber.id, group.id)
        if row.name and len(row.addresses) == 1:
            self.store.set_name(subscriber.id, row.name)

    def gather(self, row: RosterRow, addresses: Iterable[str | None]) -> None:
        """The new addresses of one row are of one organisation, and of no other row's.

        Two members may have one name, and addresses of one organisation can see each other.
        """
        asked = [one for one in addresses if one]
        if not asked or (row.organisation is None and len(row.addresses) == 1):
            return
        of_row = [self.store.subscriber_by_email(one) for one in row.addresses]
        known = next((one.organisation_id for one in of_row if one and one.organisation_id), None)
        organisation = known or subscribe.new_id("body")
        if row.organisation and known is None:
            self.store.save_organisation(Organisation(id=organisation, name=row.organisation))
        for address in asked:
            if found := self.store.subscriber_by_email(address):
                self.store.join_organisation(found.id, organisation)


CHOICES = frozenset({"places", "types", "words", "without"})
"""What a member chose: where a row says any of it, the group's defaults do not apply."""


def line(row: RosterRow, address: str | None, outcome: Outcome, words: str) -> ListLine:
    """A line of the report."""
    return ListLine(line=row.line, address=address, outcome=outcome, words=words)


def bring_in(content: bytes, bringing: Bringing, *, by: str) -> Imported:
    """Read a list and ask whom it names; with `links` None only say what would happen.

    Raises ParsingError for what is no list.
    """
    listed = roster.read(content)
    report = bringing.run(listed)
    if bringing.links is not None:
        words = f"{report.count(Outcome.ASKED)} asked"
        bringing.store.record_moderation(
            Moderation(
                at=bringing.clock.now(),
                by=by,
                act=ModerationAct.IMPORTED,
                subject=bringing.source,
                because=words,
            )
        )
    return report


def set_group(
    name: str,
    criteria: Criteria,
    cadence: Cadence,
    *,
    by: str,
    store: Store,
    clock: Clock,
    group_id: str | None = None,
) -> tuple[Group, int]:
    """Make a group, or change its defaults; says how many members follow those.

    Members with a choice of their own keep it. Raises StoreError where the name is taken or
    empty.
    """
    now = clock.now()
    if not name.strip():
        raise StoreError("A group needs a name.")
    group = Group(
        id=group_id or subscribe.new_id("group"),
        name=" ".join(name.split()),
        criteria=criteria,
        cadence=cadence,
    )
    with store.transaction():
        followers = store.save_group(group)
        for subscriber_id in followers:
            how = f"what {group.name} gets by default was changed by the host"
            store.record_consent(
                ConsentEntry(subscriber_id=subscriber_id, act=ConsentAct.CHANGED, at=now, how=how)
            )
        store.record_moderation(
            Moderation(at=now, by=by, act=ModerationAct.CHANGED, subject=group.name)
        )
    return group, len(followers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is kept on one address: who agreed to what, when, how, and the exact words."""

    subscriber: Subscriber
    organisation: str | None
    groups: tuple[str, ...]
    entries: tuple[ConsentEntry, ...]


def evidence(text: str, *, store: Store, keys: Keys) -> Evidence:
    """The consent evidence on an address or subscriber id. Raises UnknownIdentifier."""
    try:
        found = subscribe.find(text, store=store)
    except UnknownIdentifier:
        if "@" in text and store.is_suppressed(keys.fingerprints(text)):
            raise UnknownIdentifier(
                f"Nothing is kept on {text}: its owner had everything erased. It cannot be entered "
                "by a list; only its owner can sign up again."
            ) from None
        raise UnknownIdentifier(
            f"Nothing is kept on {text}: it is not here, was never confirmed, or has a typing "
            "error. `fairnotice subscribers list` shows who is here."
        ) from None
    body = store.organisation(found.organisation_id or "")
    return Evidence(
        subscriber=found,
        organisation=body.name if body else None,
        groups=tuple(group.name for group in store.groups_of(found.id)),
        entries=store.consents(found.id),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A member in a list. cadences: how often they are told, by each subscription."""

    subscriber: Subscriber
    organisation: str | None
    groups: tuple[str, ...]
    cadences: tuple[str, ...]


def listed(
    store: Store, *, states: Collection[SubscriberState] = (), group: Group | None = None
) -> tuple[Listed, ...]:
    """Members in any of the states (none given: in any), of one group or all, earliest first."""
    found = []
    for subscriber in store.subscribers():
        if states and subscriber.state not in states:
            continue
        one = in_list(subscriber, store)
        if group is None or group.name in one.groups:
            found.append(one)
    return tuple(found)


def in_list(subscriber: Subscriber, store: Store) -> Listed:
    """One member as lists show them."""
    body = store.organisation(subscriber.organisation_id or "")
    wishes = store.subscriptions(subscriber.id)
    return Listed(
        subscriber=subscriber,
        organisation=body.name if body else None,
        groups=tuple(one.name for one in store.groups_of(subscriber.id)),
        cadences=tuple(dict.fromkeys(str(one.cadence) for one in wishes)),
    )


def fields(one: Listed) -> tuple[tuple[str, str], ...]:
    """A member as columns: heading, value; "" for unknown. The headings can be imported again."""
    consent_ = one.subscriber.consent
    return (
        ("Email", one.subscriber.email),
        ("Name", one.subscriber.name or ""),
        ("Organisation", one.organisation or ""),
        ("Groups", ", ".join(one.groups)),
        ("State", one.subscriber.state),
        ("How often", ", ".join(one.cadences)),
        ("Here since", one.subscriber.created_at.isoformat(timespec="minutes")),
        ("Agreed at", consent_.given_at.isoformat(timespec="minutes") if consent_ else ""),
        ("Agreed how", consent_.how if consent_ else ""),
        ("Words agreed to", consent_.wording if consent_ else ""),
    )


def as_csv(found: Iterable[Listed]) -> str:
    """Members as CSV in which no cell is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    rows = [fields(one) for one in found]
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([value.replace("\0", "").lstrip("\t\r\n") for _, value in row])
    return text.getvalue()


HEADINGS = ("Email", "Name", "Organisation", "Groups", "State", "How often", "Here since",
            "Agreed at", "Agreed how", "Words agreed to")  # fmt: skip


def evidence_words(found: Evidence) -> tuple[str, ...]:
    """The evidence in lines to read or to print."""
    who = found.subscriber
    parts = (who.email, who.name, found.organisation, ", ".join(found.groups))
    lines = [" · ".join(part for part in parts if part), f"state: {who.state}"]
    if not found.entries and who.consent:
        agreed = who.consent
        lines.append(
            f"{agreed.given_at:%Y-%m-%d %H:%M} UTC  given, {agreed.how} ({agreed.wording})"
        )
    for entry in found.entries:
        wording = f" ({entry.wording})" if entry.wording else ""
        lines.append(f"{entry.at:%Y-%m-%d %H:%M} UTC  {entry.act}, {entry.how}{wording}")
        if entry.words:
            lines.append(f"    “{entry.words}”")
    return tuple(lines)


def note_export(*, by: str, store: Store, clock: Clock) -> None:
    """That a list of members was taken out is put on record."""
    store.record_moderation(
        Moderation(at=clock.now(), by=by, act=ModerationAct.EXPORTED, subject="all members")
    )
