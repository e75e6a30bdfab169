"""What becomes of the mails in a drop folder once their run is over."""

from collections.abc import Callable
from datetime import datetime

from aggregator import identity
from aggregator.model import Rejection, ReviewItem, ReviewKind
from aggregator.sources.mail_folder import MailFolder
from aggregator.store import Store

MOST = 1000
"""Rejections looked at after a run, the latest first; earlier ones were asked about before."""


def stored(source: MailFolder, store: Store) -> Callable[[str], bool]:
    """Tells of a mail, by the sha256 of its bytes, whether it was read and committed."""
    return lambda sha256: store.last_read(source.mail(sha256)) is not None


def ask_people(source: MailFolder, *, store: Store, now: datetime) -> None:
    """Put every mail and file that gave no notice into the review queue, once."""
    store.keep_review_items(
        item(rejection, now) for rejection in store.rejections(source.id, limit=MOST)
    )


def item(rejection: Rejection, now: datetime) -> ReviewItem:
    """One thing to look at; "yes" or "no" settles it, the mail is kept either way."""
    mark = identity.event_id(
        rejection.source_id, rejection.field, rejection.reason, str(rejection.content)
    )
    return ReviewItem(
        id=f"rv-{mark[:8]}",
        kind=ReviewKind.UNREAD_MAIL,
        subjects=((rejection.source_id, rejection.record_id or mark),),
        words=rejection.reason,
        found_at=now,
    )
