"""Mails that came back: the evidence, and the rests of addresses."""

from datetime import datetime, timedelta

from aggregator.model import Delivery, ReturnKind, Setback
from aggregator.store.codec import from_moment, maybe_from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.outbox import DELIVERY, WAITING, Outbox

HANDED_OVER = (
    "channel LIKE 'email:%' AND changed_at >= ? AND (unsure_once OR state IN ('sending', 'unsure')"
    " OR EXISTS (SELECT 1 FROM receipts r WHERE r.message_id = m.id AND r.accepted))"
)
"""Mails that a server took, or may have taken; one that only waited or was refused is none."""

FORGIVEN_AFTER = timedelta(days=14)
"""Soft bounces so long after the one before are counted from one again."""


class Returns(Outbox):
    """The part of the store that knows which addresses do not take our mail."""

    def mailed_since(self, since: datetime) -> tuple[str, ...]:
        """Ids of the mails that were handed over, or may have been, since then."""
        rows = self._db.rows(
            f"SELECT id FROM messages m WHERE {HANDED_OVER} ORDER BY number",  # noqa: S608
            (moment(since),),
        )
        return tuple(identifier for (identifier,) in rows)

    def mailed(self, message_id: str, *, since: datetime) -> Delivery | None:
        """A mail that was handed over since then, None where there is no such mail."""
        found = self._deliveries(
            f"{DELIVERY} m WHERE id = ? AND {HANDED_OVER}", (message_id, moment(since))
        )
        return found[0] if found else None

    def keep_setback(self, setback: Setback) -> bool:
        """Keep a returned mail as evidence; False where the very same mail was read before."""
        kept = self._db.write(
            "INSERT INTO setbacks (fingerprint, message_id, subscriber_id, channel, at, kind,"
            " status, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                setback.fingerprint,
                setback.message_id,
                setback.subscriber_id,
                setback.channel_key,
                moment(setback.at),
                setback.kind,
                setback.status,
                setback.words,
            ),
        )
        return kept == 1

    def setbacks(self, subscriber_id: str | None = None) -> tuple[Setback, ...]:
        """The evidence on one subscriber, or on all, the newest first."""
        rows = self._db.rows(
            "SELECT fingerprint, message_id, subscriber_id, channel, at, kind, status, words"
            " FROM setbacks WHERE subscriber_id = ifnull(?, subscriber_id)"
            " ORDER BY at DESC, fingerprint",
            (subscriber_id,),
        )
        return tuple(map(_setback, rows))

    def drop_setbacks(self, before: datetime) -> int:
        """Forget evidence that is older; says how much there was."""
        return self._db.write("DELETE FROM setbacks WHERE at < ?", (moment(before),))

    def setbacks_in_a_row(self, subscriber_id: str, channel_key: str, *, at: datetime) -> int:
        """How many soft bounces an address had that are not forgiven yet."""
        row = self._db.row(
            "SELECT setbacks, last_at FROM mail_rests WHERE subscriber_id = ? AND channel = ?",
            (subscriber_id, channel_key),
        )
        if row is None or from_moment(row[1]) + FORGIVEN_AFTER < at:
            return 0
        return int(row[0])

    def rest_mail(
        self, subscriber_id: str, channel_key: str, *, setbacks: int, until: datetime, at: datetime
    ) -> None:
        """Leave an address alone until then; what waits for it waits too."""
        with self.transaction():
            self._db.write(
                "INSERT INTO mail_rests (subscriber_id, channel, setbacks, last_at, until)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET setbacks = excluded.setbacks,"
                " last_at = excluded.last_at, until = excluded.until",
                (subscriber_id, channel_key, setbacks, moment(at), moment(until)),
            )
            self._db.write(
                f"{PUT_OFF} AND subscriber_id = ? AND channel = ?",
                (moment(until), moment(at), *WAITING, moment(until), subscriber_id, channel_key),
            )

    def mail_rests_until(self, subscriber_id: str, channel_key: str) -> datetime | None:
        """Until when an address is left alone, None where it never rested."""
        return maybe_from_moment(
            self._db.value(
                "SELECT until FROM mail_rests WHERE subscriber_id = ? AND channel = ?",
                (subscriber_id, channel_key),
            )
        )

    def end_rest(self, subscriber_id: str, channel_key: str) -> None:
        """The address is as good as any other again."""
        self._db.write(
            "DELETE FROM mail_rests WHERE subscriber_id = ? AND channel = ?",
            (subscriber_id, channel_key),
        )

    def put_off(self, message_id: str, until: datetime, at: datetime) -> None:
        """Try a waiting message not before then; it counts as no attempt."""
        self._db.write(
            f"{PUT_OFF} AND id = ?",
            (moment(until), moment(at), *WAITING, moment(until), message_id),
        )

    def put_off_mail(self, until: datetime, at: datetime) -> int:
        """The mail server is not to be had: try no waiting mail before then; says how many."""
        return self._db.write(
            f"{PUT_OFF} AND channel LIKE 'email:%'",
            (moment(until), moment(at), *WAITING, moment(until)),
        )

    def came_back(self, message_id: str) -> None:
        """A mail came back, so it did not arrive, whatever was doubtful about its sending."""
        self._db.write("UPDATE messages SET unsure_once = 0 WHERE id = ?", (message_id,))


PUT_OFF = (
    "UPDATE messages SET next_attempt_at = ?, changed_at = ? WHERE state IN (?, ?)"
    " AND next_attempt_at < ?"
)


def _setback(row: Row) -> Setback:
    return Setback(
        fingerprint=row[0],
        message_id=row[1],
        subscriber_id=row[2],
        channel_key=row[3],
        at=from_moment(row[4]),
        kind=ReturnKind(row[5]),
        status=row[6],
        words=row[7],
    )
