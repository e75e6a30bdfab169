"""fairnotice.yaml: who runs this instance and how its mail goes out."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from aggregator.config.host import FILE, ColoursPart, HostPart, Line, host_of
from aggregator.config.problems import all_problems, problems_of
from aggregator.config.yaml_file import Document, read_yaml
from aggregator.errors import ConfigError
from aggregator.model import Host

PASSWORD = "FAIRNOTICE_SMTP_PASSWORD"  # noqa: S105 - the name of the variable

NOT_CONFIGURED = "Fair Notice (not set up yet)"
OWN_ADDRESS = "fairnotice@localhost"

REFUSED_AGENTS = re.compile(
    r"amazonbot|bun/\d|chatgpt-user|deno|findtender-ai-agent|gptbot|meta-externalagent"
    r"|oai-searchbot|procurementextractor|shapbot|supabase|vinnikov-analytics",
    re.IGNORECASE,
)
"""Find a Tender refuses every caller whose name contains one of these, anywhere in it."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _digest_hour(hour: int) -> int:
    if hour == 1:
        raise ValueError("must not be 1: from 01:00 to 01:59 the clocks change twice a year")
    return hour


def _for_portals(contact: str) -> str:
    if found := REFUSED_AGENTS.search(contact):
        raise ValueError(
            f"must not contain “{found[0]}”: Find a Tender refuses callers with that in their name"
        )
    return contact


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Address = Annotated[str, Field(max_length=254, pattern=r"^[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+$")]


class SenderSettings(_Checked):
    """From whom mail goes out, and where answers go."""

    address: str
    name: str
    reply_to: str | None = None


class MailSettings(_Checked):
    """The mail server. The password comes from the environment, never from the file."""

    host: Line
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line | None = None
    password: str | None = Field(default=None, repr=False)
    per_minute: Annotated[int, Field(ge=1, le=6000)] = 30

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("security: none is only for a mail server on this machine")
        if self.username and not self.password:
            raise ValueError(f"has a username, so the variable {PASSWORD} must hold its password")
        return self


class Settings(_Checked):
    """All settings of an instance, with defaults for what the file does not say.

    contact: what portals are told to turn to, None until somebody set it. mail: None means that
    mail is written into the outbox folder. digest_hour: UK time. sources: another sources.yaml.
    backups: where backups are kept, None for the folder of that name in the home.
    """

    host: Host
    sender: SenderSettings
    contact: str | None = None
    mail: MailSettings | None = None
    digest_hour: int = 7
    sources: Path | None = None
    backups: Path | None = None


class _MailPart(MailSettings):
    from_address: Address | None = None
    reply_to: Address | None = None


class _File(_Checked):
    host: HostPart | None = None
    contact_for_portals: Annotated[Line, AfterValidator(_for_portals)] | None = None
    digest_hour: Annotated[int, Field(ge=0, le=23), AfterValidator(_digest_hour)] = 7
    sources: Line | None = None
    backups: Line | None = None
    mail: _MailPart | None = None


def load_settings(home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in home/fairnotice.yaml; defaults where there is none. Raises ConfigError."""
    if not (home / FILE).exists():
        return _settings(_File(), home)
    document = read_yaml(home / FILE)
    content = document.content if document.content is not None else {}
    if not isinstance(content, dict):
        raise ConfigError("must consist of lines such as “digest_hour: 7”", file=FILE)
    try:
        content = _with_password(content, environment, document)
        file = _File.model_validate(content)
        return _settings(file, home, document.line("host", "logo"))
    except ValidationError as fault:
        raise _told(document, fault) from None


def _with_password(
    content: Mapping[str, Any], environment: Mapping[str, str], document: Document
) -> dict[str, Any]:
    """The file must not hold the password: it is copied, shown and kept in backups."""
    mail = content.get("mail")
    if not isinstance(mail, dict):
        return dict(content)
    if "password" in mail:
        problem = f"must not stand in the file; put it into the variable {PASSWORD}"
        line = document.line("mail", "password")
        raise ConfigError(problem, file=FILE, line=line, field="mail.password")
    return {**content, "mail": {**mail, "password": environment.get(PASSWORD) or None}}


def _settings(file: _File, home: Path, logo_line: int | None = None) -> Settings:
    host = file.host or HostPart(name=NOT_CONFIGURED, contact=OWN_ADDRESS)
    contact = file.contact_for_portals or (file.host and _portal_contact(file.host))
    mailbox = host.contact if re.fullmatch(r"[^@\s]+@[^@\s]+", host.contact) else None
    mail = file.mail
    return Settings(
        host=host_of(host, home, logo_line),
        sender=SenderSettings(
            address=(mail and mail.from_address) or mailbox or OWN_ADDRESS,
            name=host.name,
            reply_to=(mail and mail.reply_to) or mailbox,
        ),
        contact=contact or None,
        mail=mail and MailSettings(**mail.model_dump(include=set(MailSettings.model_fields))),
        digest_hour=file.digest_hour,
        sources=home / file.sources if file.sources else None,
        backups=home / file.backups if file.backups else None,
    )


def _portal_contact(host: HostPart) -> str | None:
    """What the host said about itself, unless a portal would refuse us for it."""
    candidates = (host.base_url, host.contact)
    return next((text for text in candidates if text and not REFUSED_AGENTS.search(text)), None)


def _told(document: Document, fault: ValidationError) -> ConfigError:
    def make(place: Sequence[str | int], words: str) -> ConfigError:
        return ConfigError(
            words,
            file=document.file,
            line=document.line(*place),
            field=".".join(str(part) for part in place) or None,
        )

    allowed = {
        "": _File.model_fields,
        "host": HostPart.model_fields,
        "host.colours": ColoursPart.model_fields,
        "mail": _MailPart.model_fields.keys() - {"password"},
    }
    return all_problems(problems_of(fault, allowed, make))
