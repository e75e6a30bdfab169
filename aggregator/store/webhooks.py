"""Webhooks: their secrets, those that are switched off, and sending one message again."""

from datetime import datetime, timedelta

from aggregator.errors import StoreError, UnknownIdentifier
from aggregator.model import Channel, ChannelOff, MessageState
from aggregator.store.codec import from_moment, maybe_from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.outbox import WAITING
from aggregator.store.part import Part
from aggregator.store.subscribers import channel_of

OVERLAP = timedelta(hours=24)
"""How long a former secret signs besides the new one."""

HELD_BECAUSE_OFF = "held back while the webhook is switched off"
FINISHED = (MessageState.SENT, MessageState.FAILED, MessageState.DROPPED)


class Webhooks(Part):
    """The part of the store that looks after webhooks."""

    def change_secret(
        self, subscriber_id: str, channel_key: str, secret: str, *, at: datetime
    ) -> None:
        """Sign with a new secret from now on, and with the former one too for a day.

        Raises UnknownIdentifier where the subscriber has no such channel.
        """
        with self.transaction():
            former = self._secret(subscriber_id, channel_key)
            if former is None:
                raise UnknownIdentifier(f"There is no webhook {channel_key} for {subscriber_id}.")
            self._db.write(
                "INSERT INTO former_secrets (subscriber_id, channel, secret, until)"
                " VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
                (subscriber_id, channel_key, former, moment(at + OVERLAP)),
            )
            self._db.write(
                "UPDATE subscriptions SET secret = ? WHERE subscriber_id = ? AND channel = ?",
                (secret, subscriber_id, channel_key),
            )
            self._db.write("DELETE FROM former_secrets WHERE until <= ?", (moment(at),))

    def with_secrets(self, subscriber_id: str, channel: Channel, *, at: datetime) -> Channel:
        """The channel with the secrets that sign at this moment, the present one first.

        A message remembers the secret of the day it was composed, which may be an old one.
        """
        rows = self._db.rows(
            "SELECT secret FROM former_secrets WHERE subscriber_id = ? AND channel = ?"
            " AND until > ? ORDER BY until DESC, secret",
            (subscriber_id, channel.key, moment(at)),
        )
        return Channel(
            kind=channel.kind,
            target=channel.target,
            secret=self._secret(subscriber_id, channel.key) or channel.secret,
            former_secrets=tuple(secret for (secret,) in rows),
        )

    def switch_off(
        self, subscriber_id: str, channel_key: str, *, because: str, at: datetime
    ) -> None:
        """Send nothing more by this channel; what waits for it is held."""
        with self.transaction():
            self._db.write(
                "INSERT INTO channels_off (subscriber_id, channel, since, because)"
                " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (subscriber_id, channel_key, moment(at), because),
            )
            self._db.write(
                "UPDATE messages SET state = ?, next_attempt_at = NULL, changed_at = ?,"
                " last_answer = ? WHERE subscriber_id = ? AND channel = ? AND state IN (?, ?)",
                (MessageState.HELD, moment(at), HELD_BECAUSE_OFF, subscriber_id, channel_key,
                 *WAITING),
            )  # fmt: skip

    def switch_on(self, subscriber_id: str, channel_key: str, *, at: datetime) -> bool:
        """Send by this channel again, and what was held meanwhile; False where it was on."""
        with self.transaction():
            was_off = self._db.write(
                "DELETE FROM channels_off WHERE subscriber_id = ? AND channel = ?",
                (subscriber_id, channel_key),
            )
            self._db.write(
                "UPDATE messages SET state = ?, attempts = 0, next_attempt_at = ?, changed_at = ?"
                " WHERE subscriber_id = ? AND channel = ? AND state = ? AND last_answer = ?",
                (MessageState.PENDING, moment(at), moment(at), subscriber_id, channel_key,
                 MessageState.HELD, HELD_BECAUSE_OFF),
            )  # fmt: skip
        return was_off == 1

    def forget_webhooks(self, subscriber_id: str) -> None:
        """Forget former secrets and switched-off channels of somebody who left."""
        with self.transaction():
            for table in ("former_secrets", "channels_off"):
                self._db.write(
                    f"DELETE FROM {table} WHERE subscriber_id = ?",  # noqa: S608 - two names of ours
                    (subscriber_id,),
                )

    def is_off(self, subscriber_id: str, channel_key: str) -> bool:
        """Whether nothing is sent by this channel."""
        return bool(
            self._db.rows(
                "SELECT 1 FROM channels_off WHERE subscriber_id = ? AND channel = ?",
                (subscriber_id, channel_key),
            )
        )

    def channels_off(self, *, untold: bool = False) -> tuple[ChannelOff, ...]:
        """The channels that are off, the longest ago first; `untold`: whose owner does not know."""
        rows = self._db.rows(
            "SELECT subscriber_id, channel, since, because, told_at FROM channels_off"
            " WHERE NOT ? OR told_at IS NULL ORDER BY since, subscriber_id, channel",
            (untold,),
        )
        return tuple(map(_channel_off, rows))

    def set_told_of_off(self, subscriber_id: str, channel_key: str, at: datetime) -> None:
        """Note that the owner was told by another channel."""
        self._db.write(
            "UPDATE channels_off SET told_at = ? WHERE subscriber_id = ? AND channel = ?",
            (moment(at), subscriber_id, channel_key),
        )

    def send_again(self, message_id: str, at: datetime) -> bool:
        """Put a finished message back into the outbox with the same id; False where it waits.

        Raises UnknownIdentifier, and StoreError where its content was forgotten.
        """
        if self._db.value("SELECT emptied FROM messages WHERE id = ?", (message_id,)):
            raise StoreError(
                f"The content of message {message_id} is no longer kept; it cannot be sent again."
            )
        changed = self._db.write(
            "UPDATE messages SET state = ?, attempts = 0, next_attempt_at = ?, changed_at = ?"
            " WHERE id = ? AND state IN (?, ?, ?)",
            (MessageState.PENDING, moment(at), moment(at), message_id, *FINISHED),
        )
        if not changed and not self._db.rows("SELECT 1 FROM messages WHERE id = ?", (message_id,)):
            raise UnknownIdentifier(f"There is no message “{message_id}” in the outbox.")
        return changed == 1

    def _secret(self, subscriber_id: str, channel_key: str) -> str | None:
        secret: str | None = self._db.value(
            "SELECT secret FROM subscriptions WHERE subscriber_id = ? AND channel = ?"
            " AND secret IS NOT NULL ORDER BY created_at, id LIMIT 1",
            (subscriber_id, channel_key),
        )
        return secret


def _channel_off(row: Row) -> ChannelOff:
    return ChannelOff(
        subscriber_id=row[0],
        channel=channel_of(row[1]),
        since=from_moment(row[2]),
        because=row[3],
        told_at=maybe_from_moment(row[4]),
    )
