"""Lists on web pages by configuration alone: a page that changed is told, never taken for empty."""

import random
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregator.errors import AnswerError, Blocked, MissingStructure, Undecodable
from aggregator.model import Notice, Parsed, Request
from sources.answers import an_adapter, an_answer
from sources.goldens import FIXTURES, Golden

OPTIONS: dict[str, Any] = {
    "path": "/grants?page={page}",
    "pages": 3,
    "expect": "h1.grants",
    "empty_marker": "There are no open grants",
    "rows": "li.grant",
    "key": {"select": "a", "attr": "href", "regex": r"/grants/(\w+)"},
    "link": {"select": "a", "attr": "href"},
    "kind_of_notice": "grant",
    "buyer": "Northmoor Foundation",
    "fields": {
        "title": {"select": "a"},
        "description": {"select": ".text", "optional": True},
        "value": {"labelled": ["Amount", "Up to"], "optional": True},
        "place": {"labelled": "Area", "optional": True},
        "published": {"labelled": "Published", "optional": True},
        "deadline": {"labelled": "Closing date", "formats": ["%d.%m.%y"]},
    },
}


def grants(**changes: Any) -> Any:
    return an_adapter("html-list", base_url="https://portal.example", **{**OPTIONS, **changes})


def row(number: int = 1, closing: str = "18 December 2026, 12 noon", extra: str = "") -> str:
    return (
        f'<li class="grant"><a href="/grants/g{number}?from=list">Grant\n {number} &amp; more</a>'
        f"<dl><dt>Closing date:</dt><dd>{closing}</dd>{extra}</dl></li>"
    )


def page(*rows: str, more: str = "") -> str:
    return f'<html><h1 class="grants">Grants</h1><ul>{"".join(rows)}</ul>{more}</html>'


def read(body: str | bytes, number: int = 1, **changes: Any) -> Parsed:
    adapter = grants(**changes)
    request = Request(
        source_id="made-up", url=f"https://portal.example/grants?page={number}",
        reader="read_page", page=number,
    )  # fmt: skip
    answer: Parsed = adapter.read(an_answer(adapter, body, request=request))
    return answer


def only(parsed: Parsed) -> Notice:
    (notice,) = parsed.notices
    return notice


def test_a_row_becomes_a_notice() -> None:
    extra = (
        "<dt>Up to</dt><dd>£10,000</dd><dt>Area</dt><dd>Northmoor <b>and</b> Arden</dd>"
        '<dd class="text"><p>For groups.</p><p>Also new ones.</p></dd>'
        "<dt>Published</dt><dd>19/11/2026</dd>"
    )
    notice = only(read(page(row(extra=extra))))
    facts = notice.facts
    assert notice.notice_id == "g1"
    assert notice.url == "https://portal.example/grants/g1?from=list"
    assert facts.title == "Grant 1 & more"
    assert facts.description == "For groups.\n\nAlso new ones."
    assert [buyer.name for buyer in facts.buyers] == ["Northmoor Foundation"]
    assert facts.value is not None
    assert facts.value.amount == 10_000
    assert [place.name for place in facts.places] == ["Northmoor and Arden"]
    assert facts.deadline is not None
    assert facts.deadline.instant.isoformat() == "2026-12-18T12:00:00+00:00"
    assert notice.published is not None
    assert notice.flags == ()


@pytest.mark.parametrize(
    "labelled",
    [
        '<p data-label="closing DATE">18.12.26</p>',
        "<dl><dt>Closing date</dt><dd>18.12.26</dd></dl>",
        "<table><tr><th>Closing date:</th><td>18.12.26</td></tr></table>",
        "<p><strong>Closing date :</strong> <span>18.12.26</span></p>",
        "<div><div>Closing&nbsp;date</div><div>18.12.26</div></div>",
        "<p><b>Closing date</b><br>18.12.26</p>",
        "<p><b>Closing date</b><br>18.12.26<br><b>Amount</b><br>£5</p>",
        "<p><strong>Closing date:</strong> 18.12.26</p>",
        "<p><strong>Closing date: </strong>18.12.26 <strong>Amount: </strong>£5</p>",
        "<p><strong>Closing date</strong>: <!-- new -->18.12.26</p>",
        "<table><tr><td>Closing date</td><td>18.12.26</td></tr></table>",
        "<table><tr><td><p><b>Closing date</b></p></td><td><p>18.12.26</p></td></tr></table>",
        "<p>Closing date</p><p>18.12.26</p>",
        "<h4>Closing date</h4><p>18.12.26</p>",
        "<p>Amount: £5</p><p>Closing date: 18.12.26</p>",
        "<p>Amount: £5<br>Closing date: 18.12.26<br>Area: Northmoor</p>",
        "<p>Closing date – 18.12.26</p>",
        "<p>Closing date: <b>18.12</b>.26</p>",
        "<ul><li>Amount: £5</li><li>Closing date: 18.12.26</li></ul>",
        "<ul><li>Closing date</li><li>18.12.26</li></ul>",
        "<p>Closing date:</p><ul><li>18.12.26</li></ul>",
        "<div><div><p>Closing date</p></div><div>18.12.26</div></div>",
    ],
)
def test_a_label_may_be_marked_up_in_many_ways(labelled: str) -> None:
    body = page(f'<li class="grant"><a href="/grants/g1">Grant</a>{labelled}</li>')
    deadline = only(read(body)).facts.deadline
    assert deadline is not None
    assert deadline.text == "18.12.26"


@pytest.mark.parametrize(
    "labelled",
    [
        "<dl><dt>Closing date</dt><dt>Amount</dt><dd>£5</dd></dl>",
        "<p><b>Closing date</b><br><b>Amount:</b><br>£5</p>",
        "<p>The closing date: see the form</p>",
        "<p><!-- Closing date: 18.12.26 --></p>",
        "<p>Closing date</p>",
    ],
)
def test_a_label_without_a_value_takes_nobody_elses(labelled: str) -> None:
    body = page(f'<li class="grant"><a href="/grants/g1">Grant</a>{labelled}</li>', row(2))
    assert read(body).notices[0].facts.deadline is None


def test_a_label_that_is_nowhere_is_told_with_those_that_are() -> None:
    rows = "<p><b>Opens</b><br>1.11.26</p><p>Ends: 18.12.26</p><h4>Who <i>can</i> apply</h4>"
    body = page(f'<li class="grant"><a href="/grants/g1">Grant</a>{rows}</li>')
    with pytest.raises(MissingStructure) as caught:
        read(body)
    assert str(caught.value) == (
        "no row has the field deadline (labelled “Closing date”); "
        "labels in the rows: “Opens”, “Who can apply”, “Ends”"
    )


def test_no_more_than_eight_labels_are_told() -> None:
    many = "".join(f"<dt>Label {letter}</dt><dd>x</dd>" for letter in "abcdefghijkl")
    body = page(f'<li class="grant"><a href="/grants/g1">Grant</a><dl>{many}</dl></li>')
    with pytest.raises(MissingStructure) as caught:
        read(body)
    assert str(caught.value).count("“Label") == 8


def test_a_link_beside_a_label_may_stand_among_words() -> None:
    link = {"labelled": "More", "attr": "href"}
    body = page(row(extra='<dt>More</dt><dd>see <a href="/grants/g1">the form</a>.</dd>'))
    assert only(read(body, link=link)).url == "https://portal.example/grants/g1"


@pytest.mark.parametrize(
    "piece", ["<b>Closing date</b>", "<p>", "<div><b>", "Closing date: ", "x:"]
)
def test_a_hostile_row_takes_no_long_time(piece: str) -> None:
    body = page(f'<li class="grant"><a href="/grants/g1">Grant</a>{piece * 1_000}</li>', row(2))
    started = time.process_time()
    read(body)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("closing", "read_as"),
    [
        ("31 March 2027 (or when funds run out)", "2027-03-31T22:59:59+00:00"),
        ("Noon on Friday 18th December", None),
        ("Ongoing", None),
    ],
)
def test_a_deadline_that_is_not_just_a_date_is_shown_as_published(
    closing: str, read_as: str | None
) -> None:
    first, _ = read(page(row(1, closing), row(2))).notices
    deadline = first.facts.deadline
    assert (deadline.instant.isoformat() if deadline else None) == read_as
    assert first.flags == (f"deadline as published: “{closing}”",)


def test_a_long_text_in_place_of_a_date_is_shown_in_part() -> None:
    (flag,) = read(page(row(1, "Ask us. " * 90), row(2))).notices[0].flags
    assert flag.endswith("…”")
    assert len(flag) < 140


def test_a_list_where_every_grant_is_ongoing_has_not_changed() -> None:
    parsed = read(page(row(1, "Ongoing"), row(2, "Rolling programme")))
    assert [notice.facts.deadline for notice in parsed.notices] == [None, None]


def test_dates_that_cannot_be_read_are_told_with_the_reason() -> None:
    with pytest.raises(MissingStructure, match="no deadline can be read: 'Friday 18th December'"):
        read(page(row(1, "Friday 18th December"), row(2, "Friday 8th January")))


def test_pages_follow_while_there_are_rows() -> None:
    (second,) = read(page(row())).requests
    assert (second.url, second.page) == ("https://portal.example/grants?page=2", 2)
    assert read(page(row()), number=3).requests == ()
    assert read(page(), number=2) == Parsed()


def test_a_truly_empty_list_says_so() -> None:
    assert read(page(more="There are no open grants")) == Parsed()
    assert read("<html>There are no open grants</html>") == Parsed()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (page(), MissingStructure),
        (page(row()).replace("h1", "h2"), MissingStructure),
        (page(row()).replace("Closing date", "Ends"), MissingStructure),
        (page(row(1, "soon"), row(2, "later")), MissingStructure),
        (page(row()).replace("</html>", ""), Undecodable),
        ("", Undecodable),
        ("<html><title>Just a moment...</title></html>", Blocked),
        ("<html>Please complete the CAPTCHA</html>", Blocked),
        ("Too many requests", Blocked),
        (re.sub(r"/grants/g\d", "/x", page(row(1), row(2))), MissingStructure),
    ],
)
def test_a_page_that_changed_is_an_error(body: str, error: type[AnswerError]) -> None:
    with pytest.raises(error):
        read(body)


def test_a_later_page_without_the_marker_is_an_error_too() -> None:
    with pytest.raises(MissingStructure):
        read("<html>Something else</html>", number=2)


def test_a_notice_may_speak_of_captchas() -> None:
    body = page(row().replace("more", "access denied: a captcha study"))
    assert only(read(body)).facts.title == "Grant 1 & access denied: a captcha study"


def test_one_bad_row_stays_alone() -> None:
    parsed = read(page(row(1), row(2).replace("/grants/g2", "/nowhere"), row(3)))
    assert [notice.notice_id for notice in parsed.notices] == ["g1", "g3"]
    (rejection,) = parsed.rejections
    assert (rejection.field, rejection.reason) == ("key", "is missing")
    assert b"/nowhere" in rejection.content


def test_a_missing_deadline_is_no_reason_to_leave_a_row_out() -> None:
    parsed = read(page(row(1, ""), row(2, "TBC"), row(3)))
    assert [notice.facts.deadline is None for notice in parsed.notices] == [True, True, False]
    assert parsed.notices[0].flags == ()
    assert parsed.notices[1].flags == ("deadline as published: “TBC”",)


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/grants/g1", "//elsewhere.example/grants/g1",
     "javascript:location='/grants/g1'"],
)  # fmt: skip
def test_a_link_to_another_host_is_left_out(address: str) -> None:
    notice = only(read(page(row()).replace("/grants/g1?from=list", address)))
    assert notice.url is None
    assert "left out" in notice.flags[0]


def test_a_link_can_be_built_from_the_key() -> None:
    assert only(read(page(row()), link="/g/{key}")).url == "https://portal.example/g/g1"
    assert only(read(page(row()), link=None)).url == "https://portal.example/grants?page=1"


def test_a_new_deadline_is_a_new_version_and_a_new_link_is_none() -> None:
    first, moved = only(read(page(row()))), only(read(page(row(closing="19.12.26"))))
    relinked = only(read(page(row().replace("from=list", "from=mail"))))
    assert first.version == relinked.version != moved.version


CAFE = page(row()).replace("more", "Café £5")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (CAFE.encode("cp1252"), "text/html; charset=windows-1252"),
        (CAFE.encode(), "text/html; charset=utf-8"),
        (CAFE.replace("<ul>", '<meta charset="utf-8"><ul>').encode(), ""),
        (CAFE.encode(), "text/html; charset=nonsense"),
    ],
)
def test_the_encoding_is_that_of_the_header_or_of_the_page(body: bytes, content_type: str) -> None:
    adapter = grants()
    parsed = adapter.read(an_answer(adapter, body, headers={"content-type": content_type}))
    assert only(parsed).facts.title == "Grant 1 & Café £5"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": "li[class="}, "is no CSS selector"),
        ({"expect": ""}, "at least 1 character"),
        ({"key": {"select": "a", "regex": "("}}, "is no regular expression"),
        ({"key": {"attr": "href"}}, "needs either select or labelled"),
        ({"key": {"select": "a", "labelled": "x"}}, "needs either select or labelled"),
        ({"fields": {"deadline": {"select": "a"}}}, "fields must say where the title stands"),
        ({"fields": {"title": {"select": "a"}, "colour": {"select": "b"}}}, "Input should be"),
        ({"fields": {"title": {"selct": "a"}}}, "Extra inputs are not permitted"),
        ({"path": "/grants"}, "path must hold {page}"),
        ({"pages": 0}, "greater than or equal to 1"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_wrong_options_are_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        grants(**changes)
    assert words in str(caught.value)


def test_a_page_that_calls_itself_xml_is_read() -> None:
    assert only(read('<?xml version="1.0"?>' + page(row()))).notice_id == "g1"


def test_a_page_that_names_no_encoding_is_undecodable() -> None:
    with pytest.raises(Undecodable):
        read(page(row()).replace("<ul>", '<meta charset="ut\x00-8"><ul>'))


ATAMIS = Golden(FIXTURES / "atamis-health-family" / "ordinary")
MARKUP = re.findall(r'(?:class|data-label)="([^"]+)"', ATAMIS.payload().body.decode())


@pytest.mark.parametrize("name", sorted({part for value in MARKUP for part in value.split()}))
def test_a_renamed_class_or_label_never_makes_notices_disappear_in_silence(name: str) -> None:
    payload = ATAMIS.payload()
    body = payload.body.replace(f'"{name}'.encode(), f'"x-{name}'.encode())
    body = body.replace(f' {name}"'.encode(), f' x-{name}"'.encode())
    adapter = ATAMIS.adapter
    whole = adapter.read(payload)
    try:
        parsed = adapter.read(an_answer(adapter, body, request=payload.request))
    except AnswerError:
        return
    assert parsed == whole


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_no_damage_to_a_page_is_a_surprise(seed: int) -> None:
    rng, payload = random.Random(seed), ATAMIS.payload()
    body = bytearray(payload.body)
    for _ in range(rng.randrange(1, 30)):
        body[rng.randrange(len(body))] = rng.randrange(256)
    adapter = ATAMIS.adapter
    try:
        parsed = adapter.read(an_answer(adapter, bytes(body), request=payload.request))
    except AnswerError:
        return
    assert not any("unexpected" in rejection.reason for rejection in parsed.rejections)
