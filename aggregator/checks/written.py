"""What the host wrote: names and addresses that would lead nowhere, or into somebody else's hands.

Form is judged where the file is read (`config`); here is what is well-formed and still harmful.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from aggregator.checks.result import Result, doubtful, refused
from aggregator.config import PASSWORD, Settings
from aggregator.config.host import FILE
from aggregator.config.settings import LOOPBACK, NOT_CONFIGURED

RESERVED = ("example", "example.com", "example.net", "example.org", "invalid", "localhost", "test")
"""Names that nobody can ever own (RFC 2606 and 6761); guides use them."""

PLACEHOLDERS = frozenset(
    {"changeme", "secret", "password", "default", "example", "yourpassword", "yoursecret", "todo"}
)
BEGINNINGS = ("changeme", "replaceme", "yoursecret", "yourpassword", "insert", "example", "xxxx")
LOG_KINDS = frozenset({"", "json", "plain"})
LOG = "FAIRNOTICE_LOG"


def of_settings(settings: Settings, environment: Mapping[str, str]) -> Iterator[Result]:
    """All that is wrong in fairnotice.yaml and the variables beside it."""
    yield from of_address(settings)
    yield from of_mail(settings, environment)
    yield from of_operator(settings)
    if environment.get(LOG, "").strip().lower() not in LOG_KINDS:
        yield refused(
            "log",
            f"the variable {LOG} says {environment[LOG][:40]!r}",
            "set it to json or plain, or leave it out",
            where=f"the variable {LOG}",
        )


def of_address(settings: Settings) -> Iterator[Result]:
    """The address of the pages, which stands in every mail."""
    base, where = settings.host.base_url, place(settings, "host", "base_url")
    if base is None:
        if reaches_people(settings):
            yield doubtful(
                "base_url",
                "mail goes out, but no address of the pages is set, so readers cannot stop it "
                "with one press",
                "set host: base_url to the address at which readers reach the pages",
                where=place(settings, "host"),
            )
        return
    host = (urlsplit(base).hostname or "").lower()
    if is_local(host):
        if reaches_people(settings):
            yield refused(
                "base_url",
                f"the pages' address {base} is this machine's own, and mail goes out: its links, "
                "also those that stop it, would lead readers nowhere",
                "set host: base_url to the public address, such as https://notices.your-name.uk",
                where=where,
            )
        return
    if not base.lower().startswith("https://"):
        yield refused(
            "base_url",
            f"the pages' address {base} is not encrypted: addresses and the keys in links would "
            "be readable on the way",
            "begin host: base_url with https:// (docs/hosting.md has a proxy that brings its own "
            "certificate)",
            where=where,
        )
    elif is_reserved(host):
        yield from example("base_url", base, settings, where)


def of_mail(settings: Settings, environment: Mapping[str, str]) -> Iterator[Result]:
    """From whom mail goes, and through whom."""
    mail = settings.mail
    if mail is None:
        return
    if is_placeholder(environment.get(PASSWORD, "")):
        yield refused(
            "mail",
            f"the variable {PASSWORD} holds the word of an example, not a password",
            "put the mailbox's own password there",
            where=f"the variable {PASSWORD}",
        )
    if not reaches_people(settings):
        return
    if is_reserved(mail.host):
        yield from example("mail", mail.host, settings, place(settings, "mail", "host"))
    if settings.host.name == NOT_CONFIGURED:
        yield refused(
            "host",
            "mail would go out in nobody's name",
            "fill in host: name and contact; readers must be able to tell who writes to them",
            where=place(settings, "mail"),
        )
        return
    own_line = place(settings, "mail", "from_address") if ("mail", "from_address") in (
        settings.lines
    ) else place(settings, "host", "contact")  # fmt: skip
    if is_reserved(settings.sender.address.rpartition("@")[2]):
        yield from example("mail", settings.sender.address, settings, own_line)
    if not settings.host.address:
        yield doubtful(
            "host",
            "mails do not say where the host is to be found by post",
            "set host: address",
            where=place(settings, "host"),
        )


def of_operator(settings: Settings) -> Iterator[Result]:
    """Who hears when a person must act."""
    if settings.operator is None:
        if reaches_people(settings):
            yield doubtful(
                "operator",
                "nobody is mailed when a person must act",
                "set operator: to the address of whoever looks after this",
                where=FILE,
            )
    elif reaches_people(settings) and is_reserved(settings.operator.rpartition("@")[2]):
        where = place(settings, "operator")
        yield from example("operator", settings.operator, settings, where)


def example(about: str, found: str, settings: Settings, where: str | None) -> Iterator[Result]:
    """That something is still as in the guide. Without a mail server it harms nobody yet."""
    make = refused if reaches_people(settings) else doubtful
    remedy = "put your own there; names such as example.org belong to nobody"
    yield make(about, f"{found} is still the example of the guide", remedy, where=where)


def reaches_people(settings: Settings) -> bool:
    """Whether mail leaves this machine. A server on this machine passes it on all the same, but
    is what tests and trials use."""
    return settings.mail is not None and settings.mail.host not in LOOPBACK


def is_local(host: str) -> bool:
    """Whether a name or address means this machine or a network that readers are not in."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_unspecified


def is_reserved(host: str) -> bool:
    """Whether a name belongs to nobody."""
    name = host.lower().rstrip(".")
    return any(name == end or name.endswith(f".{end}") for end in RESERVED)


def is_placeholder(text: str) -> bool:
    """Whether a secret is the word of an example, or one letter over and over."""
    plain = "".join(letter for letter in text.lower() if letter.isalnum())
    if not text.strip():
        return False
    return plain in PLACEHOLDERS or plain.startswith(BEGINNINGS) or len(set(text.strip())) == 1


def place(settings: Settings, *field: str) -> str:
    """File, line and field, as far as known: "fairnotice.yaml, line 3, field host.base_url"."""
    lines = (settings.lines.get(field[:end]) for end in range(len(field), 0, -1))
    line = next((line for line in lines if line is not None), None)
    parts = [FILE, f"line {line}" if line else None, f"field {'.'.join(field)}"]
    return ", ".join(part for part in parts if part)
