"""Health in words for volunteers: what we have seen and since when, never whose fault it is."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from aggregator.model import Health, HealthState
from aggregator.parsing.dates import in_words, to_uk

THIS_WEEK = timedelta(days=6)
THIS_YEAR = timedelta(days=300)

SENTENCES = {
    HealthState.WELL: "{name} is read as usual.",
    HealthState.UNKNOWN: "{name} is read; it is too early to say what is usual there.",
    HealthState.QUIET: "We have seen nothing from {name} since {day}{usual}.",
    HealthState.SUSPICIOUS: "What we have read from {name} since {day} may not be all{why}.",
    HealthState.BLOCKED: (
        "Since {day} we have been shown a check for visitors in place of the notices of {name}."
    ),
    HealthState.FAILING: "We have not been able to read {name} since {day}{why}.",
    HealthState.OVERDUE: "We have not asked {name} since {day}.",
    HealthState.OUR_NETWORK: "We have been offline since {day}, so that {name} was not read.",
    HealthState.NEVER_ASKED: "{name} has not been read yet.",
}
"""state -> a sentence. Councils objected to being called "possibly broken" (PlanningAlerts, issue
1030), so it is always we who have not seen something."""

SHORT = {
    HealthState.QUIET: "quiet",
    HealthState.SUSPICIOUS: "perhaps not read whole",
    HealthState.BLOCKED: "not read",
    HealthState.FAILING: "not read",
    HealthState.OVERDUE: "not asked",
    HealthState.OUR_NETWORK: "not read while we were offline",
    HealthState.NEVER_ASKED: "not read yet",
}
"""state -> the word for it in a count."""


def sentence(health: Health) -> str:
    """One source in one sentence: "We have seen nothing from X since Tuesday 17 November; usually
    4 a day."."""
    words = SENTENCES[health.state]
    since = seen_until(health) if health.state is HealthState.QUIET else health.since
    if health.state is HealthState.QUIET and health.last_notice_at is None:
        words = "We have not seen anything from {name} yet."
    why = f": {health.findings[0].words}" if health.findings else ""
    usual = f"; usually {health.usual}" if health.usual else ""
    return words.format(name=health.name, day=day_words(since, health.at), why=why, usual=usual)


def seen_until(health: Health) -> datetime:
    """Since when nothing has been seen: the last notice, where there was one."""
    return health.last_notice_at or health.since


def summary(states: Iterable[Health]) -> str:
    """All sources in one line: "23 sources checked, 1 quiet since Tuesday."."""
    every = tuple(states)
    count = "1 source" if len(every) == 1 else f"{len(every)} sources"
    if not every:
        return "No source is switched on."
    groups: dict[str, list[Health]] = {}
    for state, words in SHORT.items():
        found = [one for one in every if one.state is state]
        if found:
            groups.setdefault(words, []).extend(found)
    if not groups:
        return f"{count} checked, all well."
    parts = [group_words(words, group) for words, group in groups.items()]
    return f"{count} checked, {', '.join(parts)}."


def group_words(words: str, group: Sequence[Health]) -> str:
    """Those in one state: "2 quiet since Tuesday"; the earliest day where they differ."""
    if group[0].state in (HealthState.NEVER_ASKED, HealthState.OUR_NETWORK):
        return f"{len(group)} {words}"
    first = min((seen_until(one) if one.state is HealthState.QUIET else one.since, one.at)
                for one in group)  # fmt: skip
    comma = "" if len(group) == 1 else ", some"
    return f"{len(group)} {words}{comma} {since_words(*first)}"


def touching(source_ids: Collection[str], states: Iterable[Health]) -> tuple[str, ...]:
    """What readers of these sources should know now: a sentence each, the gravest first.

    Nothing where all of them are well.
    """
    wanted = [one for one in states if one.source_id in source_ids and one.needs_a_look]
    order = list(HealthState)
    wanted.sort(key=lambda one: (order.index(one.state), one.since, one.source_id))
    return tuple(sentence(one) for one in wanted)


def day_words(moment: datetime, now: datetime) -> str:
    """A day on UK clocks: "Tuesday 17 November", with the year where it is long ago."""
    words = in_words(moment).partition(",")[0]
    return words if now - moment > THIS_YEAR else words.rpartition(" ")[0]


def since_words(moment: datetime, now: datetime) -> str:
    """ "since Tuesday", and "today" for what began today."""
    day = short_day(moment, now)
    return day if day == "today" else f"since {day}"


def short_day(moment: datetime, now: datetime) -> str:
    """A day as briefly as it is clear: "today", "Tuesday", "3 November", "3 November 2025"."""
    if to_uk(moment).date() == to_uk(now).date():
        return "today"
    weekday, _, day = day_words(moment, now).partition(" ")
    return weekday if timedelta(0) <= now - moment < THIS_WEEK else day
