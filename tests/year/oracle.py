"""The books of the oracle: what was published, what each reader has to hear, what they heard."""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.year.rules import next_due

REMINDED = timedelta(days=7)
EXAMPLES = 5


@dataclass
class Tender:
    """One procurement. news: when we could know of it, then of each thing that happened to it."""

    number: int
    word: str
    deadline: datetime
    published: datetime
    news: list[datetime] = field(default_factory=list)
    deadlines: list[datetime] = field(default_factory=list)
    cancelled: datetime | None = None
    """When we could know that it is off."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """words: none for everything."""

    reader: str
    words: frozenset[str]
    cadence: str
    hour: int
    joined: datetime

    def wants(self, tender: Tender) -> bool:
        return not self.words or tender.word in self.words


@dataclass
class Oracle:
    """runs: the moments at which our process really composed."""

    tenders: dict[int, Tender] = field(default_factory=dict)
    wishes: list[Wish] = field(default_factory=list)
    runs: list[datetime] = field(default_factory=list)
    heard: dict[tuple[str, int], list[datetime]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    tellings: int = 0

    def complain(self, kind: str, words: str) -> None:
        self.wrong[kind] += 1
        if self.wrong[kind] <= EXAMPLES:
            self.examples.append(f"{kind}: {words}")

    def judge(self) -> None:
        """Compare what everybody heard with what they had to hear."""
        for wish in self.wishes:
            for tender in self.tenders.values():
                heard = sorted(self.heard.get((wish.reader, tender.number), ()))
                if wish.wants(tender):
                    self.judge_one(wish, tender, heard)
                elif heard:
                    self.complain("unwanted", f"{wish.reader}, {tender.number}: {heard[0]}")

    def judge_one(self, wish: Wish, tender: Tender, heard: list[datetime]) -> None:
        """One reader and one procurement: each piece of news once and in time."""
        news = [max(moment, wish.joined) for moment in tender.news]
        news = sorted(set(news))
        who = f"{wish.reader} ({wish.cadence} at {wish.hour}), {tender.number}"
        for moment in news:
            told = bisect_left(heard, moment)
            limit = self.limit(wish, moment)
            if limit is None or not self.is_owed(tender, moment, limit, heard):
                continue
            self.tellings += 1
            if told == len(heard):
                self.complain("lost", f"{who}: known at {moment}, due by {limit}")
            elif heard[told] > limit:
                self.complain("late", f"{who}: known at {moment}, told {heard[told]} not {limit}")
        before = datetime.min.replace(tzinfo=wish.joined.tzinfo)
        for moment in heard:
            fresh = any(before < known <= moment for known in news)
            if not fresh and not self.is_reminder(tender, before, moment):
                self.complain("doubled", f"{who}: {moment}, last {before}, news {news}")
            before = moment

    def limit(self, wish: Wish, known: datetime) -> datetime | None:
        """The first run at or after the due instant; None where the year ends before."""
        place = bisect_left(self.runs, next_due(wish.cadence, wish.hour, known))
        return self.runs[place] if place < len(self.runs) else None

    def is_owed(
        self, tender: Tender, known: datetime, limit: datetime, heard: list[datetime]
    ) -> bool:
        """What is over before it could be told is told only to those who knew of it."""
        if any(moment < known for moment in heard):
            return True
        over = tender.deadlines[-1] if tender.deadlines else tender.deadline
        if tender.cancelled is not None:
            over = min(over, tender.cancelled)
        return over > limit

    def is_reminder(self, tender: Tender, before: datetime, moment: datetime) -> bool:
        """Whether it falls into the week before a deadline, or just after it became known."""
        for deadline in (tender.deadline, *tender.deadlines):
            due = deadline - REMINDED
            if before < due <= moment:
                return True
        return False
