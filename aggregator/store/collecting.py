"""Source runs, what was covered, what was rejected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from aggregator.model import (
    Coverage,
    Outcome,
    Rejection,
    SourceRun,
    Window,
)
from aggregator.store.codec import (
    fingerprint,
    from_moment,
    from_span,
    maybe_from_moment,
    moment,
    span,
    squeeze,
    unsqueeze,
)
from aggregator.store.connection import Row
from aggregator.store.part import Part


@dataclass(frozen=True, kw_only=True, slots=True)
class BegunRun:
    """A source run that has not finished: it is going on, or its process was killed."""

    id: int
    source_id: str
    started_at: datetime
    window: Window | None = None
    backfill: bool = False


class Collecting(Part):
    """The part of the store that collect writes and rebuild reads."""

    def begin_run(
        self,
        source_id: str,
        started_at: datetime,
        *,
        window: Window | None,
        backfill: bool,
        purpose: str = "collect",
    ) -> int:
        """Note that a source is being asked; the id is for `finish_run` and `keep_payload`.

        purpose: "collect", or "reread" for what is asked for again.
        """
        return self._db.insert(
            "INSERT INTO source_runs (source_id, started_at, window_start, window_end, backfill,"
            " purpose) VALUES (?, ?, ?, ?, ?, ?)",
            (source_id, moment(started_at), *span(window), backfill, purpose),
        )

    def finish_run(self, run_id: int, run: SourceRun) -> None:
        """Note how the run ended."""
        self._db.write(
            "UPDATE source_runs SET source_id = ?, started_at = ?, finished_at = ?, outcome = ?,"
            " window_start = ?, window_end = ?, requests = ?, unchanged = ?, notices = ?,"
            " new_notices = ?, rejections = ?, error = ?, backfill = ? WHERE id = ?",
            (
                run.source_id,
                moment(run.started_at),
                moment(run.finished_at),
                run.outcome,
                *span(run.window),
                run.requests,
                run.unchanged,
                run.notices,
                run.new_notices,
                run.rejections,
                run.error,
                run.backfill,
                run_id,
            ),
        )

    def runs(self, source_id: str | None = None, *, limit: int = 50) -> tuple[SourceRun, ...]:
        """Finished runs, of one source or of all, newest first; without re-readings."""
        return tuple(
            _run(row)
            for row in self._db.rows(
                "SELECT source_id, started_at, finished_at, outcome, window_start, window_end,"
                " requests, unchanged, notices, new_notices, rejections, error, backfill"
                " FROM source_runs WHERE finished_at IS NOT NULL AND purpose = 'collect'"
                " AND source_id = ifnull(?, source_id) ORDER BY id DESC LIMIT ?",
                (source_id, limit),
            )
        )

    def begun_not_finished(self) -> tuple[BegunRun, ...]:
        """Runs without an end, oldest first. At start-up these are the ones that were killed."""
        return tuple(
            BegunRun(
                id=number,
                source_id=source_id,
                started_at=from_moment(started_at),
                window=from_span(start, end),
                backfill=bool(backfill),
            )
            for number, source_id, started_at, start, end, backfill in self._db.rows(
                "SELECT id, source_id, started_at, window_start, window_end, backfill"
                " FROM source_runs WHERE finished_at IS NULL ORDER BY id"
            )
        )

    def watch_since(self, source_id: str, at: datetime) -> None:
        """Note the moment from which what a source publishes is news; the first one stays."""
        self._db.write(
            "INSERT INTO watches (source_id, since) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (source_id, moment(at)),
        )

    def watched_since(self, source_id: str) -> datetime | None:
        """The moment from which what a source publishes is news; None before its first answer."""
        return maybe_from_moment(
            self._db.value("SELECT since FROM watches WHERE source_id = ?", (source_id,))
        )

    def coverage(self, source_id: str) -> tuple[Coverage, ...]:
        """What needs no more reading, earliest first."""
        return tuple(
            Coverage(
                window=Window(start=from_moment(start), end=from_moment(end)),
                quiet_reads=quiet_reads,
            )
            for start, end, quiet_reads in self._db.rows(
                "SELECT window_start, window_end, quiet_reads FROM coverage"
                " WHERE source_id = ? ORDER BY window_start, window_end",
                (source_id,),
            )
        )

    def set_coverage(self, source_id: str, coverage: Iterable[Coverage]) -> None:
        """Replace what is known to be covered of a source."""
        with self.transaction():
            self._db.write("DELETE FROM coverage WHERE source_id = ?", (source_id,))
            self._db.write_many(
                "INSERT INTO coverage (source_id, window_start, window_end, quiet_reads)"
                " VALUES (?, ?, ?, ?)",
                [(source_id, *span(part.window), part.quiet_reads) for part in coverage],
            )

    def keep_rejections(
        self, rejections: Iterable[Rejection], *, payload_id: int, at: datetime
    ) -> int:
        """Keep records that could not become notices; says how many were not known yet.

        The same bytes refused for the same reason are one row that counts: windows overlap, and
        a bad record is met again at each reading.
        """
        with self.transaction():
            before = self._db.value("SELECT count(*) FROM rejections")
            self._db.write_many(
                "INSERT INTO rejections (source_id, payload_id, field, reason, record_id,"
                " fingerprint, content, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?8)"
                " ON CONFLICT (source_id, fingerprint, field, reason) DO UPDATE"
                " SET times = times + 1, last_at = excluded.last_at",
                [_rejection_row(rejection, payload_id, at) for rejection in rejections],
            )
            return int(self._db.value("SELECT count(*) FROM rejections") - before)

    def rejections(
        self, source_id: str | None = None, *, limit: int = 100
    ) -> tuple[Rejection, ...]:
        """Rejected records, of one source or of all, the latest met first."""
        return tuple(
            Rejection(
                source_id=source,
                field=field,
                reason=reason,
                record_id=record_id,
                content=unsqueeze(content),
            )
            for source, field, reason, record_id, content in self._db.rows(
                "SELECT source_id, field, reason, record_id, content FROM rejections"
                " WHERE source_id = ifnull(?, source_id) ORDER BY last_at DESC, id DESC LIMIT ?",
                (source_id, limit),
            )
        )


def _run(row: Row) -> SourceRun:
    return SourceRun(
        source_id=row[0],
        started_at=from_moment(row[1]),
        finished_at=from_moment(row[2]),
        outcome=Outcome(row[3]),
        window=from_span(row[4], row[5]),
        requests=row[6],
        unchanged=row[7],
        notices=row[8],
        new_notices=row[9],
        rejections=row[10],
        error=row[11],
        backfill=bool(row[12]),
    )


def _rejection_row(rejection: Rejection, payload_id: int, at: datetime) -> Row:
    return (
        rejection.source_id,
        payload_id,
        rejection.field,
        rejection.reason,
        rejection.record_id,
        fingerprint(rejection.content),
        squeeze(rejection.content),
        moment(at),
    )
