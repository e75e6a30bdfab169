"""How old a reader has to be: Flesch–Kincaid, with names, dates and figures taken out.

Grade = 0.39 × words per sentence + 11.8 × syllables per word − 15.59; a British reader is five
years older than the grade. Syllables are counted as groups of vowels, a silent "e" left out.
"""

import re
from collections.abc import Iterable

SENTENCE = re.compile(r"[.!?]+(?:\s|$)")
WORD = re.compile(r"[A-Za-z’'-]+")
VOWELS = re.compile(r"[aeiouy]+")
NOT_OURS = re.compile(
    r"“[^”]*”|\S+\.\S+\.\w+|£[\d.,½]+(?: million)?|\b\d[\d.,½]*\w*|"
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|"
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)


def age(texts: Iterable[str], names: Iterable[str] = ()) -> float:
    """The age at which these texts together can be read, `names` in them set aside."""
    ours = [own_words(text, names) for text in texts]
    sentences = sum(len([s for s in SENTENCE.split(text) if WORD.search(s)]) for text in ours)
    words = [word for text in ours for word in WORD.findall(text)]
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return grade + 5


def own_words(text: str, names: Iterable[str]) -> str:
    """The text without quotations, figures, dates and these names."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "it")
    return NOT_OURS.sub("it", text)


def syllables(word: str) -> int:
    """Groups of vowels; "people" has two, "made" one."""
    letters = word.lower().strip("'’-")
    count = len(VOWELS.findall(letters))
    silent = letters.endswith("e") and not letters.endswith(("le", "ee")) and count > 1
    past = letters.endswith("ed") and not letters.endswith(("ted", "ded")) and count > 1
    return max(1, count - silent - past)
