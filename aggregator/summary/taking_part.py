"""How to take part at each stage, or why that is no longer possible."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from aggregator.digest import wording
from aggregator.digest.clean import link
from aggregator.digest.dates import ActBy, act_by
from aggregator.model import Facts, Opportunity, ProcurementKind, Stage

VERBS = {ProcurementKind.GRANT: "Apply", ProcurementKind.CONSULTATION: "Reply"}
LONGEST_HOST = 60
LIVE = frozenset({Stage.OPEN, Stage.STANDING, Stage.ENGAGEMENT, Stage.PLANNED, Stage.PIPELINE})


def who_and_where(facts: Facts, stage: Stage) -> Iterator[str]:
    """Who may bid and where, without stage and date."""
    yield from who(facts, stage)
    if stage in {Stage.OPEN, Stage.STANDING} and (site := host(facts.portal_url)):
        yield f"{verb(facts)} at {site}."


def how(opportunity: Opportunity, stage: Stage) -> Iterator[str]:
    """The sentences on taking part; who may bid comes before how."""
    facts, date = opportunity.facts, act_by(opportunity, stage)
    yield from who(facts, stage)
    if stage in {Stage.OPEN, Stage.STANDING}:
        yield bidding(facts, stage, date)
    elif stage is Stage.ENGAGEMENT:
        yield "Not a tender yet."
        yield f"Give the buyer your views{by(date)}."
    elif stage in {Stage.PLANNED, Stage.PIPELINE}:
        yield "Not open yet."
        yield expected(date)
    elif stage is Stage.INTENDED_DIRECT:
        yield from direct(facts, date)
    else:
        yield over(facts, stage, date)
        if stage is Stage.AWARD_INTENDED and date is not None:
            yield f"The choice can be questioned until {date.words}."


def who(facts: Facts, stage: Stage) -> Iterator[str]:
    """A reservation, which decides whether to read on."""
    if stage in LIVE and (only := wording.who_may_bid(facts)):
        yield f"{only[0].upper()}{only[1:]}."


def bidding(facts: Facts, stage: Stage, date: ActBy | None) -> str:
    """Where and until when to bid, apply or reply."""
    place = f" at {site}" if (site := host(facts.portal_url)) else ""
    if stage is Stage.STANDING:
        return f"You can ask to join at any time{place}."
    if date is not None:
        return f"{verb(facts)} by {date.words}{f',{place}' if place else ''}."
    return f"{verb(facts)}{place}; no deadline is stated." if place else "No deadline is stated."


def verb(facts: Facts) -> str:
    """What one does to take part: bid, apply, reply."""
    return VERBS.get(facts.kind, "Bid") if facts.kind else "Bid"


def direct(facts: Facts, date: ActBy | None) -> Iterator[str]:
    """An award without a competition that is announced but not made."""
    won = wording.winners(facts.awards)
    yield f"The buyer plans to give this {f'to {won} ' if won else ''}without a competition."
    yield f"If you could do it, tell the buyer{by(date) or ' soon'}."


def over(facts: Facts, stage: Stage, date: ActBy | None) -> str:
    """Why there is nothing to bid for, in one sentence."""
    won = wording.winners(facts.awards)
    no_more = f"No more {'applications' if facts.kind is ProcurementKind.GRANT else 'bids'}"
    contract = f"the contract with {won}" if won else "the contract"
    gone = f"{no_more}: it went to {won or 'a provider that is not named'}."
    return {
        Stage.CLOSED: f"{no_more}: it closed{f' on {date.words}' if date else ''}.",
        Stage.AWARD_INTENDED: f"{no_more}: the buyer has chosen {won or 'a provider'}.",
        Stage.AWARDED: gone,
        Stage.IN_CONTRACT: gone,
        Stage.MODIFIED: f"No bids now: {contract} has changed.",
        Stage.ENDING: f"No bids now: {contract} is near its end.",
        Stage.CANCELLED: "Stop work on this: the buyer has dropped it.",
        Stage.ENDED: "It has come to its end.",
        Stage.STALLED: "The buyer’s own date has passed, and nothing new has been said.",
    }.get(stage, "We cannot tell where this stands: read the notice.")


def expected(date: ActBy | None) -> str:
    """When the tender should come."""
    return f"The tender should come by {date.words}." if date else "No date is given for it."


def by(date: ActBy | None) -> str:
    """ " by Friday 4 December 2026", "" where no date is known."""
    return f" by {date.words}" if date else ""


def host(url: str | None) -> str | None:
    """The name of a web site out of an address that is safe to show."""
    address = link(url)
    name = urlsplit(address).hostname if address else None
    return name.removeprefix("www.") if name and len(name) <= LONGEST_HOST else None
