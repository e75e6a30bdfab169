"""Mail that waits for a person after a restore, and what was sent that this database never knew."""

from datetime import datetime

from aggregator.model import (
    Binding,
    Channel,
    ChannelKind,
    HoldKind,
    MailHold,
    Message,
    MessageState,
    Receipt,
    SentElsewhere,
)
from aggregator.store.codec import Body, from_moment, maybe_from_moment, maybe_moment, moment
from aggregator.store.outbox import MESSAGE
from aggregator.store.part import Part, json_list

BINDING: Body[Binding] = Body(Binding, "binding")
ON_THEIR_WAY = (MessageState.PENDING, MessageState.SENDING, MessageState.UNSURE)
FOUND = "sent after the backup was made, as the journal of sent mails says"


class Holding(Part):
    """The part of the store that keeps a restored or copied database from sending."""

    def mail_hold(self) -> MailHold | None:
        """The hold on all mail, None where mail may go."""
        row = self._db.row("SELECT kind, since, because, known_until FROM mail_hold")
        if row is None:
            return None
        return MailHold(
            kind=HoldKind(row[0]),
            since=from_moment(row[1]),
            because=row[2],
            known_until=from_moment(row[3]),
        )

    def hold_mail(self, hold: MailHold) -> int:
        """Hold everything on its way and all that would be composed; says how many messages.

        A hold that is there stays as it was.
        """
        with self.transaction():
            self._db.write(
                "INSERT INTO mail_hold (id, kind, since, because, known_until)"
                " VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (hold.kind, moment(hold.since), hold.because, moment(hold.known_until)),
            )
            states = json_list(list(ON_THEIR_WAY))
            self._db.write(
                "INSERT INTO held_messages (message_id) SELECT id FROM messages"
                " WHERE state IN (SELECT value FROM json_each(?)) ON CONFLICT DO NOTHING",
                (states,),
            )
            return self._db.write(
                "UPDATE messages SET state = ?, next_attempt_at = NULL, last_answer = ?,"
                " changed_at = ? WHERE state IN (SELECT value FROM json_each(?))",
                (MessageState.HELD, hold.because, moment(hold.since), states),
            )

    def stopped_messages(self) -> tuple[Message, ...]:
        """The messages that the hold stopped on their way and that still wait."""
        rows = self._db.rows(
            "SELECT m.body FROM held_messages h JOIN messages m ON m.id = h.message_id"
            " WHERE m.state = ? ORDER BY m.number",
            (MessageState.HELD,),
        )
        return tuple(MESSAGE.value(body) for (body,) in rows)

    def end_hold(self, at: datetime) -> int:
        """Let mail go again; says how many stopped messages are due now."""
        with self.transaction():
            released = self._db.write(
                "UPDATE messages SET state = ?, next_attempt_at = ?, changed_at = ? WHERE state = ?"
                " AND id IN (SELECT message_id FROM held_messages)",
                (MessageState.PENDING, moment(at), moment(at), MessageState.HELD),
            )
            self._db.write("DELETE FROM held_messages")
            self._db.write("DELETE FROM mail_hold")
        return released

    def last_sending_at(self) -> datetime | None:
        """When a message was last handed to its channel, None where none ever was."""
        return maybe_from_moment(self._db.value("SELECT max(at) FROM receipts"))

    def binding(self) -> Binding | None:
        """The marks of the place this database is bound to, None for one that is bound nowhere."""
        text = self._db.value("SELECT body FROM binding")
        return BINDING.value(text) if text else None

    def set_binding(self, binding: Binding | None) -> None:
        """Bind to a place, or to none."""
        with self.transaction():
            self._db.write("DELETE FROM binding")
            if binding is not None:
                self._db.write(
                    "INSERT INTO binding (id, body) VALUES (1, ?)", (BINDING.text(binding),)
                )

    def sending(self, message: Message, at: datetime) -> SentElsewhere:
        """What a message tells, for the journal of sent mails."""
        events = self._db.rows(
            "SELECT event_id, opportunity_id FROM ledger WHERE message_id = ? ORDER BY event_id",
            (message.id,),
        )
        due_at = self._db.value(
            "SELECT max(due_at) FROM digest_runs WHERE subscriber_id = ? AND channel = ?"
            " AND begun_at = ?",
            (message.subscriber_id, message.channel.key, moment(message.created_at)),
        )
        return SentElsewhere(
            message_id=message.id,
            subscriber_id=message.subscriber_id,
            channel=message.channel.key,
            at=at,
            due_at=maybe_from_moment(due_at),
            events=tuple((event, opportunity) for event, opportunity in events),
        )

    def channel_keys(self, subscriber_id: str) -> frozenset[str]:
        """Every channel this subscriber has or had, by its key."""
        rows = self._db.rows(
            "SELECT channel FROM subscriptions WHERE subscriber_id = ?1"
            " UNION SELECT channel FROM messages WHERE subscriber_id = ?1",
            (subscriber_id,),
        )
        return frozenset(key for (key,) in rows)

    def note_sent(self, sent: SentElsewhere) -> int:
        """Enter what went out without this database knowing; says how many events are new to it.

        The subscriber must be there. The message counts as sent, its digest run as served, and its
        events as told.
        """
        with self.transaction():
            self._keep_sent_message(sent)
            if sent.due_at is not None:
                self._db.write(
                    "INSERT INTO digest_runs (subscriber_id, channel, due_at, begun_at,"
                    " finished_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (sent.subscriber_id, sent.channel, maybe_moment(sent.due_at),
                     moment(sent.at), moment(sent.at)),
                )  # fmt: skip
            return self._db.write_many(
                "INSERT INTO ledger (subscriber_id, channel, event_id, opportunity_id, message_id,"
                " at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    (sent.subscriber_id, sent.channel, event, opportunity, sent.message_id,
                     moment(sent.at))
                    for event, opportunity in sent.events
                ],
            )  # fmt: skip

    def _keep_sent_message(self, sent: SentElsewhere) -> None:
        """The message as sent; one that came to an end here by itself stays as it is."""
        kind, _, target = sent.channel.partition(":")
        message = Message(
            id=sent.message_id,
            subscriber_id=sent.subscriber_id,
            channel=Channel(kind=ChannelKind(kind), target=target),
            created_at=sent.at,
        )
        changed = self._db.write(
            "INSERT INTO messages (id, subscriber_id, channel, state, last_answer, changed_at,"
            " body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state,"
            " last_answer = excluded.last_answer, changed_at = excluded.changed_at,"
            " next_attempt_at = NULL WHERE state <> excluded.state",
            (message.id, message.subscriber_id, sent.channel, MessageState.SENT, FOUND,
             moment(sent.at), MESSAGE.text(message)),
        )  # fmt: skip
        if changed:
            receipt = Receipt(message_id=message.id, at=sent.at, accepted=True, answer=FOUND)
            self._db.write(
                "INSERT INTO receipts (message_id, at, accepted, answer) VALUES (?, ?, ?, ?)",
                (receipt.message_id, moment(receipt.at), receipt.accepted, receipt.answer),
            )
