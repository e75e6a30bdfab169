"""The raw bytes of every mail."""

import email
import email.policy
import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.deliver.email import Sender, to_bytes
from aggregator.errors import PermanentFailure
from deliver.messages import SENDER, a_mail, a_mail_to

CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def parsed(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def lines(part: EmailMessage) -> list[str]:
    return part.get_content().splitlines()


def head(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]


def test_the_headers_say_who_to_whom_and_that_a_machine_wrote_it() -> None:
    mail = parsed(to_bytes(a_mail(), SENDER))
    assert mail["From"] == "Vale of Arden CVS <alerts@vale-cvs.example.org>"
    assert mail["Reply-To"] == "help@vale-cvs.example.org"
    assert mail["To"] == "director@example.org"
    assert mail["Subject"] == "1 new: Crisis café for adults"
    assert mail["Message-ID"] == "<msg-k3v9a2@vale-cvs.example.org>"
    assert mail["Date"] == "Mon, 23 Nov 2026 08:00:00 +0000"
    assert mail["List-Id"] == "<fair-notice.vale-cvs.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["MIME-Version"] == "1.0"
    assert len(mail.keys()) == len(set(mail.keys()))


def test_answers_go_to_the_sender_when_nothing_else_is_said() -> None:
    mail = parsed(to_bytes(a_mail(), Sender(address="alerts@example.org", name="CVS")))
    assert mail["Reply-To"] == "alerts@example.org"


def test_plain_text_comes_first_and_both_parts_arrive_unchanged() -> None:
    message = a_mail()
    mail = parsed(to_bytes(message, SENDER))
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert html.get_content_type() == "text/html"
    assert lines(text) == (message.text or "").splitlines()
    assert lines(html) == [message.html]
    assert {part.get_content_charset() for part in (text, html)} == {"utf-8"}
    assert {part["Content-Transfer-Encoding"] for part in (text, html)} == {"quoted-printable"}


def test_every_try_gives_the_same_bytes() -> None:
    assert to_bytes(a_mail(), SENDER) == to_bytes(a_mail(), SENDER)


def test_the_mail_is_ascii_with_short_lines_that_end_in_cr_lf() -> None:
    raw = to_bytes(a_mail(text="é" * 5000, html="<p>" + "Wort “—” " * 900), SENDER)
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_text_in_another_script_travels_as_base64_and_arrives() -> None:
    message = a_mail(text="مقهى الأزمات للبالغين\n")
    text = next(iter(parsed(to_bytes(message, SENDER)).iter_parts()))
    assert text["Content-Transfer-Encoding"] == "base64"
    assert lines(text) == (message.text or "").splitlines()


def test_a_long_stop_link_stays_whole_on_one_line() -> None:
    link = f"<https://alerts.example.org/stop/{'x' * 400}>"
    headers = {"List-Unsubscribe": link, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    raw = to_bytes(a_mail(headers=headers), SENDER)
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


@pytest.mark.parametrize("name", ["Bcc", "To", "From", "Subject", "X-Evil", "List-Id", "a\r\nBcc"])
def test_a_message_may_only_add_the_headers_of_a_mailing_list(name: str) -> None:
    with pytest.raises(PermanentFailure):
        to_bytes(a_mail(headers={name: "eve@example.org"}), SENDER)


@pytest.mark.parametrize("value", ["<x>\r\nBcc: e@example.org", "caf\xe9", "=?utf-8?q?x?=", "a\0b"])
def test_a_list_header_holds_nothing_but_plain_signs(value: str) -> None:
    with pytest.raises(PermanentFailure):
        to_bytes(a_mail(headers={"List-Unsubscribe": value}), SENDER)


@pytest.mark.parametrize(
    "odd", ["\r\n", "\n", "\r", "\0", "\u2028", "\u2029", "\x85", "\x1b", "\ud800"]
)
def test_a_subject_with_line_breaks_or_controls_is_refused(odd: str) -> None:
    with pytest.raises(PermanentFailure, match="subject"):
        to_bytes(a_mail(subject=f"1 new{odd}Bcc: eve@example.org"), SENDER)


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written() -> None:
    subject = "=?utf-8?q?x=0D=0ABcc:_eve=40example.org?= and more"
    raw = to_bytes(a_mail(subject=subject), SENDER)
    assert parsed(raw)["Subject"] == subject
    assert b"\r\nBcc" not in raw


@pytest.mark.parametrize(
    "target",
    ["a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "a\0@x.org", ""],
)
def test_a_mail_goes_to_exactly_one_address_or_nowhere(target: str) -> None:
    with pytest.raises(PermanentFailure, match="address"):
        to_bytes(a_mail_to(target), SENDER)


@pytest.mark.parametrize("missing", ["subject", "text", "html"])
def test_a_mail_without_all_its_parts_is_not_sent(missing: str) -> None:
    with pytest.raises(PermanentFailure):
        to_bytes(a_mail(**{missing: None}), SENDER)


@pytest.mark.parametrize("odd", ["../../etc/passwd", "", "a b", ".hidden", "x" * 121, "a\n", "ü"])
def test_an_odd_message_id_is_refused(odd: str) -> None:
    with pytest.raises(PermanentFailure):
        to_bytes(a_mail(id=odd), SENDER)


def test_a_wrong_sender_is_refused_when_the_settings_are_read() -> None:
    with pytest.raises(PermanentFailure, match="address"):
        Sender(address="alerts@example.org, x@example.org", name="CVS")
    with pytest.raises(PermanentFailure, match="address"):
        Sender(address="alerts@example.org", name="CVS", reply_to="nobody")
    with pytest.raises(PermanentFailure, match="name"):
        Sender(address="alerts@example.org", name="CVS\r\nBcc: eve@example.org")


printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300)


@given(printable)
def test_any_printable_subject_arrives_and_adds_no_header(subject: str) -> None:
    raw = to_bytes(a_mail(subject=f"1 new: {subject}"), SENDER)
    usual = parsed(to_bytes(a_mail(), SENDER))
    mail = parsed(raw)
    assert mail.keys() == usual.keys()
    assert mail["To"] == "director@example.org"
    assert " ".join(mail["Subject"].split()) == " ".join(f"1 new: {subject}".split())
    for word in re.findall(rb"=\?[^\s]+\?=", head(raw)):
        assert len(word) <= 75


@given(st.text(max_size=200))
def test_no_subject_at_all_breaks_the_mail_in_any_other_way_than_a_refusal(subject: str) -> None:
    try:
        raw = to_bytes(a_mail(subject=subject), SENDER)
    except PermanentFailure:
        assert not subject or CONTROLS.search(subject)
        return
    assert len(parsed(raw).keys()) == 10


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=80))
def test_any_printable_name_of_a_host_leaves_the_address_as_it_is(name: str) -> None:
    raw = to_bytes(a_mail(), Sender(address="alerts@example.org", name=name))
    addresses = parsed(raw)["From"].addresses
    assert [one.addr_spec for one in addresses] == ["alerts@example.org"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=2000))
def test_any_text_arrives_in_the_body_and_stays_in_it(text: str) -> None:
    raw = to_bytes(a_mail(text=text, html=text), SENDER)
    mail = parsed(raw)
    assert len(list(mail.iter_parts())) == 2
    assert len(mail.keys()) == 10
