"""How much there is, for doctor."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.model import MessageState, SubscriberState, Verdict
from aggregator.store.codec import maybe_from_moment
from aggregator.store.concerns import OPERATOR
from aggregator.store.part import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreCounts:
    """The store in figures. `bytes_used`: database file without its log. Empty groups are absent.

    sqlite: version of the library, which up to 3.51.2 could lose data when several connections
    reset the write-ahead log.
    """

    sqlite: str
    bytes_used: int
    payloads: int
    unread_payloads: int
    notices: int
    rejections: int
    opportunities: dict[Verdict, int]
    events: int
    subscribers: dict[SubscriberState, int]
    subscriptions: int
    messages: dict[MessageState, int]
    unfinished_runs: int
    latest_notice_at: datetime | None
    rebuilding: bool


class Counts(Part):
    """The part of the store that counts."""

    def counts(self) -> StoreCounts:
        """What there is now, in one consistent look."""
        with self.transaction():
            return StoreCounts(
                sqlite=self._db.library,
                bytes_used=self._count(
                    "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
                ),
                payloads=self._count("SELECT count(*) FROM payloads"),
                unread_payloads=self._count("SELECT count(*) FROM payloads WHERE NOT was_read"),
                notices=self._count("SELECT count(*) FROM notices"),
                rejections=self._count("SELECT count(*) FROM rejections"),
                opportunities={
                    Verdict(name): count
                    for name, count in self._db.rows(
                        "SELECT verdict, count(*) FROM opportunities GROUP BY verdict"
                    )
                },
                events=self._count("SELECT count(*) FROM events"),
                subscribers={
                    SubscriberState(name): count
                    for name, count in self._db.rows(
                        "SELECT state, count(*) FROM subscribers WHERE id <> ? GROUP BY state",
                        (OPERATOR,),
                    )
                },
                subscriptions=self._count("SELECT count(*) FROM subscriptions"),
                messages={
                    MessageState(name): count
                    for name, count in self._db.rows(
                        "SELECT state, count(*) FROM messages GROUP BY state"
                    )
                },
                unfinished_runs=self._count(
                    "SELECT count(*) FROM source_runs WHERE finished_at IS NULL"
                ),
                latest_notice_at=maybe_from_moment(
                    self._db.value("SELECT retrieved_at FROM notices ORDER BY number DESC LIMIT 1")
                ),
                rebuilding=self._count("SELECT count(*) FROM rebuilds") > 0,
            )

    def safety(self) -> dict[str, object]:
        """The settings that a power cut and a second process are survived by."""
        names = ("journal_mode", "synchronous", "foreign_keys")
        return {name: self._db.value(f"PRAGMA {name}") for name in names}

    def _count(self, sql: str) -> int:
        return int(self._db.value(sql))
