"""What the raw bytes of every mail must be like (RFC 5322, 2045, 2047, 2369, 8058, 3834).

`faults(raw)` looks at bytes, not at a header object: a parser forgives what mail servers do not.
The tests' conftest calls it on every mail that any test builds.
"""

import base64
import binascii
import quopri
import re
from email import message_from_bytes
from email.utils import parsedate_to_datetime

LARGEST = 1_000_000
LONGEST_LINE = 998
LONGEST_WORD = 75
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
AT_MOST_ONCE = (
    *("Reply-To", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"),
    *("Content-Transfer-Encoding", "List-Help", "DKIM-Signature", "Sender", "Cc", "Bcc"),
)
FIELD = re.compile(rb"([!-9;-~]+):[ \t]?(.*)", re.DOTALL)
ENCODED = re.compile(rb"=\?([^\s?]+)\?([qQbB])\?([^\s?]*)\?=")
LINK = re.compile(rb"<(https?://[!-;=?-~]+|mailto:[!-;=?-~]+)>")
ADDRESS = re.compile(rb"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
DATE = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    rb" \d{4} \d{2}:\d{2}:\d{2} \+0000"
)


def faults(raw: bytes) -> list[str]:
    """Everything that is wrong with a mail as it travels; none for a good one."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    found = [*of_lines(raw)]
    if not blank:
        return [*found, "the head does not end in an empty line"]
    fields = fields_of(head, found)
    return [*found, *of_fields(fields), *of_values(fields), *of_list(fields), *of_body(raw, body)]


def of_lines(raw: bytes) -> list[str]:
    found = []
    if len(raw) > LARGEST:
        found.append(f"{len(raw)} bytes are too many")
    if b"\0" in raw:
        found.append("a NUL")
    if not raw.isascii():
        found.append("a byte above 127 though nothing says 8BITMIME")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        found.append("a line that does not end in CR LF")
    if not raw.endswith(b"\r\n"):
        found.append("the last line has no end")
    if (longest := max(map(len, raw.split(b"\r\n")))) > LONGEST_LINE:
        found.append(f"a line of {longest} characters")
    return found


def fields_of(head: bytes, found: list[str]) -> list[tuple[str, bytes]]:
    fields = []
    for line in re.split(rb"\r\n(?![ \t])", head):
        field = FIELD.fullmatch(line)
        if field is None:
            found.append(f"no header field: {line[:60]!r}")
            continue
        if re.search(rb"\r\n[ \t]*(?:\r\n|$)", field[2]):
            found.append(f"{field[1].decode()}: a folded line of nothing but blanks")
        fields.append((field[1].decode(), field[2]))
    return fields


def of_fields(fields: list[tuple[str, bytes]]) -> list[str]:
    names = [name.lower() for name, _ in fields]
    missing = [f"no {name}" for name in ONCE if names.count(name.lower()) != 1]
    double = [f"{name} twice" for name in AT_MOST_ONCE if names.count(name.lower()) > 1]
    return missing + double + [f"a {name}" for name in ("Bcc", "Cc") if name.lower() in names]


def of_values(fields: list[tuple[str, bytes]]) -> list[str]:
    found = []
    for name, value in fields:
        for charset, how, text in ENCODED.findall(value):
            word = len(charset) + len(text) + 7
            if word > LONGEST_WORD:
                found.append(f"{name}: an encoded word of {word} characters")
            if not decodes(charset, how, text):
                found.append(f"{name}: an encoded word that cannot be read: {text[:40]!r}")
        if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", value):
            found.append(f"{name}: a control character")
    by_name = {name.lower(): value for name, value in fields}
    found += [
        f"{name} is not one address: {by_name[name][:80]!r}"
        for name in ("from", "to", "reply-to")
        if name in by_name and len(ADDRESS.findall(plain(by_name[name]))) != 1
    ]
    if not DATE.fullmatch(by_name.get("date", b"")):
        found.append(f"Date: {by_name.get('date')!r}")
    else:
        parsedate_to_datetime(by_name["date"].decode())
    name = by_name.get("message-id", b"")
    if not re.fullmatch(rb"<[A-Za-z0-9][A-Za-z0-9_-]*@[A-Za-z0-9.-]+>", name):
        found.append(f"Message-ID: {name[:80]!r}")
    if by_name.get("auto-submitted") != b"auto-generated":
        found.append("nothing says that a machine sent it")
    return found


def plain(value: bytes) -> bytes:
    """An address header without its display name."""
    bracketed = re.search(rb"<([^<>]*)>\s*$", value)
    return bracketed[1] if bracketed else value


def decodes(charset: bytes, how: bytes, text: bytes) -> bool:
    try:
        if how in b"bB":
            base64.b64decode(text, validate=True).decode(charset.decode())
        else:
            quopri.decodestring(text, header=True).decode(charset.decode())
    except (binascii.Error, UnicodeDecodeError, LookupError):
        return False
    return True


def of_list(fields: list[tuple[str, bytes]]) -> list[str]:
    by_name = {name.lower(): value for name, value in fields}
    found = []
    stop, post = by_name.get("list-unsubscribe"), by_name.get("list-unsubscribe-post")
    if stop is not None:
        if b"\r\n" in stop or b"=?" in stop:
            found.append("List-Unsubscribe is folded or encoded, which breaks one-click stopping")
        if LINK.sub(b"", stop).replace(b",", b"").strip():
            found.append(f"List-Unsubscribe: {stop[:80]!r}")
    if post is not None:
        if post != b"List-Unsubscribe=One-Click":
            found.append(f"List-Unsubscribe-Post: {post[:80]!r}")
        if stop is None or (b"<https://" not in stop and b"<http://" not in stop):
            found.append("one click without a link to post to")
    if (name := by_name.get("list-id")) is not None and not re.fullmatch(
        rb"(?:[ -;=?-~]* )?<[A-Za-z0-9.-]+>", name
    ):
        found.append(f"List-Id: {name[:80]!r}")
    if (signature := by_name.get("dkim-signature")) is not None:
        found += of_signature(signature, by_name)
    return found


def of_signature(signature: bytes, by_name: dict[str, bytes]) -> list[str]:
    tags = dict(
        part.strip().split(b"=", 1) for part in signature.replace(b"\r\n", b"").split(b";") if part
    )
    signed = {name.strip().lower().decode() for name in tags.get(b"h", b"").split(b":")}
    wanted = {"from", "to", "subject", "date", "message-id", "list-unsubscribe",
              "list-unsubscribe-post"}  # fmt: skip
    return [f"{name} is not signed" for name in sorted((wanted & set(by_name)) - signed)]


def of_body(raw: bytes, body: bytes) -> list[str]:
    mail = message_from_bytes(raw)
    parts = [mail] if not mail.is_multipart() else list(mail.get_payload())
    found = [f"a defect: {defect!r}" for part in (mail, *parts) for defect in part.defects]
    kinds = [part.get_content_type() for part in parts]
    if kinds[0] != "text/plain":
        found.append(f"the first part is {kinds[0]}")
    if mail.is_multipart():
        boundary = mail.get_boundary()
        if boundary is None or len(boundary) > 70:
            found.append("no boundary, or a longer one than RFC 2046 allows")
        if "text/html" not in kinds:
            found.append(f"parts {kinds}")
    for part in parts:
        encoding = part.get("Content-Transfer-Encoding", "7bit")
        if encoding in {"quoted-printable", "base64"} and (
            max((len(line) for line in part.get_payload().splitlines()), default=0) > 76
        ):
            found.append(f"a line of {encoding} longer than 76")
        if part.get_content_maintype() == "text" and part.get_content_charset() is None:
            found.append("a text part that does not say its charset")
        if part.get_content_maintype() == "text":
            try:
                part.get_payload(decode=True).decode(part.get_content_charset("utf-8"))
            except (UnicodeDecodeError, LookupError) as problem:
                found.append(f"a part that cannot be read: {problem}")
    return found
