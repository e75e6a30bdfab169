"""What can be said of an opportunity for one provider: a finding, its sign, what it is about."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_LINE = 240
"""Characters of a line in a digest."""


class Sign(StrEnum):
    """What a finding says to the reader's organisation."""

    HELPS = "helps"
    HINDERS = "hinders"
    UNKNOWN = "unknown"


class Aspect(StrEnum):
    """What a finding is about, in the order in which findings are told."""

    WHO_MAY_BID = "who_may_bid"
    SIZE = "size"
    PARTNER = "partner"
    PLACE = "place"
    SERVICE = "service"
    SUITED = "suited"
    TIME = "time"


WHY = frozenset({Aspect.PLACE, Aspect.SERVICE})
SAID = frozenset({Aspect.TIME})
LEADS = {
    Sign.HELPS: "In your favour",
    Sign.HINDERS: "Look out",
    Sign.UNKNOWN: "Not known",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing about an opportunity that helps or hinders, in words without a full stop."""

    aspect: Aspect
    sign: Sign
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """All findings, in the order of Aspect."""

    findings: tuple[Finding, ...]

    def lines(self) -> tuple[str, ...]:
        """At most two lines for a digest: what helps and what hinders.

        Left out is what is not known, and what a digest says anyway: why it was sent, days left.
        """
        helping = self.line(Sign.HELPS, without=SAID | WHY)
        return tuple(filter(None, (helping, self.line(Sign.HINDERS, without=SAID))))

    def line(self, sign: Sign, *, without: frozenset[Aspect] = frozenset()) -> str:
        """The findings of one sign on a line of at most 240 characters; "" where there are none."""
        line = ""
        for finding in self.findings:
            if finding.sign is sign and finding.aspect not in without:
                longer = f"{line}; {finding.words}" if line else f"{LEADS[sign]}: {finding.words}"
                line = longer if len(longer) < LONGEST_LINE else line
        return f"{line}." if line else ""


def helps(aspect: Aspect, words: str) -> Finding:
    """A finding in the reader's favour."""
    return Finding(aspect=aspect, sign=Sign.HELPS, words=words)


def hinders(aspect: Aspect, words: str) -> Finding:
    """A finding to look out for."""
    return Finding(aspect=aspect, sign=Sign.HINDERS, words=words)


def unknown(aspect: Aspect, words: str) -> Finding:
    """What the notice or the profile does not say."""
    return Finding(aspect=aspect, sign=Sign.UNKNOWN, words=words)
