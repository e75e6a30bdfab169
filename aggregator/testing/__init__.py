"""Fakes and builders as part of the product, so that tests and contributors need no patching.

FrozenClock, FixtureFetcher and RecordingNotifier stand in for the clock, the internet and the
channels; the ``a_…`` builders make valid domain values in which a test names only what matters.
"""

from aggregator.testing.builders import (
    a_buyer,
    a_judgement,
    a_notice,
    a_stated_time,
    a_stored_notice,
    a_subscriber,
    a_subscription,
    an_event,
    an_opportunity,
    utc,
)
from aggregator.testing.fakes import FixtureFetcher, FrozenClock, RecordingNotifier

__all__ = [
    "FixtureFetcher",
    "FrozenClock",
    "RecordingNotifier",
    "a_buyer",
    "a_judgement",
    "a_notice",
    "a_stated_time",
    "a_stored_notice",
    "a_subscriber",
    "a_subscription",
    "an_event",
    "an_opportunity",
    "utc",
]
