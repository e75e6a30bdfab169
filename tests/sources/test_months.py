"""Public Contracts Scotland and Sell2Wales: months, types, wild answers, and a withdrawn notice."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregator.errors import AnswerError, CutShort, PortalBroken, Refused, Throttled
from aggregator.model import Window
from aggregator.parsing.dates import to_uk
from aggregator.sources.proactis import by_month
from aggregator.testing import utc
from sources.answers import an_adapter, an_answer

KINDS = ("public-contracts-scotland", "sell2wales", "contracts-finder-withdrawn")
moments = st.integers(0, 4 * 365 * 86_400).map(lambda n: utc(2025, 1, 1) + timedelta(seconds=n))


@given(moments, st.timedeltas(timedelta(seconds=1), timedelta(days=800)))
def test_months_are_the_whole_window_cut_at_uk_midnights(start: datetime, span: timedelta) -> None:
    parts = list(by_month(Window(start=start, end=start + span)))
    assert (parts[0].start, parts[-1].end) == (start, start + span)
    for one, other in pairwise(parts):
        assert one.end == other.start
        assert to_uk(other.start).strftime("%d %H:%M:%S") == "01 00:00:00"
    months = [f"{to_uk(part.start):%Y-%m}" for part in parts]
    assert months == sorted(set(months))


def test_the_language_is_asked_for_in_wales_only() -> None:
    """With locale=0 the API answers 200 and nothing."""
    window = Window(start=utc(2026, 11, 3), end=utc(2026, 11, 20))
    for kind, ending in (("public-contracts-scotland", "&outputType=0"), ("sell2wales", "=2057")):
        adapter = an_adapter(kind)
        urls = [request.url for request in adapter.requests(window)]
        assert urls[0].startswith(
            "https://portal.example/v1/Notices?dateFrom=11-2026&noticeType=2&"
        )
        assert all(url.endswith(ending) for url in urls)
        assert len(urls) == len(set(urls)) == 11


@pytest.mark.parametrize("types", [[], [0], ["two"], "all", [2.5], [1000], list(range(1, 99))])
def test_types_that_are_none_are_refused(types: object) -> None:
    with pytest.raises(ValidationError):
        an_adapter("sell2wales", notice_types=types)


def test_a_type_named_twice_is_asked_once() -> None:
    adapter = an_adapter("sell2wales", notice_types=[2, 21, 2])
    window = Window(start=utc(2026, 11, 3), end=utc(2026, 11, 20))
    assert len(list(adapter.requests(window))) == 2
    assert an_adapter("sell2wales", notice_types=2).options.notice_types == (2,)  # type: ignore[attr-defined]


def test_faults_say_what_was_asked_and_keep_what_they_know() -> None:
    wales = an_adapter("sell2wales", notice_types=[51, 998])
    window = Window(start=utc(2026, 11, 3), end=utc(2026, 11, 20))
    first, second = wales.requests(window)
    broken = wales.explained(first, Refused("the portal answered 500.", status=500))
    assert isinstance(broken, PortalBroken)
    assert str(broken) == (
        "notice type 51 (website invitation to tender) of 11-2026: the portal answered 500. "
        "This is the outage of the Sell2Wales API known since May 2026: its own program fails. "
        "Until it is mended, the web search is the only way (entry sell2wales-pages)."
    )
    refused = wales.explained(second, Refused("the portal answered 404.", status=404))
    assert isinstance(refused, Refused)
    assert refused.status == 404
    assert str(refused).startswith(
        "notice type 998 (which this program has no name for) of 11-2026"
    )
    throttled = Throttled("too many calls", status=429, wait=60.0)
    assert wales.explained(second, throttled) is throttled
    assert str(throttled) == "too many calls", "that is so for every type"
    (again,) = wales.reread("ocds-kuma6s-148372")
    assert str(wales.explained(again, CutShort("cut"))) == "notice ocds-kuma6s-148372: cut"


NAMES = (
    "releases uri version noticeList hitCount item id ocid tender title noticeStatus publishedDate"
    " buyer date documents cpvCodes"
)
wild = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=5)
    ),
    max_leaves=25,
)


@given(st.sampled_from(KINDS), wild | st.fixed_dictionaries({
    "hitCount": st.integers(0, 5000) | wild, "noticeList": st.lists(wild, max_size=4) | wild,
    "releases": st.lists(wild, max_size=4) | wild, "uri": wild,
}))  # fmt: skip
def test_no_answer_however_wild_is_more_than_an_answer_error(kind: str, content: object) -> None:
    adapter = an_adapter(kind)
    try:
        parsed = adapter.read(an_answer(adapter, json.dumps(content)))
    except AnswerError:
        return
    assert not any(one.reason.startswith("unexpected") for one in parsed.rejections)


@given(st.sampled_from(KINDS), st.binary(max_size=60))
def test_no_bytes_are_more_than_an_answer_error(kind: str, body: bytes) -> None:
    adapter = an_adapter(kind)
    with pytest.raises(AnswerError):
        adapter.read(an_answer(adapter, b'{"releases": [' + body + b"\xff"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_before_the_text_does_no_harm(kind: str) -> None:
    adapter = an_adapter(kind)
    body = b'\xef\xbb\xbf{"version":"1.1","hitCount":0,"noticeList":[]}'
    assert adapter.read(an_answer(adapter, body)).notices == ()


def test_a_search_that_does_not_keep_to_its_dates_is_not_halved_for_ever() -> None:
    adapter = an_adapter("contracts-finder-withdrawn")
    rows = [{"score": 1, "item": {"id": "a", "publishedDate": "2019-01-07T15:29:24Z"}}]
    with pytest.raises(AnswerError, match="does not keep to the dates"):
        adapter.read(an_answer(adapter, json.dumps({"hitCount": 1200, "noticeList": rows})))


def test_halving_ends() -> None:
    adapter = an_adapter("contracts-finder-withdrawn", reach_days=3)
    body = json.dumps({"hitCount": 1200, "noticeList": []})
    answers = [an_answer(adapter, body)]
    for _ in range(2):
        further = adapter.read(answers[-1]).requests
        assert len(further) == 2
        answers.append(an_answer(adapter, body, request=further[0]))
    with pytest.raises(AnswerError, match="one day"):
        adapter.read(answers[-1])
