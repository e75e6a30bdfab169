"""What waits for a confirmation, what people agreed to, and who asked to be forgotten."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aggregator.model import ConsentAct, ConsentEntry, OptIn, Organisation
from aggregator.store.codec import Body, from_moment, maybe_from_moment, moment
from aggregator.store.connection import Row
from aggregator.store.part import Part, json_list

OPT_IN: Body[OptIn] = Body(OptIn, "request for confirmation")
OPT_INS = "SELECT body, confirmed_at FROM opt_ins"


class Consents(Part):
    """The part of the store that keeps who agreed to what."""

    def save_opt_in(self, opt_in: OptIn) -> None:
        """Keep what waits for its confirmation, in the place of what was kept under its id."""
        self._db.write(
            "INSERT INTO opt_ins (id, subscriber_id, kind, asked_at, wording, body)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " wording = excluded.wording, body = excluded.body",
            (
                opt_in.id,
                opt_in.subscriber_id,
                opt_in.kind,
                moment(opt_in.asked_at),
                opt_in.wording,
                OPT_IN.text(opt_in),
            ),
        )

    def opt_in(self, opt_in_id: str) -> OptIn | None:
        """What was asked for under this id, None where there is nothing (any more)."""
        row = self._db.row(f"{OPT_INS} WHERE id = ?", (opt_in_id,))
        return None if row is None else _opt_in(row)

    def opt_ins(self, subscriber_id: str, *, since: datetime) -> tuple[OptIn, ...]:
        """What was asked for a subscriber since then, confirmed or not, the latest first."""
        rows = self._db.rows(
            f"{OPT_INS} WHERE subscriber_id = ? AND asked_at >= ? ORDER BY asked_at DESC, id",
            (subscriber_id, moment(since)),
        )
        return tuple(map(_opt_in, rows))

    def confirm_opt_in(self, opt_in_id: str, at: datetime) -> bool:
        """Use it up; False where it was used before or is not there."""
        used = self._db.write(
            "UPDATE opt_ins SET confirmed_at = ? WHERE id = ? AND confirmed_at IS NULL",
            (moment(at), opt_in_id),
        )
        return used == 1

    def drop_opt_ins(self, before: datetime) -> int:
        """Forget what was asked for before then; says how many nobody had confirmed."""
        with self.transaction():
            waiting = self._db.write(
                "DELETE FROM opt_ins WHERE asked_at < ? AND confirmed_at IS NULL",
                (moment(before),),
            )
            self._db.write("DELETE FROM opt_ins WHERE asked_at < ?", (moment(before),))
        return waiting

    def never_confirmed(self) -> tuple[str, ...]:
        """Ids of pending subscribers for whom nothing waits any more."""
        rows = self._db.rows(
            "SELECT id FROM subscribers s WHERE state = 'pending' AND NOT EXISTS"
            " (SELECT 1 FROM opt_ins o WHERE o.subscriber_id = s.id) ORDER BY id"
        )
        return tuple(identifier for (identifier,) in rows)

    def record_consent(self, entry: ConsentEntry) -> None:
        """Add a line to the consent record; none is ever changed."""
        self._db.write(
            "INSERT INTO consents (subscriber_id, act, at, how, wording, words)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                entry.subscriber_id,
                entry.act,
                moment(entry.at),
                entry.how,
                entry.wording,
                entry.words,
            ),
        )

    def consents(self, subscriber_id: str) -> tuple[ConsentEntry, ...]:
        """The consent record of a subscriber, in order."""
        rows = self._db.rows(
            "SELECT act, at, how, wording, words FROM consents WHERE subscriber_id = ?"
            " ORDER BY number",
            (subscriber_id,),
        )
        return tuple(
            ConsentEntry(
                subscriber_id=subscriber_id,
                act=ConsentAct(act),
                at=from_moment(at),
                how=how,
                wording=wording,
                words=words,
            )
            for act, at, how, wording, words in rows
        )

    def suppress(self, fingerprint: str, at: datetime) -> None:
        """Remember that this address asked to be forgotten, without remembering the address."""
        self._db.write(
            "INSERT INTO suppressions (fingerprint, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (fingerprint, moment(at)),
        )

    def is_suppressed(self, fingerprints: Iterable[str]) -> bool:
        """Whether an address with one of these fingerprints asked to be forgotten."""
        return bool(
            self._db.row(
                "SELECT 1 FROM suppressions WHERE fingerprint IN (SELECT value FROM json_each(?))",
                (json_list(list(fingerprints)),),
            )
        )

    def lift_suppression(self, fingerprints: Iterable[str]) -> None:
        """The owner of the address asked for digests again, and confirmed it."""
        self._db.write(
            "DELETE FROM suppressions WHERE fingerprint IN (SELECT value FROM json_each(?))",
            (json_list(list(fingerprints)),),
        )

    def save_organisation(self, organisation: Organisation) -> None:
        """Keep an organisation, or its new name."""
        self._db.write(
            "INSERT INTO organisations (id, name) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            (organisation.id, organisation.name),
        )

    def organisation(self, organisation_id: str) -> Organisation | None:
        """An organisation, None where it has no name yet."""
        row = self._db.row("SELECT id, name FROM organisations WHERE id = ?", (organisation_id,))
        return None if row is None else Organisation(id=row[0], name=row[1])

    def join_organisation(self, subscriber_id: str, organisation_id: str | None) -> None:
        """Note which organisation an address is of."""
        self._db.write(
            "UPDATE subscribers SET organisation_id = ? WHERE id = ?",
            (organisation_id, subscriber_id),
        )

    def colleagues(self, subscriber_id: str) -> tuple[str, ...]:
        """Ids of the other confirmed or paused addresses of the same organisation."""
        rows = self._db.rows(
            "SELECT o.id FROM subscribers s JOIN subscribers o"
            " ON o.organisation_id = s.organisation_id AND o.id <> s.id"
            " WHERE s.id = ? AND o.state IN ('confirmed', 'paused') ORDER BY o.created_at, o.id",
            (subscriber_id,),
        )
        return tuple(identifier for (identifier,) in rows)


def _opt_in(row: Row) -> OptIn:
    return replace(OPT_IN.value(row[0]), confirmed_at=maybe_from_moment(row[1]))
