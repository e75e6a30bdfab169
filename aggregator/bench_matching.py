"""How fast events are matched with subscriptions, beside asking each subscription in turn.

Made-up charities with narrow wishes (none met by more than one event in 200) and made-up events.
Both ways are measured in the same run, in processor time because other programs share the machine,
and must give the same matches. The plain way is helped: an opportunity is made ready once for all
subscriptions. How long `match` takes, which does this for every pair, is told from a sample.
"""

import json
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from aggregator import match, reference, relevance
from aggregator.bench import BUYERS, TEXT
from aggregator.match.events import match_seen
from aggregator.model import (
    Buyer,
    Criteria,
    Event,
    EventKind,
    JudgedOpportunity,
    Match,
    Money,
    Place,
    Stage,
    Subscription,
    Verdict,
)
from aggregator.testing import a_judgement, a_stated_time, a_subscription, an_event, an_opportunity

SUBSCRIPTIONS = 10_000
EVENTS = 1_000
SHARE = 0.005
"""The most of all events that one subscription may match."""

LEAST_TIMES = 20
MOST_SECONDS = 1.0
MOST_MEGABYTES = 250
LONG = 5
WORDS_OF_AN_EVENT = 120
TOWNS = 4_000
SAMPLE = 10
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)

Story = tuple[Event, JudgedOpportunity, Stage]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Processor seconds of both ways over the same pairs.

    indexing: making the index, part of `indexed`. unprepared: as far as a sample tells, the loop
    that makes each opportunity ready for each pair.
    """

    subscriptions: int
    events: int
    matches: int
    most_share: float
    equal: bool
    one_by_one: float
    unprepared: float
    indexed: float
    indexing: float


def measured(subscriptions: int, events: int) -> Figures:
    """Both ways over the same made-up subscriptions and events."""
    rng = random.Random(20261124)  # noqa: S311 - made-up wishes, not secrets
    stories = tuple(story(rng, number) for number in range(events))
    wanted = narrow(rng, subscriptions, stories)
    began = time.process_time()
    index = match.Index(wanted)
    indexing = time.process_time() - began
    found = [index.matches(event, judged, stage, now=NOW) for event, judged, stage in stories]
    indexed = time.process_time() - began
    began = time.process_time()
    asked = [each(one, wanted) for one in stories]
    one_by_one = time.process_time() - began
    sample = stories[:: max(events // SAMPLE, 1)]
    began = time.process_time()
    told = [each(one, wanted, ready=False) for one in sample]
    unprepared = (time.process_time() - began) / max(len(sample), 1) * events
    counts = Counter(one.subscription_id for some in found for one in some)
    return Figures(
        subscriptions=len(wanted),
        events=events,
        matches=counts.total(),
        most_share=max(counts.values(), default=0) / max(events, 1),
        equal=found == asked and told == found[:: max(events // SAMPLE, 1)],
        one_by_one=one_by_one,
        unprepared=unprepared,
        indexed=indexed,
        indexing=indexing,
    )


def each(one: Story, wanted: Sequence[Subscription], *, ready: bool = True) -> tuple[Match, ...]:
    """The plain way: every subscription is asked. ready: whether the opportunity is made ready
    once, or for each of them."""
    event, judged, stage = one
    seen = match.Prospect(
        opportunity=judged.opportunity, judgement=judged.judgement, stage=stage, now=NOW
    )
    found = (
        match_seen(
            event,
            seen if ready else replace(seen),
            subscription,
            told=False,
            followed=False,
        )
        for subscription in wanted
    )
    return tuple(one for one in found if one is not None)


def narrow(rng: random.Random, count: int, stories: Sequence[Story]) -> tuple[Subscription, ...]:
    """So many subscriptions of which none matches more than its share of the events."""
    most = max(int(len(stories) * SHARE), 1)
    kept: list[Subscription] = []
    while len(kept) < count:
        drawn = [
            a_subscription(id=f"drawn-{number}", criteria=wish(rng))
            for number in range(count - len(kept))
        ]
        index = match.Index(drawn)
        counts = Counter(
            found.subscription_id
            for event, judged, stage in stories
            for found in index.matches(event, judged, stage, now=NOW)
        )
        kept += [one for one in drawn if counts[one.id] <= most]
    return tuple(replace(one, id=f"want-{number}") for number, one in enumerate(kept))


def wish(rng: random.Random) -> Criteria:
    """What one charity wants: mostly its service in its places, some by word or by buyer."""
    places = tuple(rng.sample(leaves(), rng.choice((1, 2, 3, 4))))
    way = rng.random()
    if way < 0.6:  # noqa: PLR2004 - shares of the made-up charities
        return Criteria(
            verdicts=(Verdict.CORE, Verdict.RELATED),
            types=tuple(rng.sample(types(), rng.choice((2, 4, 8)))),
            places=places,
            nationwide=rng.random() < 0.5,  # noqa: PLR2004
            most_year=rng.choice((None, Decimal(100_000), Decimal(500_000))),
        )
    if way < 0.8:  # noqa: PLR2004
        return Criteria(words=tuple(f"town{rng.randrange(TOWNS)}" for _ in range(8)))
    if way < 0.9:  # noqa: PLR2004
        return Criteria(
            buyers=(rng.choice(BUYERS),), types=(rng.choice(types()),), without_words=("laundry",)
        )
    return Criteria(
        places=places, neighbours=True, types=(rng.choice(types()),), days_left=14, nationwide=False
    )


def story(rng: random.Random, number: int) -> Story:
    """An event with its opportunity, about the size of a real one."""
    words = [*rng.choices(TEXT.split(), k=WORDS_OF_AN_EVENT), f"town{rng.randrange(TOWNS)}"]
    rng.shuffle(words)
    opportunity = an_opportunity(
        id=f"fn-{number}",
        notice_id=f"{number:06}-2026",
        title=f"Mental health support {number}",
        description=" ".join(words),
        buyers=(Buyer(name=rng.choice(BUYERS)),),
        places=tuple(Place(code=code) for code in rng.sample(leaves(), rng.choice((1, 1, 2)))),
        value=Money(amount=Decimal(rng.randrange(10_000, 2_000_000))),
        deadline=a_stated_time(NOW + timedelta(days=rng.randrange(1, 60))),
    )
    judgement = a_judgement(
        rng.choice((Verdict.CORE, Verdict.CORE, Verdict.RELATED, Verdict.POSSIBLE)),
        types=tuple(rng.sample(types(), rng.choice((1, 2, 3)))),
    )
    stage = rng.choice((Stage.OPEN, Stage.OPEN, Stage.ENGAGEMENT, Stage.PLANNED, Stage.AWARDED))
    event = an_event(
        id=f"event-{number}",
        opportunity_id=opportunity.id,
        kind=rng.choice((EventKind.APPEARED, EventKind.CHANGED)),
    )
    return event, JudgedOpportunity(opportunity=opportunity, judgement=judgement), stage


def leaves() -> tuple[str, ...]:
    """The smallest regions in use."""
    known = reference.regions().values()
    return tuple(one.code for one in known if len(one.code) == LONG and not one.now)


def types() -> tuple[str, ...]:
    """The service types of the profile."""
    return relevance.load_profile().type_ids


def lines(subscriptions: int = SUBSCRIPTIONS, events: int = EVENTS) -> Iterator[str]:
    """The figures as JSON lines; `met` says whether what stands under `aim` is reached."""
    figures = measured(subscriptions, events)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = figures.one_by_one / figures.indexed
    yield json.dumps(
        {
            "bench": "events matched with all subscriptions",
            "subscriptions": figures.subscriptions,
            "events": figures.events,
            "matches": figures.matches,
            "most_share": figures.most_share,
            "share_aim": SHARE,
            "equal": figures.equal,
            "one_by_one_seconds": round(figures.one_by_one, 2),
            "one_by_one_unprepared_seconds": round(figures.unprepared),
            "indexed_seconds": round(figures.indexed, 3),
            "of_it_making_the_index": round(figures.indexing, 3),
            "seconds_aim": MOST_SECONDS,
            "seconds_met": figures.indexed <= MOST_SECONDS,
            "times": round(times, 1),
            "aim": LEAST_TIMES,
            "met": figures.equal and times >= LEAST_TIMES,
            "peak_mb": round(peak),
            "peak_aim_mb": MOST_MEGABYTES,
            "peak_met": peak <= MOST_MEGABYTES,
        }
    )
