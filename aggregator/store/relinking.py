"""What happens to a few stories when a person joins or parts them.

The same as in a rebuild, for these stories alone: they are forgotten and derived again under the
decision. What takes the place of an event keeps its number and its backfill flag and counts as
told where that was told, so that nobody is told twice and nobody is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.model import NoticeKey
from aggregator.store.alerting import Alerting
from aggregator.store.codec import maybe_from_moment, moment
from aggregator.store.events import CLOCK_KINDS
from aggregator.store.part import json_list


@dataclass(frozen=True, kw_only=True)
class FormerStory:
    """What was there before: ids with their aliases, events by notice, who was told by which."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    events: dict[NoticeKey, list[tuple[int, str, int]]]
    told: dict[NoticeKey, list[tuple[str, str, str, str]]]


class Relinking(Alerting):
    """The part of the store that lets stories be told anew."""

    def begin_relinking(self, opportunity_ids: Sequence[str]) -> FormerStory:
        """Forget these opportunities and their events; call it inside a transaction."""
        ids = json_list(list(opportunity_ids))
        names = [name for (name,) in self._db.rows(NAMES, (ids,))]
        events: dict[NoticeKey, list[tuple[int, str, int]]] = defaultdict(list)
        for source_id, notice_id, *rest in self._db.rows(EVENTS, (ids, json_list(CLOCK_KINDS))):
            events[source_id, notice_id].append((rest[0], rest[1], rest[2]))
        told: dict[NoticeKey, list[tuple[str, str, str, str]]] = defaultdict(list)
        for source_id, notice_id, *rest in self._db.rows(TOLD, (ids, json_list(CLOCK_KINDS))):
            told[source_id, notice_id].append((rest[0], rest[1], rest[2], rest[3]))
        self._db.write("INSERT INTO rebuilds (id) VALUES (1) ON CONFLICT DO NOTHING")
        self._db.write(REMEMBER, (ids,))
        for statement in FORGET:
            self._db.write(statement, (ids,))
        self._db.write(FORGET_EVENTS, (ids, json_list(CLOCK_KINDS)))
        self._db.write(
            "UPDATE aliases SET in_force = 0 WHERE younger IN (SELECT value FROM json_each(?1))"
            " OR older IN (SELECT value FROM json_each(?1))",
            (ids,),
        )
        return FormerStory(ids=tuple(opportunity_ids), names=tuple(names), events=events, told=told)

    def drop_link_keys(self, number: int, keys: Iterable[str]) -> None:
        """Make a notice that is derived again unknown to those before it."""
        self._db.write_many(
            "DELETE FROM link_keys WHERE key = ? AND number = ?", [(key, number) for key in keys]
        )

    def give_identity(self, keys: Iterable[NoticeKey], opportunity_id: str) -> None:
        """Give notices to an opportunity, whatever they were given to before."""
        self._db.write_many(
            "INSERT INTO identities (source_id, notice_id, opportunity_id) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET opportunity_id = excluded.opportunity_id",
            [(*key, opportunity_id) for key in keys],
        )

    def finish_relinking(self, former: FormerStory) -> None:
        """End it: events take the place of those they replace, and count as told where those did.

        Events of the clock go with their notice.
        """
        for key, gone in former.events.items():
            self._take_places(key, gone)
        for key, entries in former.told.items():
            self._db.write_many(
                "INSERT INTO ledger (subscriber_id, channel, event_id, opportunity_id, message_id,"
                " at) SELECT ?1, ?2, e.id, e.opportunity_id, ?3, ?4 FROM events e"
                " WHERE e.source_id = ?5 AND e.notice_id = ?6"
                " AND e.opportunity_id IN (SELECT opportunity_id FROM opportunity_notices m"
                "  JOIN notices n ON n.number = m.number"
                "  WHERE n.notice_id = ?6 AND n.source_id = ?5)"
                " AND e.kind NOT IN (SELECT value FROM json_each(?7)) ON CONFLICT DO NOTHING",
                [(*entry, *key, json_list(CLOCK_KINDS)) for entry in entries],
            )
        self._db.write(CLOCK_EVENTS, (json_list(list(former.ids)), json_list(CLOCK_KINDS)))
        self.finish_rebuild()

    def _take_places(self, key: NoticeKey, gone: Sequence[tuple[int, str, int]]) -> None:
        ids = json_list([event_id for _, event_id, _ in gone])
        kept = {one for (one,) in self._db.rows(STILL_THERE, (ids,))}
        free = [(number, backfill) for number, event_id, backfill in gone if event_id not in kept]
        new = [one for (one,) in self._db.rows(NEW_EVENTS, (*key, ids, json_list(CLOCK_KINDS)))]
        self._db.write_many(
            "UPDATE events SET number = ?, backfill = ? WHERE id = ?",
            [(*place, event_id) for place, event_id in zip(free, new, strict=False)],
        )

    def copy_follows(self, opportunity_id: str, new_id: str) -> None:
        """Who watches the one watches the other from now on, and wants it as little."""
        for statement in COPY_FOLLOWS:
            self._db.write(statement, (opportunity_id, new_id))

    def copy_told(self, names: Sequence[str], new_id: str, since: datetime) -> None:
        """Whoever was told under one of the names at or after `since` was told of this too."""
        self._db.write(COPY_TOLD, (json_list(list(names)), new_id, moment(since)))

    def alias_since(self, opportunity_id: str) -> datetime | None:
        """When this id began to mean another opportunity, None where it does not."""
        return maybe_from_moment(
            self._db.value("SELECT at FROM aliases WHERE younger = ?", (opportunity_id,))
        )


NAMES = (
    "SELECT value FROM json_each(?1) UNION"
    " SELECT younger FROM aliases WHERE in_force AND older IN (SELECT value FROM json_each(?1))"
)
EVENTS = (
    "SELECT source_id, notice_id, number, id, backfill FROM events"
    " WHERE opportunity_id IN (SELECT value FROM json_each(?))"
    " AND kind NOT IN (SELECT value FROM json_each(?)) ORDER BY number"
)
TOLD = (
    "SELECT e.source_id, e.notice_id, l.subscriber_id, l.channel, l.message_id, max(l.at)"
    " FROM events e JOIN ledger l ON l.event_id = e.id"
    " WHERE e.opportunity_id IN (SELECT value FROM json_each(?))"
    " AND e.kind NOT IN (SELECT value FROM json_each(?))"
    " GROUP BY e.source_id, e.notice_id, l.subscriber_id, l.channel"
)
REMEMBER = (
    "INSERT INTO former_events (id, number, backfill, verdict)"
    " SELECT e.id, e.number, e.backfill, o.verdict FROM events e"
    " LEFT JOIN opportunities o ON o.id = e.opportunity_id"
    " WHERE e.opportunity_id IN (SELECT value FROM json_each(?)) ON CONFLICT DO NOTHING"
)
FORGET_EVENTS = (
    "DELETE FROM events WHERE opportunity_id IN (SELECT value FROM json_each(?))"
    " AND kind NOT IN (SELECT value FROM json_each(?))"
)
FORGET = (
    "DELETE FROM opportunity_notices WHERE number IN (SELECT n.value FROM opportunities o,"
    " json_each(o.notices) n WHERE o.id IN (SELECT value FROM json_each(?)))",
    "DELETE FROM opportunities WHERE id IN (SELECT value FROM json_each(?))",
)
STILL_THERE = "SELECT id FROM events WHERE id IN (SELECT value FROM json_each(?))"
NEW_EVENTS = (
    "SELECT id FROM events WHERE source_id = ? AND notice_id = ?"
    " AND id NOT IN (SELECT value FROM json_each(?))"
    " AND kind NOT IN (SELECT value FROM json_each(?)) ORDER BY number"
)
CLOCK_EVENTS = (
    "UPDATE events SET opportunity_id = ifnull((SELECT m.opportunity_id FROM notices n"
    " JOIN opportunity_notices m ON m.number = n.number WHERE n.notice_id = events.notice_id"
    " AND n.source_id = events.source_id LIMIT 1), opportunity_id)"
    " WHERE opportunity_id IN (SELECT value FROM json_each(?))"
    " AND kind IN (SELECT value FROM json_each(?))"
)
COPY_FOLLOWS = (
    "INSERT INTO follows (subscriber_id, opportunity_id, since)"
    " SELECT subscriber_id, ?2, min(since) FROM follows WHERE opportunity_id = ?1"
    " GROUP BY subscriber_id ON CONFLICT DO NOTHING",
    "INSERT INTO person_verdicts (opportunity_id, moderator, subscriber_id, answer, at, note)"
    " SELECT ?2, NULL, subscriber_id, answer, at, note FROM person_verdicts"
    " WHERE opportunity_id = ?1 AND subscriber_id IS NOT NULL ORDER BY number",
)
COPY_TOLD = """
INSERT INTO ledger (subscriber_id, channel, event_id, opportunity_id, message_id, at)
SELECT l.subscriber_id, l.channel, e.id, ?2, l.message_id, l.at FROM (
    SELECT subscriber_id, channel, message_id, max(at) AS at FROM ledger
    WHERE opportunity_id IN (SELECT value FROM json_each(?1)) GROUP BY subscriber_id, channel
) l JOIN events e ON e.opportunity_id = ?2 AND e.at <= l.at
WHERE l.at >= ?3 ON CONFLICT DO NOTHING
"""
