"""An opportunity in at most two lines of plain words, by rules from what its notices state.

The first line says what it is, for whom and where; the second how much a year, until when, and how
to take part. Nothing is guessed: what is not stated is said to be so or left out, and a sum of ours
follows the rule in `aggregator.worth`. What has been decided is never made to sound open.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from aggregator import stage as stages
from aggregator.digest.clean import one_line
from aggregator.model import Judgement, Opportunity, Stage
from aggregator.summary.subject import about
from aggregator.summary.taking_part import how, who_and_where
from aggregator.summary.terms import money

__all__ = ["LONGEST", "LONGEST_WORD", "summary"]

LONGEST = 240
"""Characters of a line: what a phone shows without scrolling."""

LONGEST_WORD = 80
"""Names are cut to this, so that one of them never fills a line."""

NO_LABELS: Mapping[str, str] = {}
OVER = frozenset(
    {
        Stage.CLOSED,
        Stage.AWARD_INTENDED,
        Stage.AWARDED,
        Stage.IN_CONTRACT,
        Stage.MODIFIED,
        Stage.ENDING,
        Stage.ENDED,
        Stage.CANCELLED,
        Stage.STALLED,
    }
)
"""Stages at which the second line begins with what is no longer possible."""


def summary(
    opportunity: Opportunity,
    judgement: Judgement,
    *,
    now: datetime,
    labels: Mapping[str, str] = NO_LABELS,
    alone: bool = True,
) -> tuple[str, ...]:
    """At most two lines of at most 240 characters.

    labels: service type -> its name for readers, from the profile. alone: whether nothing else is
    shown beside it; a page that has places of its own for the stage and the date to act by leaves
    them out here.
    """
    stage = stages.at(opportunity, now).stage
    worth = money(opportunity, stage)
    taking = how(opportunity, stage) if alone else who_and_where(opportunity.facts, stage)
    second = (*taking, *worth) if stage in OVER else (*worth, *taking)
    live = stage not in OVER
    lines = (fitted(about(opportunity.facts, judgement, labels, live=live)), fitted(second))
    return tuple(line for line in lines if line)


def fitted(sentences: Iterable[str]) -> str:
    """The sentences on one line, those left out that do not fit."""
    line = ""
    for sentence in sentences:
        cleaned = one_line(sentence, LONGEST)
        if cleaned and len(line) + len(cleaned) < LONGEST:
            line = f"{line} {cleaned}".strip()
    return line
