"""Returned mails, made up by rule: the forms in which mail servers send mail back.

Every sample is (name, raw bytes, expected kind). Fictional servers and people throughout; the forms
are those of RFC 3464, RFC 5965, RFC 3834 and the habits of well-known servers before them.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from itertools import cycle, product

from aggregator.model import ReturnKind

HARD, SOFT, REFUSED = ReturnKind.HARD, ReturnKind.SOFT, ReturnKind.REFUSED
DELAYED, COMPLAINT = ReturnKind.DELAYED, ReturnKind.COMPLAINT
AUTOMATIC, OTHER, DELIVERED = ReturnKind.AUTOMATIC, ReturnKind.OTHER, ReturnKind.DELIVERED

ADDRESS = "director@lighthouse.example.org"
MESSAGE_ID = "<0123456789abcdef0123456789abcdef@vale-cvs.example.org>"
BACK_TO = "bounces+abcdefghijklmnopqrstuvwxyz@vale-cvs.example.org"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a sample speaks of."""

    address: str = ADDRESS
    message_id: str = MESSAGE_ID
    back_to: str = BACK_TO


SAID: tuple[tuple[ReturnKind, str, str], ...] = (
    (HARD, "5.1.1", "550 5.1.1 <{to}>: Recipient address rejected: User unknown"),
    (HARD, "5.1.1", "550-5.1.1 The email account that you tried to reach does not exist."),
    (HARD, "5.1.1", "550 5.1.1 unknown or illegal alias: {to}"),
    (HARD, "5.1.0", "550 5.1.0 Address rejected {to}: no such user"),
    (HARD, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"),
    (HARD, "5.2.1", "550 5.2.1 The email account that you tried to reach is disabled."),
    (HARD, "5.1.2", "553 5.1.2 Host unknown (Name server: no data known)"),
    (HARD, "5.4.4", "Host or domain name not found. Name service error: Host not found"),
    (HARD, "5.4.1", "550 5.4.1 Recipient address rejected: user unknown in relay table"),
    (HARD, "5.0.0", "550 No such user here"),
    (HARD, "5.0.0", "550 Requested action not taken: mailbox unavailable"),
    (HARD, "5.7.1", "550 5.7.1 no such recipient"),
    (HARD, "5.1.6", "551 5.1.6 mailbox has moved, no forwarding address"),
    (SOFT, "5.2.2", "552 5.2.2 Mailbox full"),
    (SOFT, "5.2.2", "552 5.2.2 {to} is over quota"),
    (SOFT, "4.2.2", "452 4.2.2 The email account that you tried to reach is over quota."),
    (SOFT, "4.4.1", "connect to mx.lighthouse.example.org[192.0.2.7]:25: Connection timed out"),
    (SOFT, "4.4.7", "delivery expired: message too old"),
    (SOFT, "4.3.2", "421 4.3.2 Service not available, closing channel"),
    (SOFT, "4.7.1", "451 4.7.1 Greylisted, please try again in 300 seconds"),
    (SOFT, "5.4.6", "too many hops, this message is looping"),
    (SOFT, "5.3.1", "452 5.3.1 Insufficient system storage"),
    (SOFT, "5.1.1", "550 5.1.1 mailbox is full, over its quota"),
    (SOFT, "5.0.0", "554 delivery error"),
    (REFUSED, "5.7.1", "554 5.7.1 Message rejected as spam by content filter"),
    (REFUSED, "5.7.1", "550 5.7.1 Service unavailable; client host blocked using a block list"),
    (REFUSED, "5.7.26", "550 5.7.26 This mail is unauthenticated; SPF and DKIM did not pass"),
    (REFUSED, "5.7.515", "550 5.7.515 Access denied, sending domain does not meet requirements"),
    (REFUSED, "5.3.4", "552 5.3.4 Message size exceeds fixed limit"),
    (REFUSED, "5.6.0", "554 5.6.0 Message content rejected"),
    (REFUSED, "5.1.8", "550 5.1.8 Sender address rejected: Domain not found"),
    (REFUSED, "5.7.1", "554 5.7.1 <{to}>: Relay access denied"),
    (REFUSED, "5.0.0", "550 blocked by local policy"),
)
"""What the recipient's server said, with the status our relay gives it, and what it means."""


def original(about: About, *, whole: bool) -> str:
    head = (
        f"Return-Path: <{about.back_to}>\r\nReceived: from relay.example.org by mx.example.org\r\n"
        f"From: Vale of Arden CVS <alerts@vale-cvs.example.org>\r\nTo: {about.address}\r\n"
        f"Subject: 3 new: Crisis cafe for adults\r\nMessage-ID: {about.message_id}\r\n"
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
    )
    return f"{head}\r\nNew today: crisis cafe. The mailbox is full of news.\r\n" if whole else head


def head(about: About, subject: str, sender: str, *more: str, kind: str) -> str:
    lines = (
        "Return-Path: <>",
        f"Delivered-To: {about.back_to}",
        f"From: {sender}",
        f"To: {about.back_to}",
        f"Subject: {subject}",
        "Date: Mon, 23 Nov 2026 09:00:00 +0000",
        "Message-ID: <20261123090000.1@mx.example.org>",
        "MIME-Version: 1.0",
        *more,
        f"Content-Type: {kind}",
    )
    return "\r\n".join(lines) + "\r\n\r\n"


def report(
    about: About,
    status: str,
    words: str,
    *,
    action: str = "failed",
    whole: bool = True,
    prose: str = "Your message could not be delivered.",
    original_recipient: bool = False,
    diagnostic: bool = True,
) -> bytes:
    """A delivery report by RFC 3464, as Postfix, Exim, Exchange and others write it."""
    boundary = "B0UNDARY/mx.example.org"
    fields = f"Final-Recipient: rfc822; {about.address}\r\n"
    if original_recipient:
        fields += f"Original-Recipient: rfc822;{about.address}\r\n"
    fields += (
        f"Action: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; mx.lighthouse.example.org\r\n"
    )
    if diagnostic:
        fields += f"Diagnostic-Code: smtp; {words}\r\n"
    quoted = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        head(
            about,
            "Undelivered Mail Returned to Sender",
            "Mail Delivery System <MAILER-DAEMON@mx.example.org>",
            "Auto-Submitted: auto-replied",
            kind=f'multipart/report; report-type=delivery-status;\r\n\tboundary="{boundary}"',
        )
        + f"This is a MIME-encapsulated message.\r\n\r\n--{boundary}\r\n"
        f"Content-Type: text/plain; charset=us-ascii\r\n\r\n{prose}\r\n\r\n<{about.address}>: "
        f"{words}\r\n\r\n--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example.org\r\nArrival-Date: Mon, 23 Nov 2026 08:59:00 +0000\r\n"
        f"\r\n{fields}\r\n--{boundary}\r\nContent-Type: {quoted}\r\n\r\n"
        f"{original(about, whole=whole)}\r\n--{boundary}--\r\n"
    ).encode()


def qmail(about: About, status: str, words: str) -> bytes:
    return (
        head(about, "failure notice", "MAILER-DAEMON@mx.example.org", kind="text/plain")
        + "Hi. This is the qmail-send program at mx.example.org.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
        f"<{about.address}>:\r\n192.0.2.7 failed after I sent the message.\r\n"
        f"Remote host said: {words}\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
        + original(about, whole=True)
    ).encode()


def exim(about: About, status: str, words: str) -> bytes:
    return (
        head(
            about,
            "Mail delivery failed: returning message to sender",
            "Mail Delivery System <Mailer-Daemon@mx.example.org>",
            f"X-Failed-Recipients: {about.address}",
            "Auto-Submitted: auto-replied",
            kind="text/plain; charset=us-ascii",
        )
        + "This message was created automatically by mail delivery software.\r\n\r\n"
        "A message that you sent could not be delivered to one or more of its\r\n"
        "recipients. This is a permanent error. The following address(es) failed:\r\n\r\n"
        f"  {about.address}\r\n    SMTP error from remote mail server:\r\n    {words}\r\n\r\n"
        "------ This is a copy of the message, including all the headers. ------\r\n\r\n"
        + original(about, whole=True)
    ).encode()


def sendmail(about: About, status: str, words: str) -> bytes:
    return (
        head(
            about,
            "Returned mail: see transcript for details",
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.org>",
            kind="text/plain",
        )
        + "The original message was received at Mon, 23 Nov 2026 08:59:00 GMT\r\n\r\n"
        "   ----- The following addresses had permanent fatal errors -----\r\n"
        f"<{about.address}>\r\n    (reason: {words})\r\n\r\n"
        "   ----- Transcript of session follows -----\r\n"
        f"... while talking to mx.lighthouse.example.org.:\r\n>>> RCPT To:<{about.address}>\r\n"
        f"<<< {words}\r\n\r\n   ----- Original message follows -----\r\n\r\n"
        + original(about, whole=False)
    ).encode()


def exchange(about: About, status: str, words: str) -> bytes:
    """HTML alone, with a table of diagnostics, as groupware sends it."""
    mail = EmailMessage()
    mail["Return-Path"] = "<>"
    mail["From"] = "postmaster@groupware.example.org"
    mail["To"] = about.back_to
    mail["Subject"] = "Undeliverable: 3 new: Crisis cafe for adults"
    mail["Message-ID"] = "<fe12@groupware.example.org>"
    mail["In-Reply-To"] = about.message_id
    words = words.replace("<", "&lt;").replace(">", "&gt;")
    mail.set_content(
        "<html><body><p>Delivery has failed to these recipients or groups:</p>"
        f"<p>{about.address}</p><p>Diagnostic information for administrators:</p>"
        f"<p>Remote Server returned '{words}'</p></body></html>",
        subtype="html",
        cte="base64",
    )
    return mail.as_bytes()


def postfix_plain(about: About, status: str, words: str) -> bytes:
    return (
        head(
            about,
            "Undelivered Mail Returned to Sender",
            "MAILER-DAEMON@mx.example.org (Mail Delivery System)",
            kind="text/plain",
        )
        + "This is the mail system at host mx.example.org.\r\n\r\nI'm sorry to have to inform you "
        "that your message could not\r\nbe delivered to one or more recipients.\r\n\r\n"
        f"<{about.address}>: host mx.lighthouse.example.org[192.0.2.7] said:\r\n    {words}"
        " (in reply to RCPT TO command)\r\n\r\n" + original(about, whole=False)
    ).encode()


OLDER: tuple[Callable[[About, str, str], bytes], ...] = (
    qmail,
    exim,
    sendmail,
    exchange,
    postfix_plain,
)


def complaint(about: About, sort: str, *, whole: bool, redacted: bool) -> bytes:
    boundary = "ARF"
    quoted = original(about, whole=whole)
    recipient = "redacted@lighthouse.example.org" if redacted else about.address
    if redacted:
        quoted = quoted.replace(about.address, recipient)
    return (
        head(
            about,
            "FW: 3 new: Crisis cafe for adults",
            "feedback@mail.example.org",
            kind=f'multipart/report; report-type=feedback-report; boundary="{boundary}"',
        ).replace("Return-Path: <>", "Return-Path: <feedback@mail.example.org>")
        + f"--{boundary}\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n"
        f"\r\n--{boundary}\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {sort}\r\n"
        "User-Agent: SomeMail-FBL/1.0\r\nVersion: 1\r\n"
        f"Original-Mail-From: <{about.back_to}>\r\nOriginal-Rcpt-To: <{recipient}>\r\n"
        f"\r\n--{boundary}\r\nContent-Type: {'message/rfc822' if whole else 'text/rfc822-headers'}"
        f"\r\n\r\n{quoted}\r\n--{boundary}--\r\n"
    ).encode()


AWAY = (
    ("Out of Office: 3 new: Crisis cafe for adults", "Auto-Submitted: auto-replied"),
    ("Automatic reply: 3 new", "X-Auto-Response-Suppress: All"),
    ("Out of the office until 4 January", "Precedence: auto_reply"),
    ("On annual leave Re: 3 new: Crisis cafe", "X-Autoreply: yes"),
    ("Re: 3 new: Crisis cafe for adults", "Auto-Submitted: auto-replied (vacation)"),
    ("Ateb awtomatig: 3 new", "Auto-Submitted: auto-replied"),
    ("Thank you for contacting us", "Auto-Submitted: auto-generated, auto-replied"),
    ("I am away from my desk", "X-Autorespond: 1"),
    ("Please confirm that you are human", "X-Challenge: yes"),
    ("Sender verification needed for your message", "X-Challenge: yes"),
)


def answer(about: About, subject: str, header: str, text: str, *, null: bool) -> bytes:
    made = head(about, subject, f"A Director <{about.address}>", header, kind="text/plain")
    if not null:
        made = made.replace("Return-Path: <>", f"Return-Path: <{about.address}>")
    return (made + f"{text}\r\n\r\n> {original(about, whole=False)}").encode()


AWAY_TEXTS = (
    "I am out of the office and will be back on 4 January. My mailbox may be full.",
    "I have left the organisation. This mailbox does not exist any more after Friday.",
    "Diolch am eich neges. Byddaf yn ôl ddydd Llun.",
    "We received your message and will answer within 550 working hours.",
    "If it is urgent call 0118 496 0550. User unknown? Ask reception.",
)


def bounces() -> Iterator[tuple[str, bytes, ReturnKind]]:
    """More than three hundred bounces and complaints."""
    about = About()
    for number, (kind, status, words) in enumerate(SAID):
        said = words.format(to=about.address)
        for whole, original_recipient in product((True, False), (True, False)):
            yield (
                f"report {number} {whole} {original_recipient}",
                report(about, status, said, whole=whole, original_recipient=original_recipient),
                kind,
            )
        for form in OLDER:
            yield f"{form.__name__} {number}", form(about, status, said), kind
        yield f"cut report {number}", cut(report(about, status, said)), kind
    for status in ("4.4.1", "4.2.2", "4.7.1"):
        for whole in (True, False):
            raw = report(about, status, "still trying", action="delayed", whole=whole)
            yield f"delayed {status} {whole}", raw, DELAYED
    yield "receipt", report(about, "2.0.0", "250 delivered", action="delivered"), DELIVERED
    for status in ("5.1.1", "5.1.10", "5.2.1"):
        yield f"bare {status}", report(about, status, "", diagnostic=False), HARD
    for sort, whole, redacted in product(
        ("abuse", "fraud", "opt-out"), (True, False), (True, False)
    ):
        raw = complaint(about, sort, whole=whole, redacted=redacted)
        yield f"complaint {sort} {whole} {redacted}", raw, COMPLAINT


def cut(raw: bytes) -> bytes:
    """Cut short in the middle of what is quoted."""
    at = raw.index(b"Message-ID: <0123") + 80
    return raw[:at]


def harmless() -> Iterator[tuple[str, bytes, ReturnKind]]:
    """A hundred mails that look alike and of which nothing follows."""
    about = About()
    for (number, (subject, header)), text in product(enumerate(AWAY), AWAY_TEXTS):
        null = (number + len(text)) % 2 == 0
        raw = answer(about, subject, header, text, null=null)
        yield f"away {number} {text[:12]} {null}", raw, AUTOMATIC
    people = (
        "Thank you, this is most useful! Our colleague's mailbox was full yesterday.",
        "Please remove me. 550 5.1.1 User unknown was what my last provider said.",
        "Could you tell us whether the account does not exist any more at Northmoor?",
        "We no longer work in this field; who decides on these lists?",
        "Dim ond y rhai Cymraeg os gwelwch yn dda.",
    )
    for number, text in zip(range(30), cycle(people), strict=False):
        raw = answer(about, f"Re: 3 new ({number})", "X-Mailer: Pigeon", text, null=False)
        yield f"person {number}", raw, OTHER
    for sort in ("not-spam", "other", "auth-failure", "dmarc"):
        for whole in (True, False):
            yield f"report {sort}", complaint(about, sort, whole=whole, redacted=False), OTHER
    for number in range(12):
        newsletter = EmailMessage()
        newsletter["From"] = "news@charity.example.org"
        newsletter["To"] = about.back_to
        newsletter["Subject"] = f"Newsletter {number}"
        newsletter.set_content("Delivery of services to 550 users in 5.1.1 pilot areas.")
        part = MIMEPart()
        part.set_content("appendix")
        newsletter.make_mixed()
        newsletter.attach(part)
        yield f"newsletter {number}", newsletter.as_bytes(), OTHER


def mangled(raw: bytes, rng: random.Random) -> bytes:
    """The same with some bytes changed, cut out or doubled, for wild input."""
    content = bytearray(raw)
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(content))
        match rng.randrange(4):
            case 0:
                content[at] = rng.randrange(256)
            case 1:
                del content[at : at + rng.randrange(200)]
            case 2:
                content[at:at] = content[max(0, at - 100) : at]
            case _:
                content[at:at] = rng.choice((b"\0", b"\r\n\r\n", b"--", b"=?utf-8?B?", b"\xff\xfe"))
        content = content or bytearray(b"x")
    return bytes(content)
