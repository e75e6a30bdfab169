"""How an opportunity would suit a small provider: findings in words, each with a sign.

Rules of thumb, for a reader to weigh. Nothing is hidden by them, and no condition of the buyer's is
made up: what the notice does not state is said to be unknown.
"""

from collections.abc import Mapping
from datetime import datetime

from aggregator.fit.circumstances import place, service, suited, time
from aggregator.fit.findings import LEADS, LONGEST_LINE, Aspect, Finding, Fit, Sign
from aggregator.fit.reserved import who_may_bid
from aggregator.fit.size import partner, size
from aggregator.model import Judgement, Opportunity, ProviderProfile

__all__ = ["LEADS", "LONGEST_LINE", "Aspect", "Finding", "Fit", "Sign", "fit"]

NO_LABELS: Mapping[str, str] = {}


def fit(
    opportunity: Opportunity,
    judgement: Judgement,
    profile: ProviderProfile,
    now: datetime,
    *,
    labels: Mapping[str, str] = NO_LABELS,
) -> Fit:
    """How an opportunity would suit a provider. labels: service type -> its name for readers."""
    facts = opportunity.facts
    found = (
        *who_may_bid(facts, profile),
        *size(facts, judgement, profile),
        *partner(facts, judgement, profile),
        *place(facts, profile),
        *service(facts.title, judgement, profile, labels),
        *suited(facts, profile),
        *time(opportunity, now),
    )
    return Fit(findings=found)
