"""Taking messages to their channels: an outbox folder, a mail server, a webhook.

Each module holds one Notifier; Router picks by the kind of channel.
"""

from aggregator.deliver.addresses import checked as checked_address
from aggregator.deliver.email import Sender
from aggregator.deliver.journal import FILE as JOURNAL_FILE
from aggregator.deliver.journal import KEPT, Entry, Journalled, SentJournal, channel_mark
from aggregator.deliver.outbox import FileOutbox
from aggregator.deliver.router import Router
from aggregator.deliver.smtp import MailServer, Security, SmtpNotifier
from aggregator.deliver.webhook import WebhookNotifier, check_target, checked_url

__all__ = [
    "JOURNAL_FILE",
    "KEPT",
    "Entry",
    "FileOutbox",
    "Journalled",
    "MailServer",
    "Router",
    "Security",
    "Sender",
    "SentJournal",
    "SmtpNotifier",
    "WebhookNotifier",
    "channel_mark",
    "check_target",
    "checked_address",
    "checked_url",
]
