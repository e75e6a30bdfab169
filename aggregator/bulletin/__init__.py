"""The host's weekly bulletin: what there is to tell many at once, printed to be pasted and kept.

`compose` chooses, orders and words; `fragment`, `page` and `text` write it; `feed` makes the Atom
feed of all editions. All of it is pure: the moment is handed in.
"""

from aggregator.bulletin.atom import MOST_EDITIONS, feed
from aggregator.bulletin.choosing import (
    MOST_ENTRIES,
    Line,
    is_worth_printing,
    no_news_after,
)
from aggregator.bulletin.composing import compose
from aggregator.bulletin.render import (
    FEED,
    NOTHING,
    Look,
    address_of,
    fragment,
    page,
    text,
    title,
    waiting,
)
from aggregator.bulletin.weeks import in_words, monday_of, week_after, week_of

__all__ = [
    "FEED",
    "MOST_EDITIONS",
    "MOST_ENTRIES",
    "NOTHING",
    "Line",
    "Look",
    "address_of",
    "compose",
    "feed",
    "fragment",
    "in_words",
    "is_worth_printing",
    "monday_of",
    "no_news_after",
    "page",
    "text",
    "title",
    "waiting",
    "week_after",
    "week_of",
]
