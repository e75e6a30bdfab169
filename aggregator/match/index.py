"""All subscriptions at once: which of them an event concerns, without asking each.

Subscriptions with equal criteria are one entry. For each criterion with a list of wished values
(verdict, stage, service type, place, word, buyer) there is, for each value, the set of entries
that wish for it, as the bits of a whole number; what an opportunity has picks and joins such sets,
and entries in the sets of all criteria are left. Only these are asked in full, so that the answer
is the same as without the index: `match` for each subscription by itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from aggregator.match.events import match_seen, may_be_new
from aggregator.match.filters import NO_LABELS, buyers_wanted, by_stage, grounds
from aggregator.match.prospect import Prospect
from aggregator.match.texts import term
from aggregator.model import (
    Criteria,
    Event,
    JudgedOpportunity,
    Match,
    ProcurementKind,
    Stage,
    Subscription,
    Verdict,
)
from aggregator.parsing import places
from aggregator.relevance.finder import Finder

NOBODY: frozenset[str] = frozenset()


class Index:
    """Subscriptions by what they wish for. Made once, asked for every event."""

    def __init__(
        self, subscriptions: Iterable[Subscription], *, labels: Mapping[str, str] = NO_LABELS
    ) -> None:
        """labels: service type -> its name for readers."""
        self._subscriptions = tuple(subscriptions)
        self._labels = labels
        self._numbers = {one.id: number for number, one in enumerate(self._subscriptions)}
        entries: dict[Criteria, list[int]] = {}
        for number, one in enumerate(self._subscriptions):
            entries.setdefault(one.criteria, []).append(number)
        self._criteria = tuple(entries)
        self._members = tuple(map(tuple, entries.values()))
        self._everybody = (1 << len(self._criteria)) - 1
        self._by_verdict = self._sets(lambda one: one.verdicts, Verdict)
        self._by_type = self._sets(lambda one: one.types)
        self._by_land = self._sets(wished_land, anywhere=lambda one: not one.places)
        self._by_word = Phrases(map(term, one.words) for one in self._criteria)
        self._by_buyer = Phrases(buyers_wanted(one.buyers) for one in self._criteria)
        self._wordless = self._those(lambda one: not one.words)
        self._buyerless = self._those(lambda one: not one.buyers)
        self._by_stage: dict[tuple[Stage, ProcurementKind | None], int] = {}
        self._of_land = lru_cache(maxsize=4096)(self._by_land.any_of)

    def __len__(self) -> int:
        """How many subscriptions it knows."""
        return len(self._subscriptions)

    def matches(
        self,
        event: Event,
        judged: JudgedOpportunity,
        stage: Stage,
        *,
        now: datetime | None = None,
        told: Collection[str] = NOBODY,
        followed: Collection[str] = NOBODY,
    ) -> tuple[Match, ...]:
        """The match of the event with every subscription it is to be told to, in their order.

        stage, now: as for `match`. told, followed: ids of the subscriptions whose subscriber was
        told of the opportunity on its channel, or follows it; ids it does not know are passed over.
        """
        seen = Prospect(
            opportunity=judged.opportunity,
            judgement=judged.judgement,
            stage=stage,
            now=now or event.at,
        )
        return self.matches_seen(event, seen, told=told, followed=followed)

    def matches_seen(
        self,
        event: Event,
        seen: Prospect,
        *,
        told: Collection[str] = NOBODY,
        followed: Collection[str] = NOBODY,
    ) -> tuple[Match, ...]:
        """The same for an opportunity made ready, which several events may share."""
        known = {self._numbers[one] for one in (*told, *followed) if one in self._numbers}
        found: dict[int, Match] = {}
        for number in known:
            subscription = self._subscriptions[number]
            one = match_seen(
                event,
                seen,
                subscription,
                told=subscription.id in told,
                followed=subscription.id in followed,
                labels=self._labels,
            )
            if one is not None:
                found[number] = one
        if may_be_new(event, seen.stage):
            for number, why, because in self._meeting(seen):
                if number not in known:
                    wish = self._subscriptions[number]
                    found[number] = Match(
                        subscription_id=wish.id, event=event, why=why, because=because
                    )
        return tuple(found[number] for number in sorted(found))

    def meeting(self, seen: Prospect) -> tuple[tuple[Subscription, tuple[str, ...]], ...]:
        """Every subscription whose filter an opportunity passes, in order, with the reasons."""
        found = sorted(self._meeting(seen))
        return tuple((self._subscriptions[number], why) for number, why, _ in found)

    def _meeting(self, seen: Prospect) -> Iterator[tuple[int, tuple[str, ...], str]]:
        """Place of a subscription, its reasons and the sentence, in no order."""
        for entry in bits(self._perhaps(seen)):
            if found := grounds(seen, self._criteria[entry], self._labels):
                for number in self._members[entry]:
                    yield number, *found

    def _perhaps(self, seen: Prospect) -> int:
        """The entries that may be met: all that are, and few others."""
        left = self._by_verdict.any_of((seen.judgement.verdict,)) & self._at_stage(seen)
        if left:
            left &= self._by_type.any_of(seen.judgement.types)
        if left and seen.codes:
            left &= self._of_land(seen.land | places.land_of(seen.buyers_codes))
        if left:
            names = (name for _, name in seen.buyers)
            left &= self._buyerless | self._by_buyer.in_any(names)
        if left:
            left &= self._wordless | self._by_word.in_any((seen.text,))
        return left

    def _at_stage(self, seen: Prospect) -> int:
        """The entries that wish for this stage; asked once for each stage and kind."""
        key = (seen.stage, seen.facts.kind)
        if key not in self._by_stage:
            self._by_stage[key] = self._those(lambda one: by_stage(seen, one, {}) is not None)
        return self._by_stage[key]

    def _those(self, wish: Callable[[Criteria], bool]) -> int:
        """The set of the entries of which something is true."""
        return gathered(entry for entry, one in enumerate(self._criteria) if wish(one))

    def _sets(
        self,
        wished: Callable[[Criteria], Collection[str]],
        values: Iterable[str] = (),
        *,
        anywhere: Callable[[Criteria], bool] | None = None,
    ) -> "Sets":
        """For each value the entries that wish for it; those that wish for any are in every set."""
        lists: dict[str, list[int]] = {value: [] for value in values}
        for entry, one in enumerate(self._criteria):
            for value in wished(one):
                lists.setdefault(value, []).append(entry)
        open_to_all = anywhere or (lambda one: not wished(one))
        return Sets(self._those(open_to_all), lists)


class Sets:
    """Sets of entries by a value they wish for."""

    def __init__(self, open_to_all: int, lists: Mapping[str, Iterable[int]]) -> None:
        self._open_to_all = open_to_all
        self._by_value = {value: gathered(entries) for value, entries in lists.items()}

    def any_of(self, values: Iterable[str]) -> int:
        """The entries that wish for one of these values, or for none in particular."""
        found = self._open_to_all
        for value in values:
            found |= self._by_value.get(value, 0)
        return found


class Phrases:
    """Entries by the phrases they look for, of which there may be many thousand."""

    def __init__(self, wished: Iterable[Iterable[str]]) -> None:
        """wished: for each entry its phrases, folded and between spaces."""
        self._finder: Finder[int] = Finder(
            (phrase, entry)
            for entry, phrases in enumerate(wished)
            for phrase in phrases
            if phrase.strip()
        )

    def in_any(self, texts: Iterable[str]) -> int:
        """The entries of which a phrase stands in one of these texts, between spaces."""
        return gathered({entry for text in texts for _, _, entry in self._finder.find(text)})


def wished_land(criteria: Criteria) -> frozenset[str]:
    """The smallest regions of all places wished for, with what borders on them if wished."""
    own = places.land_of(criteria.places)
    if not criteria.neighbours:
        return own
    return own.union(*(places.around(one) for one in criteria.places))


def gathered(entries: Iterable[int]) -> int:
    """The whole number in which exactly these bits are set."""
    numbers: Sequence[int] = tuple(entries)
    if not numbers:
        return 0
    room = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        room[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(room, "little")


def bits(found: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first."""
    while found:
        lowest = found & -found
        yield lowest.bit_length() - 1
        found ^= lowest
