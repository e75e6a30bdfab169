"""What people agree to, and how they change and end it: double opt-in, preferences, erasure.

Everything a page or a command does about a person's consent is a function here; all of them write
the consent record in the same transaction.
"""

from aggregator.consent.changing import (
    ask_to_move,
    change,
    drop_wish,
    name_organisation,
    pause,
    resume,
)
from aggregator.consent.exporting import as_csv, as_json
from aggregator.consent.joining import Asked, Confirmed, ask, confirm, invite, waiting_for
from aggregator.consent.leaving import SWEPT_AFTER, erase, stop, sweep
from aggregator.consent.mails import send_link
from aggregator.consent.wording import SIGN_UP, Wording, sign_up_words

__all__ = [
    "SIGN_UP",
    "SWEPT_AFTER",
    "Asked",
    "Confirmed",
    "Wording",
    "as_csv",
    "as_json",
    "ask",
    "ask_to_move",
    "change",
    "confirm",
    "drop_wish",
    "erase",
    "invite",
    "name_organisation",
    "pause",
    "resume",
    "send_link",
    "sign_up_words",
    "stop",
    "sweep",
    "waiting_for",
]
