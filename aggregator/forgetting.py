"""What is forgotten when its time has come, by the periods of the data map, and on request."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from aggregator.ports import Clock
from aggregator.privacy import DataMap, load
from aggregator.store import Store
from aggregator.tokens import Keys

Hide = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How much was forgotten, by what it was."""

    addresses: int = 0
    readers: int = 0
    mails: int = 0
    answers: int = 0
    moderators: int = 0
    organisations: int = 0
    complaints: int = 0
    files: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to forget."""
        return not any(getattr(self, field.name) for field in fields(self))

    def in_words(self) -> str:
        """ "2 addresses, 31 mails", or "nothing"."""
        counts = ((getattr(self, name), words) for name, words in WORDS.items())
        return ", ".join(f"{count} {words}" for count, words in counts if count) or "nothing"


WORDS = {
    "addresses": "address(es) of those who stopped",
    "readers": "reader(s) who stopped a year ago",
    "mails": "content(s) of mails",
    "answers": "answer(s) of mail servers",
    "moderators": "name(s) of moderators",
    "organisations": "organisation(s) nobody is of any more",
    "complaints": "complaint(s)",
    "files": "file(s) in the outbox",
}


def hide_by(keys: Keys) -> Hide:
    """A keyed hash in the place of an address or a name; the same for the same one."""
    return lambda text: keys.fingerprints(text)[0]


def sweep(
    *, store: Store, clock: Clock, keys: Keys, known: DataMap | None = None
) -> tuple[Swept, tuple[str, ...]]:
    """Forget what is overdue; says how much, and the ids of messages that went as a whole.

    What tells that somebody was told of something stays, without an address, until the reader goes.
    """
    now, known = clock.now(), known or load()
    hide = hide_by(keys)

    def ago(period: str) -> datetime:
        return now - timedelta(days=known.days[period])

    with store.transaction():
        store.keep_acknowledgements()
        messages: list[str] = []
        gone = store.ended(ago("record"))
        for subscriber_id in gone:
            messages += store.erase(subscriber_id)
        hidden = store.ended(ago("ended_address"), readable=True)
        for subscriber_id in hidden:
            for one in known.sweeps:
                store.forget_rows_of(one.table, subscriber_id)
            store.hide_address(subscriber_id, hide)
        swept = Swept(
            readers=len(gone),
            addresses=len(hidden),
            mails=store.empty_mails(ago("mail_content"), hide),
            answers=store.forget_answers(ago("server_answers"))
            + sum(store.forget_rows(one.table, one.at, ago(one.days)) for one in known.sweeps),
            moderators=sum(
                store.hide_names(one.table, one.column, one.at, ago("record"), hide)
                for one in known.names
            ),
            organisations=store.drop_empty_organisations(),
            complaints=store.forget_complaints(ago("complaint"), now),
        )
    store.scrub()
    return swept, tuple(messages)


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What an erasure by address found. messages: their ids, for the files in the outbox.

    readers: ids of those whose address it was. complaints: forgotten; waiting: kept until they
    are answered.
    """

    readers: tuple[str, ...]
    messages: tuple[str, ...]
    complaints: int
    waiting: int


def erase_address(
    address: str, *, store: Store, clock: Clock, keys: Keys, with_complaints: bool = False
) -> Erased:
    """Forget an address wherever it stands: as a reader's, a former one, or a complaint's.

    A keyed hash stays, so that no list brings it back. with_complaints: also complaints that were
    not answered yet.
    """
    messages: list[str] = []
    with store.transaction():
        subscriber = store.subscriber_by_email(address)
        shells = store.hidden_as(keys.fingerprints(address))
        store.suppress(keys.fingerprints(address)[0], clock.now())
        readers = (*shells, *([subscriber.id] if subscriber else []))
        for identifier in readers:
            messages += store.erase(identifier)
        messages += store.forget_address(address, hide_by(keys))
        complaints = store.forget_complaints_from(address, clock.now(), unanswered=with_complaints)
        store.drop_empty_organisations()
        waiting = store.complaints_from(address, datetime.min.replace(tzinfo=clock.now().tzinfo))
    store.scrub()
    return Erased(
        readers=readers,
        messages=tuple(messages),
        complaints=complaints,
        waiting=waiting,
    )
