"""The only place that builds things: from files and folders to parts that work together."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from aggregator import config, verp
from aggregator.collect import Reader
from aggregator.config import DkimSettings, MailSettings, Settings, SourceEntry
from aggregator.deliver import (
    JOURNAL_FILE,
    DkimSigner,
    FileOutbox,
    MailServer,
    Router,
    Security,
    Sender,
    SentJournal,
    SmtpNotifier,
    Throttle,
    WebhookNotifier,
)
from aggregator.errors import (
    ConfigError,
    ParserStopped,
    StoreDamaged,
    StoreError,
    UnknownIdentifier,
)
from aggregator.fetch import FetchPolicy, HostQueues, PoliteFetcher
from aggregator.limited import Limited
from aggregator.model import Parsed, RawPayload
from aggregator.ports import Clock, HostMemory, Notifier, Source
from aggregator.restoring import INTERRUPTED
from aggregator.sources import KINDS, Adapter
from aggregator.sources.host_csv import HostCsv
from aggregator.store import Store
from aggregator.tokens import Keys, keys_of

DATABASE = "fairnotice.db"
OUTBOX = "outbox"
BACKUPS = "backups"
DAMAGED = "damaged"
"""A file with what the nightly check found wrong with the database; a restore moves it aside."""
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
"""An entry whose address is one of these says outright that it is about this machine (a demo, a
test); no other entry ever gets there."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Instance:
    """One host's folder with its settings and sources."""

    home: Path
    settings: Settings
    entries: tuple[SourceEntry, ...]
    sources_file: Path | None = None
    queues: HostQueues = field(default_factory=HostQueues, compare=False, repr=False)
    """Of all hosts this process calls: one queue per host over all sources."""
    throttles: dict[int, Throttle] = field(default_factory=dict, compare=False, repr=False)
    """Of the mail server, so that the mails of one minute count on in the next delivery."""

    @classmethod
    def at(cls, home: Path, sources: Path | None = None) -> "Instance":
        """Read the files of an instance, as it is or would be. Raises ConfigError."""
        if home.exists() and not home.is_dir():
            raise ConfigError("is a file; --home names a folder", file=str(home))
        settings = config.load_settings(home)
        sources_file = sources or settings.sources or default_sources()
        entries = config.load_sources(sources_file)
        return cls(home=home, settings=settings, entries=entries, sources_file=sources_file)

    @classmethod
    def existing(cls, home: Path, sources: Path | None = None) -> "Instance":
        """The same for acts that make no new instance. Raises ConfigError where there is none."""
        instance = cls.at(home, sources)
        if not instance.is_there:
            raise ConfigError(
                "there is no Fair Notice here; `fairnotice collect` makes one, and --home names "
                "another folder",
                file=str(home),
            )
        return instance

    @property
    def is_there(self) -> bool:
        """Whether something was ever stored here."""
        return self.database.is_file()

    @property
    def database(self) -> Path:
        """Its file."""
        return self.home / DATABASE

    @property
    def outbox(self) -> Path:
        """Where mail goes until a mail server is configured."""
        return self.home / OUTBOX

    @property
    def backups(self) -> Path:
        """Where backups are kept."""
        return self.settings.backups or self.home / BACKUPS

    def store(self) -> Store:
        """Open the database, making it where there is none.

        One that is damaged is opened for what can still be read: see Store.damage. Raises
        StoreError.
        """
        if (self.home / INTERRUPTED).exists():
            raise StoreError(
                f"A restore into {self.home} was interrupted. Do it again: fairnotice restore "
                "BACKUP --replace"
            )
        try:
            return self.remembering(Store.open(self.database))
        except StoreDamaged as fault:
            because = f"{fault} Until then it is only read: list and show work, and no mail goes."
            return Store.open_to_read(self.database, because=because)

    def remembering(self, store: Store) -> Store:
        """The store, only to be read where the nightly check found it damaged."""
        with suppress(FileNotFoundError):
            store.found_damaged((self.home / DAMAGED).read_text(encoding="utf-8").strip())
        return store

    def keys(self) -> Keys:
        """What signs the links in mails; made at first need. Raises ConfigError."""
        return keys_of(config.load_secrets(self.home))

    def chosen(self, names: Sequence[str]) -> tuple[SourceEntry, ...]:
        """The entries named, or all that are enabled. Raises UnknownIdentifier."""
        known = {entry.id: entry for entry in self.entries}
        for name in names:
            if name not in known:
                raise UnknownIdentifier(
                    f"there is no source {name!r}; the entries are: {', '.join(sorted(known))}"
                )
        if names:
            return tuple(known[name] for name in names)
        return tuple(entry for entry in self.entries if entry.enabled)


def journal_at(path: Path) -> SentJournal:
    """The journal of sent mails that a person named, or that stands in the folder named."""
    return SentJournal(path / JOURNAL_FILE if path.is_dir() else path)


def make_home(home: Path) -> None:
    """The folder of an instance, made where it is missing. Raises ConfigError."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        problem = f"cannot be the folder of the data: {fault.strerror}"
        raise ConfigError(problem, file=str(home)) from None


def default_sources() -> Path:
    """sources.yaml in this folder, else the copy that was installed with the program."""
    here = Path("sources.yaml")
    if here.is_file():
        return here
    packaged = Path(str(resources.files("aggregator"))) / "sources.yaml"
    return packaged if packaged.is_file() else packaged.parent.parent / "sources.yaml"


def build_sources(entries: Iterable[SourceEntry]) -> tuple[Source, ...]:
    """The adapters of these entries. Raises ConfigError with file and line."""
    return tuple(build_source(entry) for entry in entries)


def build_source(entry: SourceEntry) -> Adapter:
    """The adapter of one entry. Raises ConfigError naming what is allowed."""
    adapter = KINDS.get(entry.kind)
    if adapter is None:
        raise entry.problem(
            "kind", f"{entry.kind!r} is unknown; one of: {', '.join(sorted(KINDS))}"
        )
    try:
        options = adapter.Options.model_validate(entry.options)
    except ValidationError as fault:
        raise entry.option_problems(fault, adapter.Options.model_fields) from None
    return adapter(id=entry.id, base_url=entry.base_url, options=options)


def fetcher(
    entries: Iterable[SourceEntry],
    instance: Instance,
    clock: Clock,
    *,
    memory: HostMemory | None = None,
) -> PoliteFetcher:
    """The client for these sources, which shares one queue per host with all of the instance.

    memory: what earlier runs and other processes know of the hosts.
    """
    chosen = tuple(entries)
    every = (*chosen, *(entry for entry in instance.entries if entry.enabled))
    instance.queues.memory = memory
    sharing: dict[str, list[SourceEntry]] = {}
    for entry in every:
        sharing.setdefault(host_of(entry), []).append(entry)
    slowest = {host: max(those, key=lambda one: one.pace) for host, those in sharing.items()}
    return PoliteFetcher(
        {entry.id: policy(entry, [entry, slowest[host_of(entry)]]) for entry in chosen},
        clock=clock,
        contact=instance.settings.contact,
        queues=instance.queues,
        this_machine=sharing.keys() & THIS_MACHINE,
        others=sorted(sharing.keys() - THIS_MACHINE - {""}),
        files={entry.id: instance.home / entry.local for entry in chosen if entry.local},
    )


def policy(entry: SourceEntry, every: Iterable[SourceEntry]) -> FetchPolicy:
    """How one source is asked: at the longest pace of all that share its host."""
    return FetchPolicy(
        pace=max(other.pace for other in every if host_of(other) == host_of(entry)),
        forbidden_means_throttled=KINDS[entry.kind].forbidden_means_throttled,
        attempts=KINDS[entry.kind].attempts,
        obeys_robots=entry.robots == "obey",
        ca_bundle=entry.ca_bundle,
    )


def names_for_readers(instance: Instance) -> dict[str, str]:
    """Source id -> its name; what the host itself has entered is told by the host."""
    host = instance.settings.host.name
    return {
        entry.id: f"Told by {host}" if KINDS.get(entry.kind) is HostCsv else entry.name
        for entry in instance.entries
    }


def host_of(entry: SourceEntry) -> str:
    """The host that its address names."""
    return urlsplit(entry.base_url).hostname or ""


@asynccontextmanager
async def reading() -> AsyncIterator[Reader]:
    """A reader of payloads that sends untrusted markup into a limited child."""
    with Limited(modules=("aggregator.sources",)) as limited:

        async def read(source: Source, payload: RawPayload) -> Parsed:
            if not source.parses_untrusted_markup:
                return source.read(payload)
            try:
                return await limited.run(source.read, payload)
            except ParserStopped as stop:
                if (told := source.unreadable(payload, stop)) is None:
                    raise
                return told

        yield read


@asynccontextmanager
async def notifying(
    instance: Instance, clock: Clock, *, allow_http: bool = False
) -> AsyncIterator[Notifier]:
    """E-mail by the configured server, else into the outbox folder; webhooks to their addresses.

    Webhooks are signed with the machine's own time whatever `clock` says: receivers refuse a
    signature that is more than minutes old.
    """
    async with AsyncExitStack() as parts:
        webhook = await parts.enter_async_context(
            WebhookNotifier(clock=SystemClock(), allow_http=allow_http)
        )
        settings = instance.settings
        sender = Sender(
            address=settings.sender.address,
            name=settings.sender.name,
            reply_to=settings.sender.reply_to,
        )
        email: Notifier = FileOutbox(instance.outbox, sender=sender, clock=clock, with_html=True)
        if settings.mail is not None:
            email = await parts.enter_async_context(smtp(instance, sender, settings.mail, clock))
        yield Router(email=email, webhook=webhook)


def smtp(instance: Instance, sender: Sender, mail: MailSettings, clock: Clock) -> SmtpNotifier:
    """The way to the mail server of the settings. Raises ConfigError for a wrong signing key."""
    per_minute = mail.per_minute
    throttle = instance.throttles.setdefault(per_minute, Throttle(per_minute=per_minute))
    back_to = mail.bounces and partial(verp.envelope, mail.bounces, keys=instance.keys())
    return SmtpNotifier(
        mail_server(mail),
        sender=sender,
        clock=clock,
        throttle=throttle,
        envelope=back_to or None,
        signer=mail_signer(mail.dkim, sender, instance.home) if mail.dkim else None,
    )


def mail_signer(dkim: DkimSettings, sender: Sender, home: Path) -> DkimSigner:
    """What signs mails with the host's key. Raises ConfigError saying what to do."""
    domain = (dkim.domain or sender.domain).lower()
    if sender.domain != domain and not sender.domain.endswith(f".{domain}"):
        problem = f"must be {sender.domain}, the domain mails are from, or one it is part of"
        raise ConfigError(problem, file=config.FILE, field="mail.dkim.domain")
    path = home / dkim.key_file
    try:
        if path.stat().st_mode & 0o077:
            raise ValueError("can be read by others; `chmod 600` it")
        return DkimSigner(domain=domain, selector=dkim.selector, key=path.read_bytes())
    except (OSError, ValueError) as fault:
        words = fault.strerror if isinstance(fault, OSError) else str(fault)
        problem = f"{path} {words}"
        raise ConfigError(problem, file=config.FILE, field="mail.dkim.key_file") from None


def mail_server(mail: MailSettings) -> MailServer:
    """The server the settings name."""
    return MailServer(
        host=mail.host,
        port=mail.port,
        security=Security(mail.security),
        username=mail.username,
        password=mail.password,
        per_minute=mail.per_minute,
    )
