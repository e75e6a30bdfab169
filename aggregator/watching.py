"""What one source run read, noted while it goes on: figures for health, a brake, rows that vanish.

None of this can be derived again from payloads, because it is about runs: it stands in tables
that no rebuild clears, and so do the events of lists.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aggregator import health, identity, stage
from aggregator.errors import UnknownIdentifier
from aggregator.health import listing, measuring
from aggregator.health.measuring import Mark
from aggregator.model import (
    Coverage,
    Event,
    EventKind,
    FindingKind,
    Notice,
    Outcome,
    Rejection,
    RunFigures,
    SourceRun,
    StoredNotice,
)
from aggregator.parsing.dates import to_uk
from aggregator.schedule import OVERLAP
from aggregator.store import Store

CONTROL = 5
"""How many of the newest notices known a reading reaches back to: an answer that shows none of
them has not told everything, however it looks. One may have been withdrawn."""

LEAST_CONTROL = 2
FARTHEST = timedelta(days=45)
MARGIN = timedelta(minutes=1)

NONE_OF_THE_KNOWN = (
    "the answers show none of the {count} latest notices we know to be there, so they were not "
    "taken for complete; the next run asks again"
)


@dataclass
class Sheet:
    """What a run has read so far."""

    source_id: str
    run_id: int
    windowed: bool
    store: Store
    records: dict[str, Mark] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    fresh: list[datetime] = field(default_factory=list)
    faults: Counter[FindingKind] = field(default_factory=Counter)
    answers: int = 0
    same: int = 0
    rows_in_last: int = 0
    last_page: int = 0
    control: tuple[datetime, ...] = ()
    held: bool = False
    news: int = 0

    def reach_back(self, covered: Sequence[Coverage], own: timedelta = OVERLAP) -> timedelta:
        """How far a reading overlaps what was read, so that it must show notices we know.

        own: the overlap the source itself asks for. One that asks for more than usual is read in
        large spans, a month by each type, and is not asked for another only to be checked.
        """
        newest = max((part.window.end for part in covered), default=None)
        if newest is None:
            return own
        farthest = own if own > OVERLAP else FARTHEST
        known = self.store.control_group(self.source_id, until=newest, size=CONTROL)
        self.control = tuple(at for at in known if newest - at <= farthest)
        if own > OVERLAP or not self.control:
            return own
        return max(own, newest - self.control[-1] + MARGIN)

    def note_refused(self, rejections: Iterable[Rejection]) -> None:
        """Note records that gave no notice: a row with a mistake in it is still on its list."""
        self.refused.update(one.record_id for one in rejections if one.record_id)

    def note(self, notices: Iterable[Notice], *, page: int, same: bool = False) -> None:
        """Note the records of one answer. same: word for word as they were the last time."""
        found = [measuring.mark(notice) for notice in notices]
        self.records.update((one.notice_id, one) for one in found)
        self.answers += 1
        self.same += same
        self.rows_in_last, self.last_page = len(found), page

    def note_new(self, stored: Sequence[StoredNotice], now: datetime) -> None:
        """Note notices that were not known, and hold them where they are a flood."""
        self.fresh += [self.moment_of(one) for one in stored]
        news = [one.notice.notice_id for one in stored if not one.backfill]
        self.news += len(news)
        if not self.held and self.is_flood(now):
            self.held = True
            news = list(self.store.new_in_run(self.run_id))
        if self.held:
            self.store.hold_notices(self.source_id, news, run_id=self.run_id)

    def is_flood(self, now: datetime) -> bool:
        """Whether this is ten times more than the source ever brought."""
        _, complete = self.store.last_seen(self.source_id)
        if complete is None or self.news < health.LEAST_FLOOD:
            return False
        counts = self.store.daily_counts(self.source_id)
        return health.is_flood(
            self.news, counts, since_last=now - complete, today=to_uk(now).date()
        )

    def note_fault(self, fault: Exception) -> None:
        """Note a fault, also one that another try puts right."""
        self.faults[measuring.fault_kind(fault)] += 1

    def shows_none_of_the_known(self) -> str | None:
        """Why the answers cannot be whole, None where they can."""
        if len(self.control) < LEAST_CONTROL or self.records or not self.answers:
            return None
        self.faults[FindingKind.EMPTY] += 1
        return NONE_OF_THE_KNOWN.format(count=len(self.control))

    def is_whole(self, run: SourceRun) -> bool:
        """Whether a list was read to its end: one page, or pages until one had no rows."""
        read = run.outcome is Outcome.COMPLETE and self.answers > 0
        return read and not self.windowed and (self.last_page <= 1 or not self.rows_in_last)

    def figures(self, run: SourceRun) -> RunFigures:
        """What health looks at."""
        return RunFigures(
            source_id=self.source_id,
            run_id=self.run_id,
            started_at=run.started_at,
            at=run.finished_at,
            outcome=run.outcome,
            windowed=self.windowed,
            backfill=run.backfill,
            requests=run.requests,
            records=len(self.records),
            new=len(self.fresh),
            rejections=run.rejections,
            unchanged=0 < self.answers == self.same,
            whole=self.is_whole(run),
            held=self.held,
            seconds=(run.finished_at - run.started_at).total_seconds(),
            newest=measuring.newest(self.records.values()),
            fields=measuring.coverage(self.records.values()),
            days=self.days(run),
            faults=dict(self.faults),
        )

    def days(self, run: SourceRun) -> Mapping[date, int]:
        """New notices by day; the first reading of a list is of what had piled up for years."""
        if run.backfill and not self.windowed:
            return {}
        return measuring.days(self.fresh)

    def last_notice(self) -> datetime | None:
        """When the latest of the new notices was published; on a list, when it was met."""
        return max(self.fresh, default=None)

    def moment_of(self, stored: StoredNotice) -> datetime:
        """When a new notice was published, at the latest when it came; on a list, when it was met:
        lists show years-old days of publication."""
        published, arrived = stored.notice.published, stored.retrieved_at
        return min(arrived, published.instant) if self.windowed and published else arrived


def keep(sheet: Sheet, run: SourceRun, *, shows_everything: bool) -> None:
    """Keep what a finished run read, and compare a list that shows everything with the last."""
    figures = sheet.figures(run)
    sheet.store.keep_figures(figures, last_notice=sheet.last_notice())
    if shows_everything and figures.whole and not sheet.held:
        shown = (*sheet.records, *sorted(sheet.refused - sheet.records.keys()))
        reconcile(sheet.store, sheet.source_id, shown, run.finished_at)


def reconcile(store: Store, source_id: str, shown: Sequence[str], now: datetime) -> None:
    """Note which rows a whole list shows; a row gone before its time, or back, is an event."""
    compared = listing.compare(store.listings(source_id), shown)
    store.set_listings(source_id, compared.listings)
    kinds = ((EventKind.NO_LONGER_LISTED, compared.gone), (EventKind.LISTED_AGAIN, compared.back))
    for kind, keys in kinds:
        for key in keys:
            if found := event(store, kind, (source_id, key), now):
                store.add_events([found])


def event(store: Store, kind: EventKind, key: tuple[str, str], now: datetime) -> Event | None:
    """The event of a row, None where nobody can act on it any more anyway."""
    source_id, notice_id = key
    name = store.identity_of(source_id, notice_id)
    try:
        judged = store.opportunity(name) if name else None
    except UnknownIdentifier:
        judged = None
    if judged is None or not stage.is_live(judged.opportunity, now):
        return None
    return Event(
        id=identity.event_id(f"{source_id}/{notice_id}", kind, now.isoformat()),
        opportunity_id=judged.opportunity.id,
        kind=kind,
        at=now,
        source_id=source_id,
        notice_id=notice_id,
    )
