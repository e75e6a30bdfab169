"""A folder of saved mails (.eml): what portals write into their alerts becomes notices.

The listing of the folder leads to one call per mail, named by the hash of its bytes and made once:
the same mail saved twice is one. A mail nobody can read, or that no form knows, is a Rejection with
its bytes, so that it is seen (`fairnotice review`) and read again after a form was added.
"""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

import msgspec

from aggregator.errors import ParserStopped, Undecodable
from aggregator.model import Notice, Parsed, RawPayload, Rejection, Request, Window
from aggregator.sources.base import Adapter, AdapterOptions, parsed
from aggregator.sources.mails import FORMS, MailForm
from aggregator.sources.mails.forms import entries, notice
from aggregator.sources.mails.message import Mail, read_message

STUMBLES = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What Python's mail parser raises over hostile headers and charsets."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a folder. sha256: of its bytes. problem: why it is not read, in words."""

    name: str
    sha256: str | None = None
    problem: str | None = None


class MailFolder(Adapter):
    """All mails of one folder, whichever portal they are from."""

    Options: ClassVar[type[AdapterOptions]] = AdapterOptions
    readers = frozenset({"read_folder", "read_mail"})
    parses_untrusted_markup = True

    def requests(self, window: Window) -> Iterable[Request]:
        """The listing of the folder."""
        yield Request(source_id=self.id, url=self.base_url, reader="read_folder")

    def read_folder(self, payload: RawPayload) -> Parsed:
        """A call for each mail, and a word for each file that is none."""
        try:
            files = msgspec.json.decode(payload.body, type=list[Listed])
        except msgspec.MsgspecError as fault:
            raise Undecodable(f"the listing of the folder is damaged: {fault}") from None
        calls = [self.mail(one.sha256) for one in files if one.sha256]
        others = [
            self.rejection("file", one.problem, one.name.encode("utf-8", "replace"), one.name)
            for one in files
            if one.problem
        ]
        return parsed(others, calls)

    def mail(self, sha256: str) -> Request:
        """The call for one mail, made once."""
        url = f"{self.base_url}/{sha256}.eml"
        return Request(source_id=self.id, url=url, reader="read_mail", once=True)

    def read_mail(self, payload: RawPayload) -> Parsed:
        """The notices of one mail; what cannot be read is kept for a person to look at."""
        try:
            mail = read_message(payload.body)
        except STUMBLES as fault:
            reason = f"the mail cannot be read ({type(fault).__name__}: {fault})"
            return parsed([self.rejection("mail", reason[:300], payload.body)])
        found = [result for form in FORMS for result in self.of_form(mail, form, payload.body)]
        return parsed(found or [self.rejection("mail", nothing_found(mail), payload.body)])

    def of_form(self, mail: Mail, form: MailForm, body: bytes) -> Iterable[Notice | Rejection]:
        """Each notice that the mail holds in the form of one portal."""
        for entry in entries(mail, form):
            name = f"{form.key}/{entry.number}"
            yield self.record(partial(notice, entry, mail, form, self.id), body, name)

    def unreadable(self, payload: RawPayload, fault: ParserStopped) -> Parsed | None:
        """A mail over which the child died goes to a person instead of being tried for ever."""
        if payload.request.reader != "read_mail":
            return None
        return parsed([self.rejection("mail", f"the mail cannot be read: {fault}", payload.body)])


def nothing_found(mail: Mail) -> str:
    """Why a mail gave no notice."""
    subject, sender = mail.subject[:100] or "no subject", mail.sender[:100] or "nobody"
    for form in FORMS:
        if any(sender.endswith((f"@{end}", f".{end}")) for end in form.senders):
            return f"“{subject}” is from {form.name} and links to no notice of it"
    names = ", ".join(form.name for form in FORMS)
    return f"“{subject}” from {sender} is of no portal whose mails we know ({names})"
