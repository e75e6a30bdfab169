"""Texts that say too little to be dropped: short, empty, or in Welsh only."""

from aggregator.model import Subject
from aggregator.relevance.finder import any_in
from aggregator.relevance.finding import Layout
from aggregator.relevance.folding import fold
from aggregator.relevance.profile import Profile
from aggregator.relevance.rules import Thin
from aggregator.relevance.scoring import HEADINGS
from aggregator.relevance.sifting import Sifted

WELSH_WORDS = 3
FAIR = 3.0
"""A phrase of this weight in a title is worth a look even where nothing confirms it."""
LONGEST = 25
"""Characters per word beyond which no text is short."""


def thin_reason(layout: Layout, sifted: Sifted, subject: Subject, profile: Profile) -> str | None:
    """Why a text with no verdict is worth a look all the same; None where it is not."""
    thin = profile.rules.thin
    little, welsh = _says_little(layout, thin), _in_welsh(layout, thin)
    if not (little or welsh) or not layout.texts or not _code_fits(subject, thin):
        return None
    if little:
        heading = _unsure_heading(sifted)
        if heading is not None:
            return f"the notice says very little; “{heading}” may well be meant so"
        buyer = _likely_buyer(subject, thin)
        if buyer is not None and any_in(thin.titles, layout.text):
            return f"the notice says very little, and {buyer} buys such services"
    if welsh and (subject.cpv or _likely_buyer(subject, thin)):
        return "the notice is in Welsh only and says too little that we can read"
    return None


def _code_fits(subject: Subject, thin: Thin) -> bool:
    return not subject.cpv or any(code.startswith(thin.cpv) for code in subject.cpv)


def _says_little(layout: Layout, thin: Thin) -> bool:
    """Few words, the title's own words repeated not counted."""
    if len(layout.text) > thin.words * LONGEST:
        return False
    return len(set(layout.text.split()) - {".", ","}) <= thin.words


def _unsure_heading(sifted: Sifted) -> str | None:
    for dropped in sifted.dropped:
        if dropped.hit.pattern.short is not None:
            continue
        fair = any(term.weight >= FAIR for term in dropped.hit.terms)
        if fair and dropped.why == "needs" and dropped.hit.part.field in HEADINGS:
            return dropped.hit.pattern.needle.strip()
    return None


def _likely_buyer(subject: Subject, thin: Thin) -> str | None:
    for name in subject.organisations:
        if any_in(thin.buyers, f" {fold(name)} "):
            return name
    return None


def _in_welsh(layout: Layout, thin: Thin) -> bool:
    if any_in(thin.english, layout.text):
        return False
    return sum(word in layout.text for word in thin.welsh) >= WELSH_WORDS
