"""Place, kind of service, what the buyer ticked, and the days that are left.

A full tender is normally open for 25 days, and for 10 after early notice; care and support services
have no such minimum.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from aggregator import stage as stages
from aggregator.digest.clean import one_line
from aggregator.digest.dates import days_left
from aggregator.digest.wording import listed
from aggregator.fit.findings import Aspect, Finding, helps, hinders, unknown
from aggregator.fit.reserved import named, own_places
from aggregator.model import Facts, Judgement, Opportunity, ProcurementKind, ProviderProfile, Stage
from aggregator.parsing import places
from aggregator.summary.subject import shown_types
from aggregator.whereabouts import Area, areas

FULL_TENDER, SHORT_TENDER = 25, 10


def place(facts: Facts, profile: ProviderProfile) -> Iterator[Finding]:
    """Inside or outside the places where the reader works."""
    own = own_places(profile)
    if not own:
        return
    found = areas(facts)
    codes = [code for area in found for code in area.codes]
    shared = [one for one in own if any(places.within(code, one) for code in codes)]
    if shared:
        yield helps(Aspect.PLACE, f"in {where(found, shared)}, where you work")
    elif codes and all(area.codes for area in found):
        there = listed((area.name for area in found), 60)
        yield hinders(Aspect.PLACE, f"in {there}, outside your places ({named(own)})")
    else:
        yield unknown(Aspect.PLACE, "the notice does not say clearly where")


def where(found: tuple[Area, ...], shared: list[str]) -> str:
    """The area that lies in the reader's places, or holds them."""
    names = (
        area.name
        for area in found
        if any(places.within(code, one) for code in area.codes for one in shared)
    )
    return listed(names, 60) or named(tuple(shared))


def service(
    title: str | None,
    judgement: Judgement,
    profile: ProviderProfile,
    labels: Mapping[str, str],
) -> Iterator[Finding]:
    """Whether it is about what the reader does."""
    if not profile.services:
        return
    if not judgement.types:
        yield unknown(Aspect.SERVICE, "what kind of service it is we cannot tell")
        return
    shared = [one for one in judgement.types if one in profile.services]
    if shared:
        names = "; ".join(label(one, labels) for one in shared[:2])
        yield helps(Aspect.SERVICE, f"it is about what you do: {names}")
    else:
        name = label(shown_types(title, judgement, labels)[0], labels)
        yield hinders(Aspect.SERVICE, f"not among your services: {name}")


def label(service_type: str, labels: Mapping[str, str]) -> str:
    """A service type by its plain name."""
    words = one_line(labels.get(service_type), 80) or service_type.replace("_", " ")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def suited(facts: Facts, profile: ProviderProfile) -> Iterator[Finding]:
    """What the buyer ticked; a box that is not ticked is no refusal."""
    ticked = facts.suitable_vcse or any(lot.suitable_vcse for lot in facts.lots)
    if profile.vcse is False:
        return
    if ticked:
        yield helps(Aspect.SUITED, "the buyer says it suits voluntary organisations")
    elif facts.suitable_vcse is False:
        words = "the buyer did not tick “suits voluntary organisations”, which bars nobody"
        yield unknown(Aspect.SUITED, words)


def time(opportunity: Opportunity, now: datetime) -> Iterator[Finding]:
    """Days left beside what a bid takes, while bids are taken."""
    if stages.at(opportunity, now).stage is not Stage.OPEN:
        return
    left = days_left(opportunity.deadline.instant, now) if opportunity.deadline else None
    if left is None:
        yield unknown(Aspect.TIME, "no deadline is stated")
        return
    grant = opportunity.facts.kind is ProcurementKind.GRANT
    words = f"{left} day{'' if left == 1 else 's'} left"
    if left < SHORT_TENDER:
        yield hinders(Aspect.TIME, f"only {words}")
    elif grant:
        yield helps(Aspect.TIME, f"{words}, time for an application")
    elif left < FULL_TENDER:
        yield hinders(Aspect.TIME, f"{words}; a full tender is mostly open for {FULL_TENDER}")
    else:
        yield helps(Aspect.TIME, f"{words}, time for a full bid")
