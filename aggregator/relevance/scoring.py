"""How much each phrase counts, and what the sums come to for the whole and for each lot."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.relevance.finding import Hit
from aggregator.relevance.profile import Profile

HEADINGS = frozenset({"title", "lot_title"})
FRONT = HEADINGS | {"brief", "opening"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A hit and what it adds. core: it speaks for the core of the profile. front: it stands in a
    title or in the opening of the description.
    """

    hit: Hit
    points: float
    core: bool
    front: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """What one scope adds up to. types: points by service type."""

    points: tuple[Point, ...] = ()
    types: tuple[tuple[str, float], ...] = ()

    @property
    def core(self) -> float:
        """Points of core phrases."""
        return sum(point.points for point in self.points if point.core)

    @property
    def total(self) -> float:
        """Points of all phrases."""
        return sum(point.points for point in self.points)

    @property
    def core_in_front(self) -> float:
        """Points of core phrases in titles and openings."""
        return sum(point.points for point in self.points if point.core and point.front)

    @property
    def in_front(self) -> float:
        """Points of all phrases in titles and openings."""
        return sum(point.points for point in self.points if point.front)

    @property
    def services_in_heading(self) -> float:
        """Points of phrases that name a service in a title."""
        return sum(
            point.points
            for point in self.points
            if point.hit.part.field in HEADINGS
            and any(term.service_type for term in point.hit.terms)
        )

    def __add__(self, other: "Sum") -> "Sum":
        types = dict(self.types)
        for kind, points in other.types:
            types[kind] = types.get(kind, 0.0) + points
        return Sum(points=self.points + other.points, types=tuple(types.items()))


def add_up(hits: Iterable[Hit], profile: Profile) -> Sum:
    """The points of one scope: the notice without its lots, or one lot.

    The strongest phrases come first; one that overlaps a stronger one adds nothing but still
    speaks for its service type.
    """
    ranked = sorted(
        ((*_worth(hit, profile), hit) for hit in hits),
        key=lambda item: (-item[0], len(item[2].spans), _length(item[2]), item[2].start),
    )
    points: list[Point] = []
    taken: list[tuple[int, int]] = []
    times: Counter[str] = Counter()
    types: dict[str, float] = defaultdict(float)
    mentions = profile.rules.scoring.mentions
    for worth, front, hit in ranked:
        if times[hit.pattern.needle] >= profile.rules.scoring.cap_per_phrase:
            continue
        for kind, weight in _kinds(hit):
            types[kind] += weight * worth / _weight(hit)
        if any(start < stop and begin < end for begin, stop in hit.spans for start, end in taken):
            continue
        times[hit.pattern.needle] += 1
        taken += hit.spans
        value = worth
        if _is_mention(hit):
            value = min(value, mentions)
            mentions -= value
        core = any(term.tier == "core" for term in hit.terms)
        points.append(Point(hit=hit, points=value, core=core, front=front))
    return Sum(points=tuple(points), types=tuple(types.items()))


def _length(hit: Hit) -> int:
    """The longer the sooner."""
    return hit.spans[0][0] - hit.spans[-1][1]


def _is_mention(hit: Hit) -> bool:
    return hit.part.field not in HEADINGS and all(term.service_type is None for term in hit.terms)


def _kinds(hit: Hit) -> Iterable[tuple[str, float]]:
    best: dict[str, float] = {}
    for term in hit.terms:
        if term.service_type:
            best[term.service_type] = max(best.get(term.service_type, 0.0), term.weight)
    return best.items()


def _weight(hit: Hit) -> float:
    return max(term.weight for term in hit.terms)


def _worth(hit: Hit, profile: Profile) -> tuple[float, bool]:
    field = hit.part.field
    if field == "description":
        if hit.part.end - hit.part.start <= profile.rules.scoring.brief:
            field = "brief"
        elif hit.start - hit.part.start < profile.rules.scoring.opening:
            field = "opening"
    return _weight(hit) * profile.rules.scoring.factors[field], field in FRONT
