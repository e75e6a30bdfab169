"""Until when an announced award can be questioned."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aggregator import calendar
from aggregator.calendar import StandstillRule
from aggregator.model import Opportunity, Stage, StoredNotice
from aggregator.parsing import dates
from aggregator.stage.combining import published_at
from aggregator.stage.psr import words_of
from aggregator.stage.reading import is_under_the_act, read

LONDON = ZoneInfo("Europe/London")

APPROACH_DAYS = timedelta(days=14)
"""An authority that means to choose a most suitable provider waits this long after saying so."""

ANNOUNCED = (Stage.INTENDED_DIRECT, Stage.AWARD_INTENDED)


def objections_until(opportunity: Opportunity) -> datetime | None:
    """The moment up to which a provider can object or make itself known, in UTC.

    A date the notice states comes first: the end of its standstill, or the date field of a notice
    that asks for no bids. Else it is counted: fourteen days for an intended approach, eight
    working days for the others. None unless an award is announced and not yet made.
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


def _counted(behind: StoredNotice, stage: Stage) -> datetime:
    published = dates.to_uk(published_at(behind)).date()
    facts = behind.notice.facts
    selection_regime = not is_under_the_act(facts) and (words := words_of(facts))
    if not selection_regime:
        rule = StandstillRule.PROCUREMENT_ACT
    elif stage is Stage.INTENDED_DIRECT:
        return _end_of(published + APPROACH_DAYS)
    else:
        rule = (
            StandstillRule.PSR_WALES if "(wales)" in (words or "") else StandstillRule.PSR_ENGLAND
        )
    return _end_of(calendar.standstill(published, rule).last_day)


def _end_of(day: date) -> datetime:
    """The last second of a UK day, in UTC."""
    local = datetime.combine(day, time(23, 59, 59), tzinfo=LONDON)
    return local.astimezone(ZoneInfo("UTC"))
