"""From the bytes of a returned mail to what it says.

In order: a complaint (RFC 5965), a delivery report (RFC 3464), an answer by a machine (RFC 3834 and
the habits before it), a bounce in one of the forms of before there was a standard (flufl.bounce).
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from flufl.bounce import all_failures

from aggregator.bounces.quoted import message_ids, text_of, tokens
from aggregator.model import Returned, ReturnKind
from aggregator.parsing.mail_status import Blame, judged

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs every stumble at length

LARGEST = 262_144
"""Bytes that are read of one mail: a bounce quotes us at its end, and we are not that long."""

WORDS = 300

KIND_OF_BLAME = {
    Blame.ADDRESS: ReturnKind.HARD,
    Blame.PASSING: ReturnKind.SOFT,
    Blame.UNCLEAR: ReturnKind.SOFT,
    Blame.MAIL: ReturnKind.REFUSED,
    Blame.OURS: ReturnKind.REFUSED,
}
ACTIONS = {
    "delayed": ReturnKind.DELAYED,
    "delivered": ReturnKind.DELIVERED,
    "relayed": ReturnKind.DELIVERED,
    "expanded": ReturnKind.DELIVERED,
}
WORST_FIRST = tuple(ReturnKind)

BY_A_MACHINE = re.compile(
    r"^(?:re: )?\W*(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:response|reply)"
    r"|away from|on (?:annual |maternity |sick )?leave|i am away|ateb(?:iad)? awtomatig"
    r"|allan o.r swyddfa|abwesenheit|r[ée]ponse automatique|vacation)",
    re.IGNORECASE,
)
MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
CHALLENGE = re.compile(
    r"confirm (?:that )?you(?:r message| are human|r email)|verify your (?:email|message|address)"
    r"|challenge|prove you are|anti-?spam verification|sender verification",
    re.IGNORECASE,
)
BOUNCE_SENDER = re.compile(r"^\W*(?:mailer-?daemon|postmaster|mail delivery)|<>", re.IGNORECASE)
BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|fail|has failed|notification|problem|report)|returned mail"
    r"|failure notice|mail (?:delivery )?fail|could not be delivered|mail system error"
    r"|message you sent|nondeliver|delayed|warning: could not send|not delivered",
    re.IGNORECASE,
)
DELAY = re.compile(
    r"delay(?:ed)?\b|still (?:being )?(?:trying|retrying)|will (?:be retried|keep trying|retry)"
    r"|do not need to re-?send|no action is required|warning message only"
    r"|warning: (?:could|message)",
    re.IGNORECASE,
)


def read(raw: bytes) -> Returned:
    """What one mail says; OTHER for what is no bounce, complaint or machine's answer."""
    fingerprint = hashlib.sha256(raw).hexdigest()
    cut = raw[:LARGEST].replace(b"\0", b"")
    try:
        mail = message_from_bytes(cut, policy=policy.compat32)
        kind, status, words, recipients = verdict(mail)
        return Returned(
            kind=kind,
            fingerprint=fingerprint,
            status=status,
            words=" ".join(words.split())[:WORDS],
            recipients=recipients,
            message_ids=message_ids(mail, cut),
            tokens=tokens(mail, cut),
        )
    except STUMBLES:
        words = "it could not be read"
        return Returned(kind=ReturnKind.OTHER, fingerprint=fingerprint, words=words)


STUMBLES = (
    *(MessageError, LookupError, ValueError, TypeError, AttributeError, AssertionError),
    *(RecursionError, OverflowError),
)
"""What the standard parser and flufl.bounce raise over mails that are broken on purpose."""

Verdict = tuple[ReturnKind, str | None, str, tuple[str, ...]]


def verdict(mail: Message) -> Verdict:
    """Kind, status, words and the recipients that failed."""
    return (
        complaint(mail)
        or delivery_report(mail)
        or machine_answer(mail)
        or older_form(mail)
        or (ReturnKind.OTHER, None, _header(mail, "Subject"), ())
    )


def complaint(mail: Message) -> Verdict | None:
    """A feedback report. What mere statistics or a "not junk" report is no complaint."""
    for part in _parts(mail, "message/feedback-report"):
        fields = message_from_bytes(_bytes(part), policy=policy.compat32)
        sort = _header(fields, "Feedback-Type").lower()
        if sort in {"abuse", "fraud", "opt-out", "opt-out-list", "virus"}:
            address = _address(_header(fields, "Original-Rcpt-To"))
            words = f"complaint ({sort}) from {_header(fields, 'User-Agent') or 'a mail provider'}"
            return ReturnKind.COMPLAINT, None, words, (address,) if address else ()
        return ReturnKind.OTHER, None, f"feedback report of type {sort or 'unknown'}", ()
    return None


def delivery_report(mail: Message) -> Verdict | None:
    """A report by RFC 3464: the worst of what it says of any recipient."""
    found = [one for part in _parts(mail, "message/delivery-status") for one in _reported(part)]
    if not found:
        return None
    worst = min(found, key=lambda one: WORST_FIRST.index(one[0]))
    failed = tuple(address for kind, _, _, (address,) in found if kind is worst[0] and address)
    return worst[0], worst[1], worst[2], failed


def _reported(part: Message) -> Iterator[tuple[ReturnKind, str | None, str, tuple[str]]]:
    for block in _blocks(part):
        action = _header(block, "Action").lower().split()
        if not action:
            continue
        status = _header(block, "Status")
        words = _header(block, "Diagnostic-Code").partition(";")[2].strip()
        words = words or _header(block, "Diagnostic-Code")
        original = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
        address = _address(original.rpartition(";")[2])
        kind = ACTIONS.get(action[0])
        refusal = judged(words, status=status)
        shown = refusal.status or status.strip() or None
        yield kind or KIND_OF_BLAME[refusal.blame], shown, words or status, (address,)


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a report, however the parser left them."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))
    else:
        for text in re.split(rb"\r?\n[ \t]*\r?\n", _bytes(part)):
            yield message_from_bytes(text.lstrip(), policy=policy.compat32)


def machine_answer(mail: Message) -> Verdict | None:
    """Out of office, a challenge, a receipt: nothing follows from it."""
    automatic = _header(mail, "Auto-Submitted").lower()
    subject = _header(mail, "Subject")
    told = (
        automatic not in {"", "no"}
        or any(
            mail[name] is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
        )
        or _header(mail, "Precedence").lower() in {"auto_reply", "auto-reply"}
    )
    looks = BY_A_MACHINE.search(subject) or CHALLENGE.search(subject)
    if looks or (told and not (_from_a_server(mail) or _named_a_bounce(mail))):
        return ReturnKind.AUTOMATIC, None, subject, ()
    return None


def older_form(mail: Message) -> Verdict | None:
    """A bounce in words: the recipients by flufl.bounce, what was meant by status and words."""
    by_name = _from_a_server(mail) and _named_a_bounce(mail)
    if not (_from_a_server(mail) or _named_a_bounce(mail) or _from_nobody(mail)):
        return None
    passing, final = failures(mail)
    text = text_of(mail)
    recipients = tuple(sorted(_address(one.decode("ascii", "replace")) for one in final or passing))
    about = _around(text, recipients)
    refusal = judged(about)
    if not final and DELAY.search(f"{_header(mail, 'Subject')}\n{about}"):
        return ReturnKind.DELAYED, refusal.status, about, recipients
    if DELAY.search(_header(mail, "Subject")):
        return ReturnKind.DELAYED, refusal.status, about, recipients
    if not (by_name or recipients or refusal.code) and refusal.blame is Blame.UNCLEAR:
        return None
    return KIND_OF_BLAME[refusal.blame], refusal.status, about, recipients


def failures(mail: Message) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The recipients that failed for now and for good; none where flufl.bounce stumbles."""
    try:
        passing, final = all_failures(mail)
    except STUMBLES:
        return frozenset(), frozenset()
    return frozenset(passing), frozenset(final)


def _from_nobody(mail: Message) -> bool:
    return _header(mail, "Return-Path") == "<>"


def _from_a_server(mail: Message) -> bool:
    return bool(BOUNCE_SENDER.search(_header(mail, "From"))) or "X-Failed-Recipients" in mail


def _named_a_bounce(mail: Message) -> bool:
    return bool(BOUNCE_SUBJECT.search(_header(mail, "Subject")))


def _around(text: str, recipients: tuple[str, ...]) -> str:
    """The words by the failed address, before what is quoted of our own mail."""
    own = re.split(
        r"(?im)^(?:[->\s*]*(?:original message|below this line|this is a copy|included is a copy"
        r"|the following is|headers? of the|message headers? follow|return-path:"
        r"|received: from)).*$",
        text,
        maxsplit=1,
    )[0]
    for address in recipients:
        at = own.lower().find(address.lower())
        if at >= 0:
            return own[max(0, at - 200) : at + 600]
    return own[:1500]


def _parts(mail: Message, content_type: str) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == content_type:
            yield part


def _bytes(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n\n".join(one.as_bytes() for one in payload if isinstance(one, Message))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else str(payload).encode("utf-8", "replace")


def _header(mail: Message, name: str) -> str:
    return " ".join(str(mail.get(name) or "").split())


def _address(text: str) -> str:
    found = re.search(r"[^\s<>;,\"()]+@[^\s<>;,\"()]+", text)
    return found[0].lower() if found else ""
