"""A notice's words are data, whatever they say."""

import json
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.deliver import Sender
from aggregator.deliver.email import to_bytes
from aggregator.digest import compose, render
from aggregator.digest.clean import UNSEEN, link, one_line
from aggregator.model import Contact, DigestItem, DigestKind, Lot, Message
from aggregator.testing import a_buyer, a_judgement
from alerts.reading import raw, soup, words_of_html, words_of_text
from alerts.samples import HOOK, HOST, NOW, a_full_day, a_run, an_item, changed

ATTACKS = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "<a href='https://evil.example'>Official notice</a>",
    '"><iframe src=//evil.example>',
    "{{ 7 * 7 }}{% for x in y %}",
    "<!-- --> <![CDATA[ x ]]> &lt;b&gt; &#x202e;",
    "Crisis café\r\nBcc: eve@example.org\r\n\r\nhello",
    "Crisis\nsubject: other\n\n* A forged item\n  Closes never",
    "=?utf-8?q?=0D=0ABcc:_eve=40example.org?=",
    "abc\u202egnp.exe\u202c \u2066hidden\u2069 \u200f\u200e",
    "zero\u200bwidth\ufeff and \u00adsoft",
    "nul\x00 bell\x07 escape\x1b[31m delete\x7f",
    "line\u2028para\u2029next\x85end",
    "lone \ud800 surrogate",
    "e" + "\u0301" * 500,
    "\U000e0041\U000e0042 tags \ue000 private \uffff",
    ".\n..\n.\r\nQUIT",
]
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td"),
    *("h1", "h2", "h3", "p", "ul", "li", "a", "strong", "span", "br"),
}


def hostile(words: str, number: int = 1) -> DigestItem:
    return an_item(
        number,
        title=words,
        description=words,
        additional_text=words,
        buyers=(a_buyer(words),),
        lots=(Lot(id=words, title=words), Lot(id="2", title=words)),
        contact=Contact(name=words, email=words, telephone=words, url=words),
        how_to_take_part=words,
        extension=words,
        reserved=(words,),
        reserved_area=words,
        reason_ended=words,
        flags=(words,),
        url=words,
        portal_url=words,
        notice_id=words,
        source_id=words or "source",
        judgement=a_judgement(lots=(words,)),
        events=(changed(number, "value", words, words + "!"), changed(number, words, words, None)),
        known=True,
        why=(words,),
    )


def mail(*items: DigestItem) -> Message:
    digest = compose(a_run(), DigestKind.UPDATE, items, now=NOW)
    assert digest is not None
    return render(digest, HOST)


def is_harmless(message: Message) -> None:
    page = soup(message)
    assert {tag.name for tag in page.find_all(True)} <= ALLOWED
    attributes = {name for tag in page.find_all(True) for name in tag.attrs}
    assert not any(name.startswith("on") for name in attributes)
    assert "src" not in attributes
    for tag in page.select("[href]"):
        assert re.match(r"https?://|mailto:alerts@vale-cvs|#fn-", str(tag["href"]))
    assert words_of_text(message) == words_of_html(message)
    for part in (message.subject or "", message.text or "", message.html or ""):
        assert not UNSEEN.search(part)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", part)
    assert "\n" not in (message.subject or "")
    assert (
        len(to_bytes(message, Sender(address="a@example.org", name="CVS")).split(b"\r\nSubject"))
        == 2
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_words_of_a_notice_become_markup_headers_or_lines_of_their_own(attack: str) -> None:
    message = mail(hostile(attack))
    is_harmless(message)
    assert (message.text or "").count("\n* ") == 1
    assert b"\r\nBcc" not in raw(message).partition(b"\r\n\r\n")[0]


def test_markup_in_a_title_is_shown_as_it_was_written() -> None:
    message = mail(an_item(title="<script>alert('x')</script> & Co"))
    assert "<script>alert('x')</script> & Co" in soup(message).text
    assert "<script>alert('x')</script> & Co" in (message.text or "")
    assert soup(message).title.text == message.subject


def test_a_title_of_a_million_letters_is_cut_at_a_word() -> None:
    message = mail(hostile("Crisis café " * 90_000))
    is_harmless(message)
    assert len(message.subject or "") < 120
    assert len(raw(message)) < 40_000


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_whatever_a_notice_says_the_mail_stays_a_mail(words: str) -> None:
    is_harmless(mail(hostile(words), an_item(2, title="The next one is untouched")))


@given(st.text(max_size=400))
@settings(max_examples=40, deadline=None)
def test_whatever_a_notice_says_the_webhook_stays_valid_json(words: str) -> None:
    digest = compose(a_run(HOOK), DigestKind.UPDATE, [hostile(words)], now=NOW)
    assert digest is not None
    body = render(digest, HOST).json_body or ""
    body.encode()
    assert json.loads(body)["data"]["sections"]


def test_a_hostile_host_name_does_no_harm_either() -> None:
    digest = compose(a_run(), DigestKind.UPDATE, a_full_day(), now=NOW)
    assert digest is not None
    for words in ATTACKS:
        host = type(HOST)(name=words, contact=words)
        message = render(digest, host)
        assert {tag.name for tag in soup(message).find_all(True)} <= ALLOWED
        assert message.headers is None


# ------------------------------------------------------------------------------- web addresses


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "/relative",
        "https://gov.uk@evil.example/",
        "https://user:pw@evil.example/",
        "https://evil.example\\@gov.uk/",
        "https://exa mple.org/",
        'https://example.org/"onmouseover="x',
        "https://example.org/\u202egnp",
        "https://example.org/\nx",
        "https://",
        "https://[::1",
        "ftp://example.org/",
        "https://exämple.org/",
        "https://example.org/" + "x" * 1000,
        "",
        None,
    ],
)
def test_an_address_that_could_mislead_is_no_link(url: str | None) -> None:
    assert link(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.find-tender.service.gov.uk/Notice/000001-2026",
        "http://example.org/a?b=c&d=e#f",
        "https://example.org/%20x/(1)",
        "https://example.org:8443/",
    ],
)
def test_an_ordinary_address_is_shown_as_it_is(url: str) -> None:
    assert link(url) == url


def test_an_address_in_another_script_is_shown_in_ascii() -> None:
    assert link("https://example.org/môn") == "https://example.org/m%C3%B4n"


# ------------------------------------------------------------------------------- one line


@given(st.text(max_size=300), st.integers(10, 100))
def test_a_text_is_cut_to_its_room_and_stays_on_one_line(text: str, longest: int) -> None:
    shown = one_line(text, longest)
    if shown is None:
        return
    assert 0 < len(shown) <= longest
    assert shown == shown.strip()
    assert shown.isprintable() or not re.search("[\x00-\x1f\u2028\u2029]", shown)
    assert one_line(shown, longest) == shown


@given(st.text(st.characters(categories=["L", "Nd"]), max_size=100))
def test_plain_words_pass_unchanged(text: str) -> None:
    assert (one_line(text, 100) or "") == text


def test_a_cut_falls_between_words_and_never_parts_a_letter_from_its_marks() -> None:
    assert one_line("Evening crisis cafés for adults", 16) == "Evening crisis…"
    assert one_line("Evening, crisis", 10) == "Evening…"
    assert one_line("e\u0301" * 10, 8) == "e\u0301" * 3 + "…"


def test_every_link_text_stands_for_one_address_only() -> None:
    page = soup(mail(*a_full_day()))
    targets = {(a.text, str(a["href"])) for a in page.select("a")}
    assert max(Counter(text for text, _ in targets).values()) == 1
    for text, target in targets:
        assert text == target or target.startswith(("mailto:", "#fn-"))
