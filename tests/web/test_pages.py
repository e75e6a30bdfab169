"""The pages, asked as a browser asks them."""

import asyncio
import csv
import io
import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Cadence, Criteria, MessageState, Stage, SubscriberState
from aggregator.store.connection import Connection
from aggregator.testing import a_stated_time, utc
from aggregator.tokens import Purpose
from web.sites import ANN, TITLES, TheSite, link_in, mails

OPEN_PAGES = ("/", "/near-misses", "/sources", "/sign-up", "/sign-up/preview", "/privacy",
              "/accessibility", "/my-link", "/check-your-inbox")  # fmt: skip


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "lxml")


def own_pages(site: TheSite) -> list[str]:
    """Every page behind a link in a mail."""
    ann = site.joins()
    with site.store() as store:
        wish = store.subscriptions(ann)[0].id
        request = next(iter(store.opt_ins(ann, since=utc(2026, 1, 1))))
    preferences = site.path(Purpose.PREFERENCES, ann)
    return [
        preferences,
        f"{preferences}/change/{wish}",
        f"{preferences}/erase",
        f"{preferences}/near-misses",
        site.path(Purpose.STOP, ann),
        site.path(Purpose.STORY, ann, site.first_id()),
        site.path(Purpose.CONFIRM, ann, request.id),
    ]


@pytest.mark.parametrize("path", OPEN_PAGES)
async def test_open_pages_are_whole(site: TheSite, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 200
    whole_page(answer.text)


def whole_page(text: str) -> None:
    """Title, language, landmarks, one h1, headings in order, a name for every field."""
    page = soup(text)
    assert page.title is not None
    assert "Vale of Arden CVS" in page.title.text
    assert page.html is not None
    assert page.html["lang"] == "en-GB"
    assert len(page.select("h1")) == 1
    assert page.select("header nav[aria-label]")
    assert page.select("main#main")
    assert page.select("footer")
    assert page.select_one("a.govuk-skip-link[href='#main']")
    levels = [int(one.name[1]) for one in page.select("h1, h2, h3, h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not page.select("script, [onclick], [style], iframe, style")
    labelled = {label["for"] for label in page.select("label[for]")}
    fields = page.select("input:not([type=hidden]), select, textarea")
    assert {field["id"] for field in fields} <= labelled
    identifiers = [one["id"] for one in page.select("[id]")]
    assert len(identifiers) == len(set(identifiers))


async def test_own_pages_are_whole(site: TheSite) -> None:
    for path in own_pages(site):
        answer = await site.get(path)
        assert answer.status_code == 200, path
        whole_page(answer.text)


async def test_every_answer_is_guarded_and_sets_no_cookie(site: TheSite) -> None:
    for path in (*OPEN_PAGES, *own_pages(site), "/nowhere", "/health", "/brand.css", "/stop/x"):
        answer = await site.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"]
        assert "set-cookie" not in answer.headers


async def test_looking_changes_nothing(site: TheSite) -> None:
    paths = [*OPEN_PAGES, *own_pages(site), "/health", "/logo", "/brand.css", "/robots.txt",
             f"/opportunities/{site.first_id()}", f"/opportunities/{site.first_id()}/deadline.ics",
             "/?words=caf%C3%A9&place=Leeds&type=crisis&before=2026-12-31&page=9"]  # fmt: skip
    before = site.content()
    chance = random.Random(8)
    for _ in range(500):
        method = chance.choice(("GET", "GET", "HEAD", "OPTIONS"))
        path = chance.choice(paths) + chance.choice(("", "", "?done=paused", "?act=follow&email=x"))
        assert (await site.ask(method, path)).status_code in {200, 400, 404, 405, 422, 503}
    assert site.content() == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_verbs_are_refused(site: TheSite, method: str) -> None:
    before = (own_pages(site), site.content())
    for path in (*OPEN_PAGES, *before[0], "/sign-up"):
        assert (await site.ask(method, path)).status_code == 405
    assert site.content() == before[1]


async def test_the_first_release_journey(site: TheSite) -> None:
    page = soup((await site.get("/sign-up")).text)
    form = page.select_one("form[action='/sign-up/preview']")
    assert form is not None
    assert form["method"] == "get"
    shown = await site.get("/sign-up/preview?types=crisis&cadence=weekly")
    assert TITLES[1] in shown.text
    assert TITLES[2] not in shown.text
    fields = {
        one["name"]: one.get("value", "")
        for one in soup(shown.text).select("form[action='/sign-up'] input")
    }
    asked = await site.post("/sign-up", {**fields, "email": ANN})
    assert (asked.status_code, asked.headers["location"]) == (303, "/check-your-inbox")
    with site.store() as store:
        (question,) = mails(store)
        confirm = link_in(question.text or "").removeprefix(site.base)
    assert "Yes, start my mails" in (await site.get(confirm)).text
    with site.store() as store:
        assert store.subscriptions() == ()
    assert "have started" in (await site.post(confirm)).text
    with site.store() as store:
        (first,) = [one for one in mails(store) if one.html]
        assert TITLES[1] in (first.text or "")
        assert TITLES[2] not in (first.text or "")
        (ann,) = store.subscribers()
    again = await site.post(confirm)
    assert (again.status_code, "confirmed this before" in again.text) == (200, True)
    story = site.path(Purpose.STORY, ann.id, site.first_id())
    assert (await site.post(story, {"act": "follow"})).status_code == 303
    assert "Stop following" in (await site.get(f"{story}?done=followed")).text
    await site.post(story, {"act": "not-for-us"})
    assert "for us after all" in (await site.get(story)).text
    stopped = await site.post(site.path(Purpose.STOP, ann.id))
    assert "Your mails have stopped" in stopped.text
    with site.store() as store:
        assert store.subscriber(ann.id).state is SubscriberState.ENDED
        assert store.subscriptions() == ()


ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "more",
    [
        {"content": ONE_CLICK, "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b""},
        {"content": b"\xff\xfe", "headers": {"content-type": "multipart/form-data"}},
        {"content": ONE_CLICK, "headers": {"origin": "null", "content-type": "text/plain"}},
        {"content": ONE_CLICK, "headers": {"sec-fetch-site": "cross-site"}},
    ],
    ids=["urlencoded", "multipart", "empty", "broken", "null origin", "from a web mailer"],
)
async def test_a_mail_program_stops_with_one_post(site: TheSite, more: dict[str, object]) -> None:
    ann = site.joins()
    path = site.path(Purpose.STOP, ann)
    for _ in range(2):
        answer = await site.ask("POST", path, **more)
        assert (answer.status_code, answer.history) == (200, [])
    with site.store() as store:
        assert store.subscriber(ann).state is SubscriberState.ENDED
        assert [one.act for one in store.consents(ann)].count("withdrawn") == 1


async def test_the_link_that_stops_works_for_years_and_after_an_erasure(site: TheSite) -> None:
    ann = site.joins()
    path = site.path(Purpose.STOP, ann)
    await site.post(f"{site.path(Purpose.PREFERENCES, ann)}/erase")
    site.clock.advance(days=1500)
    assert "have stopped" in (await site.post(path)).text


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example.org"}]
)
async def test_another_site_cannot_send_our_forms(site: TheSite, headers: dict[str, str]) -> None:
    paths = [path for path in own_pages(site) if "/stop/" not in path]
    before = site.content()
    for path in (*paths, "/sign-up", "/my-link"):
        answer = await site.post(path, {"email": "evil@example.org"}, headers=headers)
        assert answer.status_code == 403
        assert "another site" in answer.text
    assert site.content() == before


@pytest.mark.parametrize("purpose", Purpose)
async def test_a_link_of_one_purpose_opens_no_other_page(site: TheSite, purpose: Purpose) -> None:
    ann = site.joins()
    token = site.path(purpose, ann, site.first_id()).rsplit("/", 1)[1]
    before = site.content()
    for other in Purpose:
        if other is not purpose:
            for method in ("GET", "POST"):
                answer = await site.ask(method, f"/{other}/{token}")
                assert answer.status_code in {404, 405}
                assert ANN not in answer.text
    assert site.content() == before


async def test_one_readers_link_changes_nothing_of_another(site: TheSite) -> None:
    ann, ben = site.joins(), site.joins("ben@example.org")
    with site.store() as store:
        (wish,) = store.subscriptions(ben)
    own = site.path(Purpose.PREFERENCES, ann)
    assert (await site.get(f"{own}/change/{wish.id}")).status_code == 404
    assert (await site.post(f"{own}/change/{wish.id}", {"types": "crisis"})).status_code == 404
    assert (await site.post(f"{own}/end/{wish.id}")).status_code == 404
    with site.store() as store:
        assert store.subscriptions(ben) == (wish,)
    exported = await site.post(f"{own}/export")
    assert "ben@example.org" not in exported.text


async def test_a_link_that_ran_out_offers_a_new_one(site: TheSite) -> None:
    ann = site.joins()
    path = site.path(Purpose.PREFERENCES, ann)
    site.clock.advance(days=93)
    answer = await site.get(path)
    assert answer.status_code == 410
    assert "/my-link" in answer.text


async def test_known_and_unknown_addresses_are_answered_alike(site: TheSite) -> None:
    site.joins()
    for path in ("/sign-up", "/my-link"):
        answers = [
            await site.post(path, {"email": address}) for address in (ANN, "new@example.org")
        ]
        seen = [(one.status_code, one.headers["location"], one.content) for one in answers]
        assert seen[0] == seen[1]


async def test_too_many_tries_are_told_to_wait(site: TheSite) -> None:
    answers = [await site.post("/my-link", {"email": f"a{n}@example.org"}) for n in range(6)]
    assert [one.status_code for one in answers] == [303] * 4 + [429] * 2
    assert answers[-1].headers["retry-after"]


async def test_one_address_is_not_bombed_from_many_machines(site: TheSite) -> None:
    import httpx

    codes = []
    for number in range(12):
        transport = httpx.ASGITransport(site.app, client=(f"192.0.2.{number}", 1))
        async with httpx.AsyncClient(transport=transport, base_url=site.base) as client:
            codes.append((await client.post("/sign-up", data={"email": ANN})).status_code)
    assert codes.count(303) == 4
    with site.store() as store:
        assert len(mails(store)) == 1


async def test_a_robot_that_fills_in_everything_gets_the_same_answer_and_no_mail(
    site: TheSite,
) -> None:
    answer = await site.post("/sign-up", {"email": ANN, "website": "https://spam.example.org"})
    assert answer.status_code == 303
    with site.store() as store:
        assert store.subscribers() == ()
        assert mails(store) == []


@pytest.mark.parametrize("address", ["", "ann", "a@b@c", "ann@example.org\nBcc: x@example.org",
                                     "a" * 300 + "@example.org", "<ann@example.org>"])  # fmt: skip
async def test_an_address_that_is_none_is_told_beside_its_field(
    site: TheSite, address: str
) -> None:
    answer = await site.post("/sign-up", {"email": address, "types": "crisis"})
    page = soup(answer.text)
    assert answer.status_code == 400
    assert page.title is not None
    assert page.title.text.startswith("Error: ")
    summary = page.select_one(".govuk-error-summary a")
    assert summary is not None
    assert summary["href"] == "#email"
    assert page.select_one("#email-error")
    kept = page.select_one("input[name=types]")
    assert kept is not None
    assert kept["value"] == "crisis"


async def test_a_place_we_do_not_know_is_told_with_the_form_as_typed(site: TheSite) -> None:
    answer = await site.get("/sign-up/preview?places=Narnia&types=crisis&words=%22hub%22")
    page = soup(answer.text)
    assert answer.status_code == 400
    assert "“Narnia” is no place we know" in page.select(".govuk-error-summary")[0].text
    checked = page.select("input[name=types][checked]")
    assert [one["value"] for one in checked] == ["crisis"]
    (field,) = page.select("#places")
    assert field.text.strip() == "Narnia"


async def test_the_list_is_filtered_by_place_kind_words_and_date(site: TheSite) -> None:
    async def titles(query: str) -> set[str]:
        page = soup((await site.get(f"/?{query}")).text)
        return {one.text for one in page.select(".fn-item h2")}

    assert await titles("") == set(TITLES.values())
    assert await titles("type=perinatal") == {TITLES[2]}
    assert await titles("words=caf%C3%A9") == {TITLES[1]}
    assert await titles("place=Leeds") == set(TITLES.values())
    assert await titles("place=Cornwall") == set()
    assert await titles("before=2026-12-03") == set()
    assert await titles("before=2026-12-04") == set(TITLES.values())


async def test_long_lists_have_pages_that_keep_the_filter(site: TheSite) -> None:
    with site.store() as store:
        for number in range(4, 30):
            site.arrives(store, number, title=f"Crisis café number {number}")
    first, second = await site.get("/?type=crisis"), await site.get("/?type=crisis&page=2")
    assert len(soup(first.text).select(".fn-item")) == 20
    assert soup(first.text).select("a[rel=next]")[0]["href"] == "?type=crisis&page=2"
    assert len(soup(second.text).select(".fn-item")) == 7
    assert (await site.get("/?type=crisis&page=99")).status_code == 200


async def test_the_story_tells_a_moved_deadline_and_links_the_official_notice(
    site: TheSite,
) -> None:
    site.clock.advance(days=1)
    with site.store() as store:
        site.arrives(store, 1, version="v2", deadline=a_stated_time(utc(2026, 12, 11, 12)))
        changed = [
            one.opportunity.id for one in store.opportunities()
            if len(one.opportunity.notices) == 2
        ]  # fmt: skip
    text = soup((await site.get(f"/opportunities/{changed[0]}")).text).get_text(" ", strip=True)
    assert "Friday 11 December 2026, 12 noon" in text
    assert "4 December" in text
    assert "https://example.org/Notice/000001-2026" in text


async def test_the_date_comes_as_a_calendar_file(site: TheSite) -> None:
    answer = await site.get(f"/opportunities/{site.first_id()}/deadline.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in answer.content


async def test_hostile_words_of_a_notice_stay_words(site: TheSite) -> None:
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> crisis café {{7*7}}"
    with site.store() as store:
        site.arrives(store, 9, title=bad, description=f"mental health crisis café {bad}",
                     url="javascript:alert(1)")  # fmt: skip
        (identifier,) = [
            one.opportunity.id for one in store.opportunities()
            if "onerror" in (one.opportunity.facts.title or "")
        ]  # fmt: skip
    for path in ("/", f"/opportunities/{identifier}"):
        page = soup((await site.get(path)).text)
        assert not page.select("script, img[onerror], [onerror]")
        assert not page.select("a[href^='javascript']")
        assert "{{7*7}}" in page.text


async def test_preferences_change_pause_and_resume(site: TheSite) -> None:
    ann = site.joins()
    own = site.path(Purpose.PREFERENCES, ann)
    with site.store() as store:
        (wish,) = store.subscriptions(ann)
    form = {"types": ["crisis", "perinatal"], "places": "Leeds", "cadence": "weekly"}
    assert (
        (await site.post(f"{own}/change/{wish.id}", form)).headers["location"].endswith("changed")
    )
    assert "Once a week" in (await site.get(own)).text
    await site.post(f"{own}/pause", {"act": "pause"})
    assert "Start my mails again" in (await site.get(f"{own}?done=paused")).text
    await site.post(f"{own}/pause", {"act": "resume"})
    with site.store() as store:
        assert store.subscriber(ann).state is SubscriberState.CONFIRMED
        assert store.subscriptions(ann)[0].criteria.types == ("crisis", "perinatal")


async def test_the_address_changes_when_the_new_one_confirms(site: TheSite) -> None:
    ann = site.joins()
    own = site.path(Purpose.PREFERENCES, ann)
    await site.post(f"{own}/address", {"email": "new@example.org"})
    with site.store() as store:
        (question,) = mails(store, "move-")
    link = link_in(question.text or "").removeprefix(site.base)
    await site.get(link)
    with site.store() as store:
        assert store.subscriber(ann).email == ANN
    assert "new@example.org" in (await site.post(link)).text
    with site.store() as store:
        assert store.subscriber(ann).email == "new@example.org"
        assert mails(store, "moved-")[0].channel.target == ANN


async def test_an_address_in_use_is_refused_with_what_to_do(site: TheSite) -> None:
    ann, _ = site.joins(), site.joins("ben@example.org")
    await site.post(f"{site.path(Purpose.PREFERENCES, ann)}/address", {"email": "ben@example.org"})
    with site.store() as store:
        link = link_in(mails(store, "move-")[0].text or "").removeprefix(site.base)
    assert (await site.post(link)).status_code == 409


async def test_everything_held_can_be_downloaded(site: TheSite) -> None:
    own = site.path(Purpose.PREFERENCES, site.joins())
    as_json = await site.post(f"{own}/export", {"form": "json"})
    assert json.loads(as_json.text)["subscribers"][0]["email"] == ANN
    as_csv = await site.post(f"{own}/export", {"form": "csv"})
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert {"table": "subscribers", "row": "1", "column": "email", "value": ANN} in rows
    assert as_csv.headers["content-disposition"].startswith("attachment")


async def test_erasing_takes_the_mails_out_of_the_folder_too(site: TheSite) -> None:
    from aggregator import service

    canary = "canary-5b1@example.org"
    ann = site.joins(canary)
    with site.store() as store:
        await service.deliver(site.instance, store)
    assert holding(site.home, canary)
    own = site.path(Purpose.PREFERENCES, ann)
    assert "cannot be undone" in (await site.get(f"{own}/erase")).text
    assert "forgotten" in (await site.post(f"{own}/erase")).text
    assert (await site.get(own)).status_code == 410
    assert holding(site.home, canary) == []


def holding(folder: Path, words: str) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if words.encode() in path.read_bytes()]


async def test_a_locked_database_is_a_page_and_not_a_fault(site: TheSite) -> None:
    other = Connection(site.instance.database)
    with other.transaction():
        answer = await site.post("/sign-up", {"email": ANN})
    other.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "try again in a minute" in answer.text


async def test_a_form_larger_than_any_form_is_refused(site: TheSite) -> None:
    answer = await site.ask("POST", "/sign-up", content=b"email=" + b"a" * 70_000)
    assert answer.status_code == 413


async def test_health_says_whether_anything_was_read(site: TheSite) -> None:
    answer = await site.get("/health")
    assert (answer.status_code, answer.json()["well"]) == (503, False)


async def test_no_address_stands_in_an_answer_to_a_stranger(site: TheSite) -> None:
    site.joins()
    for path in OPEN_PAGES:
        assert ANN not in (await site.get(path)).text


async def test_mails_wait_for_the_worker_and_not_for_the_reader(site: TheSite) -> None:
    await site.post("/sign-up", {"email": ANN})
    with site.store() as store:
        (waiting,) = store.deliveries()
    assert waiting.state is MessageState.PENDING


@settings(max_examples=120, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(text=st.text(max_size=60), where=st.sampled_from(["words", "place", "type", "before",
                                                         "page"]))  # fmt: skip
async def test_whatever_is_typed_into_the_filter_gives_a_page(
    site: TheSite, text: str, where: str
) -> None:
    typed = quote(text, safe="", errors="replace")
    answer = await site.get(f"/?{where}={typed}")
    assert answer.status_code in {200, 400}
    assert soup(answer.text).select("h1")


async def test_a_digest_stops_with_one_click_by_the_bytes_that_travel(site: TheSite) -> None:
    from aggregator import service

    ann = site.joins()
    with site.store() as store:
        service.open_now(site.instance, store, ann, now=site.clock.now())
        await service.deliver(site.instance, store)
    (raw,) = [content for content in travelled(site) if b"\r\nList-Unsubscribe-Post:" in content]
    head = raw.split(b"\r\n\r\n")[0].decode("ascii")
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    line = next(one for one in head.split("\r\n") if one.startswith("List-Unsubscribe: "))
    address = line.removeprefix("List-Unsubscribe: <").split(">")[0]
    assert address.startswith(f"{site.base}/stop/")
    answer = await site.ask("POST", address.removeprefix(site.base), content=ONE_CLICK)
    assert answer.status_code == 200
    with site.store() as store:
        assert store.subscriber(ann).state is SubscriberState.ENDED


def travelled(site: TheSite) -> list[bytes]:
    return [path.read_bytes() for path in (site.home / "outbox").glob("*.eml")]


async def test_a_body_without_a_length_is_counted_while_it_comes(site: TheSite) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"email=" + b"a" * 2000 + b"&"

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = await site.ask("POST", "/sign-up", content=endless(), headers=kind)
    assert answer.status_code == 400


async def test_nobody_is_erased_while_mails_go_out(site: TheSite) -> None:
    from aggregator import service

    ann = site.joins()
    with service.only_one(site.home, "deliver"):
        answer = await site.post(f"{site.path(Purpose.PREFERENCES, ann)}/erase")
    assert answer.status_code == 503
    with site.store() as store:
        assert store.subscriber(ann).email == ANN


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded"])
async def test_no_header_of_a_request_gets_into_a_mail(site: TheSite, name: str) -> None:
    await site.post("/sign-up", {"email": ANN}, headers={name: "evil.example.org"})
    with site.store() as store:
        (question,) = mails(store)
    assert "evil" not in (question.text or "")


async def test_hundred_presses_at_once_confirm_once(site: TheSite) -> None:
    await site.post("/sign-up", {"email": ANN})
    with site.store() as store:
        link = link_in(mails(store)[0].text or "").removeprefix(site.base)
    answers = await asyncio.gather(*(site.post(link) for _ in range(30)))
    assert {one.status_code for one in answers} <= {200, 503}
    with site.store() as store:
        (ann,) = store.subscribers()
        assert len(store.subscriptions()) == 1
        assert [one.act for one in store.consents(ann.id)].count("given") == 1
        assert len([one for one in mails(store) if one.html]) == 1


async def test_what_the_form_does_not_ask_for_stays_as_the_host_entered_it(site: TheSite) -> None:
    ann = site.joins()
    entered = Criteria(stages=(Stage.OPEN,), buyers=("Northmoor Council",), most_value=Decimal(9))
    with site.store() as store:
        (wish,) = store.subscriptions(ann)
        store.change_wish(wish.id, entered, Cadence.WEEKLY)
    own = site.path(Purpose.PREFERENCES, ann)
    await site.post(f"{own}/change/{wish.id}", {"types": "crisis"})
    with site.store() as store:
        (after,) = store.subscriptions(ann)
    assert after.criteria == replace(entered, types=("crisis",))
    assert after.cadence is Cadence.WEEKLY
    assert "Northmoor Council" in (await site.get(own)).text


async def test_a_reader_sees_what_the_filter_narrowly_leaves_out(site: TheSite) -> None:
    ann = site.joins()
    own = site.path(Purpose.PREFERENCES, ann)
    with site.store() as store:
        (wish,) = store.subscriptions(ann)
        store.change_wish(wish.id, Criteria(types=("crisis",)), Cadence.DAILY)
    page = soup((await site.get(f"{own}/near-misses")).text)
    assert {one.text for one in page.select(".fn-item h2")} == {TITLES[2], TITLES[3]}
    assert "it would have come, but" in page.text


@pytest.mark.parametrize("cadence", ["hourly", "", "yearly", "\0"])
async def test_a_cadence_we_do_not_offer_is_a_daily_one(site: TheSite, cadence: str) -> None:
    answer = await site.get(f"/sign-up/preview?cadence={quote(cadence)}")
    assert "Every working day" in answer.text
