"""Once for what began, weekly while it lasts, never for what mends itself.

GOV.UK proposes to call a person if and only if users will notice unless somebody acts (ADR 8 of
its email-alert-api). Trackers that repeated a fault with every run taught people not to read them
(urlwatch, issues 191, 489, 735, 808); one that told it once let it be forgotten
(changedetection.io, issue 1678).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Concern, KnownConcern

AGAIN = timedelta(days=7)
"""How often a person is reminded of what lasts."""

APART = timedelta(hours=4)
"""No two mails follow each other faster; what comes meanwhile goes into the next."""

FORGOTTEN = timedelta(days=1)
"""What comes back within that time was never away."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What a mail says now. began: told for the first time. still: told before, and lasting."""

    began: tuple[Concern, ...] = ()
    still: tuple[tuple[Concern, KnownConcern], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Everything it tells."""
        return (*(one.key for one in self.began), *(one.key for one, _ in self.still))


def telling(
    concerns: Iterable[Concern], known: Mapping[str, KnownConcern], *, now: datetime
) -> Telling | None:
    """What the operator has to be told now, None where nothing.

    known: key -> what is remembered, with what is there now already noted in it. A reminder takes
    along all that lasts, so that there is one a week and not one for each.
    """
    present = [(one, known[one.key]) for one in concerns]
    began = tuple(
        one for one, what in present if what.told_at is None and now - what.since >= one.patience
    )
    still = tuple((one, what) for one, what in present if what.told_at is not None)
    reminds = any(what.told_at and now - what.told_at >= AGAIN for _, what in still)
    if not (began or reminds) or told_lately(known.values(), now):
        return None
    return Telling(began=began, still=still)


def told_lately(known: Iterable[KnownConcern], now: datetime) -> bool:
    """Whether the last mail was sent just now. One of the future was dated by a wrong clock."""
    return any(one.told_at and timedelta(0) <= now - one.told_at < APART for one in known)
