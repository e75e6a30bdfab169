"""Windows of time: every moment is asked for, whatever the clocks in the UK do."""

import json
import re
from collections import deque
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import AnswerError
from aggregator.model import Request, Window
from aggregator.sources.find_a_tender import FindATender
from aggregator.testing import utc
from sources.answers import an_adapter, an_answer

LONDON = ZoneInfo("Europe/London")
PORTAL = an_adapter("find-a-tender")


def asked(request: Request) -> tuple[str, str]:
    query = parse_qs(urlsplit(request.url).query)
    return query["updatedFrom"][0], query["updatedTo"][0]


def readings(text: str) -> tuple[datetime, ...]:
    """The moments that a portal may take a UK clock time for."""
    wall = datetime.fromisoformat(text)
    return tuple(wall.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))


def request_for(start: datetime, end: datetime) -> Request:
    (request,) = PORTAL.requests(Window(start=start, end=end))
    return request


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ((11, 20, 10), (11, 20, 12), "11-20T10:00:00", "11-20T12:00:00"),
        ((7, 1, 10), (7, 1, 12), "07-01T11:00:00", "07-01T13:00:00"),
        ((3, 29, 0), (3, 29, 2), "03-29T00:00:00", "03-29T03:00:00"),
        # 01:00 to 01:59 comes twice on 25 October: one hour more is asked on either side
        ((10, 25, 0), (10, 25, 1), "10-25T00:00:00", "10-25T02:00:00"),
        ((10, 25, 0, 30), (10, 25, 0, 40), "10-25T00:30:00", "10-25T01:40:00"),
        ((10, 25, 1, 30), (10, 25, 3), "10-25T01:30:00", "10-25T03:00:00"),
    ],
)
def test_a_window_is_asked_in_uk_time_without_offset(
    start: tuple[int, ...], end: tuple[int, ...], first: str, last: str
) -> None:
    assert asked(request_for(utc(2026, *start), utc(2026, *end))) == (
        f"2026-{first}",
        f"2026-{last}",
    )


moments = st.integers(0, 2 * 365 * 86_400_000).map(
    lambda milliseconds: utc(2026, 1, 1) + timedelta(milliseconds=milliseconds)
)
near_clock_changes = st.sampled_from(
    [utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), utc(2027, 3, 28, 1), utc(2027, 10, 31, 1)]
).flatmap(
    lambda change: st.timedeltas(timedelta(hours=-4), timedelta(hours=4)).map(
        lambda span: change + span
    )
)


@given(moments | near_clock_changes, st.timedeltas(timedelta(microseconds=1), timedelta(days=40)))
def test_what_is_asked_holds_the_window_however_the_portal_reads_it(
    start: datetime, span: timedelta
) -> None:
    texts = asked(request_for(start, start + span))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text) for text in texts)
    assert max(readings(texts[0])) <= start
    assert min(readings(texts[1])) >= start + span - timedelta(microseconds=1)
    first, last = (datetime.fromisoformat(text) for text in texts)
    assert last - first >= timedelta(seconds=2), "a shorter window is refused"


def package(count: int, *, more: bool = False) -> bytes:
    releases = [
        {
            "ocid": f"ocds-h6vhtk-{number:06x}",
            "id": f"{number:06}-2026",
            "date": "2026-11-20T10:00:00Z",
            "tag": ["tender"],
            "buyer": {"name": "Northmoor Council"},
            "tender": {"title": f"Notice {number}"},
        }
        for number in range(count)
    ]
    links = {"links": {"next": "https://portal.example/?cursor=abc"}} if more else {}
    return json.dumps({"releases": releases, **links}).encode()


@pytest.mark.parametrize(
    ("count", "more", "further"), [(99, False, 0), (100, False, 2), (10, True, 2), (0, False, 0)]
)
def test_a_full_page_is_halved_and_still_gives_its_notices(
    count: int, more: bool, further: int
) -> None:
    parsed = PORTAL.read(an_answer(PORTAL, package(count, more=more)))
    assert len(parsed.notices) == count
    assert len(parsed.requests) == further
    assert not any("cursor" in request.url for request in parsed.requests)


@given(moments, st.timedeltas(timedelta(seconds=2, microseconds=1), timedelta(days=30)))
def test_two_halves_make_the_whole(start: datetime, span: timedelta) -> None:
    window = Window(start=start, end=start + span)
    parsed = PORTAL.read(an_answer(PORTAL, package(1, more=True), window=window))
    first, second = (request.window for request in parsed.requests)
    assert first is not None
    assert second is not None
    assert (first.start, second.end) == (window.start, window.end)
    assert window.start < first.end == second.start < window.end


@pytest.mark.parametrize("span", [timedelta(seconds=2), timedelta(seconds=1), timedelta()])
def test_a_full_window_that_cannot_be_halved_is_an_error(span: timedelta) -> None:
    window = Window(start=utc(2026, 11, 20, 10), end=utc(2026, 11, 20, 10) + span)
    with pytest.raises(AnswerError, match="there are more"):
        PORTAL.read(an_answer(PORTAL, package(100), window=window))


@pytest.mark.parametrize(("hours", "further"), [(2, 0), (24, 0), (25, 2), (24 * 30, 2)])
def test_silence_of_more_than_a_day_is_asked_again_in_halves(hours: int, further: int) -> None:
    window = Window(start=utc(2026, 10, 1), end=utc(2026, 10, 1) + timedelta(hours=hours))
    parsed = PORTAL.read(an_answer(PORTAL, package(0), window=window))
    assert len(parsed.requests) == further


def test_an_answer_without_a_window_leads_nowhere() -> None:
    request = Request(source_id="made-up", url="https://portal.example/x", reader="read_package")
    parsed = PORTAL.read(an_answer(PORTAL, package(100), request=request))
    assert len(parsed.notices) == 100
    assert parsed.requests == ()


@settings(deadline=None, max_examples=10)
@given(st.sets(st.integers(0, 86_399 // 5), max_size=60), st.integers(2, 12))
def test_halving_finds_every_notice_that_a_portal_has(places: set[int], limit: int) -> None:
    """A made-up portal shows at most `limit` notices of a window and says when there are more."""
    midnight = utc(2026, 10, 25)
    published = {midnight + timedelta(seconds=5 * place) for place in places}

    def serve(request: Request) -> bytes:
        first, last = (readings(text) for text in asked(request))
        found = [moment for moment in published if first[0] <= moment <= last[1]]
        body = json.loads(package(min(len(found), limit), more=len(found) > limit))
        for release, moment in zip(body["releases"], found, strict=False):
            release["id"] = moment.isoformat()
        return json.dumps(body).encode()

    waiting = deque(PORTAL.requests(Window(start=midnight, end=midnight + timedelta(days=1))))
    seen: set[str] = set()
    try:
        while waiting:
            request = waiting.popleft()
            parsed = PORTAL.read(an_answer(PORTAL, serve(request), request=request))
            seen |= {notice.notice_id for notice in parsed.notices}
            waiting.extend(parsed.requests)
    except AnswerError:
        at_night = [m for m in published if m < midnight + timedelta(hours=3)]
        assert len(at_night) > limit, "only the doubled hour may be too full to be cut"
        return
    assert seen == {moment.isoformat() for moment in published}


def test_find_a_tender_is_never_asked_for_stages_or_with_a_cursor() -> None:
    assert isinstance(PORTAL, FindATender)
    url = request_for(utc(2026, 11, 20, 10), utc(2026, 11, 20, 12)).url
    assert url == (
        "https://portal.example/api/1.0/ocdsReleasePackages"
        "?limit=100&updatedFrom=2026-11-20T10:00:00&updatedTo=2026-11-20T12:00:00"
    )


def test_contracts_finder_is_asked_for_every_stage() -> None:
    (request,) = an_adapter("contracts-finder").requests(
        Window(start=utc(2026, 7, 1, 10), end=utc(2026, 7, 1, 12))
    )
    assert request.url == (
        "https://portal.example/Published/Notices/OCDS/Search"
        "?limit=100&publishedFrom=2026-07-01T11:00:00&publishedTo=2026-07-01T13:00:00"
    )
