"""The host's weekly bulletin: composed from what no edition told yet, kept, published once.

Until it is published, composing again renews it; afterwards it stays as it is. What an edition told
is remembered by event id when it is published, so nothing is printed twice unless it changed, and
nothing slips between two editions, however late one is.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from aggregator import bulletin, cadence, digest, match, stage
from aggregator.alert.finding import was_in_what_we_told
from aggregator.digest.clean import link, one_line
from aggregator.errors import FairNoticeError, UnknownIdentifier
from aggregator.model import (
    Bulletin,
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    DigestItem,
    Edition,
    Event,
    EventKind,
    Host,
    HostWord,
    JudgedOpportunity,
    Subscription,
    WordKind,
)
from aggregator.ports import Clock
from aggregator.store import Store
from aggregator.summary import summary

LONGEST_LINE = 400
LONGEST_NAME = 80


def to_come(now: datetime, *, store: Store) -> str:
    """The week of the edition that is being prepared: this one's until it is published."""
    week = bulletin.week_of(now)
    edition = store.edition(week)
    published = edition is not None and edition.published_at is not None
    return bulletin.week_after(week) if published else week


def is_due(now: datetime, *, hour: int, store: Store) -> bool:
    """Whether this week's edition should be out by now and is not.

    hour: of the UK day. Due on the first working day of the week. The very first edition waits for
    such a day, because what was only begun to be collected would make a poor one.
    """
    due = cadence.latest_due(Cadence.WEEKLY, hour=hour, now=now)
    week = bulletin.week_of(now)
    printed = store.printed_weeks()
    if bulletin.week_of(due) != week or week in printed:
        return False
    return bool(printed) or now - due < timedelta(days=1)


def compose(
    *,
    store: Store,
    host: Host,
    wanted: Sequence[Criteria],
    names: Mapping[str, str],
    labels: Mapping[str, str],
    now: datetime,
) -> Edition:
    """The edition to come as of now, kept as a draft.

    wanted: what the host's place and groups look for; an opportunity that meets one of them is in.
    names: source id -> name for readers. labels: service type -> its name.
    """
    week = to_come(now, store=store)
    task = Editing(store=store, host=host, wanted=wanted, names=names, labels=labels, now=now)
    return task.kept(week, published_at=None)


def publish(
    *,
    store: Store,
    host: Host,
    wanted: Sequence[Criteria],
    names: Mapping[str, str],
    labels: Mapping[str, str],
    now: datetime,
) -> Edition:
    """This week's edition, composed as of now and published; from here on it stays.

    Raises FairNoticeError where it is published already, or the host changed it meanwhile.
    """
    week = bulletin.week_of(now)
    if to_come(now, store=store) != week:
        raise FairNoticeError(
            f"the bulletin of {week} is published already and stays as it is; "
            f"`fairnotice bulletin` prepares the next one"
        )
    task = Editing(store=store, host=host, wanted=wanted, names=names, labels=labels, now=now)
    return task.kept(week, published_at=now)


@dataclass(frozen=True, kw_only=True)
class Editing:
    """What may go into an edition, read from one state of the store."""

    store: Store
    host: Host
    wanted: Sequence[Criteria]
    names: Mapping[str, str]
    labels: Mapping[str, str]
    now: datetime

    def kept(self, week: str, *, published_at: datetime | None) -> Edition:
        """The edition of a week, composed and kept. Nobody is kept from writing meanwhile.

        Raises FairNoticeError where the host said something else in between, or published it.
        """
        said = self.store.host_words()
        content = self.composed(week, [one for one in said if is_in_force(one)])
        with self.store.transaction():
            if self.store.host_words() != said:
                raise FairNoticeError(
                    "somebody pinned, dropped or added something just now; try again"
                )
            draft = self.store.edition(week)
            identity = draft.id if draft else uuid.uuid4().urn
            edition = Edition(bulletin=content, id=identity, published_at=published_at)
            self.store.keep_edition(edition)
        return edition

    def composed(self, week: str, words: Sequence[HostWord]) -> Bulletin:
        """The content of the edition of a week. words: of the host, for this edition."""
        printed = self.store.printed_opportunities()
        dropped = named(words, WordKind.DROP)
        pinned = [one for one in named(words, WordKind.PIN) if one not in dropped]
        untold: dict[str, list[Event]] = {}
        for event in self.store.unprinted_events():
            untold.setdefault(self.store.resolve(event.opportunity_id), []).append(event)
        picked = [self.picked(one, untold.get(one, ()), printed.get(one)) for one in pinned]
        items = [
            self.found(one, events, printed.get(one))
            for one, events in untold.items()
            if one not in dropped and one not in pinned
        ]
        return bulletin.compose(
            week,
            self.grouped([item for item in items if item]),
            [item for item in picked if item],
            words,
            place=self.host.place,
            is_first=not self.store.printed_weeks(),
            names=self.names,
            now=self.now,
        )

    def picked(
        self, opportunity_id: str, events: Sequence[Event], printed_at: datetime | None
    ) -> DigestItem | None:
        """What the host put first, whatever it is and whenever it was printed before."""
        judged = self.known(opportunity_id)
        return self.item(judged, tuple(events), printed_at) if judged else None

    def found(
        self, opportunity_id: str, events: Sequence[Event], printed_at: datetime | None
    ) -> DigestItem | None:
        """What there is to print of an opportunity; None where there is nothing.

        A chance that was over before it was printed is none.
        """
        judged = self.known(opportunity_id)
        if judged is None:
            return None
        opportunity = judged.opportunity
        if printed_at is None and not stage.is_live(opportunity, self.now):
            return None
        if printed_at is not None:
            earlier = self.store.printed_of(opportunity_id)
            events = [
                one
                for one in events
                if not was_in_what_we_told(one, printed_at)
                and bulletin.is_worth_printing(one, opportunity, earlier, self.now)
            ]
        told = tuple(one for one in events if self.concerns(one, judged, printed_at))
        if printed_at is None:
            told = tuple(bulletin.no_news_after(self.last_edition, one) for one in told)
        return self.item(judged, told, printed_at) if told else None

    @cached_property
    def last_edition(self) -> datetime | None:
        """When the newest edition was published, None before the first."""
        found = self.store.editions(limit=1)
        return found[0].published_at if found else None

    def concerns(
        self, event: Event, judged: JudgedOpportunity, printed_at: datetime | None
    ) -> bool:
        """Whether anybody the bulletin is for wants to hear of an event."""
        known = printed_at is not None
        if known and event.kind is EventKind.DEADLINE_NEAR:
            return True
        standing = stage.at(judged.opportunity, self.now)
        return any(
            match.match(
                event,
                judged.opportunity,
                judged.judgement,
                standing.stage,
                wish,
                told=known,
                followed=False,
                now=self.now,
                labels=self.labels,
            )
            for wish in self.wishes()
        )

    def wishes(self) -> list[Subscription]:
        """The criteria as subscriptions, which is what is matched with."""
        channel = Channel(kind=ChannelKind.EMAIL, target="bulletin")
        return [
            Subscription(
                id="bulletin",
                subscriber_id="host",
                criteria=one,
                channel=channel,
                created_at=self.now,
            )
            for one in self.wanted
        ]

    def item(
        self, judged: JudgedOpportunity, events: tuple[Event, ...], printed_at: datetime | None
    ) -> DigestItem:
        """An opportunity as the edition's readers meet it."""
        opportunity = judged.opportunity
        return DigestItem(
            opportunity=opportunity,
            judgement=judged.judgement,
            stage=stage.at(opportunity, self.now).stage,
            events=events,
            why=(),
            known=printed_at is not None,
            told_at=printed_at,
            summary=summary(
                opportunity, judged.judgement, now=self.now, labels=self.labels, alone=False
            ),
        )

    def grouped(self, items: Sequence[DigestItem]) -> tuple[DigestItem, ...]:
        """With what is probably one procurement in one place."""
        ids = [item.opportunity.id for item in items]
        return digest.grouped(items, {one: self.store.likely_links_of(one) for one in ids})

    def known(self, opportunity_id: str) -> JudgedOpportunity | None:
        """The opportunity, None when it is gone."""
        try:
            return self.store.opportunity(opportunity_id)
        except UnknownIdentifier:
            return None


def is_in_force(word: HostWord) -> bool:
    """Whether a word is about the edition to come."""
    return word.undone_at is None and word.week is None


def named(words: Sequence[HostWord], kind: WordKind) -> tuple[str, ...]:
    """The opportunities a kind of word is about, each once, in the order said."""
    found = (one.opportunity_id for one in words if one.kind is kind)
    return tuple(dict.fromkeys(one for one in found if one))


def pick(text: str, kind: WordKind, *, by: str, store: Store, clock: Clock) -> HostWord:
    """Put an opportunity first (PIN) or leave it out (DROP); what was said of it before ends.

    text: whatever names one opportunity. Raises UnknownIdentifier.
    """
    with store.transaction():
        found = store.find_opportunity(text).opportunity.id
        speaker, at = speaker_of(by), clock.now()
        for word in store.host_words():
            if word.opportunity_id == found and is_in_force(word):
                store.undo_word(word.number, by=speaker, at=at)
        return store.say_word(HostWord(kind=kind, by=speaker, at=at, opportunity_id=found))


def add(text: str, *, by: str, store: Store, clock: Clock, address: str | None = None) -> HostWord:
    """A line of the host's own for the edition to come. Raises FairNoticeError."""
    words = one_line(text, LONGEST_LINE + 1)
    if words is None:
        raise FairNoticeError("the line is empty; write what readers shall know")
    if len(words) > LONGEST_LINE:
        raise FairNoticeError(
            f"the line is longer than {LONGEST_LINE} characters; say it shorter and give a link"
        )
    if address is not None and link(address) is None:
        raise FairNoticeError(
            f"{one_line(address, LONGEST_NAME)} is no web address we can print; it begins with "
            "https:// and has no spaces"
        )
    word = HostWord(kind=WordKind.ADD, by=speaker_of(by), at=clock.now(), words=words, link=address)
    with store.transaction():
        return store.say_word(word)


def undo(number: int | None, *, by: str, store: Store, clock: Clock) -> HostWord:
    """Take back one thing the host said, by its number, or the last one.

    Raises UnknownIdentifier where there is none such, FairNoticeError where it is printed.
    """
    with store.transaction():
        words = store.host_words()
        open_ones = [one for one in words if is_in_force(one)]
        wanted = (
            open_ones[-1:] if number is None else [one for one in words if one.number == number]
        )
        if not wanted:
            what = "nothing that can be taken back" if number is None else f"no number {number}"
            raise UnknownIdentifier(f"there is {what}; `fairnotice bulletin list` shows what is")
        (word,) = wanted
        if word.week is not None:
            raise FairNoticeError(
                f"number {word.number} is in the bulletin of {word.week}, which is published and "
                "stays as it is"
            )
        at, speaker = clock.now(), speaker_of(by)
        if not store.undo_word(word.number, by=speaker, at=at):
            raise FairNoticeError(f"number {word.number} was taken back before")
        return replace(word, undone_by=speaker, undone_at=at)


def speaker_of(name: str) -> str:
    """Who speaks for the host."""
    return one_line(name, LONGEST_NAME) or "host"
