"""What time brings to a story whose notices say nothing more: closed, over, gone quiet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.model import Certainty, Opportunity, ProcurementKind, Stage, Standing, StatedTime
from aggregator.parsing import dates
from aggregator.stage.combining import published_at
from aggregator.stage.objecting import objections_until
from aggregator.stage.words import day_in_words

QUIET = timedelta(days=60)
"""So long after the buyer's own date, with nothing new, a story has gone quiet."""

QUIET_AFTER_ENGAGEMENT = timedelta(days=180)
"""Between asking the market and a tender half a year is common."""

QUIET_WITHOUT_DATE = timedelta(days=365)
"""For what never had a date: grants that take applications all year, engagement by e-mail."""

ENDING_SOON = timedelta(days=183)
"""A contract with less than half a year to run is ending."""

LIST_LASTS = timedelta(days=4 * 365)
"""How long a list to join is taken to last where it does not say."""

RUNNING = (Stage.AWARDED, Stage.IN_CONTRACT, Stage.MODIFIED)
ANNOUNCED = (Stage.INTENDED_DIRECT, Stage.AWARD_INTENDED)
LIVE = (Stage.OPEN, Stage.STANDING, Stage.PLANNED, Stage.PIPELINE)
FAR = datetime.max.replace(tzinfo=UTC)
FAR_PAST = datetime(1970, 1, 1, tzinfo=UTC)


def at(opportunity: Opportunity, now: datetime) -> Standing:
    """The standing at that moment: what the notices say, plus what the clock adds.

    The deadline passed: closed. Sixty days past the buyer's own date with nothing new: gone quiet.
    An engagement whose date has passed stays an engagement that is over. A contract near or past
    the end it stated: ending or ended.
    """
    standing = opportunity.standing
    stage = standing.stage
    if stage in RUNNING:
        return _running(opportunity, standing, now)
    quiet = gone_quiet_at(opportunity)
    if quiet and quiet[0] <= now:
        return _later(standing, Stage.STALLED, quiet[0], _quiet_words(opportunity, quiet[1]))
    if stage is Stage.OPEN and (end := opportunity.deadline) and end.instant <= now:
        return _later(standing, Stage.CLOSED, end.instant, f"the deadline, {_on(end)}, has passed")
    if stage is Stage.STANDING and (over := _list_end(opportunity)) <= now:
        words = f"by the notices the list lasted until {day_in_words(over)}"
        return _later(standing, Stage.CLOSED, over, words)
    if stage is Stage.ENGAGEMENT and (end := engagement_end(opportunity)) and end.instant <= now:
        words = f"{standing.because}; the engagement ended on {_on(end)}"
        return replace(standing, because=words)
    return standing


def is_open(standing: Standing) -> bool:
    """True where bids, applications or requests to join are taken."""
    return standing.stage in (Stage.OPEN, Stage.STANDING)


def is_live(opportunity: Opportunity, now: datetime) -> bool:
    """True where a reader can still act: bid, join, take part, prepare, or object in time."""
    stage = at(opportunity, now).stage
    if stage in LIVE:
        return True
    if stage in ANNOUNCED:
        until = objections_until(opportunity)
        return until is not None and now < until
    if stage is Stage.ENGAGEMENT:
        end = engagement_end(opportunity)
        return end is None or now < end.instant
    return False


def next_date(opportunity: Opportunity) -> datetime | None:
    """The date by which a reader must act at this stage, None where there is none."""
    stage = opportunity.standing.stage
    if stage in ANNOUNCED:
        return objections_until(opportunity)
    if stage is Stage.ENGAGEMENT:
        return end.instant if (end := engagement_end(opportunity)) else None
    return opportunity.deadline.instant if opportunity.deadline else None


def urgency(opportunity: Opportunity, now: datetime) -> tuple[int, datetime, str]:
    """A key that sorts most urgent first: live with the nearest date, live without one, the rest
    by how recently it was in the news."""
    if not is_live(opportunity, now):
        age = now - published_at(opportunity.notices[-1])
        return (2, datetime.min.replace(tzinfo=UTC) + max(age, timedelta(0)), opportunity.id)
    date = next_date(opportunity)
    if date is None or date <= now:
        return (1, FAR, opportunity.id)
    return (0, date, opportunity.id)


def engagement_end(opportunity: Opportunity) -> StatedTime | None:
    """Until when one can take part in the early engagement."""
    return opportunity.facts.engagement_deadline or opportunity.deadline


def gone_quiet_at(opportunity: Opportunity) -> tuple[datetime, StatedTime | None] | None:
    """When the story counts as gone quiet if nothing new comes, and the buyer's own date behind it.

    None at stages that can rest for years, and for grants after their deadline, which are seldom
    heard of again.
    """
    facts, stage = opportunity.facts, opportunity.standing.stage
    start = facts.contract_period.start if facts.contract_period else None
    contract = facts.kind in (None, ProcurementKind.CONTRACT)
    if stage in (Stage.PIPELINE, Stage.PLANNED):
        own = facts.expected_tender or start
    elif stage is Stage.ENGAGEMENT:
        own = _latest(engagement_end(opportunity), facts.expected_tender)
    elif stage is Stage.OPEN and opportunity.deadline is None:
        own = None
    elif stage is Stage.OPEN and contract:
        own = _latest(opportunity.deadline, start)
    else:
        return None
    if own is None:
        silence = QUIET if stage is Stage.OPEN and contract else QUIET_WITHOUT_DATE
        return published_at(opportunity.notices[-1]) + silence, None
    only_asked = stage is Stage.ENGAGEMENT and facts.expected_tender is None
    return own.instant + (QUIET_AFTER_ENGAGEMENT if only_asked else QUIET), own


def _latest(*times: StatedTime | None) -> StatedTime | None:
    known = [time for time in times if time]
    return max(known, key=lambda time: time.instant) if known else None


def _quiet_words(opportunity: Opportunity, own: StatedTime | None) -> str:
    last = day_in_words(published_at(opportunity.notices[-1]))
    if own is None:
        return f"nothing new since {last}"
    return f"nothing new since {last}; the buyer’s own date was {day_in_words(own.instant)}"


def _list_end(opportunity: Opportunity) -> datetime:
    """When a list or dynamic market closes to new members.

    A deadline alone is only the end of the first round; a list that gives no end is taken to last
    some years from its newest notice.
    """
    period = opportunity.facts.contract_period
    end = (period.latest_end or period.end) if period else None
    last = end.instant if end else published_at(opportunity.notices[-1]) + LIST_LASTS
    return max(last, opportunity.deadline.instant) if opportunity.deadline else last


def _running(opportunity: Opportunity, standing: Standing, now: datetime) -> Standing:
    ends = _contract_ends(opportunity)
    if not ends:
        return standing
    first, last = min(ends), max(ends)
    if last <= now:
        words = f"by the dates in the notices it ended on {day_in_words(last)}"
        return _later(standing, Stage.ENDED, last, words)
    if first <= now:
        words = f"it ran until {day_in_words(first)} and may run until {day_in_words(last)}"
        return _later(standing, Stage.ENDING, first, words)
    soon = max(first - ENDING_SOON, _half_way(opportunity, standing, first))
    if soon <= now:
        words = f"by the dates in the notices it ends on {day_in_words(first)}"
        return _later(standing, Stage.ENDING, soon, words)
    return standing


def _half_way(opportunity: Opportunity, standing: Standing, end: datetime) -> datetime:
    """The middle of the contract: one for three months is not ending on the day of its award."""
    facts = opportunity.facts
    periods = [*(award.period for award in facts.awards), facts.contract_period]
    starts = [period.start.instant for period in periods if period and period.start]
    began = max([*starts[:1], standing.since or FAR_PAST])
    return began + (end - began) / 2 if began < end else end


def _contract_ends(opportunity: Opportunity) -> tuple[datetime, ...]:
    """The stated end, and the end with every extension; of the awards where they say."""
    facts = opportunity.facts
    periods = [award.period for award in facts.awards if award.period and award.period.end]
    if not periods and facts.contract_period:
        periods = [facts.contract_period]
    ends = [end.instant for period in periods if (end := period.end)]
    latest = [end.instant for period in periods if (end := period.latest_end)]
    return (max(ends), max([*ends, *latest])) if ends else ()


def _later(standing: Standing, stage: Stage, since: datetime, because: str) -> Standing:
    return replace(standing, stage=stage, since=since, because=because, certainty=Certainty.DERIVED)


def _on(time: StatedTime) -> str:
    return dates.in_words(time)
