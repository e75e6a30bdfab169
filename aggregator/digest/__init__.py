"""From what matched to one message for one reader: chosen, ordered, worded, rendered.

`compose` chooses and orders; `render` writes the message for the digest's channel. All of it is
pure: the moment is handed in, and a notice's words are only ever data.
"""

from aggregator.digest.calendar_file import calendar_file
from aggregator.digest.compose import MOST_ITEMS, Heading, compose, still_watching
from aggregator.digest.dates import act_by
from aggregator.digest.grouping import grouped
from aggregator.digest.links import NO_LINKS, Links, calendar_path, of_site
from aggregator.digest.render import FULL_ITEMS, LARGEST, render, render_email
from aggregator.digest.webhook import render_webhook

__all__ = [
    "FULL_ITEMS",
    "LARGEST",
    "MOST_ITEMS",
    "NO_LINKS",
    "Heading",
    "Links",
    "act_by",
    "calendar_file",
    "calendar_path",
    "compose",
    "grouped",
    "of_site",
    "render",
    "render_email",
    "render_webhook",
    "still_watching",
]
