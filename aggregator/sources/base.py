"""What all adapters share: declarations plus tiny parsers, no I/O."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from aggregator.errors import (
    AnswerError,
    MissingStructure,
    ParserStopped,
    RecordError,
    SourceError,
)
from aggregator.model import Notice, Parsed, RawPayload, Rejection, Request, Window

NOT_MODIFIED = 304
LONGEST_KEPT = 200_000
"""Bytes kept of a rejected record, enough to see what was wrong with it."""


class AdapterOptions(BaseModel):
    """What an entry of sources.yaml may say beyond the fields that all sources share."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """One source, as its entry in sources.yaml describes it. Implements ports.Source.

    A subclass declares its Options and its readers (names of methods that take a RawPayload and
    give Parsed), and says in `requests` what to ask for. Adapters never leave a notice out because
    of its topic or stage: relevance is judged later, and can be judged again.

    overlap: how far back of the newest reading a windowed portal may still change what it shows;
    so much is read again in every run. attempts: tries for one call where a fault may pass.
    """

    id: str
    base_url: str
    options: AdapterOptions
    name: str = ""

    Options: ClassVar[type[AdapterOptions]] = AdapterOptions
    readers: ClassVar[frozenset[str]] = frozenset()
    windowed: ClassVar[bool] = False
    parses_untrusted_markup: ClassVar[bool] = False
    forbidden_means_throttled: ClassVar[bool] = False
    overlap: ClassVar[timedelta] = timedelta(hours=2)
    attempts: ClassVar[int] = 5

    @property
    def shows_everything(self) -> bool:
        """True where the list holds all that is open, so that a row that is gone is noticed."""
        return False

    def requests(self, window: Window) -> Iterable[Request]:
        """The calls that together cover the window; sources that are lists take no notice of it."""
        raise NotImplementedError

    def reread(self, ocid: str) -> tuple[Request, ...]:
        """The calls that ask again for one procurement by its ocid; none where there is no such
        call, or where edits come back by themselves."""
        return ()

    def explained(self, request: Request, fault: SourceError) -> SourceError:
        """The same fault with what is known of the portal; here the fault as it is."""
        return fault

    def unreadable(self, payload: RawPayload, fault: ParserStopped) -> Parsed | None:
        """What an answer gives that no child could read in its time; None: it is asked again."""
        return None

    def read(self, payload: RawPayload) -> Parsed:
        """The records of one answer. Raises AnswerError when it is not what was promised."""
        if payload.status == NOT_MODIFIED:
            return Parsed()
        reader = payload.request.reader
        if reader not in self.readers:
            raise AnswerError(f"{self.id} has no reader called {reader!r}; ask for the page again")
        read: Callable[[RawPayload], Parsed] = getattr(self, reader)
        return read(payload)

    def record(
        self, make: Callable[[], Notice], content: bytes, record_id: str | None = None
    ) -> Notice | Rejection:
        """The notice that `make` gives, or why there is none. One record never spoils the rest."""
        try:
            return make()
        except RecordError as fault:
            return self.rejection(fault.field, fault.reason, content, record_id)
        except Exception as fault:  # noqa: BLE001 - the border of one record
            reason = f"unexpected {type(fault).__name__}: {fault}"
            return self.rejection("record", reason, content, record_id)

    def rejection(
        self, field: str, reason: str, content: bytes, record_id: str | None = None
    ) -> Rejection:
        """A record that became no notice."""
        return Rejection(
            source_id=self.id,
            field=field,
            reason=reason,
            content=content[:LONGEST_KEPT],
            record_id=record_id,
        )


def parsed(results: Iterable[Notice | Rejection], requests: Iterable[Request] = ()) -> Parsed:
    """Notices and rejections sorted into one answer."""
    results = tuple(results)
    return Parsed(
        notices=tuple(result for result in results if isinstance(result, Notice)),
        rejections=tuple(result for result in results if isinstance(result, Rejection)),
        requests=tuple(requests),
    )


def parsed_list(results: Iterable[Notice | Rejection], requests: Iterable[Request] = ()) -> Parsed:
    """The same for lists and feeds, whose rows are made alike: if all are bad, the page changed.

    Raises MissingStructure where two or more rows gave no notice at all.
    """
    answer = parsed(results, requests)
    if len(answer.rejections) > 1 and not answer.notices:
        first = answer.rejections[0]
        raise MissingStructure(
            f"none of the {len(answer.rejections)} rows could be read "
            f"({first.field}: {first.reason}). Has the page changed?"
        )
    return answer
