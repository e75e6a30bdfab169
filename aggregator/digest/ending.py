"""Why something was cancelled, where only the text of the cancelling notice says it."""

import re

from aggregator.digest.clean import one_line
from aggregator.digest.opening import SENTENCE, words_of
from aggregator.model import Notice, Opportunity

LONGEST = 220
READ = 2_000
TAGS = frozenset({"tenderCancellation", "awardCancellation", "planningCancellation"})
CANCELLING = "UK12"
ONLY_ENDED = re.compile(
    r"(?:the|this) (?:procurement|tender|competition|opportunity|contract|notice|process)"
    r"(?: process| exercise| procedure)? (?:is|was|has been|have been)(?: now)? "
    r"(?:ended|cancelled|withdrawn|terminated|abandoned|discontinued|stopped|closed)\W*",
    re.IGNORECASE,
)
"""A sentence that says no more than that it is over."""


def said_of_the_end(opportunity: Opportunity) -> str | None:
    """The first sentence of the cancelling notice that says more than that it is over.

    None where its text is that of an earlier notice: then it describes the service.
    """
    number, notice = next(
        (
            (number, stored.notice)
            for number, stored in reversed(list(enumerate(opportunity.notices)))
            if is_cancelling(stored.notice)
        ),
        (0, None),
    )
    text = (notice.facts.description or "")[:READ] if notice else ""
    before = {
        sentence
        for stored in opportunity.notices[:number]
        for sentence in sentences(stored.notice.facts.description or "")
    }
    if not text or not number:
        return None
    for sentence in SENTENCE.split(text):
        words = " ".join(words_of(sentence))
        if words and words not in before and not ONLY_ENDED.fullmatch(sentence.strip()):
            return one_line(sentence, LONGEST)
    return None


def sentences(text: str) -> list[str]:
    """The sentences of a text by their words."""
    return [" ".join(words_of(one)) for one in SENTENCE.split(text[:READ])]


def is_cancelling(notice: Notice) -> bool:
    """Whether a notice announces the end of a procurement."""
    return notice.notice_type == CANCELLING or not TAGS.isdisjoint(notice.tags)
