"""How the reading of sources goes: figures of runs, states, reports, lists, and what is held."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from aggregator.model import Health, HealthChange, HealthState, Listed, Outcome, RunFigures
from aggregator.store.codec import Body, from_moment, maybe_from_moment, maybe_moment, moment
from aggregator.store.part import Part

FIGURES: Body[RunFigures] = Body(RunFigures, "set of figures of a run")
RUNS_KEPT = 400
"""Runs of a source whose figures are kept: a month of hourly asking. Daily counts stay."""


class HealthRecords(Part):
    """The part of the store that remembers how sources are read."""

    def keep_figures(self, figures: RunFigures, *, last_notice: datetime | None) -> None:
        """Keep what a run read, and count its new notices by their days, once.

        last_notice: when the latest of the new ones was seen or published, None without new ones.
        A run whose notices are held counts for nothing: it would become usual.
        """
        complete = figures.at if figures.outcome is Outcome.COMPLETE else None
        source_id = figures.source_id
        with self.transaction():
            new = self._db.write_many(
                "INSERT INTO run_figures (run_id, source_id, body) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [(figures.run_id, source_id, FIGURES.text(replace(figures, days={})))],
            )
            if new and not figures.held:
                self._db.write_many(
                    "INSERT INTO daily_counts (source_id, day, notices) VALUES (?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET notices = notices + excluded.notices",
                    [(source_id, day.isoformat(), count) for day, count in figures.days.items()],
                )
            self._db.write(SEEN, (source_id, maybe_moment(last_notice), maybe_moment(complete)))
            self._db.write(FORGET_RUNS, (source_id, RUNS_KEPT))

    def figures(self, source_id: str, *, limit: int = RUNS_KEPT) -> tuple[RunFigures, ...]:
        """What the latest runs of a source read, newest first; `days` stand in daily_counts."""
        return tuple(
            FIGURES.value(body)
            for (body,) in self._db.rows(
                "SELECT body FROM run_figures WHERE source_id = ? ORDER BY run_id DESC LIMIT ?",
                (source_id, limit),
            )
        )

    def daily_counts(self, source_id: str) -> Mapping[date, int]:
        """UK day -> how many notices of that day were new; days without any are left out."""
        rows = self._db.rows(
            "SELECT day, notices FROM daily_counts WHERE source_id = ?", (source_id,)
        )
        return {date.fromisoformat(day): count for day, count in rows}

    def last_seen(self, source_id: str) -> tuple[datetime | None, datetime | None]:
        """When the latest new notice was seen, and when a run last read everything."""
        row = self._db.row(
            "SELECT last_notice, last_complete FROM last_seen WHERE source_id = ?", (source_id,)
        )
        return (maybe_from_moment(row[0]), maybe_from_moment(row[1])) if row else (None, None)

    def control_group(self, source_id: str, *, until: datetime, size: int) -> tuple[datetime, ...]:
        """Publications of the latest notices known of a source up to a moment, newest first.

        A reading that reaches back to them and shows none has not been told everything.
        """
        rows = self._db.rows(PUBLICATIONS, (source_id, moment(until), size))
        return tuple(from_moment(at) for (at,) in rows)

    def note_health(self, states: Iterable[Health]) -> None:
        """Keep every state that differs from the one the source was in."""
        with self.transaction():
            for one in states:
                before = self.health_before(one.source_id)
                if before is None or before.state is not one.state:
                    self._db.write(
                        "INSERT INTO health_changes (source_id, state, since, because)"
                        " VALUES (?, ?, ?, ?)",
                        (one.source_id, one.state, moment(one.since), one.because),
                    )

    def health_before(self, source_id: str) -> HealthChange | None:
        """The state a source was last found in, None where it was never judged."""
        return next(iter(self.health_changes(source_id, limit=1)), None)

    def health_changes(self, source_id: str, *, limit: int = 50) -> tuple[HealthChange, ...]:
        """The states a source went through, the latest first."""
        return tuple(
            HealthChange(
                source_id=source_id,
                state=HealthState(state),
                since=from_moment(since),
                because=because,
            )
            for state, since, because in self._db.rows(
                "SELECT state, since, because FROM health_changes WHERE source_id = ?"
                " ORDER BY number DESC LIMIT ?",
                (source_id, limit),
            )
        )

    def reported_health(self) -> Mapping[str, HealthChange]:
        """Source id -> the state the host was last told of, and when (`reported_at`)."""
        return {
            source_id: HealthChange(
                source_id=source_id,
                state=HealthState(state),
                since=from_moment(since),
                because="",
                reported_at=from_moment(at),
            )
            for source_id, state, since, at in self._db.rows(
                "SELECT source_id, state, since, at FROM health_reports"
            )
        }

    def note_reported(self, states: Iterable[Health], at: datetime) -> None:
        """Note that the host was told of these states."""
        self._db.write_many(
            "INSERT INTO health_reports (source_id, state, since, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET state = excluded.state, since = excluded.since,"
            " at = excluded.at",
            [(one.source_id, one.state, moment(one.since), moment(at)) for one in states],
        )

    def hold_notices(self, source_id: str, notice_ids: Iterable[str], *, run_id: int) -> None:
        """Tell nobody what these notices brought until a person has looked."""
        self._db.write_many(
            "INSERT INTO held_notices (source_id, notice_id, run_id) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(source_id, notice_id, run_id) for notice_id in notice_ids],
        )

    def new_in_run(self, run_id: int) -> tuple[str, ...]:
        """Ids of the notices that a run brought for the first time or in a new version."""
        rows = self._db.rows(
            "SELECT DISTINCT n.notice_id FROM payloads p JOIN notices n"
            " ON n.source_id = p.source_id AND n.payload_id = p.id WHERE p.run_id = ? ORDER BY 1",
            (run_id,),
        )
        return tuple(notice_id for (notice_id,) in rows)

    def held_notices(self) -> Mapping[str, int]:
        """Source id -> how many of its notices wait for a person."""
        rows = self._db.rows(
            "SELECT source_id, count(*) FROM held_notices GROUP BY source_id ORDER BY source_id"
        )
        return dict(rows)

    def held_opportunities(self) -> frozenset[str]:
        """Present ids of those of which we know only by notices that are held."""
        rows = self._db.rows(ONLY_HELD)
        return frozenset(identifier for (identifier,) in rows)

    def release_notices(self, source_id: str, *, as_old: bool) -> int:
        """Let go what is held of a source; says how many notices.

        as_old: what they brought is not told as new; else digests tell it as if it came now.
        Whoever came meanwhile is told of it as open already.
        """
        with self.transaction():
            if as_old:
                self._db.write(AS_OLD, (source_id,))
            self._db.write(OPEN_AGAIN, (source_id,))
            self._db.write("DELETE FROM looks")
            return self._db.write("DELETE FROM held_notices WHERE source_id = ?", (source_id,))

    def listings(self, source_id: str) -> Mapping[str, Listed]:
        """Notice id -> how it stands on the list of a source; empty before a whole reading."""
        rows = self._db.rows(
            "SELECT notice_id, missed, gone FROM listings WHERE source_id = ?", (source_id,)
        )
        return {key: Listed(missed=missed, gone=bool(gone)) for key, missed, gone in rows}

    def set_listings(self, source_id: str, listings: Mapping[str, Listed]) -> None:
        """Replace what is known of a list."""
        with self.transaction():
            self._db.write("DELETE FROM listings WHERE source_id = ?", (source_id,))
            self._db.write_many(
                "INSERT INTO listings (source_id, notice_id, missed, gone) VALUES (?, ?, ?, ?)",
                [(source_id, key, one.missed, one.gone) for key, one in listings.items()],
            )


SEEN = (
    "INSERT INTO last_seen (source_id, last_notice, last_complete) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET"
    " last_notice = max(ifnull(last_notice, ''), ifnull(excluded.last_notice, last_notice)),"
    " last_complete = ifnull(excluded.last_complete, last_complete)"
)
FORGET_RUNS = (
    "DELETE FROM run_figures WHERE source_id = ?1 AND run_id <= (SELECT run_id FROM run_figures"
    " WHERE source_id = ?1 ORDER BY run_id DESC LIMIT 1 OFFSET ?2)"
)
PUBLICATIONS = (
    "SELECT DISTINCT at FROM (SELECT json_extract(body, '$.published.instant') AS at"
    " FROM notices WHERE source_id = ?1 ORDER BY number DESC LIMIT 200)"
    " WHERE at <= ?2 ORDER BY at DESC LIMIT ?3"
)
ONLY_HELD = """
WITH held (number) AS MATERIALIZED (
    SELECT n.number FROM held_notices h JOIN source_runs r ON r.id = h.run_id
    JOIN notices n ON n.source_id = h.source_id AND n.notice_id = h.notice_id
    WHERE n.retrieved_at >= r.started_at
)
SELECT DISTINCT m.opportunity_id FROM held h JOIN opportunity_notices m ON m.number = h.number
JOIN opportunities o ON o.id = m.opportunity_id
WHERE NOT EXISTS (
    SELECT 1 FROM json_each(o.notices) own WHERE own.value NOT IN (SELECT number FROM held)
)
"""
OPEN_AGAIN = (
    "UPDATE subscriptions SET opened_at = NULL WHERE opened_at >= (SELECT min(r.started_at)"
    " FROM held_notices h JOIN source_runs r ON r.id = h.run_id WHERE h.source_id = ?)"
)
AS_OLD = (
    "UPDATE events SET backfill = 1 WHERE (source_id, notice_id) IN"
    " (SELECT source_id, notice_id FROM held_notices WHERE source_id = ?1) AND at >="
    " (SELECT min(r.started_at) FROM held_notices h JOIN source_runs r ON r.id = h.run_id"
    "  WHERE h.source_id = ?1)"
)
