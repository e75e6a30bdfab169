"""Where a procurement stands: by its notices alone, and with the clock.

`read` takes one notice, `standing` a whole story, both without a clock. `at` adds what time
brings: closed, over, gone quiet.
"""

from aggregator.stage.clock import at, is_live, is_open, urgency
from aggregator.stage.combining import published_at, standing
from aggregator.stage.objecting import objections_until
from aggregator.stage.reading import is_under_the_act, is_update, read
from aggregator.stage.reminders import clock_events
from aggregator.stage.words import explain, label

__all__ = [
    "at",
    "clock_events",
    "explain",
    "is_live",
    "is_open",
    "is_under_the_act",
    "is_update",
    "label",
    "objections_until",
    "published_at",
    "read",
    "standing",
    "urgency",
]
