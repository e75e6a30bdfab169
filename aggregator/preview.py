"""What a filter would have brought in the last twelve months, and what it narrowly leaves out.

Asked before a filter is saved: one that brings nothing, or more than anybody reads, is better
changed at once than found out after weeks of silence or a full mailbox.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator import match, stage
from aggregator.match import Prospect
from aggregator.match.filters import grounds
from aggregator.match.missing import FIELD_NAMES, missed
from aggregator.match.texts import occurs
from aggregator.model import Criteria, Criterion, JudgedOpportunity, Verdict
from aggregator.relevance import Profile
from aggregator.store import Store

YEAR = timedelta(days=365)
NEWEST = 10
FLOOD = 20
"""So many a week are four on every working day: more than a small charity can look through."""

LARGE_SHARE = 5
"""A word that brings a fifth of a flood by itself is worth naming."""

MOST_SUGGESTED = 3
OF_CONCERN = (Verdict.CORE, Verdict.RELATED, Verdict.POSSIBLE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """An opportunity the filter would have brought. at: when. because: the one reason."""

    opportunity_id: str
    title: str | None
    at: datetime
    because: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """count: opportunities within twelve months, told once each. weeks: in how many weeks of them
    we saw any notice at all, so that a young instance does not promise too little. newest: ten at
    most. warning: a sentence where it brings nothing or a flood; suggestions: what would help."""

    count: int
    weeks: int
    newest: tuple[Found, ...]
    warning: str | None = None
    suggestions: tuple[str, ...] = ()

    @property
    def a_week(self) -> float:
        """How many on average, of the weeks we know."""
        return self.count / self.weeks if self.weeks else 0.0


@dataclass(frozen=True, kw_only=True)
class NearMiss:
    """A live opportunity that fails one criterion only. but: why, as words behind "but"."""

    judged: JudgedOpportunity
    criterion: Criterion
    but: str


def preview(
    criteria: Criteria,
    *,
    store: Store,
    now: datetime,
    labels: Mapping[str, str],
    profile: Profile | None = None,
) -> Preview:
    """What the filter would have brought in the twelve months before `now`.

    An opportunity counts where it passed at the time of one of its notices. profile: for
    suggesting related words.
    """
    found: list[tuple[Found, Prospect]] = []
    near: Counter[Criterion] = Counter()
    weeks: set[tuple[int, int]] = set()
    for judged in store.opportunities(verdicts=looked_at((criteria,))):
        moments = tuple(in_the_past(judged, now))
        weeks |= {at.isocalendar()[:2] for at, _ in moments}
        hits = (found_at(at, seen, criteria, labels) for at, seen in moments)
        hit = next((one for one in hits if one is not None), None)
        if hit:
            found.append(hit)
        else:
            near.update(single_failures((seen for _, seen in moments), criteria))
    found.sort(key=lambda one: (one[0].at, one[0].opportunity_id), reverse=True)
    shown = Preview(
        count=len(found), weeks=len(weeks), newest=tuple(one for one, _ in found[:NEWEST])
    )
    return judged_preview(shown, criteria, near, [seen for _, seen in found], profile)


def looked_at(filters: Iterable[Criteria]) -> tuple[Verdict, ...]:
    """All that is of concern, and the rest only where a filter asks for it."""
    everything = any(not one.verdicts or Verdict.NO in one.verdicts for one in filters)
    return () if everything else OF_CONCERN


def in_the_past(judged: JudgedOpportunity, now: datetime) -> Iterator[tuple[datetime, Prospect]]:
    """The opportunity as it stood at each of its notices of the last twelve months."""
    for stored in judged.opportunity.notices:
        at = stage.published_at(stored)
        if now - YEAR <= at <= now:
            yield (
                at,
                Prospect(
                    opportunity=judged.opportunity,
                    judgement=judged.judgement,
                    stage=stage.read(stored.notice).stage,
                    now=at,
                ),
            )


def found_at(
    at: datetime, seen: Prospect, criteria: Criteria, labels: Mapping[str, str]
) -> tuple[Found, Prospect] | None:
    """The hit, None where the filter is not met."""
    reasons = grounds(seen, criteria, labels)
    if reasons is None:
        return None
    found = Found(
        opportunity_id=seen.opportunity.id, title=seen.facts.title, at=at, because=reasons[1]
    )
    return found, seen


def single_failures(moments: Iterable[Prospect], criteria: Criteria) -> set[Criterion]:
    """The criteria without which it would have come."""
    failed = (match.failures(seen, criteria, most=2) for seen in moments)
    return {one[0] for one in failed if len(one) == 1}


def judged_preview(
    shown: Preview,
    criteria: Criteria,
    near: Counter[Criterion],
    found: Sequence[Prospect],
    profile: Profile | None,
) -> Preview:
    """The preview with a warning and suggestions where it brings nothing or a flood."""
    if not shown.weeks:
        words = "There is nothing to look back on yet: no notice of the last twelve months is here."
        return with_words(shown, words, ())
    if not shown.count:
        words = (
            f"This would have brought nothing in the last twelve months (we know {weeks(shown)})."
        )
        return with_words(shown, words, more_by(criteria, near, profile))
    if shown.a_week > FLOOD:
        words = (
            f"This would have brought about {shown.a_week:,.0f} a week: more than most can read."
        )
        return with_words(shown, words, less_by(criteria, found))
    return shown


def with_words(shown: Preview, warning: str, suggestions: Iterable[str]) -> Preview:
    """The preview with what to say about it."""
    return Preview(
        count=shown.count,
        weeks=shown.weeks,
        newest=shown.newest,
        warning=warning,
        suggestions=tuple(suggestions),
    )


def weeks(shown: Preview) -> str:
    """ "1 week of it", "40 weeks of it"."""
    return f"{shown.weeks} week{'' if shown.weeks == 1 else 's'} of it"


def more_by(criteria: Criteria, near: Counter[Criterion], profile: Profile | None) -> Iterator[str]:
    """What would bring something: the criterion that alone stands in the way, related words."""
    for criterion, count in near.most_common(MOST_SUGGESTED):
        yield f"widen {FIELD_NAMES[criterion]}: that alone would bring {count:,}"
    if criteria.words and profile is not None:
        known = {word.casefold() for word in criteria.words}
        words = dict.fromkeys(
            other for word in criteria.words for other in match.related(word, profile)
        )
        others = [word for word in words if word not in known][:MOST_SUGGESTED]
        if others:
            yield f"also look for {' or '.join(f'“{word}”' for word in others)}"
    if not near:
        yield "no single change would bring anything: ask for less at once"


def less_by(criteria: Criteria, found: Sequence[Prospect]) -> Iterator[str]:
    """What would make a flood smaller."""
    alone: Counter[str] = Counter()
    for seen in found:
        words = [word for word in criteria.words if occurs(word, seen.text)]
        alone.update(words if len(words) == 1 else ())
    for word, count in alone.most_common(MOST_SUGGESTED):
        if len(criteria.words) > 1 and count * LARGE_SHARE >= len(found):
            yield f"drop “{word}”, which alone brings {count:,} of the {len(found):,}"
    if not criteria.places:
        yield "choose places"
    if not criteria.types:
        yield "choose service types"
    if criteria.verdicts != (Verdict.CORE,):
        yield "keep to what has mental health as its purpose"


def near_misses(
    filters: Sequence[Criteria],
    *,
    store: Store,
    now: datetime,
    left_out: Iterable[str] = (),
    limit: int = 50,
) -> tuple[NearMiss, ...]:
    """What is live, passes none of these filters, and fails one of them by one criterion only.

    The most urgent first. left_out: ids of opportunities somebody does not want to see.
    """
    hidden = frozenset(left_out)
    found = [
        near
        for judged in store.opportunities(verdicts=looked_at(filters))
        if judged.opportunity.id not in hidden
        and stage.is_live(judged.opportunity, now)
        and (near := near_miss(judged, filters, now))
    ]
    found.sort(key=lambda one: stage.urgency(one.judged.opportunity, now))
    return tuple(found[:limit])


def near_miss(
    judged: JudgedOpportunity, filters: Sequence[Criteria], now: datetime
) -> NearMiss | None:
    """The first filter of which one criterion only is not met; None where any is met in whole."""
    seen = Prospect(
        opportunity=judged.opportunity,
        judgement=judged.judgement,
        stage=stage.at(judged.opportunity, now).stage,
        now=now,
    )
    failed = [(one, match.failures(seen, one, most=2)) for one in filters]
    if any(not names for _, names in failed):
        return None
    for criteria, names in failed:
        if len(names) == 1:
            return NearMiss(judged=judged, criterion=names[0], but=missed(seen, criteria, names[0]))
    return None
