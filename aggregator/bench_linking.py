"""How well and how fast notices are linked, on made-up procurements whose truth is known.

The generator knows nothing of the linker: it thinks of procurements, publishes each on several
services in the ways that services really differ, and adds near-duplicates that are others.
"""

import itertools
import json
import random
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator import bench, relevance
from aggregator.derive import derive
from aggregator.model import (
    Buyer,
    Facts,
    Notice,
    Precision,
    ProcurementKind,
    RelatedProcess,
    StatedTime,
)
from aggregator.normalise import Dialect, notice_from_release
from aggregator.relevance import Profile
from aggregator.store import Store

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
POSTED_TWICE = 1_500
NEAR_DUPLICATES = 5_000
MEASURED = 1_000
SECOND_NOTICE = 10
"""Every tenth notice of the speed figures belongs to an earlier procurement."""

PLACES = (
    "Northmoor", "Saltmarsh", "Eastholt", "Glenmorrow", "Westerleigh", "Hartsfold", "Kelderby",
    "Upper Wharn", "Stonebeck", "Caer Wen", "Thornaby Vale", "Oakenshire", "Linmouth", "Ravensey",
    "Pellworth", "Dunmere", "Ashcombe", "Fenwick Moor", "Great Barrow", "Marshgate",
)  # fmt: skip
BUYERS = {
    "{} Metropolitan Borough Council": ("{} MBC", "{} Metropolitan Borough Council - Adult Care"),
    "{} and District NHS Foundation Trust": ("{} & District NHS FT", "{} and District NHSFT"),
    "{} Integrated Care Board": ("NHS {} ICB", "NHS {} Integrated Care Board (Q{}1)"),
    "{} County Council": ("{} County Council (Procurement)", "The {} County Council"),
    "{} Housing Association": ("{} Housing Association Ltd", "{} Housing Association Limited"),
}
WHAT = (
    "Crisis café", "School counselling", "Independent advocacy", "Supported housing",
    "Bereavement support", "Perinatal mental health support", "Young carers support",
    "Talking therapies", "Social prescribing", "Suicide prevention training", "Floating support",
    "Recovery college", "Peer support network", "Domestic abuse refuge", "Eating disorder therapy",
    "Employment support", "Community connectors", "Dementia day care", "Respite breaks",
    "Street outreach", "Substance misuse treatment", "Autism diagnosis", "Helpline",
)  # fmt: skip
WHOM = (
    "adults", "children and young people", "older people", "families", "veterans", "refugees",
    "students", "men", "women", "rough sleepers", "prison leavers", "parents", "unpaid carers",
)  # fmt: skip
WELSH = {"adults": "Cymorth i oedolion", "families": "Cymorth i deuluoedd"}
SERVICES = {
    "find-a-tender": "ocds-h6vhtk-{:06x}",
    "contracts-finder": "ocds-b5fd17-{:08x}",
    "pcs": "ocds-r6ebe6-{:010d}",
    "sell2wales": "ocds-kuma6s-{:06d}",
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """A notice and the number of the procurement it truly belongs to."""

    notice: Notice
    truth: int


@dataclass(frozen=True, kw_only=True)
class LinkingFigures:
    """hidden: notices in no opportunity, and procurements that lie in another one's. pairs: of
    opportunities of one procurement, to be found; found: those that are linked."""

    notices: int
    adversarial: int
    hidden: int
    wrong_certain: int
    likely: int
    likely_right: int
    pairs: int
    found: int


class Generator:
    """Thinks of procurements and publishes them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - made-up notices, not secrets
        self.count = 0
        self.truths = 0

    def procurement(self) -> dict[str, Any]:
        """What a procurement is, whoever publishes it."""
        pick = self.rng.choice
        self.truths += 1
        place = pick(PLACES)
        kind = pick(tuple(BUYERS))
        day = START + timedelta(days=self.rng.randrange(250), hours=self.rng.randrange(8))
        return {
            "truth": self.truths,
            "place": place,
            "buyer": kind.format(place),
            "variants": tuple(words.format(place, place[0]) for words in BUYERS[kind]),
            "what": pick(WHAT),
            "whom": pick(WHOM),
            "area": pick(("", f" in {place}", f" - {self.rng.choice(('East', 'West'))} area")),
            "published": day,
            "deadline": (day + timedelta(days=self.rng.randrange(14, 40))).replace(hour=12),
            "number": 700_000 + self.truths,
        }

    def title(self, one: dict[str, Any]) -> str:
        """The title its buyer gave it."""
        return f"{one['what']} for {one['whom']}{one['area']}"

    def notice(self, one: dict[str, Any], source: str, **changes: Any) -> Notice:
        """One publication of it."""
        self.count += 1
        facts: dict[str, Any] = {
            "kind": ProcurementKind.CONTRACT,
            "title": self.title(one),
            "description": f"{one['what']}. {bench.sentence(self.rng, 40)}",
            "buyers": (Buyer(name=one["buyer"]),),
            "status": "active",
            "deadline": stated(one["deadline"]),
        }
        own: dict[str, Any] = {
            "source_id": source,
            "notice_id": f"{self.count:06d}-2026",
            "version": f"v{self.count}",
            "ocid": SERVICES[source].format(self.count),
            "published": stated(one["published"]),
            "tags": ("tender",),
            "notice_type": "UK4" if source == "find-a-tender" else None,
            "related": (),
        }
        for name, value in changes.items():
            (own if name in own else facts)[name] = value
        return Notice(**own, facts=Facts(**facts))

    def posted_twice(self) -> list[Made]:
        """One procurement on two services, different in one or two of the usual ways."""
        one = self.procurement()
        first = self.notice(one, "find-a-tender")
        ways = (self.retitled, self.rebought, self.retimed, self.numbered, self.named, self.copied)
        changes: dict[str, Any] = {}
        for way in self.rng.sample(ways, self.rng.choice((1, 1, 2))):
            changes |= way(one, first)
        source = changes.pop("source", "contracts-finder")
        notices = [first, self.notice(one, source, **changes)]
        if self.rng.random() < 0.2:  # noqa: PLR2004 - a fifth is amended later
            later = stated(one["deadline"] + timedelta(days=7))
            changed = replace(first.facts, deadline=later)
            notices.append(replace(first, version=first.version + "b", facts=changed))
        return [Made(notice=notice, truth=one["truth"]) for notice in notices]

    def retitled(self, one: dict[str, Any], _: Notice) -> dict[str, Any]:
        """Another service decorates titles."""
        title = self.title(one)
        welsh = WELSH.get(one["whom"], "Cymorth yn y gymuned")
        return {
            "title": self.rng.choice(
                (
                    f"{title} - AWARD",
                    f"{one['place'][:3].upper()}{self.rng.randrange(10, 99)}/26 - {title}",
                    f"DN{one['number']} {title}",
                    title.upper(),
                    f"Provision of {title}",
                    f"{one['buyer']} - {title}",
                    f"{welsh} / {title}",
                    f"{title} | {welsh}",
                    f"Contract for the provision of a {title} service",
                    title.replace("support", "suport").replace("counselling", "counseling"),
                )
            )
        }

    def rebought(self, one: dict[str, Any], _: Notice) -> dict[str, Any]:
        """Another service spells the buyer otherwise."""
        return {"buyers": (Buyer(name=self.rng.choice(one["variants"])),)}

    def retimed(self, one: dict[str, Any], _: Notice) -> dict[str, Any]:
        """Another service has another time of day, or the day without a time."""
        hours = self.rng.choice((-12, -1, 1, 5, 11))
        return {"deadline": stated(one["deadline"] + timedelta(hours=hours))}

    def numbered(self, one: dict[str, Any], _: Notice) -> dict[str, Any]:
        """A reference of the buyer's portal."""
        return {"reference": f"{one['place'][:4].upper()}001-DN{one['number']}-{one['truth']}"}

    def named(self, _: dict[str, Any], first: Notice) -> dict[str, Any]:
        """The text names the notice on Find a Tender, and there is no deadline any more."""
        number, year = first.notice_id.split("-")
        return {
            "description": f"Published as {year}/S 000-{number}. {bench.sentence(self.rng, 20)}",
            "deadline": None,
            "tags": ("award",),
        }

    def copied(self, _: dict[str, Any], first: Notice) -> dict[str, Any]:
        """A copy with a canonical link."""
        link = RelatedProcess(
            relationship="canonical", identifier=f"https://example.org/Notice?id={first.ocid}"
        )
        return {"source": "pcs", "related": (link,)}

    def near_duplicate(self) -> list[Made]:
        """Two procurements that look nearly alike."""
        one = self.procurement()
        other = {**one, "truth": self.next_truth()}
        way = self.rng.randrange(9)
        first: dict[str, Any] = {}
        second: dict[str, Any] = {}
        title = self.title(one)
        if way == 0:
            first, second = {"title": f"{title} - Lot 1"}, {"title": f"{title} - Lot 2"}
        elif way == 1:
            first, second = {"title": f"{title} 2026/27"}, {"title": f"{title} 2027/28"}
        elif way == 2:  # noqa: PLR2004
            years = timedelta(days=365 * self.rng.choice((1, 2, 3)))
            other |= {"deadline": one["deadline"] + years, "published": one["published"] + years}
        elif way == 3:  # noqa: PLR2004
            other["buyer"] = one["buyer"].replace(one["place"], f"New {one['place']}")
        elif way == 4:  # noqa: PLR2004
            second = self.calling_off(one)
        elif way == 5:  # noqa: PLR2004
            first, second = {"title": f"{title} (North)"}, {"title": f"{title} (South)"}
        elif way == 6:  # noqa: PLR2004
            other["whom"] = self.rng.choice([whom for whom in WHOM if whom != one["whom"]])
        elif way == 7:  # noqa: PLR2004
            first = self.numbered(one, self.notice(one, "find-a-tender"))
            second = self.numbered(
                {**other, "number": one["number"] + 90_000}, self.notice(one, "pcs")
            )
        else:
            weeks = timedelta(days=self.rng.choice((3, 7, 28)))
            other |= {"deadline": one["deadline"] + weeks, "published": one["published"] + weeks}
        source = self.rng.choice(("find-a-tender", "contracts-finder", "sell2wales"))
        return [
            Made(notice=self.notice(one, "find-a-tender", **first), truth=one["truth"]),
            Made(notice=self.notice(other, source, **second), truth=other["truth"]),
        ]

    def calling_off(self, one: dict[str, Any]) -> dict[str, Any]:
        """A contract under a framework that the same buyer set up, which the text names."""
        number = f"2026/S 000-{self.count + 1:06d}"
        text = self.rng.choice(
            (
                f"Call-off contract under framework {number}.",
                f"Awarded by further competition under the framework agreement {number}.",
                f"Direct award from the dynamic purchasing system, see {number}.",
            )
        )
        return {
            "title": f"{self.title(one)} - {self.rng.choice(('Jan', 'May', 'Oct'))} order",
            "description": text,
            "deadline": None,
            "tags": ("award",),
        }

    def next_truth(self) -> int:
        """The number of another procurement."""
        self.truths += 1
        return self.truths


def stated(instant: datetime) -> StatedTime:
    """A time as published."""
    return StatedTime(
        text=instant.isoformat(), instant=instant, precision=Precision.MINUTE, rule="as published"
    )


def quality(
    profile: Profile,
    *,
    twice: int = POSTED_TWICE,
    adversarial: int = NEAR_DUPLICATES,
    seed: int = 7,
) -> LinkingFigures:
    """Link everything in a random order and compare with the truth."""
    generator = Generator(seed)
    groups = [generator.posted_twice() for _ in range(twice)]
    groups += [generator.near_duplicate() for _ in range(adversarial)]
    generator.rng.shuffle(groups)
    return linked([one for group in groups for one in group], profile, adversarial)


def linked(made: Sequence[Made], profile: Profile, adversarial: int) -> LinkingFigures:
    """The figures after all of them arrived one by one."""
    with Store.open(None) as store:
        for number, one in enumerate(made):
            at = START + timedelta(days=400, seconds=number)
            with store.transaction():
                added = store.add_notices(
                    [one.notice], payload_id=None, retrieved_at=at, backfill=False
                )
                derive(added, store=store, profile=profile)
        return compared(made, store, adversarial)


def compared(made: Sequence[Made], store: Store, adversarial: int) -> LinkingFigures:
    """The figures of a store in which the made notices were linked."""
    truths: dict[str, set[int]] = defaultdict(set)
    places: dict[int, set[str]] = defaultdict(set)
    lost = 0
    for one in made:
        place = store.whereabouts((one.notice.source_id, one.notice.notice_id))
        if place is None:
            lost += 1
            continue
        truths[place].add(one.truth)
        places[one.truth].add(place)
    linked = {frozenset((one.opportunity_id, one.other_id)) for one in store.likely_links()}
    right = sum(bool(set.intersection(*(truths[name] for name in pair))) for pair in linked)
    notices_of: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for one in made:
        notices_of[one.truth].add((one.notice.source_id, one.notice.notice_id))
    twice = {truth for truth, keys in notices_of.items() if len(keys) > 1}
    apart = [
        frozenset(pair) for truth in twice for pair in itertools.combinations(places[truth], 2)
    ]
    mixed = [place for place, found in truths.items() if len(found) > 1]
    return LinkingFigures(
        notices=len(made),
        adversarial=adversarial,
        hidden=lost + sum(len(truths[place]) - 1 for place in mixed),
        wrong_certain=len(mixed),
        likely=len(linked),
        likely_right=right,
        pairs=len(apart),
        found=sum(pair in linked for pair in apart),
    )


def speed(count: int, profile: Profile, folder: Path) -> Iterator[tuple[int, float, float]]:
    """Stored notices so far, µs per notice for the last thousand, peak megabytes.

    What is timed: linking, merging and judging of what is stored already, in processor time, so
    that a busy machine does not blur it.
    """
    marks = {MEASURED, *(10**power for power in range(4, 8)), count}
    spent = 0.0
    with Store.open(folder / "linking.db") as store:
        for number, notices in enumerate(chunked(count)):
            with store.transaction():
                added = store.add_notices(
                    notices, payload_id=None, retrieved_at=START, backfill=True
                )
                began = time.process_time()
                derive(added, store=store, profile=profile)
                spent += time.process_time() - began
            stored = (number + 1) * bench.PACKAGE
            if stored % MEASURED == 0:
                if stored in marks:
                    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                    yield stored, spent / MEASURED * 1e6, peak
                spent = 0.0


def chunked(count: int) -> Iterator[list[Notice]]:
    """Notices of Find a Tender, a hundred at a time; every tenth goes on with an earlier one."""
    rng = random.Random(20261121)  # noqa: S311 - made-up notices, not secrets
    dialect = Dialect(source_id="find-a-tender")
    earlier: list[tuple[str, dict[str, Any], str]] = []
    for start in range(0, count, bench.PACKAGE):
        notices = []
        for number in range(start, start + bench.PACKAGE):
            release = bench.release(rng, number)
            if number % SECOND_NOTICE == 0 and earlier:
                ocid, buyer, title = rng.choice(earlier)
                release |= {"ocid": ocid, "buyer": buyer}
                release["parties"][0] |= buyer
                release["tender"]["title"] = title
            elif len(earlier) < MEASURED or rng.random() < 1 / SECOND_NOTICE:
                known = (release["ocid"], release["buyer"], release["tender"]["title"])
                if len(earlier) < MEASURED:
                    earlier.append(known)
                else:
                    earlier[rng.randrange(MEASURED)] = known
            notices.append(notice_from_release(release, dialect))
        yield notices


def lines(count: int) -> Iterator[str]:
    """All figures as JSON lines. count: up to how many stored notices the speed is measured."""
    profile = relevance.load_profile()
    figures = quality(profile)
    yield json.dumps(
        {
            "bench": "cross-postings and near-duplicates linked",
            "notices": figures.notices,
            "adversarial": figures.adversarial,
            "hidden": figures.hidden,
            "wrong_certain_links": figures.wrong_certain,
            "likely_links": figures.likely,
            "likely_precision": round(figures.likely_right / max(figures.likely, 1), 4),
            "precision_aim": 0.99,
            "recall": round(figures.found / max(figures.pairs, 1), 4),
            "recall_aim": 0.95,
        }
    )
    first: float | None = None
    with tempfile.TemporaryDirectory() as folder:
        for stored, micros, peak in speed(count, profile, Path(folder)):
            first = micros if first is None and stored >= min(count, 10_000) else first
            yield json.dumps(
                {
                    "bench": "stored notice to linked, merged, judged opportunity",
                    "stored": stored,
                    "us_each": round(micros, 1),
                    "times_first": round(micros / first, 2) if first else None,
                    "aim": 2,
                    "peak_mb": round(peak),
                    "peak_aim_mb": 250,
                }
            )
