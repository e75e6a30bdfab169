"""Which notices may belong together, and under which id.

An opportunity's identity and its aliases outlive every rebuild, because people follow and link to
them. While a rebuild goes on, only those aliases count that were found again, so that each notice
meets the same candidates as when it first arrived.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from aggregator.model import Candidate
from aggregator.store.codec import moment
from aggregator.store.notices import COLUMNS, Notices, stored
from aggregator.store.part import json_list


class Linking(Notices):
    """The part of the store that knows link keys, identities and aliases."""

    def keep_link_keys(self, number: int, keys: Iterable[str]) -> None:
        """Make a stored notice findable under its keys."""
        self._db.write_many(
            "INSERT INTO link_keys (key, number) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(key, number) for key in keys],
        )

    def sharing(self, keys: Sequence[str], *, limit: int = 50) -> tuple[Candidate, ...]:
        """Stored notices that share a key and belong to an opportunity, at most `limit`.

        Those under an earlier key come first, and under one key the newest: give the surest key
        first. Each names the keys it shares in the order given, and its present opportunity.
        """
        if not keys:
            return ()
        keys = tuple(dict.fromkeys(keys))
        if not self._db.rows(_any_under(len(keys)), keys):
            return ()
        hits = self._db.rows(_newest_under(len(keys)), [x for key in keys for x in (key, limit)])
        shared: dict[int, list[str]] = {}
        for key, number in hits:
            shared.setdefault(number, []).append(key)
        return self._candidates(shared, limit)

    def _candidates(self, shared: dict[int, list[str]], limit: int) -> tuple[Candidate, ...]:
        rows = {row[0]: row for row in self._db.rows(PRESENT, (json_list(list(shared)),))}
        chosen = [number for number in shared if number in rows][:limit]
        return tuple(
            Candidate(
                opportunity_id=rows[number][-1],
                stored=stored(rows[number][:-1]),
                keys=tuple(shared[number]),
            )
            for number in chosen
        )

    def identity_of(self, source_id: str, notice_id: str) -> str | None:
        """The present id of the opportunity a notice was given to, None where it is new."""
        found: str | None = self._db.value(
            "SELECT ifnull(a.older, i.opportunity_id) FROM identities i"
            " LEFT JOIN aliases a ON a.younger = i.opportunity_id AND a.in_force"
            " WHERE i.source_id = ? AND i.notice_id = ?",
            (source_id, notice_id),
        )
        return found

    def set_identity(self, source_id: str, notice_id: str, opportunity_id: str) -> None:
        """Give a notice, in all its versions, to an opportunity.

        A notice that came under a younger id keeps it where that means the same by now: a rebuild
        must meet it as it was before the two became one.
        """
        self._db.write(
            "INSERT INTO identities (source_id, notice_id, opportunity_id) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET opportunity_id = excluded.opportunity_id"
            " WHERE excluded.opportunity_id <> ifnull((SELECT a.older FROM aliases a"
            "  WHERE a.younger = identities.opportunity_id AND a.in_force),"
            " identities.opportunity_id)",
            (source_id, notice_id, opportunity_id),
        )

    def add_alias(self, younger: str, older: str, at: datetime) -> None:
        """Let the younger id mean the older one from now on; its events move over.

        Found again it keeps its first date. Does nothing where both already mean the same.
        """
        with self.transaction():
            older, younger = self.resolve(older), self.resolve(younger)
            if older == younger:
                return
            self._db.write(
                "INSERT INTO aliases (younger, older, at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET older = excluded.older, in_force = 1",
                (younger, older, moment(at)),
            )
            self._db.write(
                "UPDATE aliases SET older = ? WHERE older = ? AND in_force", (older, younger)
            )
            self._db.write(
                "UPDATE events SET opportunity_id = ? WHERE opportunity_id = ?", (older, younger)
            )

    def resolve(self, opportunity_id: str) -> str:
        """The id under which an opportunity is known now; any other text comes back unchanged."""
        older: str | None = self._db.value(
            "SELECT older FROM aliases WHERE younger = ? AND in_force", (opportunity_id,)
        )
        return older or opportunity_id

    def aliases_of(self, opportunity_id: str) -> tuple[str, ...]:
        """The younger ids that mean this opportunity, in alphabetical order."""
        rows = self._db.rows(
            "SELECT younger FROM aliases WHERE older = ? AND in_force ORDER BY younger",
            (opportunity_id,),
        )
        return tuple(younger for (younger,) in rows)


PRESENT = (
    f"SELECT {COLUMNS}, coalesce(m.opportunity_id, a.older, i.opportunity_id) AS present"  # noqa: S608
    " FROM json_each(?) wanted CROSS JOIN notices n ON n.number = wanted.value"
    " LEFT JOIN opportunity_notices m ON m.number = n.number"
    " LEFT JOIN identities i ON i.source_id = n.source_id AND i.notice_id = n.notice_id"
    " LEFT JOIN aliases a ON a.younger = i.opportunity_id AND a.in_force"
    " WHERE present IS NOT NULL"
)


@cache
def _any_under(count: int) -> str:
    """Whether any of `count` keys is known: mostly none is, and this is the quickest way to ask."""
    return f"SELECT 1 FROM link_keys WHERE key IN ({', '.join('?' * count)}) LIMIT 1"  # noqa: S608


@cache
def _newest_under(count: int) -> str:
    """One statement that looks each of `count` keys up, however many notices share it."""
    one = (
        "SELECT key, number FROM (SELECT key, number FROM link_keys"
        " WHERE key = ? ORDER BY number DESC LIMIT ?)"
    )
    return " UNION ALL ".join([one] * count)
