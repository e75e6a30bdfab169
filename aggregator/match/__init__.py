"""Does this concern this reader, and why.

Two questions. `meets`: does an opportunity, as it stands, pass a filter? `match`: is an event to
be told to a subscriber? `Index` answers the second for all subscriptions at once.
"""

from aggregator.criteria import in_words
from aggregator.match.events import (
    CHANGES,
    CLOCK,
    FOLLOWED,
    FOLLOWED_BEFORE,
    LIVE,
    TOLD_BEFORE,
    match,
    reminded_of,
)
from aggregator.match.filters import failures, grounds, meets, reasons
from aggregator.match.index import Index
from aggregator.match.naming import lot_name, lot_names
from aggregator.match.prospect import Prospect
from aggregator.match.related import related
from aggregator.whereabouts import all_places, code_of

__all__ = [
    "CHANGES",
    "CLOCK",
    "FOLLOWED",
    "FOLLOWED_BEFORE",
    "LIVE",
    "TOLD_BEFORE",
    "Index",
    "Prospect",
    "all_places",
    "code_of",
    "failures",
    "grounds",
    "in_words",
    "lot_name",
    "lot_names",
    "match",
    "meets",
    "reasons",
    "related",
    "reminded_of",
]
