"""What CPV codes add: a nudge, never a gate."""

from collections.abc import Mapping

from aggregator.model import Reason, Subject
from aggregator.parsing import cpv
from aggregator.relevance.profile import Profile

CPV_DIGITS = 8
TELLING = 3.0
"""A code of this weight or more is worth a look even where no phrase was found."""


def cpv_nudge(subject: Subject, profile: Profile, *, alone: bool) -> tuple[float, Reason | None]:
    """Points of the most favourable code, or, where every code speaks against, of the least bad.

    alone: no phrase was found, so that only a telling code counts.
    """
    if not subject.cpv:
        return 0.0, None
    best, code = max((_weight(code, profile.rules.cpv_favours), code) for code in subject.cpv)
    if best > 0:
        if alone and best < TELLING:
            return 0.0, None
        return best, Reason(words=f"its CPV code {_named(code)} points this way", points=best)
    worst, code = min((_weight(code, profile.rules.cpv_against), code) for code in subject.cpv)
    if alone or worst <= 0:
        return 0.0, None
    return -worst, Reason(words=f"its CPV code {_named(code)} points elsewhere", points=-worst)


def _named(code: str) -> str:
    """ "85312320 (counselling services)", or the bare code where the list does not know it."""
    label = cpv.label(code)
    return f"{code} ({label.rstrip('.').lower()})" if label else code


def _weight(code: str, weights: Mapping[str, float]) -> float:
    """The weight of the longest beginning of the code that the profile names."""
    for length in range(CPV_DIGITS, 1, -1):
        weight = weights.get(code[:length])
        if weight is not None:
            return weight
    return 0.0
