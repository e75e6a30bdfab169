"""The envelope every rendered digest shares."""

from typing import Any

from aggregator import identity
from aggregator.model import Digest, Message


def message_of(digest: Digest, **content: Any) -> Message:
    """A message whose id is the same for one due instant, however often it is rendered."""
    run = digest.run
    return Message(
        id=identity.message_id(run.subscriber_id, run.channel.key, run.due_at.isoformat()),
        subscriber_id=run.subscriber_id,
        channel=run.channel,
        created_at=digest.composed_at,
        **content,
    )
