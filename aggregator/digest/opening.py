"""The opening of a notice's own text: from its first telling sentence, jargon explained.

Many descriptions begin with the regime, the portal or the title once more. Those sentences are
passed over; what is shown stands as published, an explanation in square brackets behind a term.
"""

import re
from functools import lru_cache

from aggregator import glossary
from aggregator.digest.clean import one_line
from aggregator.parsing.text import fold

READ = 6_000
EXPLANATIONS = 120
"""Characters that explanations may add to a text of the length there is room for."""

SHORTEST = 25
"""A shorter sentence at the start is a heading: "Background.", "Introduction"."""

LATE = 60
"""Characters from which the regime or portal is no longer what a sentence is about."""

FEWEST = 3
"""A text of fewer words is a number or a name."""

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])|[\r\n]+")
WORDS = re.compile(r"\w+")
NUMBERED = re.compile(r" ?\((?:[A-Z]{2,4} )?Ref(?:erence)?(?: ?No)?[.:]* ?[\w/-]+\)")
"""Marks of portals: "(SC Ref:990001)"."""

SAYS_NOTHING = re.compile(
    r"provider selection regime|awarding of this|\bPSR\b|health care services \(|"
    r"award notice|contract notice|this (?:is an? |)(?:notice|advert)|invitation to tender|"
    r"procurement (?:documents|process)|tender (?:documents|information)|\bportal\b|"
    r"register(?:ed|ing)? |log ?in|https?:|www\.|"
    r"e-?tender|to access this|\bnote:|questions by|expressions? of interest (?:must|should)",
    re.IGNORECASE,
)


ASKS = re.compile(
    r"\b(?:seek|commission|looking (?:to|for)|wish|requires?\b|requirement|invit|appoint|"
    r"provision of|to (?:provide|deliver|support)|"
    r"(?:service|provider|contract)s? (?:will|is|are|provides?)\b)",
    re.IGNORECASE,
)
"""What a buyer says of what it wants; before that it often tells of laws and statistics."""

FIRST = 6
"""Sentences among which the one that says what is wanted is looked for."""


@lru_cache(maxsize=2048)
def opening(description: str | None, title: str | None, longest: int) -> str | None:
    """The first telling sentences, at most `longest` characters and what explanations add.

    None where there is no text, or where it only says the title again.
    """
    if not description or longest <= 0:
        return None
    clear = NUMBERED.sub("", description[:READ])
    text = one_line(" ".join(telling(clear, title)), longest)
    if not text or len(words_of(text)) < FEWEST:
        return None
    return glossary.explained(text, longest + EXPLANATIONS)


def telling(text: str, title: str | None) -> list[str]:
    """The sentences from the first one that says what is wanted, else that says anything; none
    where all are about the regime, the portal or the title."""
    known = words_of(title or "")
    parts = (one.strip() for one in SENTENCE.split(text))
    sentences = [one for one in parts if one and words_of(one) != known]
    useful = [number for number, one in enumerate(sentences) if says_something(one)]
    asking = [number for number in useful[:FIRST] if ASKS.search(sentences[number])]
    return sentences[(asking or useful)[0] :] if useful else []


def says_something(sentence: str) -> bool:
    """Whether a sentence is more than a heading, and its subject neither regime nor portal."""
    if len(sentence) < SHORTEST:
        return False
    formal = SAYS_NOTHING.search(sentence)
    return formal is None or formal.start() > LATE


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, to see whether two say the same."""
    return WORDS.findall(fold(text))
