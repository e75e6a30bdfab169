"""Until when an announced award can be questioned."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aggregator import calendar
from aggregator.calendar import Nation, StandstillRule
from aggregator.model import Facts, Opportunity, Stage, StoredNotice
from aggregator.parsing import dates
from aggregator.stage.combining import published_at
from aggregator.stage.psr import words_of
from aggregator.stage.reading import is_under_the_act, read

LONDON = ZoneInfo("Europe/London")

APPROACH_DAYS = timedelta(days=14)
"""An authority that means to choose a most suitable provider waits this long after saying so."""

NATIONS = {"L": Nation.WALES, "M": Nation.SCOTLAND, "N": Nation.NORTHERN_IRELAND}
"""By the third letter of a region's code, in its old (UKL) and new (TLL) form."""

ANNOUNCED = (Stage.INTENDED_DIRECT, Stage.AWARD_INTENDED)


def objections_until(opportunity: Opportunity) -> datetime | None:
    """The moment up to which a provider can object or make itself known, in UTC.

    A date the notice states comes first: the end of its standstill, or the date field of a notice
    that asks for no bids. Else it is counted: fourteen days for an intended approach, eight
    working days for the others. None unless an award is announced and not yet made, and where a
    standstill is voluntary and none was announced.
    """
    standing = opportunity.standing
    if standing.stage not in ANNOUNCED:
        return None
    behind = _behind(opportunity)
    facts = behind.notice.facts
    stated = [award.standstill_end.instant for award in facts.awards if award.standstill_end]
    if stated:
        return max(stated)
    if facts.deadline and facts.deadline.instant > published_at(behind):
        return facts.deadline.instant
    return _counted(behind, standing.stage)


def _behind(opportunity: Opportunity) -> StoredNotice:
    """The notice that announced the award: the newest one at this stage."""
    stage = opportunity.standing.stage
    for stored in reversed(opportunity.notices):
        if read(stored.notice).stage is stage:
            return stored
    return opportunity.notices[-1]


def _counted(behind: StoredNotice, stage: Stage) -> datetime | None:
    published = dates.to_uk(published_at(behind)).date()
    facts = behind.notice.facts
    words = None if is_under_the_act(facts) else words_of(facts)
    if words is None:
        if _standstill_is_voluntary(facts):
            return None
        rule = StandstillRule.PROCUREMENT_ACT
    elif stage is Stage.INTENDED_DIRECT:
        return _end_of(published + APPROACH_DAYS)
    else:
        rule = StandstillRule.PSR_WALES if "wales)" in words else StandstillRule.PSR_ENGLAND
    return _end_of(calendar.standstill(published, rule, _nation(facts)).last_day)


def _standstill_is_voluntary(facts: Facts) -> bool:
    """Below threshold and under the light touch regime a standstill exists only if announced."""
    return facts.above_threshold is False or "lightTouch" in facts.special_regime


def _nation(facts: Facts) -> Nation | None:
    """The nation whose bank holidays count, by the region of the first buyer that has one."""
    for buyer in facts.buyers:
        if buyer.region and (nation := NATIONS.get(buyer.region[2:3])):
            return nation
    return None


def _end_of(day: date) -> datetime:
    """The last second of a UK day, in UTC."""
    local = datetime.combine(day, time(23, 59, 59), tzinfo=LONDON)
    return local.astimezone(ZoneInfo("UTC"))
