"""Ask the sources, keep every answer, and derive what it means.

One source run asks for what no earlier reading covers, reads answer after answer, and writes each
in one short transaction: payload, notices, rejections, opportunities, events, coverage. Whatever
fails is recorded and stays uncovered, so that the next run asks again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from aggregator import schedule, watching
from aggregator.derive import derive
from aggregator.errors import AnswerError, PortalBroken, SourceError, Throttled, Unreachable
from aggregator.model import (
    Coverage,
    Notice,
    Outcome,
    Parsed,
    RawPayload,
    Request,
    SourceRun,
    Validators,
    Window,
)
from aggregator.parsing.dates import to_uk
from aggregator.ports import Clock, Fetcher, Source
from aggregator.relevance import Profile
from aggregator.store import Store
from aggregator.watching import Sheet

FIRST_REACH = timedelta(days=30)
"""How far back the first collection of a source reaches."""

ANSWER_ATTEMPTS = 4
"""How often one call is repeated in a run when its answer cannot be read (cut, block page)."""

HOPELESS_AFTER = 3
"""Calls in a row without any answer after which a run stops asking."""

ABSURD = timedelta(days=400)
"""A portal's clock so far behind ours is not believed about when we began to read it."""

NOT_MODIFIED = 304

UNCONDITIONAL_AFTER = timedelta(days=7)
"""A server may say "unchanged" for ever; after so long it is asked for the whole answer again."""

Reader = Callable[[Source, RawPayload], Awaitable[Parsed]]
"""Reads a payload by the source's own rules, in a limited child where markup is untrusted."""

Progress = Callable[[str, int, int], None]
"""Told after every call: source id, calls answered so far, calls known to be left."""


@dataclass
class Tally:
    """What happened in a run so far."""

    requests: int = 0
    unchanged: int = 0
    notices: int = 0
    new_notices: int = 0
    rejections: int = 0
    failures: list[str] = field(default_factory=list)
    in_a_row: int = 0


async def run(
    sources: Sequence[Source],
    *,
    store: Store,
    fetch: Fetcher,
    read: Reader,
    clock: Clock,
    profile: Profile,
    since: datetime | None = None,
    progress: Progress | None = None,
) -> tuple[SourceRun, ...]:
    """Collect from all sources side by side; one that fails never holds up another.

    since: reach back to this moment; what is found counts as backfill and is not told as new.
    """
    runs = [
        run_source(
            source,
            store=store,
            fetch=fetch,
            read=read,
            clock=clock,
            profile=profile,
            since=since,
            progress=progress,
        )
        for source in sources
    ]
    return tuple(await asyncio.gather(*runs))


async def run_source(
    source: Source,
    *,
    store: Store,
    fetch: Fetcher,
    read: Reader,
    clock: Clock,
    profile: Profile,
    since: datetime | None = None,
    progress: Progress | None = None,
) -> SourceRun:
    """One attempt at one source, recorded whatever happens."""
    started = clock.now().replace(microsecond=0)
    span = Window(start=since or reach(source, store, started), end=started)
    backfill = since is not None or store.watched_since(source.id) is None
    run_id = store.begin_run(source.id, started, window=span, backfill=backfill)
    attempt = Attempt(
        source=source,
        store=store,
        fetch=fetch,
        read=read,
        profile=profile,
        run_id=run_id,
        backfill=backfill,
        since=since,
        span=span,
    )
    try:
        await attempt.carry_out(progress)
        attempt.demand_what_is_known()
    except Exception as fault:  # noqa: BLE001 - one of the four borders: one source run
        attempt.tally.failures.append(f"unexpected {type(fault).__name__}: {fault}")
        attempt.sheet.note_fault(fault)
    done = summary(attempt, started=started, finished=clock.now())
    with store.transaction():
        store.finish_run(run_id, done)
        watching.keep(attempt.sheet, done, shows_everything=source.shows_everything)
    return done


def reach(source: Source, store: Store, now: datetime) -> datetime:
    """How far back a run looks for gaps: 30 days, and as far as the source was ever read."""
    read = [part.window.start for part in store.coverage(source.id)]
    return min([now - FIRST_REACH, *read])


def summary(attempt: "Attempt", *, started: datetime, finished: datetime) -> SourceRun:
    """What is remembered of a run."""
    tally = attempt.tally
    got_something = tally.requests > len(tally.failures)
    outcome = Outcome.COMPLETE
    if tally.failures:
        outcome = Outcome.PARTIAL if got_something and attempt.answered else Outcome.FAILED
    return SourceRun(
        source_id=attempt.source.id,
        started_at=started,
        finished_at=finished,
        outcome=outcome,
        window=attempt.span,
        requests=tally.requests,
        unchanged=tally.unchanged,
        notices=tally.notices,
        new_notices=tally.new_notices,
        rejections=tally.rejections,
        error=tally.failures[0] if tally.failures else None,
        backfill=attempt.backfill,
    )


@dataclass
class Together:
    """The calls that cover one window together. until: as far as the portal's clock had come at
    every one of them."""

    calls: int = 0
    answered: int = 0
    quiet: bool = True
    until: datetime | None = None


@dataclass
class Attempt:
    """The state of one source run while it goes on."""

    source: Source
    store: Store
    fetch: Fetcher
    read: Reader
    profile: Profile
    run_id: int
    backfill: bool
    since: datetime | None
    span: Window
    sheet: Sheet = field(init=False)
    read_before: tuple[Coverage, ...] = ()
    tally: Tally = field(default_factory=Tally)
    answered: int = 0
    earlier: tuple[Request, ...] = ()
    """Calls for what the portal's own clock adds to the reach of a first collection."""
    together: dict[Window, "Together"] = field(default_factory=lambda: defaultdict(Together))
    """The state of every window asked for."""

    def __post_init__(self) -> None:
        source = self.source
        self.sheet = Sheet(
            source_id=source.id, run_id=self.run_id, windowed=source.windowed, store=self.store
        )

    async def carry_out(self, progress: Progress | None) -> None:
        """Ask for every gap, oldest first, and for what the answers lead to."""
        waiting = self.first_requests()
        while waiting:
            if self.tally.in_a_row >= HOPELESS_AFTER:
                self.tally.failures.append(f"{len(waiting)} more calls were left for the next run")
                return
            request = waiting.pop()
            further = (*await self.call(request), *self.earlier)
            waiting.extend(reversed(self.expected(further)))
            self.earlier = ()
            if progress:
                progress(self.source.id, self.answered, len(waiting))
        if not self.source.windowed and self.answered and not self.tally.failures:
            self.store.watch_since(self.source.id, self.span.end)

    def first_requests(self) -> list[Request]:
        """The calls that cover all gaps, the first one last (it is popped first)."""
        if not self.source.windowed:
            return list(reversed([*self.source.requests(self.span)]))
        read = schedule.believable(self.store.coverage(self.source.id), self.span.end)
        self.store.set_coverage(self.source.id, read)
        self.read_before = read
        overlap = self.sheet.reach_back(read, own=self.source.overlap)
        gaps = schedule.gaps(self.span, read, overlap=overlap)
        requests = [request for gap in gaps for request in self.source.requests(gap)]
        return list(reversed(self.expected(requests)))

    def expected(self, requests: Sequence[Request]) -> Sequence[Request]:
        """The same calls, once it is noted for each window how many cover it."""
        for request in requests:
            if request.window:
                self.together[request.window].calls += 1
        return requests

    def demand_what_is_known(self) -> None:
        """Take nothing for read where answers without any notice should show some that we know.

        A throttled Contracts Finder answers 200 with an empty list, run after run.
        """
        why = None if self.tally.failures else self.sheet.shows_none_of_the_known()
        if why is not None and not self.tally.rejections:
            self.store.set_coverage(self.source.id, self.read_before)
            self.tally.failures.append(why)
            self.answered = 0

    async def call(self, request: Request) -> tuple[Request, ...]:
        """One call with its repetitions; gives the calls its answer leads to."""
        try:
            payload, parsed = await self.answer(request)
            if parsed and is_quiet(request, parsed) and self.is_alone(request):
                payload, parsed = await self.answer(request)
        except SourceError as fault:
            explained = self.source.explained(request, fault)
            self.sheet.note_fault(explained)
            self.failed(explained)
            return ()
        self.tally.in_a_row = 0
        self.answered += 1
        if parsed is None:
            self.tally.unchanged += 1
            return await self.still_leads_to(request, payload)
        return self.keep(request, payload, parsed)

    def failed(self, fault: SourceError) -> None:
        """Note a call without answer, and whether it is worth going on in this run."""
        self.tally.failures.append(str(fault))
        if isinstance(fault, Unreachable | Throttled):
            self.tally.in_a_row = HOPELESS_AFTER
        elif not isinstance(fault, PortalBroken):
            self.tally.in_a_row += 1

    def is_alone(self, request: Request) -> bool:
        """Whether no other call covers the same window, so that silence would be believed."""
        return request.window is None or self.together[request.window].calls <= 1

    async def still_leads_to(self, request: Request, payload: RawPayload) -> tuple[Request, ...]:
        """The calls to which an unchanged answer led before: what comes after may have changed,
        or could not be read then."""
        before = self.store.last_read(request)
        try:
            parsed = await self.read(self.source, before) if before else Parsed()
        except AnswerError:
            return ()
        self.sheet.note(parsed.notices, page=request.page, same=True)
        self.sheet.note_refused(parsed.rejections)
        if before:
            self.settle(request, payload, parsed)
        return self.within_reach(parsed.requests, payload)

    async def answer(self, request: Request) -> tuple[RawPayload, Parsed | None]:
        """An answer that could be read; None for "unchanged". Raises SourceError."""
        left = ANSWER_ATTEMPTS
        while True:
            left -= 1
            self.tally.requests += 1
            payload = await self.fetch.fetch(request, self.known(request))
            if payload.status == NOT_MODIFIED:
                return payload, None
            try:
                return payload, await self.read(self.source, payload)
            except AnswerError as fault:
                if left:
                    self.sheet.note_fault(fault)
                self.store.keep_payload(payload, run_id=self.run_id, backfill=self.backfill)
                if not left:
                    raise

    def known(self, request: Request) -> Validators | None:
        """What makes the call conditional, unless the last whole answer is a week old."""
        return self.store.validators(request, since=self.span.end - UNCONDITIONAL_AFTER)

    def keep(self, request: Request, payload: RawPayload, parsed: Parsed) -> tuple[Request, ...]:
        """Write one answer and all that follows from it, in one transaction."""
        store = self.store
        before = None if self.source.windowed else store.last_read(request)
        same = before is not None and before.body == payload.body
        if not request.once:  # the page of a row says nothing about the list
            self.sheet.note(parsed.notices, page=request.page, same=same)
            self.sheet.note_refused(parsed.rejections)
        with store.transaction():
            payload_id = store.keep_payload(payload, run_id=self.run_id, backfill=self.backfill)
            store.mark_read(payload_id)
            if self.source.windowed and store.watched_since(self.source.id) is None:
                self.begin_to_watch(portal_clock(payload))
            new = store.add_notices(
                parsed.notices,
                payload_id=payload_id,
                retrieved_at=payload.retrieved_at,
                backfill=self.is_backfill,
            )
            rejections = (*parsed.rejections, *derive(new, store=store, profile=self.profile))
            store.keep_rejections(rejections, payload_id=payload_id, at=payload.retrieved_at)
            self.sheet.run_id = self.run_id
            self.sheet.note_new(new, payload.retrieved_at)
            further = self.within_reach(parsed.requests, payload)
            self.settle(request, payload, parsed)
        self.tally.notices += len(parsed.notices)
        self.tally.new_notices += len(new)
        self.tally.rejections += len(rejections)
        return further

    def begin_to_watch(self, portal_now: datetime) -> None:
        """From now on what the source publishes is news; a list has to be read to its end first.

        A portal whose clock is behind ours has its 30 days earlier than we assumed, unless it is
        so far behind that one of the two is broken.
        """
        if portal_now < self.span.end - ABSURD:
            portal_now = self.span.end
        self.store.watch_since(self.source.id, portal_now)
        start = portal_now - FIRST_REACH
        if self.since is None and start < self.span.start:
            missing = Window(start=start, end=self.span.start)
            self.span = Window(start=start, end=self.span.end)
            self.earlier = tuple(self.source.requests(missing))

    def is_backfill(self, notice: Notice) -> bool:
        """Whether a notice is from before we began to watch, so that it is not told as new.

        Lists show old publication dates every day; there only the first reading counts. So it
        does on the very day when we began, where a portal tells the day of publication alone.
        """
        began = self.store.watched_since(self.source.id)
        if not self.source.windowed or notice.published is None or began is None:
            return self.backfill
        published = notice.published.instant
        if is_midnight(published):
            began = to_uk(began).replace(hour=0, minute=0, second=0, microsecond=0)
            return published < began or self.backfill
        return published < began or self.since is not None

    def settle(self, request: Request, payload: RawPayload, parsed: Parsed) -> None:
        """Note that a call was answered; with the last of its window, the window counts as read."""
        window = request.window
        if window is None or takes_over(parsed.requests, window):
            return
        together = self.together[window]
        together.answered += 1
        together.quiet = together.quiet and is_quiet(request, parsed)
        together.until = min(together.until or window.end, portal_clock(payload))
        if together.answered >= together.calls:
            self.cover(Window(start=window.start, end=together.until), quiet=together.quiet)

    def cover(self, read: Window, *, quiet: bool) -> None:
        """Remember what was read, which ends where the portal's own clock had come to."""
        coverage = self.store.coverage(self.source.id)
        self.store.set_coverage(self.source.id, schedule.cover(coverage, read, quiet=quiet))

    def within_reach(self, requests: Sequence[Request], payload: RawPayload) -> tuple[Request, ...]:
        """Without the calls for a time that the portal's clock has not reached yet, and without
        those that are made once and were answered."""
        now = portal_clock(payload)
        return tuple(
            request
            for request in requests
            if (request.window is None or request.window.start < now)
            and not (request.once and self.store.last_read(request))
        )


def is_midnight(moment: datetime) -> bool:
    """Whether a UK clock shows 00:00, as portals write a day without a time."""
    return to_uk(moment).time() == time.min


def is_quiet(request: Request, parsed: Parsed) -> bool:
    """Whether a window was found without any notice, which is believed only when reads agree."""
    return request.window is not None and not (
        parsed.notices or parsed.rejections or parsed.requests
    )


def takes_over(requests: Sequence[Request], window: Window) -> bool:
    """Whether further calls cover the window in its place."""
    return any(
        r.window is not None and r.window.start >= window.start and r.window.end <= window.end
        for r in requests
    )


def portal_clock(payload: RawPayload) -> datetime:
    """The portal's time when it answered: its Date header, else the time of arrival.

    A window that reaches beyond the portal's own clock has not been read to its end, whatever
    our clock says.
    """
    try:
        served = parsedate_to_datetime(payload.headers["date"])
    except (KeyError, TypeError, ValueError):
        return payload.retrieved_at
    if served.tzinfo is None:
        served = served.replace(tzinfo=UTC)
    return min(served.astimezone(UTC), payload.retrieved_at)
