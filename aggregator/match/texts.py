"""Whole words of a text, and whether a word or phrase is among them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from aggregator.model import Facts
from aggregator.parsing.text import fold


def texts(facts: Facts) -> Iterable[str]:
    """Title, description, and those of the lots."""
    parts = [facts.title, facts.description]
    for lot in facts.lots:
        parts += [lot.title, lot.description]
    return filter(None, parts)


NO_WORD = re.compile(r"[^\w.]+|(?<!\d)\.|\.(?!\d)")


def whole_words(text: str) -> str:
    """Folded words with one space on either side of each, so that “art” is not in “part”."""
    return f" {' '.join(NO_WORD.sub(' ', fold(text)).split())} "


@lru_cache(maxsize=4096)
def term(word: str) -> str:
    """A wanted word or phrase in the form in which texts are searched."""
    return whole_words(word)


def occurs(word: str, text: str) -> bool:
    """Whether a word or phrase stands in `whole_words`; one without letters never does."""
    wanted = term(word)
    return bool(wanted.strip()) and wanted in text
