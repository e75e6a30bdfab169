"""Moderators who are signed in, and what was done on behalf of the host. No rebuild clears it."""

from collections.abc import Collection
from datetime import datetime

from aggregator.model import Moderation, ModerationAct, Session
from aggregator.store.codec import from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part, json_list

SESSION = "SELECT id, moderator, begun_at, seen_at FROM sessions"


class Moderating(Part):
    """The part of the store that knows who acts for the host. Secrets come as fingerprints."""

    def keep_sign_in(self, fingerprint: str, moderator: str, at: datetime) -> None:
        """Remember that a link was sent to a moderator."""
        self._db.write(
            "INSERT INTO sign_ins (fingerprint, moderator, asked_at) VALUES (?, ?, ?)",
            (fingerprint, moderator, moment(at)),
        )

    def use_sign_in(self, fingerprint: str, since: datetime) -> str | None:
        """Use a link up: whose it is, None where it was used, is older than that, or not ours."""
        with self.transaction():
            moderator: str | None = self._db.value(
                "SELECT moderator FROM sign_ins WHERE fingerprint = ? AND asked_at >= ?",
                (fingerprint, moment(since)),
            )
            self._db.write(
                "DELETE FROM sign_ins WHERE fingerprint = ? OR asked_at < ?",
                (fingerprint, moment(since)),
            )
        return moderator

    def begin_session(self, fingerprint: str, session: Session) -> None:
        """Let a moderator in."""
        self._db.write(
            "INSERT INTO sessions (fingerprint, id, moderator, begun_at, seen_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                fingerprint,
                session.id,
                session.moderator,
                moment(session.begun_at),
                moment(session.seen_at),
            ),
        )

    def session(self, fingerprint: str) -> Session | None:
        """The session with this secret, None where it never was or has ended."""
        row = self._db.row(f"{SESSION} WHERE fingerprint = ?", (fingerprint,))
        return None if row is None else _session(row)

    def sessions(self) -> tuple[Session, ...]:
        """All sessions, the latest first."""
        return tuple(map(_session, self._db.rows(f"{SESSION} ORDER BY begun_at DESC, id")))

    def see_session(self, session_id: str, at: datetime) -> None:
        """Note that a session is in use."""
        self._db.write("UPDATE sessions SET seen_at = ? WHERE id = ?", (moment(at), session_id))

    def end_sessions(self, ids: Collection[str]) -> int:
        """End these sessions at once; says how many there were."""
        return self._db.write(
            "DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?))",
            (json_list(sorted(ids)),),
        )

    def forget_sign_ins(self, moderator: str | None) -> int:
        """Let no link sent to this address (None: to any) work any more; says how many did."""
        return self._db.write(
            "DELETE FROM sign_ins WHERE lower(moderator) = lower(ifnull(?, moderator))",
            (moderator,),
        )

    def record_moderation(self, entry: Moderation) -> None:
        """Add a line to the record; none is ever changed."""
        self._db.write(
            "INSERT INTO moderation (at, moderator, act, subject, subscriber_id, because)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                moment(entry.at),
                entry.by,
                entry.act,
                entry.subject,
                entry.subscriber_id,
                entry.because,
            ),
        )

    def moderations(
        self, *, subject: str | None = None, subscriber_id: str | None = None, limit: int = 100
    ) -> tuple[Moderation, ...]:
        """What was done (to one thing, or about one subscriber), the latest first."""
        rows = self._db.rows(
            "SELECT at, moderator, act, subject, subscriber_id, because FROM moderation"
            " WHERE subject = ifnull(?1, subject)"
            " AND (?2 IS NULL OR subscriber_id = ?2) ORDER BY number DESC LIMIT ?3",
            (subject, subscriber_id, limit),
        )
        return tuple(
            Moderation(
                at=from_moment(row[0]),
                by=row[1],
                act=ModerationAct(row[2]),
                subject=row[3],
                subscriber_id=row[4],
                because=row[5],
            )
            for row in rows
        )


def _session(row: Row) -> Session:
    return Session(
        id=row[0], moderator=row[1], begun_at=from_moment(row[2]), seen_at=from_moment(row[3])
    )
