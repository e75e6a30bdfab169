"""Messages ready to send."""

from typing import Any

from aggregator.deliver.email import Sender
from aggregator.model import Channel, ChannelKind, Message
from aggregator.testing import utc

SENDER = Sender(
    address="alerts@vale-cvs.example.org",
    name="Vale of Arden CVS",
    reply_to="help@vale-cvs.example.org",
)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def a_mail(**changes: Any) -> Message:
    values: dict[str, Any] = {
        "id": "msg-k3v9a2",
        "subscriber_id": "sub-1",
        "channel": Channel(kind=ChannelKind.EMAIL, target="director@example.org"),
        "created_at": utc(2026, 11, 23, 8),
        "subject": "1 new: Crisis café for adults",
        "text": "New\n\nCrisis café for adults, £495,000\n.\nhttps://example.org/Notice/1\n",
        "html": "<!doctype html><title>1 new</title><p>Crisis café for adults, £495,000</p>",
    }
    return Message(**{**values, **changes})


def a_mail_to(target: str) -> Message:
    return a_mail(channel=Channel(kind=ChannelKind.EMAIL, target=target))


def a_post(target: str = "https://hooks.example.org/in", **changes: Any) -> Message:
    values: dict[str, Any] = {
        "id": "msg-k3v9a2",
        "subscriber_id": "sub-1",
        "channel": Channel(kind=ChannelKind.WEBHOOK, target=target, secret=SECRET),
        "created_at": utc(2026, 11, 23, 8),
        "json_body": '{"type":"digest.update","data":{"title":"Crisis café – £495,000"}}',
    }
    return Message(**{**values, **changes})
