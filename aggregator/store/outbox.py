"""Messages on their way: held, pending, sending, unsure, sent, failed or dropped."""

from collections.abc import Collection
from datetime import datetime, timedelta

from aggregator.errors import UnknownIdentifier
from aggregator.model import Delivery, Message, MessageKind, MessageState, Receipt, SubscriberState
from aggregator.store.codec import Body, maybe_from_moment, maybe_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part, json_list

MESSAGE: Body[Message] = Body(Message, "message")
DELIVERY = "SELECT body, state, attempts, next_attempt_at, last_answer, changed_at FROM messages"
WAITING = (MessageState.PENDING, MessageState.UNSURE)
CLOCK_WAS_WRONG = timedelta(days=1)
"""A message last touched so far in the future waits for a time that a wrong clock gave it."""


class Outbox(Part):
    """The part of the store that knows where each message stands."""

    def enqueue(self, message: Message, *, state: MessageState, at: datetime) -> bool:
        """Put a message in the outbox, due at once unless held; False where its id is there."""
        added = self._db.write(
            "INSERT INTO messages (id, subscriber_id, channel, kind, state, next_attempt_at,"
            " changed_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                message.id,
                message.subscriber_id,
                message.channel.key,
                message.kind,
                state,
                moment(at) if state in WAITING else None,
                moment(at),
                MESSAGE.text(message),
            ),
        )
        return added == 1

    def due_messages(self, now: datetime, *, limit: int = 100) -> tuple[Delivery, ...]:
        """Pending and unsure messages whose next attempt is due, the longest waiting first.

        Mails of the service go before digests: somebody sits and waits for them.
        """
        return self._deliveries(
            f"{DELIVERY} m WHERE state IN (?, ?) AND {IS_DUE}"
            " ORDER BY kind = ? DESC, next_attempt_at, number LIMIT ?",
            (*WAITING, *_now(now), MessageKind.SERVICE, limit),
        )

    def claim(self, message_id: str, at: datetime) -> Message | None:
        """Take a due message for sending; from here on only its receipt or a failure moves it.

        None where another took it, it is not due, or nobody wants it any more: a subscriber who
        is not confirmed or has no subscription left on the channel has a digest dropped. A mail of
        the service is wanted while its subscriber is known: it asks for the consent, or answers.
        """
        with self.transaction():
            row = self._db.row(
                CLAIMABLE,
                (MessageKind.SERVICE, SubscriberState.CONFIRMED, message_id, *WAITING, *_now(at)),
            )
            if row is None:
                return None
            body, wanted = row
            state = MessageState.SENDING if wanted else MessageState.DROPPED
            self._db.write(
                "UPDATE messages SET state = ?, attempts = attempts + ?, next_attempt_at = NULL,"
                " changed_at = ? WHERE id = ?",
                (state, 1 if wanted else 0, moment(at), message_id),
            )
            if not wanted:  # what was never taken was never told, should they come back
                self._take_back(message_id)
        return MESSAGE.value(body) if wanted else None

    def record_sent(self, receipt: Receipt) -> None:
        """The channel took the message. Raises UnknownIdentifier."""
        with self.transaction():
            self._move(receipt.message_id, MessageState.SENT, receipt.answer, None, receipt.at)
            self._keep_receipt(receipt)

    def record_failure(
        self,
        message_id: str,
        *,
        answer: str,
        state: MessageState,
        next_attempt_at: datetime | None,
        at: datetime,
    ) -> None:
        """The channel did not take the message, or nobody knows; `state` says what it is now.

        A message that failed for good, and that the channel never may have taken, told nothing:
        everything in it is to be told again.
        Raises UnknownIdentifier, and ValueError for a waiting state without a next attempt.
        """
        if state in WAITING and next_attempt_at is None:
            raise ValueError(f"a {state} message needs a time for its next attempt")
        with self.transaction():
            self._move(message_id, state, answer, next_attempt_at, at)
            self._keep_receipt(Receipt(message_id=message_id, at=at, accepted=False, answer=answer))
            if state is MessageState.UNSURE:
                self._db.write("UPDATE messages SET unsure_once = 1 WHERE id = ?", (message_id,))
            if state is MessageState.FAILED:
                self._take_back(message_id)

    def _take_back(self, message_id: str) -> None:
        """Nothing in this message counts as told, unless the channel may have taken it."""
        row = self._db.row(
            "SELECT subscriber_id, channel FROM messages WHERE id = ? AND NOT unsure_once",
            (message_id,),
        )
        if row is not None:
            for statement in OF_THE_MESSAGE:
                self._db.write(statement, (message_id,))
            for statement in OF_THE_CHANNEL:
                self._db.write(statement, row)

    def unfinished(self) -> tuple[Delivery, ...]:
        """Messages in sending: under way, or left behind by a kill; the longest ago first."""
        return self._deliveries(
            f"{DELIVERY} WHERE state = ? ORDER BY changed_at, number", (MessageState.SENDING,)
        )

    def deliveries(
        self, *, states: Collection[MessageState] = (), limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Messages in any of the states (none given: in any), the newest first."""
        return self._deliveries(
            f"{DELIVERY} WHERE (? OR state IN (SELECT value FROM json_each(?)))"  # noqa: S608
            " ORDER BY number DESC LIMIT ?",
            (not states, json_list(list(states)), limit),
        )

    def mail_waiting(self, *, limit: int = 1000) -> tuple[datetime, ...]:
        """When the mails that are on their way were composed, the longest ago first.

        Webhooks are left out: each has a receiver of its own.
        """
        rows = self._db.rows(
            "SELECT body FROM messages WHERE state IN (?, ?, ?) AND channel LIKE 'email:%'"
            " ORDER BY number LIMIT ?",
            (*WAITING, MessageState.SENDING, limit),
        )
        return tuple(MESSAGE.value(body).created_at for (body,) in rows)

    def last_mail_sent_at(self) -> datetime | None:
        """When the mail server last took a mail, None where it never did."""
        return maybe_from_moment(
            self._db.value(
                "SELECT max(changed_at) FROM messages WHERE state = ? AND channel LIKE 'email:%'",
                (MessageState.SENT,),
            )
        )

    def message_counts(self) -> dict[MessageState, int]:
        """How many messages there are in each state; states without any are left out."""
        rows = self._db.rows("SELECT state, count(*) FROM messages GROUP BY state")
        return {MessageState(state): count for state, count in rows}

    def waits_for_a_person(self, subscriber_id: str, channel_key: str) -> bool:
        """Whether any message of this subscriber and channel is held."""
        return bool(
            self._db.value(
                "SELECT EXISTS (SELECT 1 FROM messages WHERE state = ? AND subscriber_id = ?"
                " AND channel = ?)",
                (MessageState.HELD, subscriber_id, channel_key),
            )
        )

    def release(self, message_id: str, at: datetime) -> bool:
        """Let a held message go; False where it is not held. Raises UnknownIdentifier.

        One that was stopped by a hold on all mail stays: whether it left is asked when that ends.
        """
        released = self._db.write(
            "UPDATE messages SET state = ?, next_attempt_at = ?, changed_at = ?"
            " WHERE id = ? AND state = ? AND id NOT IN (SELECT message_id FROM held_messages)",
            (MessageState.PENDING, moment(at), moment(at), message_id, MessageState.HELD),
        )
        if not released and not self._db.rows("SELECT 1 FROM messages WHERE id = ?", (message_id,)):
            raise _unknown(message_id)
        return released == 1

    def delivery(self, message_id: str) -> Delivery:
        """One message by its id. Raises UnknownIdentifier."""
        found = self._deliveries(f"{DELIVERY} WHERE id = ?", (message_id,))
        if not found:
            raise _unknown(message_id)
        return found[0]

    def drop(self, message_id: str, *, because: str, at: datetime) -> bool:
        """Let a waiting message never go out; False where it is not waiting any more.

        What it was to tell stays in the ledger, so that it does not come again.
        """
        dropped = self._db.write(
            "UPDATE messages SET state = ?, last_answer = ?, next_attempt_at = NULL, changed_at = ?"
            " WHERE id = ? AND state IN (?, ?, ?, ?)",
            (MessageState.DROPPED, because, moment(at), message_id, MessageState.HELD,
             MessageState.FAILED, *WAITING),
        )  # fmt: skip
        return dropped == 1

    def told_by(self, message_id: str) -> int:
        """How many events the ledger counts as told by this message."""
        return int(
            self._db.value("SELECT count(*) FROM ledger WHERE message_id = ?", (message_id,))
        )

    def receipts(self, message_id: str) -> tuple[Receipt, ...]:
        """Everything the channel answered about a message, in order."""
        return tuple(
            Receipt(
                message_id=message_id,
                at=datetime.fromisoformat(at),
                accepted=bool(accepted),
                answer=answer,
            )
            for at, accepted, answer in self._db.rows(
                "SELECT at, accepted, answer FROM receipts WHERE message_id = ? ORDER BY rowid",
                (message_id,),
            )
        )

    def _move(
        self,
        message_id: str,
        state: MessageState,
        answer: str,
        next_attempt_at: datetime | None,
        at: datetime,
    ) -> None:
        moved = self._db.write(
            "UPDATE messages SET state = ?, last_answer = ?, next_attempt_at = ?, changed_at = ?"
            " WHERE id = ?",
            (state, answer, maybe_moment(next_attempt_at), moment(at), message_id),
        )
        if not moved:
            raise _unknown(message_id)

    def _keep_receipt(self, receipt: Receipt) -> None:
        self._db.write(
            "INSERT INTO receipts (message_id, at, accepted, answer) VALUES (?, ?, ?, ?)",
            (receipt.message_id, moment(receipt.at), receipt.accepted, receipt.answer),
        )

    def _deliveries(self, sql: str, values: Row) -> tuple[Delivery, ...]:
        return tuple(_delivery(row) for row in self._db.rows(sql, values))


OF_THE_MESSAGE = (
    "DELETE FROM ledger WHERE message_id = ?",
    "DELETE FROM troubles_told WHERE message_id = ?",
    "INSERT INTO follows (subscriber_id, opportunity_id, since) SELECT subscriber_id,"
    " opportunity_id, since FROM lapsed_follows WHERE message_id = ? ON CONFLICT DO NOTHING",
    "DELETE FROM lapsed_follows WHERE message_id = ?",
)
# What was open when the subscriptions began may have been in it, and is looked for again; by all
# mails of the reader where none go to this address any more, because it was changed meanwhile.
OF_THE_CHANNEL = (
    "UPDATE subscriptions AS s SET opened_at = NULL WHERE subscriber_id = ?1 AND (channel = ?2"
    " OR channel LIKE 'email:%' AND ?2 LIKE 'email:%' AND NOT EXISTS (SELECT 1 FROM subscriptions w"
    " WHERE w.subscriber_id = ?1 AND w.channel = ?2))",
    "DELETE FROM looks WHERE subscriber_id = ? AND channel = ?",
)
IS_DUE = "(m.next_attempt_at <= ? OR m.changed_at > ?)"
CLAIMABLE = f"""
SELECT m.body, m.kind = ? OR s.state = ? AND EXISTS (SELECT 1 FROM subscriptions w
    WHERE w.subscriber_id = m.subscriber_id AND w.channel = m.channel)
FROM messages m JOIN subscribers s ON s.id = m.subscriber_id
WHERE m.id = ? AND m.state IN (?, ?) AND {IS_DUE}
"""  # noqa: S608


def _now(at: datetime) -> Row:
    """The values of IS_DUE."""
    return moment(at), moment(at + CLOCK_WAS_WRONG)


def _delivery(row: Row) -> Delivery:
    return Delivery(
        message=MESSAGE.value(row[0]),
        state=MessageState(row[1]),
        attempts=row[2],
        next_attempt_at=maybe_from_moment(row[3]),
        last_answer=row[4],
        changed_at=maybe_from_moment(row[5]),
    )


def _unknown(message_id: str) -> UnknownIdentifier:
    return UnknownIdentifier(f"There is no message “{message_id}” in the outbox.")
