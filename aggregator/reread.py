"""Ask again, once a night, for what portals do not serve twice by themselves.

Find a Tender's windows go by first publication: an edit, made under the same notice id, is never
seen by asking for what is new. So what is live and concerns mental health, and what somebody
follows, is asked for by its procurement number. And notices that a portal indexed days after it
published them lie in windows that were read already: the last week is read once more.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aggregator import stage
from aggregator.collect import HOPELESS_AFTER, Attempt, Reader, summary
from aggregator.errors import Refused, SourceError, Throttled, Unreachable
from aggregator.model import Notice, Opportunity, Request, SourceRun, Stage, Verdict, Window
from aggregator.ports import Clock, Fetcher, Source
from aggregator.relevance import Profile
from aggregator.store import Store

AT_MOST = 100
"""Procurements asked for in one night at one source: twenty minutes at Find a Tender's pace."""

LATE = timedelta(days=7)
"""How far back windows that were read already are read again."""

OF_CONCERN = (Verdict.CORE, Verdict.RELATED)
GONE = (404, 410)
NEVER = datetime.min.replace(tzinfo=UTC)
PURPOSE = "reread"


async def run(
    sources: Sequence[Source],
    *,
    store: Store,
    fetch: Fetcher,
    read: Reader,
    clock: Clock,
    profile: Profile,
    at_most: int = AT_MOST,
    late: timedelta = LATE,
) -> tuple[SourceRun, ...]:
    """Re-read what may have been edited, then the last days; one fault stops only one source.

    at_most: procurements at one source, those longest not re-read first. late: how far back
    windows are read again, nothing for none. Sources that were never collected are left out, and
    so are those with nothing to ask for. What is found is news unless it is older than our watch.
    """
    now = clock.now().replace(microsecond=0)
    wanted = due(store, now)
    attempts = [
        Rereading(
            source=source,
            store=store,
            fetch=fetch,
            read=read,
            profile=profile,
            run_id=0,
            backfill=False,
            since=None,
            span=Window(start=now - late, end=now),
            clock=clock,
            ocids=ready(source, wanted, store, at_most),
        )
        for source in sources
        if store.watched_since(source.id) is not None
    ]
    busy = [attempt for attempt in attempts if attempt.has_work]
    return tuple(await asyncio.gather(*(attempt.recorded() for attempt in busy)))


def due(store: Store, now: datetime) -> tuple[tuple[str, str], ...]:
    """(source id, ocid) of all that is worth asking for again, the most urgent first."""
    found: dict[str, Opportunity] = {}
    for judged in store.opportunities(verdicts=OF_CONCERN):
        if stage.is_live(judged.opportunity, now):
            found[judged.opportunity.id] = judged.opportunity
    for opportunity_id in store.followed():
        opportunity = store.opportunity(opportunity_id).opportunity
        if stage.at(opportunity, now).stage is not Stage.ENDED:
            found[opportunity.id] = opportunity
    ordered = sorted(found.values(), key=lambda one: stage.urgency(one, now))
    return tuple(
        dict.fromkeys(
            (stored.notice.source_id, stored.notice.ocid)
            for opportunity in ordered
            for stored in opportunity.notices
            if stored.notice.ocid
        )
    )


def ready(
    source: Source, wanted: Sequence[tuple[str, str]], store: Store, at_most: int
) -> tuple[str, ...]:
    """The procurements to ask this source for, those longest not re-read first."""
    last = store.rereads(source.id)
    own = [ocid for source_id, ocid in wanted if source_id == source.id and source.reread(ocid)]
    return tuple(sorted(own, key=lambda ocid: last.get(ocid, NEVER))[: max(at_most, 0)])


@dataclass(kw_only=True)
class Rereading(Attempt):
    """The re-reading of one source while it goes on."""

    clock: Clock
    ocids: tuple[str, ...] = ()

    @property
    def has_work(self) -> bool:
        """Whether there is anything to ask for."""
        return bool(self.ocids) or bool(self.windows())

    async def recorded(self) -> SourceRun:
        """Carry it out, and note how it went whatever happens."""
        started = self.clock.now()
        self.run_id = self.store.begin_run(
            self.source.id, started, window=self.span, backfill=False, purpose=PURPOSE
        )
        try:
            await self.again()
        except Exception as fault:  # noqa: BLE001 - one of the four borders: one source run
            words = str(fault) if isinstance(fault, SourceError) else repr(fault)
            self.tally.failures.append(words)
        done = summary(self, started=started, finished=self.clock.now())
        self.store.finish_run(self.run_id, done)
        return done

    async def again(self) -> None:
        """First the procurements, then the windows; it ends where the portal is not to be had."""
        for ocid in self.ocids:
            await self.one(ocid)
            self.store.note_reread(self.source.id, ocid, self.clock.now())
            if self.tally.in_a_row >= HOPELESS_AFTER:
                return
        waiting = list(reversed(self.expected(self.windows())))
        while waiting and self.tally.in_a_row < HOPELESS_AFTER:
            waiting.extend(reversed(self.expected(await self.call(waiting.pop()))))

    def windows(self) -> tuple[Request, ...]:
        """The calls for the last days, of sources that are asked for spans of time."""
        if not self.source.windowed or self.span.start >= self.span.end:
            return ()
        return tuple(self.source.requests(self.span))

    async def one(self, ocid: str) -> None:
        """One procurement; that it is not there any more is no fault. Raises Unreachable,
        Throttled."""
        waiting = list(self.source.reread(ocid))
        while waiting:
            request = waiting.pop(0)
            try:
                payload, parsed = await self.answer(request)
            except (Unreachable, Throttled):
                raise
            except SourceError as fault:
                if not (isinstance(fault, Refused) and fault.status in GONE):
                    self.tally.failures.append(str(fault))
                    self.tally.in_a_row += 1
                continue
            self.tally.in_a_row = 0
            self.answered += 1
            if parsed is None:
                self.tally.unchanged += 1
            else:
                waiting += self.keep(request, payload, parsed)

    def is_backfill(self, notice: Notice) -> bool:
        """A new version of what we know is news; what we never saw is by its date."""
        if self.store.identity_of(notice.source_id, notice.notice_id) is not None:
            return False
        return super().is_backfill(notice)
