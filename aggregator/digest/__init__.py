"""From what matched to one message for one reader: chosen, ordered, worded, rendered.

`compose` chooses and orders; `render` writes the message for the digest's channel. All of it is
pure: the moment is handed in, and a notice's words are only ever data.
"""

from aggregator.digest.compose import MOST_ITEMS, Heading, compose
from aggregator.digest.grouping import grouped
from aggregator.digest.render import FULL_ITEMS, FULL_OF_MANY, LARGEST, render, render_email
from aggregator.digest.webhook import render_webhook

__all__ = [
    "FULL_ITEMS",
    "FULL_OF_MANY",
    "LARGEST",
    "MOST_ITEMS",
    "Heading",
    "compose",
    "grouped",
    "render",
    "render_email",
    "render_webhook",
]
